// What the stage previews while something is held, and what it tells the server of it, and when.

import assert from "node:assert/strict";
import { test } from "node:test";

import { draw, fire, page, press, shown } from "./page.js";
import stage, { between, count, moments, others, preview } from "../../assets/live/stage.js";

test("mean, standard deviation (÷ N) and distances", () => {
  const { mean, spread, centered } = moments([2, 4, 6, 8]);
  assert.equal(mean, 5);
  assert.ok(Math.abs(spread - Math.sqrt(5)) < 1e-15);
  assert.deepEqual(centered, [-3, -1, 1, 3]);
});

test("values far from zero keep their digits, and a constant has no spread", () => {
  const far = moments([1e9, 1e9 + 1, 1e9 + 2]);
  assert.equal(far.mean, 1e9 + 1);
  assert.ok(Math.abs(far.spread - Math.sqrt(2 / 3)) < 1e-15);
  assert.equal(moments([0.1, 0.1, 0.1]).spread, 0);
});

test("the squares of tiny numbers do not vanish", () => {
  assert.ok(Math.abs(moments([1e-200, 3e-200]).spread / 1e-200 - 1) < 1e-12);
});

test("every value lies in one bin", () => {
  assert.deepEqual(count([0, 1, 2, 3], 3), [1, 1, 2]);
  assert.deepEqual(count([7, 7, 7], 2), [3, 0]);
});

const feature = {
  x: [1, 3], x_hat: [-1, 1], y: [-1, 3], mean: 2, std: 1, spread: 1, gamma: 2, beta: 1, counts: [1, 1], summaries: [[2, 1], [0, 1], [1, 2]],
};
const settings = { training: true, eps: 0, undone: false };
const moved = (change, more = {}) => preview(/** @type {any} */ (feature), /** @type {any} */ (change), /** @type {any} */ ({ ...settings, ...more }));

test("an input that moves in training takes mean and deviation along, and ε counts under the root", () => {
  const { x, x_hat, y, mean, spread, std, counts } = moved({ kind: "x", row: 1, value: 7 }, { eps: 27 });
  assert.deepEqual([x, mean, spread, std], [[1, 7], 4, 3, 6]);
  assert.deepEqual(x_hat, [-0.5, 0.5]);
  assert.deepEqual(y, [0, 2]);
  assert.deepEqual(counts, [1, 1]);
  assert.deepEqual(feature.x, [1, 3], "the server's numbers stay");
});

test("an input that moves in inference moves alone", () => {
  const { x_hat, y, mean, std } = moved({ kind: "x", row: 1, value: 7 }, { training: false });
  assert.deepEqual([x_hat, y, mean, std], [[-1, 5], [-1, 11], 2, 1]);
});

test("what is undone goes with the statistics: the output is the input", () => {
  const { x, y, gamma, beta } = moved({ kind: "x", row: 1, value: 7 }, { undone: true });
  assert.deepEqual([y, gamma, beta], [x, 3, 4]);
});

test("γ and β move the output alone", () => {
  assert.deepEqual(moved({ kind: "gamma", row: 0, value: -1 }).y, [2, 0]);
  const { x_hat, y, summaries } = moved({ kind: "beta", row: 0, value: 5 });
  assert.deepEqual([x_hat, y], [[-1, 1], [3, 7]]);
  assert.deepEqual(summaries, [[2, 1], [0, 1], [5, 2]]);
});

test("a feature that has become constant is 0 normalized, also without ε", () => {
  const { x_hat, y, std } = moved({ kind: "x", row: 1, value: 1 });
  assert.deepEqual([x_hat, y, std], [[0, 0], [1, 1], 0]);
});

// --- the hand

const data = (more = {}, one = {}) => ({
  ...settings,
  row: 0,
  column: 0,
  ends: { gamma: 3, beta: 5, x: 100 },
  feature: { ...feature, name: "F0", about: "", moving: [0, 1], ranges: [[0, 4], [-2, 2], [-2, 4]], ticks: [[0, 2]], ...one },
  ...more,
});

