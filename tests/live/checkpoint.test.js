// A file of a model: what is read of it, what is sent, and the sentence for each file that cannot be read.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";

import { Node, fire, page, settled, shown } from "./page.js";
import checkpoint, { Wrong, base64, modulesOf, read, readSafetensors, short } from "../../assets/live/checkpoint.js";

const data = (more = {}) => ({ label: "Choose", hint: "or drop", name: "", said: "", problem: false, answered: 0, back: "Back", ...more });

/** A file with this header, and so many bytes behind it that count up. */
function file(header, bytes = 64, { name = "model.safetensors", length = null } = {}) {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const size = new DataView(new ArrayBuffer(8));
  size.setBigUint64(0, BigInt(length ?? text.length), true);
  return new File([size, text, Uint8Array.from({ length: bytes }, (_, k) => k % 256)], name);
}

const vector = (from, to, more = {}) => ({ dtype: "F32", shape: [(to - from) / 4], data_offsets: [from, to], ...more });
const layer = (more = {}) => ({ "a.bn.running_mean": vector(0, 8), "a.bn.running_var": vector(8, 16), ...more });

test("of all tensors the vectors of batch norm layers are sliced out, and nothing else", async () => {
  const header = {
    __metadata__: { format: "pt" },
    "conv.weight": vector(16, 64),
    ...layer({
      "a.bn.weight": vector(16, 24),
      "a.bn.num_batches_tracked": { dtype: "I64", shape: [], data_offsets: [24, 32] },
      "a.ln.weight": vector(0, 8),
    }),
  };
  const model = await readSafetensors(file(header));
  assert.equal(model.tensors, 6);
  assert.equal(model.name, "model.safetensors");
  assert.deepEqual(model.layers.map((each) => each.name), ["a.bn"]);
  const { vectors } = model.layers[0];
  assert.deepEqual(Object.keys(vectors), ["running_mean", "running_var", "weight", "num_batches_tracked"]);
  assert.deepEqual([...Buffer.from(vectors.running_var.data, "base64")], [8, 9, 10, 11, 12, 13, 14, 15]);
  assert.equal(vectors.num_batches_tracked.dtype, "I64");
});

test("a count that is no whole number is left out", async () => {
  const model = await readSafetensors(file(layer({ "a.bn.num_batches_tracked": { dtype: "F32", shape: [], data_offsets: [16, 20] } })));
  assert.deepEqual(Object.keys(model.layers[0].vectors), ["running_mean", "running_var"]);
});

test("a layer that is the whole model has no name", async () => {
  const model = await readSafetensors(file({ running_mean: vector(0, 8), running_var: vector(8, 16) }));
  assert.deepEqual(model.layers.map((each) => each.name), [""]);
});

/** A part of a model. */
const part = (at, header, bytes = 64) => file(header, bytes, { name: `model-0000${at}-of-00003.safetensors` });

test("parts that are dropped together are one model, and a layer may lie in two of them", async () => {
  const index = new File(["{}"], "model.safetensors.index.json");
  const parts = [part(2, { pad: vector(0, 4), "b.running_var": vector(72, 80) }, 128), part(1, layer({ "b.running_mean": vector(0, 8) })), part(3, { "conv.weight": vector(0, 8) })];
  const model = await read(index, ...parts);
  assert.deepEqual([model.name, model.files, model.parts, model.tensors], ["model.safetensors, 3 files", 3, 3, 6]);
  assert.equal(model.bytes, parts.reduce((sum, { size }) => sum + size, 0));
  assert.deepEqual(model.layers.map((each) => each.name).sort(), ["a.bn", "b"]);
  const { vectors } = model.layers.find((each) => each.name === "b");
  assert.deepEqual([...Buffer.from(vectors.running_var.data, "base64")], [72, 73, 74, 75, 76, 77, 78, 79]);
});

