// What the live components share: numbers, ticks, keys of a grid, late answers.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Live, Wishes, clamp, fixed, gridKey, ink, mount, operand, rounded, shortest, ticks } from "../../assets/live/shared.js";

const key = (name, held = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...held });

test("a number has fixed decimals, or a power of ten", () => {
  const written = [
    [0, "0.000"],
    [-0, "0.000"],
    [-1e-13, "0.000"],
    [0.0625, "0.063"],
    [-0.0625, "−0.063"],
    [-2.0006, "−2.001"],
    [0.001, "0.001"],
    [0.0009, "9.00e−4"],
    [999999, "999999.000"],
    [1e6, "1.00e6"],
    [-1.23456e9, "−1.23e9"],
    [Infinity, "∞"],
    [-Infinity, "−∞"],
    [NaN, "nan"],
  ];
  for (const [value, text] of written) assert.equal(fixed(value), text);
  assert.equal(fixed(1 / 3, 6), "0.333333");
});

test("a number has the fewest digits that read back the same", () => {
  const written = [
    [15.85, "15.85"],
    [3, "3"],
    [-0, "0"],
    [-0.5, "-0.5"],
    [1e-5, "1e-05"],
    [0.0001, "0.0001"],
    [1e15, "1000000000000000"],
    [1e16, "1e+16"],
    [123456.789, "123456.789"],
  ];
  for (const [value, text] of written) assert.equal(shortest(value), text);
});

test("a negative number after an operator stands in parentheses, whichever minus it has", () => {
  assert.deepEqual(["1", "-1", "−1"].map(operand), ["1", "(-1)", "(−1)"]);
});

test("rounding to a power of ten leaves no digits behind", () => {
  assert.equal(rounded(0.30000000000000004, 0.1), 0.3);
  assert.equal(rounded(1234, 100), 1200);
  assert.deepEqual([2.5, -2.5, 1.49].map((value) => rounded(value, 1)), [3, -2, 1], "halves go up");
  assert.ok(Object.is(rounded(-0.04, 0.1), 0));
});

test("clamping stays between the ends", () => {
  assert.deepEqual([-2, 0.5, 2].map((value) => clamp(value, -1, 1)), [-1, 0.5, 1]);
});

test("ticks are round numbers from end to end", () => {
  assert.deepEqual(ticks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks(-3, 3, 5), [-2, 0, 2]);
  assert.deepEqual(ticks(0, 200, 5), [0, 50, 100, 150, 200]);
  assert.deepEqual(ticks(0.07, 0.1, 3), [0.07, 0.08, 0.09, 0.1], "the first is there however it divides");
  assert.deepEqual(ticks(0.1, 0.4, 3), [0.1, 0.2, 0.3, 0.4], "and so is the step");
});

test("a key leads to a cell of the grid, and not out of it", () => {
  const places = ["ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight", "Home", "End", "PageUp", "PageDown"];
  const reached = places.map((name) => gridKey(key(name), [0, 1], 3, 4));
  assert.deepEqual(reached, [[0, 1], [0, 0], [1, 1], [0, 2], [0, 0], [0, 3], [0, 1], [2, 1]]);
  assert.equal(gridKey(key("a"), [0, 1], 3, 4), null);
  assert.deepEqual(["ArrowDown", "PageDown"].map((name) => gridKey(key(name), [3, 0], 5, 1)), [[4, 0], [4, 0]], "where rows are more");
});

test("a key of the browser's own leads nowhere: Alt and left goes back a page", () => {
  for (const held of ["altKey", "ctrlKey", "metaKey"]) assert.equal(gridKey(key("ArrowLeft", { [held]: true }), [0, 1], 3, 4), null);
});

test("an answer to what the reader has moved on from is late, the last one is not", () => {
  const wishes = new Wishes();
  wishes.add([0, 0], [0, 1]);
  wishes.add([0, 1], [0, 2]);
  assert.equal(wishes.outdate([0, 0]), true);
  assert.equal(wishes.outdate([0, 1]), true);
  assert.equal(wishes.outdate([0, 2]), false);
  assert.equal(wishes.outdate([0, 1]), false, "nothing is open any more");
});

test("what the server decides by itself is no late answer", () => {
  const wishes = new Wishes();
  wishes.add([0, 0], [0, 1]);
  assert.equal(wishes.outdate([5, 5]), false);
  assert.equal(wishes.outdate([0, 0]), false, "the wish is forgotten");
});

test("what a part has started ends with it", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const part = new Live(/** @type {any} */ ({}), {});
  const target = new EventTarget();
  const heard = [];
  part.on(target, "said", () => heard.push("said"));
  part.timer().start(100, () => heard.push("rested"));
  target.dispatchEvent(new Event("said"));
  part.destroy();
  target.dispatchEvent(new Event("said"));
  t.mock.timers.tick(1000);
  assert.deepEqual(heard, ["said"]);
  assert.equal(part.gone, true);
});

test("a timer that is started anew acts once", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const timer = new Live(/** @type {any} */ ({}), {}).timer();
  const heard = [];
  timer.start(100, () => heard.push("first"));
  t.mock.timers.tick(60);
  timer.start(100, () => heard.push("second"));
  assert.equal(timer.running, true);
  t.mock.timers.tick(99);
  assert.deepEqual(heard, []);
  t.mock.timers.tick(1);
  assert.deepEqual(heard, ["second"]);
  assert.equal(timer.running, false);
});

test("a part lives on while its element is there, mounted again or not, and ends when the element goes", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const root = /** @type {any} */ ({ isConnected: true });
  const show = mount(Live);
  const answer = (data) => show({ parentElement: /** @type {any} */ ({ querySelector: () => root }), data: [data], setTriggerValue: () => {} });
  const unmount = answer(1);
  const part = root.live;
  unmount();
  t.mock.timers.tick(10_000);
  const again = answer(2);
  t.mock.timers.tick(10_000);
  assert.equal(root.live, part);
  assert.equal(part.data, 2);
  assert.equal(part.gone, false);
  again();
  root.isConnected = false;
  t.mock.timers.tick(1_000);
  assert.equal(part.gone, true);
  assert.equal(root.live, undefined);
});

test("a color can be another one in the dark; words and shades are as they are", () => {
  assert.equal(ink("#0072B2"), "var(--ink-0072b2, #0072B2)");
  assert.equal(ink("rgba(0,0,0,0.1)"), "rgba(0,0,0,0.1)");
  assert.equal(ink(undefined), "currentcolor");
});