function open(t, more = {}) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  page.frames = [];
  const part = shown(stage);
  const unmount = part.answer(data(more));
  const { box, front } = part.root.live;
  front.svg.clientWidth = 428; // 400 between the ends of an axis, 100 for each 1 of x
  part.answer(data(more));
  draw();
  const handle = (name) => part.root.querySelector(`[data-live="${name}"]`);
  const at = (name) => Number(handle(name).getAttribute("aria-valuenow"));
  const point = (name, target, clientX, event = {}) =>
    fire(target, name, { clientX, clientY: 76, button: 0, pointerId: 1, pointerType: "mouse", ...event });
  return { ...part, unmount, box, handle, at, point };
}

test("a key moves at once, tells the server at rest, and stays within the ends", (t) => {
  const { handle, at, told } = open(t);
  for (const key of ["ArrowRight", "ArrowRight"]) assert.equal(press(handle("gamma-0"), key).prevented, true);
  press(handle("gamma-0"), "ArrowLeft", { shiftKey: true });
  draw();
  assert.equal(at("gamma-0"), 2.19);
  assert.deepEqual(told, []);
  t.mock.timers.tick(150);
  assert.deepEqual(told, [["change", [["gamma", 0, 0, 2.19]]]]);
  for (const [key, value] of [["End", 3], ["ArrowRight", 3], ["Home", -3], ["PageDown", -3]]) {
    press(handle("gamma-0"), key);
    draw();
    assert.equal(at("gamma-0"), value, key);
  }
});

test("an input goes one width of its axis beyond both ends", (t) => {
  const { handle, at } = open(t);
  for (const [key, value] of [["End", 8], ["Home", -4]]) {
    press(handle("x-0-0"), key);
    draw();
    assert.equal(at("x-0-0"), value);
  }
});

test("keys of the browser's own, and those of what is undone, move nothing", (t) => {
  const { handle, at, answer } = open(t);
  assert.equal(press(handle("gamma-0"), "ArrowLeft", { altKey: true }).prevented, false);
  answer(data({ undone: true }));
  press(handle("gamma-0"), "ArrowLeft");
  draw();
  assert.equal(at("gamma-0"), 2);
});

test("a drag follows the pointer and tells the server on release alone", (t) => {
  const { box, handle, at, point, told } = open(t);
  point("pointerdown", handle("x-1-0"), 312);
  point("pointermove", box, 314);
  draw();
  assert.equal(at("x-1-0"), 3, "a hand that trembles moves nothing");
  point("pointermove", box, 362);
  draw();
  assert.equal(at("x-1-0"), 3.5);
  point("pointermove", box, 400, { pointerId: 2 });
  draw();
  assert.equal(at("x-1-0"), 3.5, "another finger");
  t.mock.timers.tick(1000);
  assert.deepEqual(told, []);
  point("pointerup", box, 362);
  assert.deepEqual(told, [["change", [["x", 1, 0, 3.5]]]]);
});

test("Escape lets go and takes back", (t) => {
  const { box, handle, at, point, told } = open(t);
  point("pointerdown", handle("x-1-0"), 312);
  point("pointermove", box, 362);
  press(handle("x-1-0"), "Escape");
  draw();
  assert.equal(at("x-1-0"), 3);
  point("pointerup", box, 362);
  assert.deepEqual(told, []);
});

test("a dot that is pressed and not moved is chosen", (t) => {
  const { box, handle, point, told } = open(t);
  point("pointerdown", handle("x-1-0"), 312);
  point("pointerup", box, 312);
  assert.deepEqual(told, [["choose", [1, 0]]]);
});

test("what the hand did stays until the server has it, and one late answer changes nothing", (t) => {
  const { handle, at, answer } = open(t);
  press(handle("beta-0"), "ArrowRight");
  answer(data());
  draw();
  assert.equal(at("beta-0"), 1.1, "not told yet");
  t.mock.timers.tick(150);
  answer(data());
  draw();
  assert.equal(at("beta-0"), 1.1, "an answer to what was before");
  answer(data());
  draw();
  assert.equal(at("beta-0"), 1, "the server will not have it");
});

