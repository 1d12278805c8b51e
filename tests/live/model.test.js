// The picture of a model: where bars, marks and the line of a channel stand, what is said of it, and how it is reached.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";

import { draw, fire, press, shown } from "./page.js";
import model, { placed, unpacked } from "../../assets/live/model.js";

const row = (more = {}) => ({ name: "moving mean", symbol: "μ", of: "x", low: -2, high: 2, log: false, ticks: [[0.5, "0"]], bars: "0_00" + "0Z0Z", ...more });

/** The upper three bytes of each number, as Python packs them. */
function packed(...numbers) {
  const bytes = new Uint8Array(Float32Array.from(numbers).buffer);
  return Buffer.from(bytes.filter((_, k) => k % 4)).toString("base64");
}

const some = { layer: 0, picked: "", lacks: [], values: packed(-1, 0, 1, 0.5, 0.25, 2, 1, -3, 0, 0.5, 0.5, 0.5) };
const others = { layer: 1, lacks: [], picked: Buffer.from(Uint16Array.of(7, 300).buffer).toString("base64"), values: packed(1.5, -0.5, 1, 1, 2, 2, 0, 0) };
const data = (more = {}) => ({
  id: "one", about: "2 batch norm layers", names: ["first.bn", "last.bn"], counts: [3, 1200], eps: [0, 0], bins: 4,
  rows: [row(), row({ name: "its size, all in all", symbol: "gain", of: "gain", low: -1, high: 1, log: true })],
  marks: [{ layer: 1, certainty: "strong sign", words: "Few batches" }], channels: [some], first: [0, 1], ...more,
});

function open(more = {}) {
  const part = shown(model);
  const unmount = part.answer(data(more));
  const live = part.root.live;
  live.width = 600; // nothing has a size on this page
  part.answer(data({ ...more, id: "before" }));
  part.answer(data(more));
  const picture = part.root.querySelector(".picture");
  const at = (x, y) => {
    fire(picture, "pointermove", { clientX: x, clientY: y });
    draw();
  };
  const key = (name) => {
    const event = press(picture, name);
    draw();
    return event;
  };
  const where = () => part.root.querySelector(".where").textContent;
  const numbers = () => part.root.querySelector(".numbers").textContent;
  return { ...part, unmount, live, picture, at, key, where, numbers };
}

const later = (ms) => new Promise((done) => setTimeout(done, ms));

test("it opens on the channel that was found first, with its numbers and a line through all rows", () => {
  const { where, numbers, root, picture } = open();
  assert.equal(where(), "Layer 1 of 2, “first.bn”, 3 channels");
  assert.equal(numbers(), "Channel 1: μ 0.000 · gain 12.000");
  assert.equal(root.querySelectorAll(".line .dot").length, 2);
  assert.equal(root.querySelectorAll(".line .through").length, 1);
  assert.equal(picture.getAttribute("aria-valuetext"), `${where()}. ${numbers()}. In front: moving mean`);
});

test("numbers that are packed keep four digits, zeros and what is none", () => {
  const { picked, by } = unpacked({ layer: 0, picked: "", lacks: ["γ"], values: packed(NaN, Infinity, 1.2346, 0, NaN, NaN, 0.1, 1e-30) }, 2, 1e-5);
  assert.deepEqual([...picked], [0, 1]);
  assert.ok(Number.isNaN(by["μ"][0]));
  assert.equal(by["μ"][1], Infinity);
  assert.ok(Math.abs(by["σ"][0] - 1.2346) < 1e-4);
  assert.equal(by["σ"][1], 0);
  assert.ok(Math.abs(by.gain[0] - 1 / 1.2346) < 1e-3, "without γ it is 1");
  const gainOf = (mean, root, gamma) => unpacked({ layer: 0, picked: "", lacks: [], values: packed(mean, root, gamma, 0) }, 1, 1e-4).by.gain[0];
  assert.equal(gainOf(0, 1, -0), 0, "γ is 0");
  assert.ok(Number.isNaN(gainOf(0, 1, NaN)), "γ is no number");
  assert.ok(Math.abs(gainOf(0, 0, 1) - 100) < 1e-3, "ε bounds it");
  assert.ok(Math.abs(gainOf(0, -0.005, 1) - 1 / Math.sqrt(7.5e-5)) < 1e-2, "a variance a little below 0, which ε makes up for");
  assert.ok(Math.abs(by["β"][1] / 1e-30 - 1) < 1e-4);
});

test("a place on an axis, and at its ends what lies beyond", () => {
  assert.equal(placed(row(), 0), 0.5);
  assert.equal(placed(row(), 99), 1);
  assert.equal(placed(row({ log: true }), 1), 0.5);
  assert.equal(placed(row({ log: true }), 0), 0);
  assert.equal(placed(row(), Infinity), 1);
});

test("each layer has its bars, and what was found has its own shape", () => {
  const { root } = open();
  const bars = root.querySelectorAll(".bars")[0].getAttribute("d");
  assert.equal(bars.match(/M/g).length, 3, "one bar in the first layer, two in the other");
  const [mark] = root.querySelectorAll(".mark");
  assert.equal(mark.className, "mark strong");
  assert.match(mark.getAttribute("d"), /^M0-6L6 0L0 6/);
});