test("of a part alone it is known that it is one, and files that are no parts of one model get a sentence", async () => {
  const alone = await read(part(1, layer()));
  assert.deepEqual([alone.name, alone.files, alone.parts], ["model-00001-of-00003.safetensors", 1, 3]);
  assert.equal((await read(file(layer()))).parts, 0);
  await assert.rejects(read(part(2, { "conv.weight": vector(0, 8) })), /It is one of 3 parts of a model: choose or drop all of them together\.$/);
  await assert.rejects(read(part(1, layer()), part(2, layer())), /a\.bn is in model-00001-of-00003.* and in model-00002.*these are two models/);
  await assert.rejects(read(part(1, layer()), part(2, { "a.bn.weight": vector(16, 24) }, 20)), /model-00002-of-00003\.safetensors is cut off/);
  await assert.rejects(read(file(layer()), new File(["PK12"], "a.npz")), /a\.npz is none\. Choose it alone\.$/);
  await assert.rejects(read(...Array(257).fill(file(layer()))), /257 files/);
  const two = await read(file(layer(), 64, { name: "a.safetensors" }), file({ "b.running_mean": vector(0, 4), "b.running_var": vector(4, 8) }, 64, { name: "b.safetensors" }));
  assert.equal(two.name, "a.safetensors and 1 more");
});

test("names that objects have already are names like others", () => {
  const header = JSON.parse('{"__proto__.running_mean": 1, "constructor.running_var": 2, "__proto__": 3}');
  const { tensors, modules } = modulesOf(header);
  assert.equal(tensors, 3);
  assert.deepEqual([...modules.keys()], ["__proto__", "constructor"]);
});

const WRONG = [
  ["no header at all", new File(["abc"], "a.safetensors"), /does not begin with the length/],
  ["a header of no length", file("{}", 0, { length: 0 }), /does not begin with the length/],
  ["a header longer than any", file("{}", 0, { length: 2 ** 60 }), /allows 100 MB/],
  ["a header beyond the end", file("{}", 0, { length: 50 }), /cut off: its header should have 50 bytes/],
  ["a header that ends just behind the file", file("{}", 0, { length: 3 }), /cut off: its header should have 3 bytes/],
  ["a header that is no JSON", file("{oops", 0), /not JSON/],
  ["a header that is a list", file("[]", 0), /not JSON/],
  ["nothing in it", file({}), /no batch norm layer: none of its 0 tensors/],
  ["layer norm alone", file({ "ln.weight": vector(0, 8), "ln.bias": vector(8, 16) }), /none of its 2 tensors/],
  ["a vector cut off", file(layer(), 12), /cut off: a\.bn\.running_var .* behind its end/],
  ["a vector of another length than is said", file(layer({ "a.bn.running_var": vector(8, 16, { shape: [3] }) })), /should have 12 bytes, the header gives it 8/],
  ["a vector with more room than it needs", file(layer({ "a.bn.running_var": vector(8, 24, { shape: [2] }) })), /should have 8 bytes, the header gives it 16/],
  ["averages without a variance", file({ "a.bn.running_mean": vector(0, 8) }), /none of its 1 tensors/],
  ["vectors of different lengths", file(layer({ "a.bn.weight": vector(16, 28) })), /differ in length: 2 and 3/],
  ["a matrix", file(layer({ "a.bn.weight": vector(16, 24, { shape: [1, 2] }) })), /shape \[1, 2\]/],
  ["an empty vector", file({ "a.running_mean": vector(0, 0), "a.running_var": vector(0, 0) }), /not one number for each channel/],
  ["a type that is not read", file(layer({ "a.bn.weight": vector(16, 24, { dtype: "F8_E4M3" }) })), /stored as F8_E4M3/],
  ["whole numbers as γ", file(layer({ "a.bn.weight": vector(16, 24, { dtype: "I32" }) })), /stored as I32/],
  ["a negative place", file(layer({ "a.bn.weight": vector(-8, 0) })), /does not say what/],
  ["an end before its beginning", file(layer({ "a.bn.weight": vector(24, 16, { shape: [2] }) })), /should have 8 bytes, the header gives it -8/],
  ["a tensor that is null", file(layer({ "a.bn.weight": null })), /does not say what/],
  ["a type that objects have already", file(layer({ "a.bn.weight": vector(16, 24, { dtype: "constructor" }) })), /stored as constructor/],
  ["several counts", file(layer({ "a.bn.num_batches_tracked": { dtype: "I64", shape: [2], data_offsets: [16, 32] } })), /not one number/],
  ["too many layers", file(Object.assign({}, ...Array.from({ length: 513 }, (_, k) => ({ [`${k}.running_mean`]: vector(0, 4), [`${k}.running_var`]: vector(4, 8) })))), /513 batch norm layers/],
  ["too many channels", file({ "a.running_mean": vector(0, 4 * 65_537), "a.running_var": vector(0, 4 * 65_537) }, 4 * 65_537), /65,537 channels/],
  ["an empty file", new File([], "a.safetensors"), /is empty/],
];

