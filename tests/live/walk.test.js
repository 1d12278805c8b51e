// One step of the layer: numbers of the chosen cell, what lights up, choosing by hand and key, and the step part by part.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Node, change, fire, page, press, settled, shown } from "./page.js";
import walk, { sign } from "../../assets/live/walk.js";

const data = (more = {}) => ({
  step: 2,
  title: "2 Mean",
  rows: ["0", "1"],
  columns: ["F0", "F1"],
  chosen: [0, 0],
  matrix: "x",
  was: null,
  values: { x: [["1", "−2"], ["3", "4"]] },
  vectors: { mu: ["2", "1"], old: ["0", "9"] },
  foot: [{ t: "mu", label: { text: "mean" }, remembered: false }, { t: "old", label: { text: "old" }, remembered: true }],
  cell: ["x"],
  lights: { mu: ["mu", "col"] },
  formula: [[{ t: "mu", sym: { base: "μ" }, say: "mean" }, " = ", { sum: "x", shown: [0, 1], t: "col" }]],
  sentence: ["Feature ", { feature: 1 }, " has ", { t: "x", val: "x", say: "value", after: true }],
  shapes: [{ sym: { text: "x" }, shape: "(2, 2)", t: "x" }],
  phases: [{ do: "gather", column: "x", into: "mu" }, { do: "sweep", rows: ["mu"] }],
  sliders: ["gamma", "beta"],
  x_hat: [-1, 1],
  ...more,
});

beforeEach(() => (page.calm = true));

function open(t, more = {}) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const part = shown(walk);
  const unmount = part.answer(data(more));
  const cell = (i, j) => part.root.querySelector(`tbody td[data-i="${i}"][data-j="${j}"]`);
  const foot = (token, j) => part.root.querySelector(`td[data-foot="${token}"][data-j="${j}"]`);
  const term = (token) => part.root.querySelector(`.term[data-says="${token}"]`);
  const chosen = () => part.root.querySelectorAll('td[aria-selected="true"]').map((each) => [each.dataset.i, each.dataset.j].join(" "));
  const lit = () => part.root.querySelectorAll("tbody td.lit").map((each) => [each.dataset.i, each.dataset.j].join(" "));
  const words = () => part.root.querySelector(".sentence").textContent;
  const again = () => part.root.querySelector(".again");
  return { ...part, unmount, cell, foot, term, chosen, lit, words, again };
}

test("the numbers of the chosen cell stand in sentence, formula and table", (t) => {
  const { root, foot, words } = open(t, { chosen: [0, 1] });
  assert.equal(words(), "Feature F1 has (−2)");
  assert.equal(root.querySelector(".formula").textContent, "μ = (−2) + 4");
  assert.deepEqual([foot("mu", 0).textContent, foot("mu", 1).textContent], ["2", "1"]);
});

test("what a sum leaves out are dots", (t) => {
  const five = ["1", "2", "3", "4", "5"].map((each) => [each, each]);
  const formula = [[{ sum: "x", shown: [0, 1, 4] }]];
  const { root } = open(t, { rows: ["0", "1", "2", "3", "4"], values: { x: five }, formula });
  assert.equal(root.querySelector(".formula").textContent, "1 + 2 + … + 5");
  assert.equal(root.querySelectorAll(".number")[2].dataset.t, "col v2 v3");
});

test("pointing at a cell brings its numbers, and leaving it the chosen one's", (t) => {
  const { root, cell, words, lit } = open(t);
  fire(cell(1, 1), "pointerover");
  assert.equal(words(), "Feature F1 has 4");
  fire(root, "pointerleave");
  assert.equal(words(), "Feature F0 has 1");
  assert.deepEqual(lit(), []);
});

test("a term lights all that it is made of", (t) => {
  const { term, lit, foot } = open(t);
  fire(term("mu"), "pointerover");
  assert.deepEqual(lit(), ["0 0", "1 0"]);
  assert.deepEqual([0, 1].map((j) => foot("mu", j).classList.contains("lit")), [true, false]);
});

