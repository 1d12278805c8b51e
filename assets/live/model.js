// All batch norm layers of a model from input to output: in each row one quantity, in each layer how its channels spread.
// What is pointed at is one channel: a line through all rows, with its numbers. Python counts; here it is drawn and found.

import { Live, clamp, drawn, element, fixed, isShortcut, mount, set, write, zoom } from "./shared.js";

/**
 * @typedef {{name: string, symbol: string, of: "x" | "y" | "gain" | "off", low: number, high: number, log: boolean, ticks: [number, string][], bars: string}} RowShown
 * @typedef {"proof" | "strong sign" | "possible"} Certainty
 * @typedef {{layer: number, certainty: Certainty, words: string}} MarkShown
 * @typedef {{layer: number, picked: string, values: string, lacks: string[]}} ChannelsShown
 * @typedef {{id: string, about: string, names: string[], counts: number[], eps: number[], bins: number, rows: RowShown[], marks: MarkShown[],
 *   channels: ChannelsShown[], first: [number, number]}} Data
 */

/**
 * A layer's channels as numbers: which they are, each quantity by its symbol, where the variance is negative, and what the layer lacks.
 * @typedef {{picked: ArrayLike<number>, by: Record<string, number[]>, negative: boolean[], lacks: string[]}} Known
 */

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const LEFT = 58; // for names of rows and their numbers
const RIGHT = 64; // for the channel's numbers, which would hide the bars beside it
const TOP = 22; // for what was found
const ROW = 76; // of six rows each is lower, so that all are in sight
const LOW_ROW = 61;
const GAP = 17; // in which a row's name stands
const FOOT = 20; // for the layers' numbers
const WIDEST = 0.46; // of a layer's column, on each side
const REST_MS = 120; // at a layer before its channels are asked for
const LETTER = 6.4; // width of one
const SHAPES = { proof: "M0-6L6 5H-6Z", "strong sign": "M0-6L6 0L0 6L-6 0Z", possible: "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0Z" };
const SIGNS = { proof: "▲", "strong sign": "◆", possible: "○" };