test("a stage that has gone asks nothing and hears nothing", (t) => {
  const { root, unmount, handle, told } = open(t);
  const { live } = root;
  press(handle("gamma-0"), "ArrowRight");
  root.isConnected = false;
  unmount();
  t.mock.timers.tick(1000);
  fire(page.document, "bn-point", { detail: [1, 0] });
  assert.deepEqual(told, []);
  assert.equal(live.row, 0);
});

test("how many others moved, and how far", () => {
  assert.deepEqual(others([0, 1, 2], [5, 1, 1.5], 0), { count: 2, moved: 1, most: 0.5 });
  assert.deepEqual(others([0], [5], 0), { count: 0, moved: 0, most: 0 });
});

const THREE = { x: [1, 2, 3], x_hat: [-1.2, 0, 1.2], y: [-1.4, 1, 3.4], counts: [1, 1, 1] };

test("a dot that moves leaves ghosts of the others where they were, and says how many moved and how far", (t) => {
  const { root, box, handle, point, answer } = open(t, data({}, THREE));
  const status = () => root.querySelector("output").textContent;
  const moved = () => root.querySelector(".moved").textContent;
  const ghosts = () => [...root.querySelectorAll(".ghosts")].map((each) => each.getAttribute("d"));
  answer(data({}, THREE));
  point("pointerdown", handle("x-2-0"), 312);
  draw();
  assert.deepEqual([status(), moved(), ghosts()], ["", "", ["", ""]]);
  point("pointermove", box, 412);
  draw();
  const after = root.live.shown();
  assert.deepEqual(after.x, [1, 2, 4]);
  const most = Math.max(...[0, 1].map((i) => Math.abs(after.x_hat[i] - THREE.x_hat[i])));
  assert.equal(moved(), `2 of 2 others moved, by up to ${most.toFixed(2)}`);
  assert.equal(status(), "", "while the hand moves nothing is read aloud");
  assert.ok(ghosts().every((d) => d.split("H").length > 2));
  point("pointerup", box, 412);
  draw();
  assert.match(status(), /^x̂ of F0: 2 of 2/, "it stands there to be read");
  answer(data({}, { ...after }));
  draw();
  assert.match(status(), /^x̂ of F0: 2 of 2/, "the server's numbers are the same");
  answer(data({}, { ...after, gamma: 1 }));
  draw();
  assert.deepEqual([status(), moved(), ghosts()], ["", "", ["", ""]], "γ moves them for another reason");
});

test("in inference no other dot moves", (t) => {
  const { root, handle } = open(t, data({ training: false }, { ...THREE, x_hat: [-1, 0, 1] }));
  press(handle("x-2-0"), "ArrowRight");
  press(handle("x-2-0"), "ArrowRight");
  draw();
  assert.equal(root.querySelector("output").textContent, "x̂ of F0: 0 of 2 others moved");
  press(handle("beta-0"), "ArrowRight");
  draw();
  assert.equal(root.querySelector("output").textContent, "");
});

test("in inference a batch that is fed moves the others, and no input has", (t) => {
  const own = { ...THREE, x_hat: [-1, 0, 1] };
  const { root, handle, answer } = open(t, data({ training: false }, own));
  press(handle("x-2-0"), "ArrowRight");
  t.mock.timers.tick(150);
  const x = root.live.shown().x;
  answer(data({ training: false }, { ...own, x }));
  draw();
  assert.match(root.querySelector("output").textContent, /0 of 2/);
  answer(data({ training: false }, { ...own, x, x_hat: [-2, -1, 0], moving: [1, 1] }));
  draw();
  assert.equal(root.querySelector("output").textContent, "");
});

