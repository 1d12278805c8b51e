// A file of a trained model, dropped or chosen. Of a .safetensors file, however large, the vectors of its batch norm layers
// are read here and sent; nothing else leaves the reader's machine. A model in several such files is read as one. Of other
// files come the first bytes, to be recognized, or a small recording itself.

import { Live, element, mount, write } from "./shared.js";

/**
 * What the server says: what the area is for, whose file is shown, and what came of the file that was sent as number
 * `answered`.
 * @typedef {{label: string, hint: string, name: string, said: string, problem: boolean, answered: number, back: string}} Data
 */

/** A tensor in the header. @typedef {{dtype: string, shape: number[], data_offsets: [number, number]}} Tensor */
/** @typedef {{dtype: string, data: string}} Vector */
/** @typedef {{name: string, vectors: Record<string, Vector>}} Layer */
/** What is sent: of how many files, and how many parts by their names the model has, 0 if they do not say. @typedef {{name: string, bytes: number, files: number, parts: number, tensors: number, layers: Layer[]}} Model */
/** A file whose header was read: where its tensors begin, and how many bytes they have. @typedef {{file: File, name: string, start: number, room: number, header: Record<string, unknown>}} Opened */

const MOST_FILES = 256; // at once
const MOST_HEADER = 100e6; // bytes, as the format has it
const MOST_FILE = 20e6; // of a recording
const MOST_LAYERS = 512;
const MOST_CHANNELS = 65_536; // of a layer
const MOST_IN_ALL = 262_144;
const HEAD = 4096; // bytes that tell what a file is
const NEEDED = ["running_mean", "running_var"];
const OTHERS = ["weight", "bias", "num_batches_tracked"];
const FLOATS = new Map([["F64", 8], ["F32", 4], ["F16", 2], ["BF16", 2]]); // bytes of each number
const WHOLE = new Map([["I64", 8], ["I32", 4]]); // of a count
const PIECE = 0x8000; // bytes that become characters at once
const SHORT = 60; // characters of a name in a sentence

/** What is wrong with a file, in a sentence for the reader. */
export class Wrong extends Error {}

/** @extends {Live<Data>} */
class Checkpoint extends Live {
  /** @param {HTMLElement} root @param {Data} data */
  constructor(root, data) {
    super(root, data);
    this.sent = data.answered; // the number of the last file
    this.waiting = false; // for what the server makes of it
    this.own = ""; // what is said here, until the server says something new
    this.over = 0; // elements that a dragged file is over
    this.input = /** @type {HTMLInputElement} */ (element("input", { type: "file", multiple: "", hidden: "", tabindex: -1, "aria-hidden": "true" }));
    this.button = element("button", { type: "button", class: "choose" });
    this.hint = element("span", { class: "hint" });
    this.back = element("button", { type: "button", class: "back" });
    this.words = element("p", { class: "said", role: "status" });
    this.area = element("div", { class: "area" }, this.button, this.hint, this.input, this.back);
    root.replaceChildren(this.area, this.words);
    this.on(this.button, "click", () => this.input.click());
    this.on(this.input, "change", () => {
      const files = Array.from(this.input.files ?? []);
      if (files.length) this.take(files);
      this.input.value = ""; // the same file can be chosen again
    });
    this.on(this.back, "click", () => {
      this.own = "";
      this.tell("forget", true);
      this.button.focus();
    });
    // A file that misses the area must not replace the page.
    for (const name of ["dragover", "drop"]) this.on(document, name, (event) => carriesFiles(event) && event.preventDefault());
    this.on(this.area, "dragenter", (event) => this.#drag(event, 1));
    this.on(this.area, "dragleave", (event) => this.#drag(event, -1));
    this.on(this.area, "drop", (/** @type {DragEvent} */ event) => {
      this.#drag(event, -this.over);
      const files = Array.from(event.dataTransfer?.files ?? []);
      if (files.length) this.take(files);
    });
  }

  /** @param {Data} data */
  update(data) {
    const said = this.data.said;
    super.update(data);
    if (data.answered === this.sent) this.waiting = false;
    if (data.said !== said || data.answered === this.sent) this.own = "";
    write(this.button, data.label);
    write(this.hint, data.hint);
    write(this.back, data.back);
    this.back.hidden = !data.name;
    this.#say();
  }

  /** Read files that came together and send what is needed of them. @param {File[]} files */
  async take(files) {
    const what = files.length > 1 ? `${files.length} files` : short(files[0].name);
    const number = (this.sent = Math.max(this.sent, this.data.answered) + 1);
    this.waiting = true;
    this.own = `Reading ${what} …`;
    this.#say();
    try {
      const message = await read(...files);
      if (this.gone || number !== this.sent) return; // another file was dropped meanwhile
      this.own = `Looking at ${what} …`;
      this.tell("take", { ...message, sent: JSON.stringify(message).length, number });
    } catch (error) {
      if (number !== this.sent) return;
      this.waiting = false;
      this.own = error instanceof Wrong ? error.message : `${what} could not be read: moved, changed or closed meanwhile. Choose again.`;
      this.own += this.data.name ? " The picture stays that of the last file." : "";
    }
    this.#say();
  }

  /** @param {Event} event @param {number} change */
  #drag(event, change) {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    this.over = Math.max(0, this.over + change);
    this.area.classList.toggle("over", this.over > 0);
  }

  #say() {
    write(this.words, this.own || this.data.said);
    this.words.classList.toggle("problem", !this.waiting && (this.own ? true : this.data.problem));
    this.root.classList.toggle("waiting", this.waiting);
  }
}