test("while a term is pointed at that the step changes, the cell shows what it was", (t) => {
  const values = { x: [["1", "−2"], ["3", "4"]], x_hat: [["a", "b"], ["c", "d"]] };
  const { root, cell, term } = open(t, { matrix: "x_hat", was: "x", values, phases: [] });
  assert.equal(cell(0, 0).textContent, "a");
  fire(term("x"), "pointerover");
  assert.deepEqual([cell(0, 0), cell(1, 0)].map((each) => each.textContent), ["1", "c"]);
  fire(root, "pointerleave");
  assert.equal(cell(0, 0).textContent, "a");
});

test("keys and clicks choose, and the server is asked once, at rest", (t) => {
  const { cell, chosen, told, root } = open(t);
  press(cell(0, 0), "ArrowRight");
  press(cell(0, 1), "ArrowDown");
  assert.deepEqual(chosen(), ["1 1"]);
  assert.equal(page.focused, cell(1, 1));
  t.mock.timers.tick(119);
  assert.deepEqual(told, []);
  t.mock.timers.tick(1);
  fire(root.querySelectorAll("thead th")[1], "click");
  t.mock.timers.tick(0);
  assert.deepEqual(told, [["choose", [1, 1]], ["choose", [1, 0]]]);
});

test("keys stay inside of the batch, however wide it is", (t) => {
  const { cell, chosen } = open(t, { rows: ["0"], values: { x: [["1", "−2"]] }, formula: [[]] });
  press(cell(0, 0), "ArrowDown");
  press(cell(0, 0), "End");
  assert.deepEqual(chosen(), ["0 1"]);
});

test("who goes on a step sees it, and who jumps does not", (t) => {
  page.calm = false;
  const { root, answer } = open(t);
  answer(data({ step: 4, title: "4" }));
  assert.equal(root.dataset.state, "rest");
  answer(data({ step: 5, title: "5" }));
  assert.equal(root.dataset.state, "playing");
  answer(data({ step: 4, title: "4" }));
  assert.equal(root.dataset.state, "rest");
});

test("Alt and left is the browser's", (t) => {
  const { cell, chosen } = open(t, { chosen: [0, 1] });
  assert.equal(press(cell(0, 1), "ArrowLeft", { altKey: true }).prevented, false);
  assert.deepEqual(chosen(), ["0 1"]);
});

test("an answer that comes late does not take the choice back", (t) => {
  const { answer, cell, chosen, words } = open(t);
  press(cell(0, 0), "ArrowRight");
  press(cell(0, 1), "ArrowDown");
  answer(data({ chosen: [0, 1], title: "other content" }));
  assert.deepEqual(chosen(), ["1 1"]);
  assert.equal(words(), "Feature F1 has 4");
  answer(data({ chosen: [1, 1] }));
  answer(data({ chosen: [0, 0] }));
  assert.deepEqual(chosen(), ["0 0"], "what the server decides by itself");
});

test("a smaller batch takes the server's choice at once", (t) => {
  const { answer, cell, chosen } = open(t);
  press(cell(0, 0), "ArrowDown");
  answer(data({ rows: ["0"], values: { x: [["1", "−2"]] }, chosen: [0, 0], formula: [[]] }));
  assert.deepEqual(chosen(), ["0 0"]);
});

test("with less motion a button goes through the step part by part", async (t) => {
  const { again, foot } = open(t);
  const mean = () => [0, 1].map((j) => foot("mu", j).textContent);
  assert.equal(again().textContent, "Show in 2 parts");
  const seen = [];
  for (let part = 0; part < 3; part++) {
    fire(again(), "click");
    await settled();
    seen.push([mean().join(" "), again().textContent]);
  }
  assert.deepEqual(seen, [
    [" ", "Next part (1 of 2)"],
    ["2 ", "Next part (2 of 2)"],
    ["2 1", "Show in 2 parts"],
  ]);
});

