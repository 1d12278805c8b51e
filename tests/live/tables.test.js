// Tables that belong together: which cell is marked, what the server is asked and when, and what is typed into a cell.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fire, page, press, shown } from "./page.js";
import tables from "../../assets/live/tables.js";

const data = (more = {}) => ({
  columns: ["F0", "F1", "F2"],
  rows: ["0", "1"],
  chosen: [0, 0],
  note: "",
  tables: ["x", "y"].map((name) => ({
    name, title: name, editable: name === "x", cells: [["1", "2", "−3"], ["4", "5", "6"]], shades: [[0, 0.25, 0.5], [-1, 0, 0]],
  })),
  ...more,
});

function open(t, more = {}) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const part = shown(tables);
  const unmount = part.answer(data(more));
  const cell = (row, column, name = "x") => part.root.querySelector(`[data-table="${name}"] [data-row="${row}"][data-column="${column}"]`);
  const marked = () =>
    part.root.querySelectorAll('td[aria-selected="true"]').map((each) => [Number(each.dataset.row), Number(each.dataset.column)]);
  return { ...part, unmount, cell, marked };
}

test("numbers and shades stand in their cells", (t) => {
  const { cell } = open(t);
  assert.equal(cell(1, 2, "y").textContent, "6");
  assert.equal(cell(0, 1).properties["--shade"], "25%");
  assert.equal(cell(1, 0).properties["--shade"], "100%");
  assert.equal(cell(1, 0).classList.contains("below"), true);
  assert.deepEqual([0, 2].map((column) => cell(0, column).classList.contains("below")), [false, false]);
});

test("a choice is marked in all tables, and its row and column beside it", (t) => {
  const { cell, marked, told } = open(t);
  fire(cell(1, 2, "y"), "click");
  assert.deepEqual(marked(), [[1, 2], [1, 2]]);
  const beside = ["0 2", "1 0", "1 1"];
  for (const place of ["0 0", "0 1", "0 2", "1 0", "1 1", "1 2"]) {
    const [row, column] = place.split(" ");
    assert.equal(cell(row, column).classList.contains("beside"), beside.includes(place), place);
  }
  assert.equal(page.focused, cell(1, 2, "y"), "the table that was clicked keeps the focus");
  assert.deepEqual([cell(1, 2).tabIndex, cell(0, 0).tabIndex], [0, -1]);
  t.mock.timers.tick(0);
  assert.deepEqual(told, [["choose", [1, 2]]]);
});

test("keys that come fast ask the server once, at rest", (t) => {
  const { cell, marked, told } = open(t);
  for (const [key, from] of [["ArrowRight", [0, 0]], ["ArrowDown", [0, 1]], ["End", [1, 1]]]) {
    assert.equal(press(cell(...from), key).prevented, true);
    t.mock.timers.tick(100);
  }
  assert.deepEqual(marked(), [[1, 2], [1, 2]]);
  assert.deepEqual(told, []);
  t.mock.timers.tick(20);
  assert.deepEqual(told, [["choose", [1, 2]]]);
});

test("an answer that comes late does not take the mark back, and the last one is taken", (t) => {
  const { answer, cell, marked } = open(t);
  press(cell(0, 0), "ArrowRight");
  press(cell(0, 1), "ArrowRight");
  for (const late of [[0, 0], [0, 1]]) {
    answer(data({ chosen: late }));
    assert.deepEqual(marked()[0], [0, 2]);
  }
  answer(data({ chosen: [0, 2] }));
  answer(data({ chosen: [1, 1] }));
  assert.deepEqual(marked()[0], [1, 1], "what the server decides by itself");
});

test("another batch is shown where the server says", (t) => {
  const { answer, cell, marked } = open(t);
  press(cell(0, 0), "ArrowRight");
  answer(data({ rows: ["a", "b"], chosen: [0, 0] }));
  assert.deepEqual(marked()[0], [0, 0]);
});

