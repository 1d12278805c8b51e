// The map: where a place lies, what a cell says and looks like, what choosing it asks, and how it follows the sliders.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Node, change, fire, grow, page, press, shown } from "./page.js";
import rateMap, { ink, placed, shade } from "../../assets/live/rate_map.js";

const map = (more = {}) => ({
  title: "Without batch norm", short: "without", color: "blue", marker: "circle", percents: [[10, 20, 30], [40, 50, 60]],
  diverged: [[false, false, true], [false, false, false]], covered: false, ...more,
});
const data = (more = {}) => ({
  rates: [-1, 0, 0.5], names: ["0.1", "1", "3"], depths: [1, 4], maps: [map(), map({ title: "With batch norm", short: "with" })],
  now: [0, 1], marks: [], sliders: ["rate", "depth"], note: "computed beforehand", ...more,
});

function open(more = {}) {
  const part = shown(rateMap);
  const unmount = part.answer(data(more));
  const cell = (row, column, k = 0) => part.root.querySelector(`[data-map="${k}"] [data-row="${row}"][data-column="${column}"]`);
  const rings = () => part.root.querySelectorAll(".now").map((ring) => ring.getAttribute("style"));
  const selected = () => part.root.querySelectorAll('[aria-selected="true"]').map((each) => `${each.dataset.row} ${each.dataset.column}`);
  const tabs = () => part.root.querySelectorAll('[role="gridcell"]').filter((each) => each.tabIndex === 0);
  return { ...part, unmount, cell, rings, selected, tabs, said: () => part.root.querySelector(".readout").textContent };
}

test("between two rates or depths a place lies in proportion, and beyond the ends half a cell outside", () => {
  const at = (rate, depth) => placed(data(), [rate, depth]);
  assert.deepEqual(at(-1, 1), [0, 0]);
  assert.deepEqual(at(0.25, 2), [1 / 3, 1.5]);
  assert.deepEqual(at(0.5, 4), [1, 2]);
  assert.deepEqual(at(-3, 10), [1.5, -0.5]);
  assert.deepEqual(at(2, 1), [0, 2.5]);
});

test("a cell has its number or a cross, its color, and says all of it", () => {
  const { cell } = open();
  assert.equal(cell(1, 0).textContent, "40");
  assert.equal(cell(0, 2).textContent, "✗");
  assert.equal(cell(1, 0).properties["--shade"], `rgb(${shade(40)})`);
  assert.equal(cell(1, 0).getAttribute("aria-label"), "η = 0.1, 4 layers: without 40%.");
  assert.equal(cell(0, 2, 1).getAttribute("aria-label"), "η = 3, 1 layer: with diverged.");
});

test("the deepest networks stand at the top", () => {
  const rows = open().root.querySelectorAll('[data-map="0"] [role="rowheader"]').map((each) => each.textContent);
  assert.deepEqual(rows, ["4", "1"]);
});