test("what the layer will remember of a batch under the hand is not said before the server has it", (t) => {
  const { root, box, handle, point, answer } = open(t, data({}, THREE));
  const remembered = () => root.querySelector(".remembered text").textContent;
  answer(data({}, THREE));
  draw();
  assert.match(remembered(), /^remembered: mean/);
  point("pointerdown", handle("x-2-0"), 312);
  point("pointermove", box, 412);
  draw();
  assert.equal(remembered(), "remembered: on release");
  point("pointerup", box, 412);
  answer(data({}, { ...root.live.shown(), moving: [0.2, 1] }));
  draw();
  assert.match(remembered(), /^remembered: mean/);
});

test("on the way from one answer to the next everything moves together, and the words are the new ones", () => {
  const from = { ...feature, name: "F0", moving: [0, 1], ranges: [[0, 4]] };
  const to = { ...feature, name: "F1", x: [5, 3], mean: 4, moving: [1, 3], ranges: [[2, 8]] };
  const half = between(/** @type {any} */ (from), /** @type {any} */ (to), 0.5);
  assert.deepEqual([half.x, half.ranges, half.mean, half.moving, half.name], [[3, 3], [[1, 6]], 3, [0.5, 2], "F1"]);
});

test("under the hand the axes stand still, and the dot is where the hand is", (t) => {
  const { root, box, handle, point, answer } = open(t);
  const place = () => Number(handle("x-1-0").getAttribute("cx"));
  point("pointerdown", handle("x-1-0"), 314);
  const before = place();
  point("pointermove", box, 434);
  draw();
  assert.ok(Math.abs(place() - before - 120) < 1);
  answer(data({}, { ranges: [[0, 8], [-4, 4], [-4, 4]] }));
  draw();
  assert.ok(Math.abs(place() - before - 120) < 1, "an answer changes the axes when the hand has let go");
  point("pointerup", box, 434);
  page.frames.length = 0;
  assert.deepEqual(root.live.shown().ranges[0], [0, 8]);
});

test("a slider of the page moves the picture, and the server is not told again", (t) => {
  const { at, told, handle, answer } = open(t);
  const slide = (column, value) => fire(page.document, "bn-moved", { detail: { kind: "beta", column, value } });
  slide(0, 2.5);
  slide(1, 4);
  draw();
  assert.equal(at("beta-0"), 2.5);
  t.mock.timers.tick(1000);
  assert.deepEqual(told, []);
  press(handle("gamma-0"), "ArrowRight");
  t.mock.timers.tick(150);
  assert.deepEqual(told, [["change", [["gamma", 0, 0, 2.1]]]]);
  answer(data({ undone: true }));
  answer(data({ undone: true }));
  slide(0, 3);
  draw();
  assert.equal(at("beta-0"), 1, "what is undone rests");
});

test("it plays from the beginning to the end", (t) => {
  const { root } = open(t);
  const press = (name) => {
    fire(root.querySelector(name), "click");
    draw();
    return [root.querySelector("output").textContent, root.querySelector(".step").textContent];
  };
  assert.deepEqual(press(".play"), ["Input: x", "Input: x"]);
  assert.deepEqual(press(".forward"), ["1 Center: x − μ", "1 Center: x − μ"]);
  press(".forward");
  assert.deepEqual(press(".back"), ["1 Center: x − μ", "1 Center: x − μ"]);
});

test("numbers of a stage come when its dots have come, and the chosen dot keeps its ring", (t) => {
  const { root } = open(t);
  const scrub = root.querySelector("input");
  const seen = (time) => {
    scrub.value = String(time);
    fire(scrub, "input");
    draw();
    const stages = [...root.querySelectorAll(".title")].filter((title) => title.style.display !== "none").length;
    return [stages, root.querySelector(".readout").textContent.split("    ").at(-1), root.querySelectorAll(".ring")[0].getAttribute("d") !== ""];
  };
  assert.deepEqual(seen(0.5), [1, "row 0:  x = 1.000", true]);
  assert.deepEqual(seen(1.9), [1, "x − μ = 1.000 − 2.000 = −1.000", true]);
  assert.deepEqual(seen(2), [2, "x̂ = (1.000 − 2.000) / 1.000 = −1.000", true]);
  assert.deepEqual(seen(4), [3, "y = 2.000 · (−1.000) + 1.000 = −1.000", true]);
});