/** @extends {Live<Data>} */
class Model extends Live {
  /** @param {HTMLElement} root @param {Data} data */
  constructor(root, data) {
    super(root, data);
    this.width = 0;
    this.layer = 0;
    this.channel = /** @type {number | null} */ (null); // its place among the known ones
    this.wanted = /** @type {number | null} */ (null); // a channel whose layer is on its way
    this.row = 0; // in which channels are in order
    this.level = /** @type {number | null} */ (null); // where in the row the reader points, 0 to 1
    this.known = /** @type {Map<number, Known>} */ (new Map());
    this.asking = this.timer();
    this.asked = 0;
    this.column = drawn("rect", { class: "column" });
    this.still = drawn("g", { class: "still" });
    this.line = drawn("g", { class: "line" });
    this.names = drawn("g", { class: "names" }); // of rows, which no line crosses out
    this.svg = drawn("svg", { "aria-hidden": "true" }, this.column, this.still, this.line, this.names);
    this.stage = element("div", { class: "picture", role: "slider", tabindex: 0, "aria-valuemin": 1, "aria-describedby": "keys" }, this.svg);
    this.where = element("p", { class: "where" });
    this.numbers = element("p", { class: "numbers" });
    const keys = "← → layer, ↑ ↓ channel, Page Up and Page Down row.";
    this.keys = element("p", { class: "keys", id: "keys" }, keys);
    root.replaceChildren(this.where, this.numbers, this.stage, this.keys);
    for (const name of ["pointermove", "pointerdown"]) this.on(this.stage, name, (/** @type {PointerEvent} */ event) => this.#point(event));
    this.on(this.stage, "keydown", (/** @type {KeyboardEvent} */ event) => this.#key(event));
    this.watch(root, () => this.#measure());
  }

  /** @param {Data} data */
  update(data) {
    const anew = data.id !== this.data.id || !this.known.size;
    super.update(data);
    if (anew) {
      this.known.clear();
      this.row = 0;
      this.level = null;
      [this.layer, this.wanted] = data.first;
      this.channel = null;
    }
    for (const each of data.channels) if (!this.known.has(each.layer)) this.known.set(each.layer, unpacked(each, data.counts[each.layer], data.eps[each.layer]));
    set(this.stage, { "aria-label": data.about, "aria-valuemax": data.names.length });
    if (anew) this.#drawAll();
    this.#settle();
  }

  /** The channel that the reader means, once it is here. */
  #settle() {
    const known = this.known.get(this.layer);
    if (known) {
      if (this.wanted !== null) this.channel = nearest(known.picked, this.wanted);
      else if (this.channel === null) this.channel = this.#atLevel(known);
      this.wanted = null;
    }
    this.#show();
  }

  // --- what the reader does ---

  /** @param {PointerEvent} event */
  #point(event) {
    if (!(this.width > 0)) return;
    const box = this.svg.getBoundingClientRect();
    const unit = zoom();
    const [x, y] = [(event.clientX - box.left) / unit, (event.clientY - box.top) / unit];
    if (x < LEFT - 4 || x > this.width) return;
    const { names, rows } = this.data;
    const row = Math.floor((y - TOP) / (this.tall + GAP));
    if (row >= 0 && row < rows.length) {
      this.row = row; // above and below the rows a layer is pointed at, and the row in front stays
      this.level = clamp(1 - (y - this.#top(row)) / this.tall, 0, 1);
    }
    this.#goTo(clamp(Math.floor((x - LEFT) / this.#pitch()), 0, names.length - 1));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (isShortcut(event)) return;
    const { names, rows } = this.data;
    const last = names.length - 1;
    /** @type {Record<string, () => void>} */
    const acts = {
      ArrowLeft: () => this.#goTo(clamp(this.layer - 1, 0, last)),
      ArrowRight: () => this.#goTo(clamp(this.layer + 1, 0, last)),
      Home: () => this.#goTo(0),
      End: () => this.#goTo(last),
      ArrowUp: () => this.#step(1),
      ArrowDown: () => this.#step(-1),
      PageUp: () => this.#turn(clamp(this.row - 1, 0, rows.length - 1)),
      PageDown: () => this.#turn(clamp(this.row + 1, 0, rows.length - 1)),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** Look at a layer, at about the same height. @param {number} layer */
  #goTo(layer) {
    if (this.level === null) this.level = this.#levelNow();
    if (layer !== this.layer) this.wanted = null;
    this.layer = layer;
    const known = this.known.get(layer);
    if (known) this.channel = this.#atLevel(known);
    else {
      this.channel = null;
      this.asking.start(REST_MS, () => this.tell("ask", [this.data.id, this.layer]));
    }
    this.#soon();
  }

  /** The next channel by the value in the row in front. @param {number} by */
  #step(by) {
    const known = this.known.get(this.layer);
    if (!known || this.channel === null) return;
    const order = inOrder(known.by[this.data.rows[this.row].symbol]);
    const at = order.indexOf(this.channel);
    this.channel = order[clamp(at + by, 0, order.length - 1)] ?? this.channel;
    this.level = this.#levelNow();
    this.#soon();
  }

  /** Bring another row in front. @param {number} row */
  #turn(row) {
    this.row = row;
    this.level = this.#levelNow();
    this.#soon();
  }

  /** Where the channel stands in the row in front. */
  #levelNow() {
    const value = this.#value(this.row);
    return value === undefined || !Number.isFinite(value) ? 0.5 : placed(this.data.rows[this.row], value);
  }

  /** The channel that is nearest to where the reader points. @param {Known} known */
  #atLevel(known) {
    const row = this.data.rows[this.row];
    const level = this.level ?? 0.5;
    let [best, distance] = [0, Infinity];
    known.by[row.symbol].forEach((value, k) => {
      const off = Number.isNaN(value) ? Infinity : Math.abs(placed(row, value) - level);
      if (off < distance) [best, distance] = [k, off];
    });
    return best;
  }

  // --- what is drawn ---

  /** How high a row is. */
  get tall() {
    return this.data.rows.length > 5 ? LOW_ROW : ROW;
  }

