// Layers at one step: which step is shown while more arrive, what stands there when a run ended, and the histogram.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fire, shown } from "./page.js";
import layers, { histogram } from "../../assets/live/layers.js";

const row = (flat) => ["0z", [-9, 0, 4], "−1 · 0 · 1", flat, "0.1", "3"];
const twin = (moments, more = {}) => ({ name: "with", color: "blue", ended: null, moments, looks: moments.map((step) => [row(`${step}%`)]), ...more });
const data = (moments, more = {}) => ({ moments, reach: 8, flat: "10", dead: false, units: 50, twins: [twin(moments)], ...more });

function open(first) {
  const part = shown(layers);
  part.answer(first);
  const slider = part.root.querySelector("input");
  const scrub = (value) => {
    slider.value = String(value);
    fire(slider, "input");
  };
  return { ...part, slider, scrub, cells: () => part.root.querySelectorAll("tbody td").slice(1).map((cell) => cell.textContent) };
}

test("who has not moved the slider sees the newest step", () => {
  const { answer, slider, cells } = open(data([0]));
  assert.equal(slider.disabled, true);
  answer(data([0, 20]));
  assert.equal(slider.disabled, false);
  answer(data([0, 20, 1000]));
  assert.equal(slider.getAttribute("aria-valuetext"), "step 1,000 of 1,000");
  assert.equal(cells()[1], "1000%");
});

test("who has moved it stays there, and sees the newest again from the end on", () => {
  const { answer, slider, scrub, cells } = open(data([0, 20, 40]));
  scrub(1);
  answer(data([0, 20, 40, 60]));
  assert.equal(slider.getAttribute("aria-valuetext"), "step 20 of 60");
  assert.equal(cells()[1], "20%");
  scrub(3);
  answer(data([0, 20, 40, 60, 80]));
  assert.equal(cells()[1], "80%");
});

test("a new run that has not come as far is seen at its newest step", () => {
  const { answer, scrub, cells } = open(data([0, 20, 40, 60]));
  scrub(2);
  answer(data([0, 30]));
  assert.equal(cells()[1], "30%");
});

test("a twin whose run ended stands as it was, and says so", () => {
  const twins = [twin([0, 20, 40]), twin([0, 20], { name: "without", ended: 25 })];
  const { root, scrub } = open(data([0, 20, 25, 40], { twins }));
  const captions = () => root.querySelectorAll("caption").map((each) => each.textContent);
  assert.deepEqual(captions(), ["with", "without, as it was at step 20"]);
  for (const step of [1, 2]) {
    scrub(step);
    assert.deepEqual(captions(), ["with", "without"]);
  }
});

test("dead units have a column where they are counted", () => {
  const { root, answer, cells } = open(data([0]));
  assert.equal(cells().length, 3);
  answer(data([0], { dead: true }));
  assert.deepEqual(cells(), ["−1 · 0 · 1", "0%", "0.1", "3"]);
  assert.equal(root.querySelectorAll("thead th").at(-1).textContent, "dead of 50");
});

test("a histogram reaches from the bottom to the top, with flat parts behind and percentiles inside", () => {
  const svg = histogram(data([0]), "blue", "0z", [-9, 0, 4]);
  assert.equal(svg.querySelector(".shape").getAttribute("d"), "M0,100L0,100.0L1,100.0L1,6.0L2,6.0L2,100Z");
  assert.deepEqual(svg.querySelectorAll(".flat").map((each) => each.getAttribute("x")), ["0"]);
  assert.deepEqual(svg.querySelectorAll(".outer").map((each) => each.getAttribute("x1")), ["0", "1.5"]);
  assert.equal(svg.querySelector(".middle").getAttribute("x1"), "1");
});