test("every number can be read on its color, and colors grow lighter", () => {
  const light = ([red, green, blue]) => {
    const linear = [red, green, blue].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  let before = -1;
  for (let percent = 0; percent <= 100; percent++) {
    const own = light(shade(percent));
    const text = ink(shade(percent)) === "#fff" ? 1 : 0;
    const ratio = (Math.max(own, text) + 0.05) / (Math.min(own, text) + 0.05);
    assert.ok(ratio >= 4.5, `${percent}%: ${ratio}`);
    assert.ok(own > before);
    before = own;
  }
});

test("where the sliders stand is marked in both maps, and said", () => {
  const { rings, selected, said } = open();
  assert.deepEqual(rings(), Array(2).fill("left: 50.00%; top: 75.00%"));
  assert.deepEqual(selected(), ["0 1", "0 1"]);
  assert.equal(said(), "η = 1, 1 layer: without 20%, with 20%.");
});

test("between the cells no cell is marked, and the ring says where", () => {
  const { rings, selected, said } = open({ now: [0.25, 2] });
  assert.deepEqual(rings(), Array(2).fill("left: 66.67%; top: 58.33%"));
  assert.deepEqual(selected(), []);
  assert.equal(said(), "η = 1.78, 2 layers: between the cells.");
});

test("choosing a cell marks it at once and asks the server", () => {
  const { cell, rings, selected, told, tabs } = open();
  fire(cell(1, 2, 1), "click");
  assert.deepEqual(told, [["choose", [1, 2]]]);
  assert.deepEqual(selected(), ["1 2", "1 2"]);
  assert.deepEqual(rings(), Array(2).fill("left: 83.33%; top: 25.00%"));
  assert.deepEqual(tabs(), [cell(1, 2, 1)]);
});

test("an answer that comes late does not take the mark back, and the last one is taken", () => {
  const { answer, cell, selected } = open();
  fire(cell(1, 2), "click");
  fire(cell(1, 0), "click");
  for (const late of [[0, 1], [0.5, 4]]) {
    answer(data({ now: late }));
    assert.equal(selected()[0], "1 0");
  }
  answer(data({ now: [-1, 4] }));
  answer(data({ now: [0.5, 1] }));
  assert.equal(selected()[0], "0 2");
});

test("Tab reaches one cell of both maps, arrow keys lead through them as through one, Enter and space choose", () => {
  const { cell, told, tabs, said } = open();
  assert.deepEqual(tabs(), [cell(0, 1)]);
  for (const [key, from, to] of [
    ["ArrowRight", [0, 1, 0], [0, 2, 0]],
    ["ArrowRight", [0, 2, 0], [0, 0, 1]],
    ["ArrowUp", [0, 0, 1], [1, 0, 1]],
    ["ArrowUp", [1, 0, 1], [1, 0, 1]],
    ["Home", [1, 0, 1], [1, 0, 0]],
    ["End", [1, 0, 0], [1, 2, 1]],
    ["PageDown", [1, 2, 1], [0, 2, 1]],
  ]) {
    assert.equal(press(cell(...from), key).prevented, true);
    assert.deepEqual(tabs(), [cell(...to)], key);
    assert.equal(page.focused, cell(...to));
  }
  assert.equal(said(), "η = 3, 1 layer: without diverged, with diverged.", "of the cell that has the focus");
  assert.deepEqual(told, []);
  for (const key of ["Enter", " "]) assert.equal(press(cell(0, 2, 1), key).prevented, true);
  assert.deepEqual(told, Array(2).fill(["choose", [0, 2]]));
});

test("a key of the browser's own and any other are left alone", () => {
  const { cell, told } = open();
  assert.equal(press(cell(0, 1), "ArrowLeft", { altKey: true }).prevented, false);
  assert.equal(press(cell(0, 1), "a").prevented, false);
  assert.equal(press(cell(0, 1), "Enter", { ctrlKey: true }).prevented, false);
  assert.deepEqual(told, []);
});

test("pointing at a cell says what is known of it, until the pointer leaves", () => {
  const { root, cell, said } = open();
  fire(cell(1, 1), "pointerover");
  assert.equal(said(), "η = 1, 4 layers: without 50%, with 50%.");
  fire(root, "pointerleave");
  assert.equal(said(), "η = 1, 1 layer: without 20%, with 20%.");
});

test("the reader's runs leave a dot in both maps, and the cell says the latest of them", () => {
  const marks = [{ at: [0, 1], words: "One." }, { at: [0.1, 1], words: "Two." }, { at: [-1, 4], words: "Three." }];
  const { root, cell, said } = open({ marks });
  const dots = root.querySelectorAll(".dots i").map((dot) => dot.getAttribute("style"));
  assert.deepEqual(dots.slice(0, 3), ["left: 50.00%; top: 75.00%", "left: 56.67%; top: 75.00%", "left: 16.67%; top: 25.00%"]);
  assert.equal(dots.length, 6);
  assert.match(said(), /with 20%. Two.$/);
  assert.match(cell(1, 0, 1).getAttribute("aria-label"), /^η = 0.1, 4 layers: with 40%. Three.$/);
});

test("a covered map shows and says nothing of its cells, but they can be chosen", () => {
  const nothing = [[null, null, null], [null, null, null]];
  const { root, cell, said, told } = open({ maps: [map(), map({ title: "With", short: "with", percents: nothing, covered: true })] });
  assert.equal(root.querySelectorAll('[data-map="1"] [role="gridcell"]').map((each) => each.textContent).join(""), "");
  assert.equal(cell(1, 1, 1).getAttribute("aria-label"), "η = 1, 4 layers: with: predict first.");
  assert.equal(said(), "η = 1, 1 layer: without 20%, with: predict first.");
  assert.equal(cell(1, 1, 1).classList.contains("unknown"), true);
  fire(cell(1, 1, 1), "click");
  assert.deepEqual(told, [["choose", [1, 1]]]);
});

function sliders(t) {
  const made = ["rate", "depth"].map((key, i) => {
    const input = new Node("input");
    input.setAttribute("type", "range");
    input.setAttribute("value", String([0, 1][i]));
    const host = new Node();
    host.className = `st-key-${key}`;
    host.append(input);
    page.document.append(host);
    t.after(() => host.remove());
    return input;
  });
  return made;
}

test("while a slider is held the ring goes along, and the server is asked nothing", (t) => {
  const [rate, depth] = sliders(t);
  const { rings, told, unmount, root } = open();
  change(rate, "value", "0.25");
  assert.equal(rings()[0], "left: 66.67%; top: 75.00%");
  change(depth, "value", "4");
  assert.equal(rings()[0], "left: 66.67%; top: 25.00%");
  assert.deepEqual(told, []);
  root.isConnected = false;
  unmount();
  change(depth, "value", "1");
  assert.equal(rings()[0], "left: 66.67%; top: 25.00%", "who has gone follows nobody");
});

test("sliders that come later are followed", (t) => {
  const { rings } = open();
  const [rate] = sliders(t);
  grow();
  change(rate, "value", "0.5");
  assert.equal(rings()[0], "left: 83.33%; top: 75.00%");
});