  /** Where a row begins. @param {number} k */
  #top(k) {
    return TOP + GAP + k * (this.tall + GAP);
  }

  #pitch() {
    return (this.width - LEFT - RIGHT) / this.data.names.length;
  }

  /** @param {number} layer */
  #middle(layer) {
    return LEFT + (layer + 0.5) * this.#pitch();
  }

  #measure() {
    const unit = zoom();
    const width = this.stage.clientWidth / unit;
    if (!(width > 0) || width === this.width) return;
    this.width = width;
    this.#drawAll();
    this.#show();
  }

  /** What stands still. */
  #drawAll() {
    if (!(this.width > 0)) return;
    const { rows, marks, names } = this.data;
    const height = this.#top(rows.length) - GAP + FOOT;
    set(this.svg, { viewBox: `0 0 ${this.width.toFixed(1)} ${height}`, height: height * zoom() });
    const marked = marks.map(({ layer, certainty }) => {
      const place = `translate(${this.#middle(layer).toFixed(1)} 11)`;
      return drawn("path", { class: `mark ${certainty.split(" ")[0]}`, d: SHAPES[certainty], transform: place });
    });
    this.still.replaceChildren(...rows.map((_, k) => this.#drawRow(k)), ...marked, ...this.#foot(names));
    this.names.replaceChildren(...rows.map((row, k) => this.#name(row, k)));
  }

  /** @param {number} k */
  #drawRow(k) {
    const { of, ticks, bars } = this.data.rows[k];
    const { bins, names } = this.data;
    const [top, pitch] = [this.#top(k), this.#pitch()];
    const [bar, right] = [this.tall / bins, this.width - RIGHT];
    let d = "";
    names.forEach((_, layer) => {
      const x = this.#middle(layer);
      for (let b = 0; b < bins; b++) {
        const size = DIGITS.indexOf(bars[layer * bins + b]);
        if (size <= 0) continue;
        const half = Math.max(0.6, (size / (DIGITS.length - 1)) * WIDEST * pitch);
        d += `M${(x - half).toFixed(1)} ${(top + this.tall - (b + 1) * bar).toFixed(1)}h${(2 * half).toFixed(1)}v${bar.toFixed(2)}h${(-2 * half).toFixed(1)}z`;
      }
    });
    const rules = ticks.map(([at, words]) => {
      const y = (top + this.tall * (1 - at)).toFixed(1);
      return drawn("g", {}, drawn("path", { class: "rule", d: `M${LEFT} ${y}H${right.toFixed(1)}` }), drawn("text", { class: "tick", x: LEFT - 6, y: Number(y) + 4 }, words));
    });
    return drawn("g", { class: of }, ...rules, drawn("path", { class: "bars", d }));
  }

  /** @param {RowShown} row @param {number} k */
  #name({ name, symbol }, k) {
    const words = ` ${this.width < 640 ? name.split(",")[0] : name}`;
    return drawn("text", { class: "name", x: LEFT, y: this.#top(k) - 4 }, drawn("tspan", { class: "symbol" }, symbol), words);
  }

  /** Layers by number, and by name where there is room. @param {string[]} names */
  #foot(names) {
    const pitch = this.#pitch();
    const y = this.#top(this.data.rows.length) - GAP + 15;
    const letters = Math.floor((pitch - 4) / LETTER);
    const every = letters >= 6 ? 1 : Math.max(1, Math.ceil(26 / pitch));
    const shown = names.map((name, k) => [k, letters >= 6 ? tail(name, letters) : String(k + 1)]).filter(([k]) => Number(k) % every === 0);
    return [
      drawn("text", { class: "tick", x: LEFT - 6, y }, "layer"),
      ...shown.map(([k, words]) => drawn("text", { class: "layer", x: this.#middle(Number(k)).toFixed(1), y }, String(words))),
    ];
  }

  #soon() {
    this.asked ||= requestAnimationFrame(() => {
      this.asked = 0;
      this.#show();
    });
  }

  /** The layer and the channel that are looked at. */
  #show() {
    const { names, counts, rows, marks } = this.data;
    const found = marks.filter((mark) => mark.layer === this.layer);
    const said = found.map(({ certainty, words }) => ` · ${SIGNS[certainty]} ${certainty}: ${words}`).join("");
    const where = `Layer ${this.layer + 1} of ${names.length}, “${names[this.layer]}”, ${counts[this.layer].toLocaleString("en-US")} channels${said}`;
    const known = this.known.get(this.layer);
    const own = known && this.channel !== null ? known.picked[this.channel] : null;
    const values = rows.map((row, k) => [row, this.#value(k)]);
    const written = values.map(([row, value]) => `${/** @type {RowShown} */ (row).symbol} ${value === undefined ? "…" : this.#said(/** @type {RowShown} */ (row), Number(value))}`);
    const part = known && known.picked.length < counts[this.layer] ? ` (${known.picked.length.toLocaleString("en-US")} of them can be pointed at)` : "";
    const numbers = own === null ? "Its channels come when you rest here." : `Channel ${own}: ${written.join(" · ")}`;
    write(this.where, where + part);
    write(this.numbers, numbers);
    set(this.stage, { "aria-valuenow": this.layer + 1, "aria-valuetext": `${where}. ${numbers}. In front: ${rows[this.row]?.name}` });
    if (this.width > 0) this.#drawLine();
  }

  #drawLine() {
    const { rows } = this.data;
    const [x, pitch] = [this.#middle(this.layer), this.#pitch()];
    const bottom = this.#top(rows.length) - GAP;
    set(this.column, { x: (x - pitch / 2).toFixed(1), y: 0, width: Math.max(3, pitch).toFixed(1), height: bottom });
    const right = this.width - RIGHT;
    const front = drawn("path", { class: "front", d: `M${LEFT - 3} ${this.#top(this.row)}v${this.tall}` });
    const parts = rows.flatMap((row, k) => {
      const value = this.#value(k);
      if (value === undefined || this.channel === null) return [];
      const none = Number.isNaN(value);
      const y = this.#top(k) + this.tall * (none ? 0.5 : 1 - placed(row, value));
      const at = { x: right + 7, y: clamp(y + 4, this.#top(k) + 9, this.#top(k) + this.tall) };
      if (none) {
        const lines = this.#said(row, value).split(":")[0].split(" "); // why is said above
        return [drawn("text", { class: "value", y: at.y - 7 * (lines.length - 1) }, ...lines.map((word, line) => drawn("tspan", { x: at.x, dy: line ? 14 : 0 }, word)))];
      }
      const lead = drawn("path", { class: "lead", d: `M${x.toFixed(1)} ${y.toFixed(1)}H${right + 4}` });
      const dot = drawn("circle", { class: `dot ${row.of}`, cx: x.toFixed(1), cy: y.toFixed(1), r: k === this.row ? 5 : 4 });
      return [lead, dot, drawn("text", { class: "value", ...at }, number(value))];
    });
    const through = parts.length ? [drawn("path", { class: "through", d: `M${x.toFixed(1)} ${TOP - 4}V${bottom}` })] : [];
    this.line.replaceChildren(front, ...through, ...parts);
  }

  /** A number, or why there is none. @param {RowShown} row @param {number} value */
  #said({ symbol }, value) {
    const known = this.known.get(this.layer);
    if (!Number.isNaN(value) || !known) return number(value);
    if (known.lacks.includes(symbol)) return symbol === "off" ? "not recorded" : "none";
    if (symbol === "σ" && known.negative[this.channel ?? 0]) return "not defined: the variance is negative";
    return symbol === "gain" || symbol === "off" ? "not defined: the output is NaN" : "NaN";
  }

  /** The channel's number in a row. @param {number} k */
  #value(k) {
    const known = this.known.get(this.layer);
    return known && this.channel !== null ? known.by[this.data.rows[k].symbol]?.[this.channel] : undefined;
  }
}

/** Where a value stands on its axis, from 0 at the bottom to 1; what lies beyond stands at the end. @param {RowShown} row @param {number} value */
export function placed({ low, high, log }, value) {
  return clamp(((log ? Math.log10(Math.max(value, 0)) : value) - low) / (high - low), 0, 1);
}

/**
 * Channels as Python packed them: of each float32 the upper three bytes; for σ stands −√|σ²| where the variance is negative.
 * @param {ChannelsShown} channels @param {number} count @param {number} eps @returns {Known}
 */
export function unpacked({ picked, values, lacks }, count, eps) {
  const bytes = bytesOf(values);
  const numbers = new Float32Array(new Uint32Array(bytes.length / 3).map((_, k) => (bytes[3 * k] << 8) | (bytes[3 * k + 1] << 16) | (bytes[3 * k + 2] << 24)).buffer);
  const own = picked ? new Uint16Array(bytesOf(picked).buffer) : Array.from({ length: count }, (_, k) => k);
  const [mean, root, gamma, beta, off] = [0, 1, 2, 3, 4].map((k) => Array.from(numbers.subarray(k * own.length, (k + 1) * own.length)));
  const scale = (/** @type {number} */ k) => (lacks.includes("γ") ? 1 : Math.abs(gamma[k]));
  const gain = root.map((each, k) => scale(k) / Math.sqrt(each * Math.abs(each) + eps));
  const negative = root.map((each) => each < 0);
  const std = root.map((each) => (each < 0 ? NaN : each));
  return { picked: own, by: { "μ": mean, "σ": std, "γ": gamma, "β": beta, gain, off }, negative, lacks };
}

/** @param {string} text */
function bytesOf(text) {
  return Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
}

/** Places of numbers from the smallest to the largest, without what is none. @param {number[]} values */
function inOrder(values) {
  return values.map((_, k) => k).filter((k) => !Number.isNaN(values[k])).sort((one, other) => values[one] - values[other] || one - other);
}

/** The place of the number that is nearest. @param {ArrayLike<number>} numbers @param {number} wanted */
function nearest(numbers, wanted) {
  return Array.from(numbers).reduce((best, each, k) => (Math.abs(each - wanted) < Math.abs(numbers[best] - wanted) ? k : best), 0);
}

/** The end of a name, which tells layers apart. @param {string} name @param {number} most */
function tail(name, most) {
  return name.length <= most ? name : `…${name.slice(1 - most)}`;
}

/** @param {number} value */
function number(value) {
  return fixed(value);
}

export default mount(Model);