test("a key of the browser's own moves nothing", (t) => {
  const { cell, marked } = open(t);
  for (const [key, held] of [["ArrowRight", "altKey"], ["1", "ctrlKey"], ["-", "metaKey"], ["Enter", "ctrlKey"]]) {
    assert.equal(press(cell(0, 0), key, { [held]: true }).prevented, false, key);
  }
  assert.deepEqual(marked()[0], [0, 0]);
  assert.equal(cell(0, 0).firstElementChild, null, "nor is it typed into");
});

test("a cell is typed into from its first key, and the server hears of what changed", (t) => {
  const { cell, told } = open(t);
  press(cell(0, 1), "7");
  const input = cell(0, 1).firstElementChild;
  assert.equal(input.value, "7");
  assert.equal(input.getAttribute("aria-label"), "row 0, F1");
  input.value = " 7.5 ";
  input.onkeydown({ key: "Enter", preventDefault() {}, stopPropagation() {} });
  assert.deepEqual(told, [["edit", [0, 1, " 7.5 "]]]);
  assert.equal(cell(0, 1).textContent, "2", "until the server has it");
  assert.equal(page.focused, cell(0, 1));
});

test("Escape leaves a cell as it was, and what is the same is not told", (t) => {
  const { cell, told } = open(t);
  for (const [key, typed] of [["Escape", "99"], ["Enter", "2"]]) {
    fire(cell(0, 1), "dblclick");
    const input = cell(0, 1).firstElementChild;
    assert.equal(input.value, "2");
    input.value = typed;
    input.onkeydown({ key, preventDefault() {}, stopPropagation() {} });
    assert.equal(cell(0, 1).textContent, "2");
  }
  fire(cell(0, 2), "dblclick");
  const input = cell(0, 2).firstElementChild;
  assert.equal(input.value, "-3", "with the minus of the keyboard");
  input.onkeydown({ key: "Enter", preventDefault() {}, stopPropagation() {} });
  assert.equal(cell(0, 2).textContent, "−3");
  assert.deepEqual(told, []);
});

test("a table that cannot be edited opens no cell", (t) => {
  const { cell } = open(t);
  fire(cell(0, 1, "y"), "dblclick");
  assert.equal(press(cell(0, 1, "y"), "7").prevented, false);
  assert.equal(press(cell(0, 1, "y"), "Enter").prevented, false);
  assert.equal(cell(0, 1, "y").firstElementChild, null);
});

test("an answer does not write over what is being typed", (t) => {
  const { answer, cell } = open(t);
  press(cell(0, 1), "7");
  answer(data());
  assert.equal(cell(0, 1).firstElementChild.value, "7");
  fire(page.document, "bn-preview", { detail: [1, { x: ["8", "9"], y: ["8", "9"] }] });
  assert.equal(cell(0, 1).firstElementChild.value, "7");
  assert.deepEqual([cell(1, 1).textContent, cell(0, 1, "y").textContent, cell(0, 0).textContent], ["9", "8", "1"]);
});

test("what another part points at is marked", (t) => {
  const { cell } = open(t);
  const pointed = () => ["x", "y"].map((name) => cell(1, 2, name).classList.contains("pointed"));
  fire(page.document, "bn-point", { detail: [1, 2] });
  assert.deepEqual(pointed(), [true, true]);
  fire(page.document, "bn-point", { detail: [1, 1] });
  assert.deepEqual(pointed(), [false, false]);
});

test("a table that has gone asks nothing and hears nothing", (t) => {
  const { root, unmount, cell, told } = open(t);
  press(cell(0, 0), "ArrowRight");
  root.isConnected = false;
  unmount();
  t.mock.timers.tick(1000);
  fire(page.document, "bn-point", { detail: [1, 2] });
  fire(cell(1, 1), "click");
  t.mock.timers.tick(1000);
  assert.deepEqual(told, []);
  assert.equal(cell(1, 2).classList.contains("pointed"), false);
});
