// All features side by side: which is in front, and what the sliders of γ and β show while they are held.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Node, change, draw, fire, page, press, shown } from "./page.js";
import features from "../../assets/live/features.js";

const small = (name) => ({ name, about: "", values: [[1, 3], [-1, 1], [-1, 3]], marks: [[2, 1], [0, 1], [1, 2]], counts: [1, 1], gamma: 2, beta: 1 });
const data = (more = {}) => ({
  features: [small("F0"), small("F1")], front: 0, stages: [0, 1, 2], ranges: [[0, 4], [-4, 4], [-4, 4]], ticks: [[0, 2], [2, 0]], moving: false, sliders: false, ...more,
});

function open(more = {}) {
  page.frames = [];
  const part = shown(features);
  part.answer(data(more));
  const boxes = () => [...part.root.querySelectorAll(".feature")];
  draw();
  const dots = (j, stage) => boxes()[j].querySelector(`.${stage} .dots`).getAttribute("d");
  return { ...part, boxes, dots };
}

test("one that is pressed comes to the front, and arrow keys go from one to the next", () => {
  const { boxes, told } = open();
  fire(boxes()[1], "click");
  assert.deepEqual(told, [["front", 1]]);
  assert.deepEqual(boxes().map((box) => box.getAttribute("aria-pressed")), ["true", "false"]);
  press(boxes()[0], "ArrowRight");
  assert.deepEqual(boxes().map((box) => box.tabIndex), [-1, 0]);
});

test("it shows what the picture of the feature in front shows", () => {
  const { dots } = open();
  const before = [dots(0, "x"), dots(1, "x")];
  const feature = { x: [1, 4], x_hat: [-1, 1], y: [0, 2], mean: 2.5, spread: 1.5, std: 1.5, gamma: 1, beta: 1, counts: [1, 1] };
  fire(page.document, "bn-drawn", { detail: [0, feature] });
  draw();
  assert.notEqual(dots(0, "x"), before[0]);
  assert.equal(dots(1, "x"), before[1]);
});

test("above the sliders it shows γ · x̂ + β, and tells the stage", () => {
  const { root, dots } = open({ sliders: true, stages: [2] });
  const heard = [];
  page.document.addEventListener("bn-moved", ({ detail }) => heard.push(detail));
  const before = dots(1, "y");
  root.live.slide("beta", 1, 2);
  draw();
  assert.deepEqual(heard, [{ kind: "beta", column: 1, value: 2 }]);
  const places = (d) => d.match(/M[\d.]+/g).map((at) => Number(at.slice(1)));
  const away = places(dots(1, "y")).map((at, i) => at - places(before)[i]);
  assert.ok(away.every((px) => Math.abs(px - 71.5) < 0.02), "600 wide, 572 between the ends: 71.5 for each 1 of y");
  root.live.slide("beta", 0, 1);
  assert.equal(heard.length, 1, "what the server has is no move");
});

test("it follows the slider that the reader moves, and not one that the server moves", (t) => {
  const host = new Node();
  host.className = "st-key-gamma_1";
  const slider = new Node("input");
  slider.setAttribute("type", "range");
  slider.setAttribute("value", "2");
  host.append(slider);
  page.document.append(host);
  t.after(() => host.remove());
  const { dots } = open({ sliders: true, stages: [2] });
  const before = dots(1, "y");
  change(slider, "value", "3");
  draw();
  assert.equal(dots(1, "y"), before);
  document.activeElement = slider;
  t.after(() => delete document.activeElement);
  change(slider, "value", "4");
  draw();
  assert.notEqual(dots(1, "y"), before);
});

test("an answer draws what is another, and leaves the rest standing", () => {
  const { answer, dots, boxes } = open();
  const kept = boxes()[0].querySelector(".y .dots");
  kept.setAttribute("d", "as it was");
  const moved = { ...small("F1"), values: [[1, 3], [-1, 1], [0, 2]] };
  const before = dots(1, "y");
  answer(data({ features: [small("F0"), moved] }));
  assert.equal(dots(0, "y"), "as it was");
  assert.notEqual(dots(1, "y"), before);
  answer(data({ features: [small("F0"), moved], ranges: [[0, 4], [-8, 8], [-8, 8]] }));
  assert.notEqual(dots(0, "y"), "as it was", "other axes, other places");
});