for (const [what, given, said] of WRONG) {
  test(`${what} gets a sentence`, async () => {
    await assert.rejects(read(given), (/** @type {Error} */ error) => {
      assert.match(error.message, said);
      assert.match(error.message, /\.$/);
      return true;
    });
  });
}

/** Numbers below 1 that are the same each time. */
function* chances(seed) {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

test("of 5,000 mutilated files each is read or gets a sentence", async () => {
  const header = JSON.stringify(layer({ "a.bn.weight": vector(16, 24), "a.bn.num_batches_tracked": { dtype: "I64", shape: [], data_offsets: [24, 32] } }));
  const whole = new Uint8Array(await file(header).arrayBuffer());
  const chance = chances(1);
  const below = (most) => Math.floor(/** @type {number} */ (chance.next().value) * most);
  const words = ['"F64"', '"BF16"', "-1", "1e999", "null", "[]", "{}", '"x"', "9007199254740993", "0", "[[2]]", "true", "}", '"__proto__"'];
  const ends = { read: 0, refused: 0 };
  for (let k = 0; k < 5000; k++) {
    let bytes = whole.slice();
    const kind = below(4);
    if (kind === 0) bytes = bytes.slice(0, below(bytes.length));
    if (kind === 1) for (let n = below(4); n >= 0; n--) bytes[below(bytes.length)] = below(256);
    if (kind >= 2) {
      const numbers = [...header.matchAll(/\d+|"[^"]*"|\[[^\]]*\]/g)];
      const { 0: old, index } = numbers[below(numbers.length)];
      const other = header.slice(0, index) + words[below(words.length)] + header.slice(index + old.length);
      bytes = new Uint8Array(await file(kind === 2 ? other : other.slice(below(20)), below(70)).arrayBuffer());
    }
    await read(new File([bytes], "model.safetensors")).then(
      () => ends.read++,
      (error) => {
        assert.ok(error instanceof Wrong, `${new TextDecoder().decode(bytes)}: ${error.stack}`);
        ends.refused++;
      },
    );
  }
  assert.ok(ends.read > 100 && ends.refused > 1000, JSON.stringify(ends));
});

test("a file is known by how it begins, whatever it is called", async () => {
  assert.equal((await read(file(layer(), 64, { name: "weights.bin" }))).layers.length, 1);
});

test("a small recording is sent whole, any other file's first bytes alone", async () => {
  assert.deepEqual(await read(new File(["PK12"], "a.npz")), { name: "a.npz", bytes: 4, file: btoa("PK12") });
  const pickle = await read(new File([new Uint8Array(10_000)], "a.pt"));
  assert.equal(atob(pickle.head).length, 4096);
  assert.equal(pickle.bytes, 10_000);
  await assert.rejects(read(new File([new Uint8Array(20_000_001)], "a.npz")), /at most 20 MB/);
});

test("base64 of many bytes", () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, k) => k % 251);
  assert.deepEqual(base64(bytes), Buffer.from(bytes).toString("base64"));
});

test("a long name is said by its ends", () => {
  assert.equal(short("a.safetensors"), "a.safetensors");
  assert.equal(short("x".repeat(1000)).length, 61);
});

// --- the area

function open(more = {}) {
  const part = shown(checkpoint);
  const unmount = part.answer(data(more));
  const said = () => part.root.querySelector(".said").textContent;
  const isProblem = () => part.root.querySelector(".said").classList.contains("problem");
  const drop = async (...files) => {
    const event = fire(part.root.querySelector(".area"), "drop", { dataTransfer: { types: ["Files"], files } });
    for (let k = 0; k < 20; k++) await settled();
    return event;
  };
  return { ...part, unmount, said, isProblem, drop };
}

test("a dropped file is read, sent with its number, and said until the answer is there", async () => {
  const { drop, told, said, answer, isProblem } = open();
  const event = await drop(file(layer()));
  assert.equal(event.prevented, true);
  assert.equal(told.length, 1);
  const [name, message] = told[0];
  assert.equal(name, "take");
  assert.equal(message.number, 1);
  assert.ok(message.sent > 100);
  assert.equal(said(), "Looking at model.safetensors …");
  answer(data({ said: "model.safetensors: 1 layer.", answered: 1, name: "model.safetensors" }));
  assert.equal(said(), "model.safetensors: 1 layer.");
  assert.equal(isProblem(), false);
});