/** @param {Event} event */
function carriesFiles(event) {
  return /** @type {DragEvent} */ (event).dataTransfer?.types.includes("Files") ?? false;
}

/** @param {string} name */
export function short(name) {
  return name.length > SHORT ? `${name.slice(0, SHORT / 2)}…${name.slice(-SHORT / 2)}` : name;
}

/** What is sent of files that came together. @param {File[]} files @returns {Promise<Record<string, unknown>>} */
export async function read(...files) {
  const parts = files.filter(({ name }) => files.length === 1 || !/\.index\.json$/i.test(name)); // which says what is in which part
  if (parts.length > 1) return { ...(await readParts(parts)) };
  const [file] = parts.length ? parts : files;
  const { name, size } = file;
  if (!size) throw new Wrong(`${short(name)} is empty.`);
  const head = await bytesOf(file, 0, HEAD);
  if (/\.safetensors$/i.test(name) || startsLikeSafetensors(head, size)) return { ...(await readSafetensors(file)) };
  if (/\.(npz|json)$/i.test(name)) {
    if (size > MOST_FILE) throw new Wrong(`${short(name)} has ${megabytes(size)}. A recording of the snippet has at most ${megabytes(MOST_FILE)}: record fewer batches.`);
    return { name, bytes: size, file: base64(await bytesOf(file, 0, size)) };
  }
  return { name, bytes: size, head: base64(head) };
}

/** Several files as one model. @param {File[]} files */
async function readParts(files) {
  if (files.length > MOST_FILES) throw new Wrong(`These are ${files.length.toLocaleString("en-US")} files. Up to ${MOST_FILES} are read together.`);
  const other = files.find(({ name }) => !/\.safetensors$/i.test(name));
  if (other) throw new Wrong(`Several files are read as one model where all are .safetensors; ${short(other.name)} is none. Choose it alone.`);
  return readSafetensors(...files);
}

/** Of how many parts a model is by the name of one of them, model-00001-of-00003.safetensors; 0 if it does not say. @param {string} name */
export function partsOf(name) {
  return Number(/-\d+-of-(\d{1,6})\.safetensors$/i.exec(name)?.[1] ?? 0);
}

/** What files that came together are called. @param {File[]} files */
function together(files) {
  if (files.length === 1) return files[0].name;
  const [first, ...others] = new Set(files.map(({ name }) => name.replace(/-\d+-of-\d+(?=\.safetensors$)/i, "")));
  return others.length ? `${first} and ${files.length - 1} more` : `${first}, ${files.length} files`;
}

/** A length that fits, and behind it the brace of the header. @param {Uint8Array} head @param {number} size */
function startsLikeSafetensors(head, size) {
  const length = lengthOf(head);
  return length !== null && length >= 2 && length <= Math.min(MOST_HEADER, size - 8) && head[8] === 0x7b;
}