test("before a step that changes the matrix, what it was stands there", async (t) => {
  const values = { x: [["1", "−2"], ["3", "4"]], x_hat: [["a", "b"], ["c", "d"]] };
  const { again, cell } = open(t, { matrix: "x_hat", was: "x", values, sentence: [], formula: [[]], phases: [{ do: "change", rows: ["mu"] }, { do: "sweep" }] });
  const matrix = () => [cell(0, 0), cell(1, 0), cell(0, 1)].map((each) => each.textContent).join(" ");
  const seen = [matrix()];
  for (let part = 0; part < 3; part++) {
    fire(again(), "click");
    await settled();
    seen.push(matrix());
  }
  assert.deepEqual(seen, ["a c b", "1 3 −2", "a c −2", "a c b"]);
});

test("who has gone asks nothing and plays no further", async (t) => {
  page.calm = false;
  const { root, unmount, cell, again, told, foot } = open(t);
  press(cell(0, 0), "ArrowRight");
  fire(again(), "click");
  assert.equal(root.dataset.state, "playing");
  root.isConnected = false;
  unmount();
  for (let k = 0; k < 50; k++) {
    t.mock.timers.tick(500);
    await settled();
  }
  assert.deepEqual(told, []);
  assert.equal(foot("mu", 1).textContent, "", "where it stood when it went");
});

test("a symbol has its hat, and its index below or above", () => {
  const tags = (given) => sign(given).querySelectorAll("mi,mo,mn,mover,msub,msup").map((each) => each.tag).join(" ");
  assert.equal(tags({ base: "x", sub: "i" }), "msub mi mi");
  assert.equal(tags({ base: "x", hat: "1", sub: "row" }), "msub mover mi mo mn");
  assert.equal(tags({ base: "σ", sup: "2" }), "msup mi mn");
  assert.equal(sign({ text: "plain" }).textContent, "plain");
});

test("while γ or β is held the output follows, and nothing is asked", (t) => {
  const sliders = Object.fromEntries(
    [["gamma", "1.5"], ["beta", "0.5"]].map(([key, value]) => {
      const input = new Node("input");
      input.setAttribute("type", "range");
      input.setAttribute("value", value);
      const host = new Node();
      host.className = `st-key-${key}`;
      host.append(input);
      page.document.append(host);
      t.after(() => host.remove());
      return [key, input];
    }),
  );
  const moved = { matrix: "y", values: { y: [["7", "−1.000"], ["7", "2.000"]] }, vectors: { gamma: ["1", "1.5"], beta: ["0", "0.5"], y_mean: ["7", "0.500"], y_std: ["0", "1.500"] } };
  const sentence = [{ t: "col", val: "y_mean", say: "mean" }, " ", { t: "col", val: "y_std", say: "std" }];
  const foot = [{ t: "gamma", label: { base: "γ" }, remembered: false }];
  const it = open(t, { ...moved, chosen: [0, 1], step: 4, foot, sentence, formula: [], cell: ["y"] });
  change(sliders.gamma, "value", "-2");
  change(sliders.beta, "value", "0.3");
  assert.deepEqual([it.cell(0, 1).textContent, it.cell(1, 1).textContent, it.cell(0, 0).textContent], ["2.300", "−1.700", "7"]);
  assert.deepEqual([it.foot("gamma", 1).textContent, it.words()], ["−2", "0.300 2.000"]);
  assert.deepEqual(it.told, []);
});

test("Tab reaches one term of the formula, and arrow keys lead to the others", (t) => {
  const { root } = open(t);
  const reached = () => root.querySelectorAll(".term").map((each) => each.tabIndex);
  assert.deepEqual(reached(), [0, -1, -1]);
  press(root.querySelectorAll(".term")[0], "ArrowRight");
  assert.deepEqual(reached(), [-1, 0, -1]);
  press(root.querySelectorAll(".term")[1], "End");
  assert.deepEqual(reached(), [-1, -1, 0]);
  press(root.querySelectorAll(".term")[2], "Home");
  assert.deepEqual(reached(), [0, -1, -1]);
});
