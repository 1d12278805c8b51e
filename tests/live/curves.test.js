// Curves: where a value is drawn, which values are read off and by which keys, and what the names at the ends do.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fire, press, shown } from "./page.js";
import curves, { across, names, nearest, path, up, value } from "../../assets/live/curves.js";

const curve = (more = {}) => ({
  name: "with", label: "with", color: "blue", dash: "", marker: "circle", x: [0, 5, 10], y: [3, null, -0.126], low: [], high: [], ...more,
});
const panel = (more = {}) => ({
  title: "Loss", x_axis: [0, 10], y_axis: [-1, 3], x_name: "step", curves: [curve()], about: "", unit: "", digits: 2, rules: [],
  logarithmic: false, ...more,
});
const frame = (more = {}) => ({ panel: panel(more), left: 100, right: 300, top: 10, bottom: 210 });

test("a place lies between the ends of the axis as its number does", () => {
  assert.deepEqual([0, 5, 10].map((x) => across(frame(), x)), [100, 200, 300]);
  assert.deepEqual([-1, 1, 3].map((y) => up(frame(), y)), [210, 110, 10]);
});

test("what lies outside of the axis is drawn at its edge", () => {
  assert.deepEqual([-7, 99].map((y) => up(frame(), y)), [210, 10]);
});

test("on a logarithmic axis each power of ten has the same height, and what is not above 0 lies at the bottom", () => {
  const powers = frame({ logarithmic: true, y_axis: [0.01, 100] });
  [[0.01, 210], [0.1, 160], [1, 110], [100, 10], [0, 210], [-1, 210]].forEach(([y, height]) => {
    assert.ok(Math.abs(up(powers, y) - height) < 1e-9, `${y}`);
  });
});

test("a missing value leaves a gap", () => {
  const three = [0, 5, 10];
  assert.equal(path(frame(), three, [1, 1, 1]), "M100.0,110.0L200.0,110.0L300.0,110.0");
  assert.equal(path(frame(), three, [1, null, 1]), "M100.0,110.0M300.0,110.0");
  assert.equal(path(frame(), [0], [1], true), "L100.0,110.0");
});

test("the nearest place is one that some curve of the panel has", () => {
  const two = panel({ curves: [curve(), curve({ x: [7], y: [1] })] });
  assert.deepEqual([-3, 2, 6.5, 99].map((x) => nearest(two, x)), [0, 0, 7, 10]);
  assert.equal(nearest(panel({ curves: [] }), 1), null);
});

test("a value is said with its digits, its unit and a real minus, and a missing one is not", () => {
  const said = (x, more = {}) => value(panel(more), panel(more).curves[0], x).map((each) => each.text);
  assert.deepEqual(said(10), ["with −0.13"]);
  assert.deepEqual(said(10, { digits: 0, unit: "%" }), ["with −0%"]);
  assert.deepEqual(said(5), []);
  assert.deepEqual(said(7), []);
  assert.deepEqual(said(0, { digits: -1, curves: [curve({ y: [12345.6] })] }), ["with 12300"]);
  assert.deepEqual(said(0, { curves: [curve({ low: [2, 0, 0], high: [null, 0, 0] })] }), ["with 3.00 (2.00 to —)"]);
});

test("names at the ends are pushed apart where they would overlap, and stay above the bottom", () => {
  const placed = (...heights) => {
    const ends = heights.map((y) => ({ curve: curve({ label: `from ${y}` }), x: 300, y }));
    return names(frame(), [...ends, null]).map((each) => [each.textContent, Number(each.getAttribute("y")) - 4]);
  };
  assert.deepEqual(placed(100, 50), [["from 50", 50], ["from 100", 100]]);
  assert.deepEqual(placed(102, 101, 100), [["from 100", 100], ["from 101", 115], ["from 102", 130]]);
  assert.deepEqual(placed(205, 200, 50), [["from 50", 45], ["from 200", 195], ["from 205", 210]], "all move up with the lowest");
});

function read(more = {}) {
  const part = shown(curves);
  part.answer({ height: 260, panels: [panel({ curves: [curve({ x: [0, 5, 10], y: [3, 2, 1] })] })], ...more });
  const reader = part.root.querySelector(".reader");
  return { ...part, reader, now: () => reader.getAttribute("aria-valuetext") };
}

test("arrow keys read the values off, from the last one on and not beyond the ends", () => {
  const { reader, now } = read();
  assert.match(now(), /no step chosen/);
  for (const [key, said] of [
    ["ArrowLeft", "step 5: with 2.00"],
    ["Home", "step 0: with 3.00"],
    ["ArrowDown", "step 0: with 3.00"],
    ["ArrowUp", "step 5: with 2.00"],
    ["PageUp", "step 10: with 1.00"],
    ["ArrowRight", "step 10: with 1.00"],
    ["PageDown", "step 0: with 3.00"],
    ["End", "step 10: with 1.00"],
  ]) {
    assert.equal(press(reader, key).prevented, true);
    assert.equal(now(), said, key);
  }
  press(reader, "Escape");
  assert.match(now(), /no step chosen/);
});