/** @param {Uint8Array} head */
function lengthOf(head) {
  return head.length < 8 ? null : Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true));
}

/** A file's header. @param {File} file @returns {Promise<Opened>} */
async function opened(file) {
  const name = short(file.name);
  const length = lengthOf(await bytesOf(file, 0, 8));
  if (length === null || length < 2) throw new Wrong(`${name} is no .safetensors file: it does not begin with the length of a header.`);
  if (length > MOST_HEADER) throw new Wrong(`${name} claims a header of ${megabytes(length)}. The format allows ${megabytes(MOST_HEADER)}, so this is another kind of file, or a broken one.`);
  if (8 + length > file.size) throw new Wrong(`${name} is cut off: its header should have ${length.toLocaleString("en-US")} bytes, the file ends before. Download it again.`);
  const start = 8 + length;
  return { file, name, start, room: file.size - start, header: parsed(await bytesOf(file, 8, start), name) };
}

/** The batch norm vectors of a model in one or several .safetensors files. @param {File[]} files @returns {Promise<Model>} */
export async function readSafetensors(...files) {
  const whole = together(files);
  const name = short(whole);
  const parts = Math.max(...files.map((file) => partsOf(file.name)));
  const { tensors, modules, home } = merged(await Promise.all(files.map(opened)));
  const hint = parts > files.length ? ` ${files.length === 1 ? "It is one" : `These are ${files.length}`} of ${parts} parts of a model: choose or drop all of them together.` : "";
  const layers = chosen(modules, name, tensors, hint);
  for (const { module, vectors } of layers) check(module, vectors, home, name);
  const channels = layers.map(({ vectors }) => vectors.get("running_mean")?.shape[0] ?? 0);
  const all = channels.reduce((sum, each) => sum + each, 0);
  const widest = Math.max(...channels);
  if (widest > MOST_CHANNELS || all > MOST_IN_ALL) {
    throw new Wrong(`${name} has ${all.toLocaleString("en-US")} channels, up to ${widest.toLocaleString("en-US")} in a layer. Looked at are ${MOST_IN_ALL.toLocaleString("en-US")}, and ${MOST_CHANNELS.toLocaleString("en-US")} in a layer.`);
  }
  const sliced = await Promise.all(
    layers.map(async ({ module, vectors }) => {
      const slices = [...vectors].map(async ([kind, { dtype, data_offsets: [from, to] }]) => {
        const { file, start } = home(module, kind);
        return /** @type {[string, Vector]} */ ([kind, { dtype, data: base64(await bytesOf(file, start + from, start + to)) }]);
      });
      return { name: module, vectors: Object.fromEntries(await Promise.all(slices)) };
    }),
  );
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return { name: whole, bytes, files: files.length, parts, tensors, layers: sliced };
}

/** The tensors of all files together, and in which file a vector is: a layer may lie in two. @param {Opened[]} parts */
function merged(parts) {
  const all = /** @type {Map<string, Map<string, unknown>>} */ (new Map());
  const homes = /** @type {Map<string, Opened>} */ (new Map());
  let count = 0;
  for (const part of parts) {
    const { tensors, modules } = modulesOf(part.header);
    count += tensors;
    for (const [module, vectors] of modules) {
      for (const [kind, tensor] of vectors) {
        const path = `${module}.${kind}`;
        const before = homes.get(path);
        if (before) throw new Wrong(`${short(module || kind)} is in ${before.name} and in ${part.name}: these are two models, or one and its copy. Choose the parts of one.`);
        homes.set(path, part);
        all.set(module, (all.get(module) ?? new Map()).set(kind, tensor));
      }
    }
  }
  const home = (/** @type {string} */ module, /** @type {string} */ kind) => /** @type {Opened} */ (homes.get(`${module}.${kind}`));
  return { tensors: count, modules: all, home };
}

/** @param {Uint8Array} bytes @param {string} name @returns {Record<string, unknown>} */
function parsed(bytes, name) {
  try {
    const header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (header && typeof header === "object" && !Array.isArray(header)) return header;
  } catch {
    // said below
  }
  throw new Wrong(`${name} has a header that is not JSON: it is broken, or no .safetensors file.`);
}