test("the pointer takes the channel nearest to it in the row that it is over", () => {
  const { at, numbers } = open();
  at(100, 40);
  assert.match(numbers(), /^Channel 2: μ 1\.000/);
  at(100, 108);
  assert.match(numbers(), /^Channel 0: μ −1\.000/);
});

test("above and below the rows a layer is pointed at, and the row in front stays", () => {
  const { at, where, picture } = open();
  at(100, 128);
  at(500, 5);
  assert.match(where(), /^Layer 2/);
  assert.match(picture.getAttribute("aria-valuetext"), /In front: its size/);
  at(100, 4000);
  assert.match(where(), /^Layer 1/);
  at(10, 60);
  assert.match(where(), /^Layer 1/, "beside the layers nothing is pointed at");
});

test("arrows go through channels in the order of the row in front, and not beyond its ends", () => {
  const { key, numbers, picture } = open();
  assert.equal(key("ArrowUp").prevented, true);
  assert.match(numbers(), /^Channel 2/);
  key("ArrowUp");
  assert.match(numbers(), /^Channel 2/);
  key("PageDown");
  assert.match(picture.getAttribute("aria-valuetext"), /In front: its size, all in all$/);
  key("ArrowUp");
  assert.match(numbers(), /^Channel 0/);
  key("ArrowUp");
  assert.match(numbers(), /^Channel 1/, "its gain is the largest");
  key("PageUp");
  key("ArrowDown");
  assert.match(numbers(), /^Channel 0/);
  assert.equal(press(picture, "ArrowLeft", { altKey: true }).prevented, false);
});

test("a layer whose channels are not here asks for them once the reader rests there", async () => {
  const { key, told, where, numbers, answer } = open();
  key("End");
  assert.match(where(), /^Layer 2 of 2, “last\.bn”, 1,200 channels · ◆ strong sign: Few batches/);
  assert.match(numbers(), /rest/);
  key("Home");
  key("ArrowRight");
  await later(180);
  assert.deepEqual(told, [["ask", ["one", 1]]]);
  answer(data({ channels: [others] }));
  assert.match(where(), /\(2 of them can be pointed at\)$/);
  assert.match(numbers(), /^Channel 300: μ −0\.500/, "that nearest to where the reader was");
  key("ArrowLeft");
  assert.match(numbers(), /^Channel 1/, "those that came before are still here");
});

test("a channel that was to come is forgotten where the reader has gone to another layer meanwhile", () => {
  const { key, answer, numbers } = open({ first: [1, 7] });
  key("Home");
  key("End");
  answer(data({ channels: [others], first: [1, 7] }));
  assert.match(numbers(), /^Channel 300/, "nearest to the middle, where the reader was");
});

test("another model forgets the channels of the one before, and an answer to the same does not move the reader", () => {
  const { key, answer, where, numbers, live } = open();
  key("End");
  answer(data());
  assert.match(where(), /^Layer 2/);
  answer(data({ id: "two", channels: [others], first: [1, 7] }));
  assert.match(where(), /^Layer 2/);
  assert.deepEqual([...live.known.keys()], [1]);
  assert.match(numbers(), /^Channel 7/);
});

test("names of a file are text", () => {
  const { root } = open({ names: ["<img src=x>", "b"] });
  assert.match(root.querySelector(".where").textContent, /<img src=x>/);
  assert.equal(root.querySelectorAll("img").length, 0);
});

test("what is no number is said so, with its reason, and has no dot", () => {
  const { numbers, root } = open({ channels: [{ ...some, values: packed(NaN, NaN, NaN, ...Array(9).fill(1)) }] });
  assert.match(numbers(), /μ NaN · gain 1\.000$/);
  assert.equal(root.querySelectorAll(".line .dot").length, 1);
  const rows = ["σ", "γ", "gain", "off"].map((symbol) => row({ name: symbol, symbol }));
  const channels = [{ ...some, lacks: ["γ"], values: packed(1, 1, 1, -0.5, -0.5, -0.5, ...Array(9).fill(NaN)) }];
  const none = open({ channels, rows });
  assert.equal(none.numbers(), "Channel 1: σ not defined: the variance is negative · γ none · gain not defined: the output is NaN · off not defined: the output is NaN");
  assert.equal(none.root.querySelectorAll(".line .dot").length, 0);
  assert.deepEqual([...none.root.querySelectorAll(".line .value")].map((each) => each.textContent), ["notdefined", "none", "notdefined", "notdefined"]);
  const bare = open({ channels: [{ ...channels[0], lacks: ["γ", "off"] }], rows });
  assert.match(bare.numbers(), /off not recorded$/);
});

test("a channel's numbers stand beside the picture and hide none of its bars", () => {
  const { root, live } = open();
  const right = Math.max(...root.querySelectorAll(".bars").flatMap((each) => [...each.getAttribute("d").matchAll(/M([\d.]+) [\d.]+h([\d.]+)/g)].map(([, x, width]) => Number(x) + Number(width))));
  for (const value of root.querySelectorAll(".line .value")) assert.ok(right < Number(value.getAttribute("x")) && Number(value.getAttribute("x")) < live.width);
});