test("by a page it goes ten places at once", () => {
  const { reader, now } = read({ panels: [panel({ curves: [curve({ x: [...Array(25).keys()], y: Array(25).fill(1) })] })] });
  press(reader, "Home");
  press(reader, "PageUp");
  assert.match(now(), /^step 10:/);
  press(reader, "End");
  press(reader, "PageDown");
  assert.match(now(), /^step 14:/);
});

test("a key of the browser's own and any other are left alone", () => {
  const { reader, now } = read();
  assert.equal(press(reader, "ArrowLeft", { altKey: true }).prevented, false);
  assert.equal(press(reader, "a").prevented, false);
  assert.match(now(), /no step chosen/);
});

test("pointing reads off where the pointer is, until it leaves", () => {
  const { root, reader, now } = read();
  reader.clientWidth = 600; // the axis reaches from 44 to 600 - 92
  fire(reader, "pointermove", { offsetX: 44 + 0.6 * (508 - 44) });
  assert.equal(now(), "step 5: with 2.00");
  assert.equal(root.querySelector(".readout").textContent, "step 5: with 2.00");
  fire(reader, "pointerleave");
  assert.equal(root.querySelector(".readout").textContent, "");
});

test("where values are read off stays there when points arrive", () => {
  const { root, answer, reader, now } = read();
  press(reader, "Home");
  answer({ height: 260, panels: [panel({ curves: [curve({ x: [0, 5, 10, 15], y: [3, 2, 1, 0] })] })] });
  assert.equal(root.querySelector(".reader"), reader);
  assert.equal(now(), "step 0: with 3.00");
});

function growing(run, y, more = {}) {
  const x = y.map((_, i) => i * 5);
  return { height: 260, run, growing: true, panels: [panel({ curves: [curve({ x, y })], ...more })] };
}

function followed() {
  const part = shown(curves);
  const ghosts = () => part.root.querySelectorAll(".ghost").map((each) => each.getAttribute("d"));
  const lines = () => part.root.querySelectorAll(".line").map((each) => each.getAttribute("d"));
  return { ...part, ghosts, lines, legend: () => part.root.querySelector(".legend").textContent };
}

test("the curves of the run before stay, dotted and named, until the new run has come", () => {
  const { root, answer, ghosts, lines, legend } = followed();
  answer(growing("one", [3, 2, 1]));
  assert.deepEqual([ghosts(), legend()], [[], ""]);
  const [before] = lines();
  answer(growing("two", [3]));
  assert.deepEqual([ghosts(), legend()], [[before], "Dotted: the run before"]);
  assert.match(root.querySelector("svg").getAttribute("aria-label"), /Dotted: the run before/);
  answer(growing("two", [3, 1]));
  assert.deepEqual(ghosts(), [before]);
  answer({ ...growing("two", [3, 1, 0]), growing: false });
  assert.deepEqual([ghosts(), legend()], [[], ""]);
});

test("values are read off the new run alone", () => {
  const { root, answer } = followed();
  answer(growing("one", [3, 2, 1]));
  answer(growing("two", [0]));
  const reader = root.querySelector(".reader");
  press(reader, "End");
  assert.equal(reader.getAttribute("aria-valuetext"), "step 0: with 0.00");
});

test("a run that begins anew stands beside its own dotted curves", () => {
  const { answer, ghosts } = followed();
  answer(growing("one", [3, 2, 1]));
  answer(growing("one", [3]));
  assert.equal(ghosts().length, 1);
});

test("while the new run has no point, another run that is asked for does not take the dotted curves away", () => {
  const { answer, ghosts, lines } = followed();
  answer(growing("one", [3, 2, 1]));
  const [before] = lines();
  answer(growing("two", []));
  answer(growing("three", []));
  assert.deepEqual(ghosts(), [before]);
});

test("on another axis the curves of the run before would lie, and are left out", () => {
  const { answer, ghosts, legend } = followed();
  answer(growing("one", [3, 2, 1]));
  answer(growing("two", [3], { x_axis: [0, 99] }));
  assert.deepEqual([ghosts(), legend()], [[], ""]);
});

test("a run that was remembered comes as a whole, without the one before", () => {
  const { answer, ghosts } = followed();
  answer(growing("one", [3, 2, 1]));
  answer({ ...growing("two", [3, 2]), growing: false });
  assert.deepEqual(ghosts(), []);
});