/** How many tensors there are, and the vectors of each module by their kind. @param {Record<string, unknown>} header */
export function modulesOf(header) {
  const modules = /** @type {Map<string, Map<string, unknown>>} */ (new Map());
  let tensors = 0;
  for (const [path, tensor] of Object.entries(header)) {
    if (path === "__metadata__") continue;
    tensors++;
    const dot = path.lastIndexOf(".");
    const [module, kind] = [path.slice(0, Math.max(dot, 0)), path.slice(dot + 1)];
    if (!NEEDED.includes(kind) && !OTHERS.includes(kind)) continue;
    const vectors = modules.get(module) ?? new Map();
    modules.set(module, vectors.set(kind, tensor));
  }
  return { tensors, modules };
}

/** Those modules that have moving averages. @param {Map<string, Map<string, unknown>>} modules @param {string} name @param {number} tensors @param {string} hint */
function chosen(modules, name, tensors, hint) {
  const layers = [...modules].filter(([, vectors]) => NEEDED.every((kind) => vectors.has(kind)));
  if (!layers.length) {
    throw new Wrong(
      `${name} has no batch norm layer: none of its ${tensors.toLocaleString("en-US")} tensors are called running_mean and running_var. ` +
        `Layer norm, group norm and RMS norm keep no averages, and a folded model has none left.${hint}`,
    );
  }
  if (layers.length > MOST_LAYERS) throw new Wrong(`${name} has ${layers.length.toLocaleString("en-US")} batch norm layers. Looked at are up to ${MOST_LAYERS}.`);
  return layers.map(([module, vectors]) => ({ module, vectors: /** @type {Map<string, Tensor>} */ (vectors) }));
}

/** Refuse vectors that are not what they should be. @param {string} module @param {Map<string, Tensor>} vectors @param {(module: string, kind: string) => Opened} home @param {string} all */
function check(module, vectors, home, all) {
  let channels = -1;
  for (const [kind, tensor] of vectors) {
    const { name, room } = home(module, kind);
    const where = `${short(module ? `${module}.${kind}` : kind)} in ${name}`;
    const { dtype, shape, data_offsets: offsets } = tensor ?? {};
    if (typeof dtype !== "string" || !Array.isArray(shape) || !shape.every(isCount) || !Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
      throw new Wrong(`The header does not say what ${where} is: type, shape and place are missing or no numbers.`);
    }
    const counts = kind === "num_batches_tracked";
    const size = (counts ? WHOLE : FLOATS).get(dtype);
    if (counts && !size) {
      vectors.delete(kind); // a count that was made something else is no count
      continue;
    }
    if (!size) throw new Wrong(`${where} is stored as ${short(dtype)}. Read are F32, F16, BF16 and F64.`);
    const values = shape.reduce((product, each) => product * each, 1);
    if (counts ? values !== 1 : shape.length !== 1 || !values) throw new Wrong(`${where} has the shape [${short(shape.join(", "))}], ${counts ? "which is not one number" : "which is not one number for each channel"}.`);
    const [from, to] = offsets;
    if (to - from !== values * size) throw new Wrong(`${where} should have ${(values * size).toLocaleString("en-US")} bytes, the header gives it ${(to - from).toLocaleString("en-US")}.`);
    if (to > room) throw new Wrong(`${name} is cut off: ${where} lies behind its end. Download it again.`);
    if (counts) continue;
    if (channels >= 0 && values !== channels) throw new Wrong(`The vectors of ${short(module)} in ${all} differ in length: ${channels.toLocaleString("en-US")} and ${values.toLocaleString("en-US")}.`);
    channels = values;
  }
}

/** @param {unknown} value */
function isCount(value) {
  return Number.isSafeInteger(value) && /** @type {number} */ (value) >= 0;
}

/** @param {Blob} file @param {number} from @param {number} to */
async function bytesOf(file, from, to) {
  return new Uint8Array(await file.slice(from, to).arrayBuffer());
}

/** @param {Uint8Array} bytes */
export function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(text);
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toLocaleString("en-US", { maximumFractionDigits: 1 })} MB`;
}

export default mount(Checkpoint);