test("files that are dropped together are sent as one", async () => {
  const { drop, told, said } = open();
  await drop(part(1, layer()), part(2, { "b.running_mean": vector(0, 8), "b.running_var": vector(8, 16) }));
  assert.equal(told.length, 1);
  assert.deepEqual([told[0][1].files, told[0][1].parts, told[0][1].layers.length], [2, 3, 2]);
  assert.equal(said(), "Looking at 2 files …");
});

test("a file that cannot be read is said here, and the server is not told", async () => {
  const { drop, told, said, isProblem } = open({ name: "good.safetensors", said: "good" });
  await drop(file("{oops"));
  assert.match(said(), /not JSON.* The picture stays that of the last file\.$/);
  assert.equal(isProblem(), true);
  assert.deepEqual(told, []);
});

test("a file that is gone before it is read gets a sentence", async () => {
  const { drop, said } = open();
  await drop({ name: "gone.safetensors", size: 100, slice: () => ({ arrayBuffer: () => Promise.reject(new Error("NotReadableError")) }) });
  assert.match(said(), /gone\.safetensors could not be read/);
});

test("of two files dropped at once the later one is sent", async () => {
  const { root, told } = open();
  const area = root.querySelector(".area");
  let let_go = () => {};
  const slow = { name: "slow.npz", size: 9, slice: () => ({ arrayBuffer: () => new Promise((done) => (let_go = () => done(new ArrayBuffer(9)))) }) };
  fire(area, "drop", { dataTransfer: { types: ["Files"], files: [slow] } });
  fire(area, "drop", { dataTransfer: { types: ["Files"], files: [file(layer())] } });
  for (let k = 0; k < 20; k++) {
    let_go();
    await settled();
  }
  assert.deepEqual(told.map(([, message]) => message.name), ["model.safetensors"]);
});

test("what the server says takes the place of what was said here", async () => {
  const { drop, answer, said, isProblem } = open();
  await drop(file("{oops"));
  answer(data({ said: "a.pt is a pickle.", problem: true, answered: 0 }));
  assert.equal(said(), "a.pt is a pickle.");
  assert.equal(isProblem(), true);
});

test("a file that misses the area does not replace the page, and other things may be dropped", () => {
  open();
  assert.equal(fire(page.document, "drop", { dataTransfer: { types: ["Files"], files: [] } }).prevented, true);
  assert.equal(fire(page.document, "drop", { dataTransfer: { types: ["text/plain"], files: [] } }).prevented, false);
});

test("the area shows that a file is over it, whichever element it is over", () => {
  const { root } = open();
  const area = root.querySelector(".area");
  const drag = (name) => fire(area, name, { dataTransfer: { types: ["Files"], files: [] } });
  drag("dragenter");
  drag("dragenter");
  drag("dragleave");
  assert.equal(area.classList.contains("over"), true);
  drag("dragleave");
  assert.equal(area.classList.contains("over"), false);
});

test("the way back is there for a reader's own file alone", () => {
  const { root, answer, told } = open();
  assert.equal(root.querySelector(".back").hidden, true);
  answer(data({ name: "own.safetensors" }));
  assert.equal(root.querySelector(".back").hidden, false);
  fire(root.querySelector(".back"), "click");
  assert.deepEqual(told, [["forget", true]]);
});

test("the button opens the browser's own dialog, and the same file can be chosen twice", async () => {
  const { root, told } = open();
  const input = root.querySelector("input");
  let opened = 0;
  Object.assign(input, { click: () => opened++, files: [file(layer())], value: "C:\\fakepath" });
  fire(root.querySelector(".choose"), "click");
  assert.equal(opened, 1);
  fire(input, "change");
  assert.equal(input.value, "");
  for (let k = 0; k < 20; k++) await settled();
  assert.equal(told.length, 1);
});

test("names of a file are text", async () => {
  const { drop, root } = open();
  await drop(new File(["{oops"], "<img src=x>.safetensors"));
  const words = root.querySelector(".said");
  assert.deepEqual(words.children.map((each) => each.tag), ["#text"]);
  assert.ok(words instanceof Node);
});
