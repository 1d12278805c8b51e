// Which values share a mean: the chosen one by keys and pointer, those that share with it, and the edge around them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Node, fire, press, shown } from "./page.js";
import sharing, { outline } from "../../assets/live/sharing.js";

const batch = { name: "Batch norm", count: "3 means", of: "3", labels: [[0, 1, 2], [0, 1, 2]], hues: [[0, 1, 2], [0, 1, 2]], strip: [[0, 0], [1, 1]] };
const layer = { ...batch, name: "Layer norm", of: "1,234", labels: [[0, 0, 0], [1233, 1233, 1233]] };
const all = { ...layer, name: "Group norm, 3 groups", labels: [[0, 1, 2], [3, 4, 5]] };
const moving = { slider: "ir_groups", norm: 1, of: [layer, all] };
const data = (more = {}) => ({ rows: ["1", "2"], columns: ["1", "2", "64"], room: [2, 3], pixels: [2, 3], panels: [batch, layer], moving, ...more });

function open(more = {}) {
  const part = shown(sharing);
  part.answer(data(more));
  const grids = part.root.querySelector(".grids");
  const same = (k) => grids.children[k].querySelectorAll("[data-at].same").map((tile) => tile.getAttribute("data-at"));
  const tile = (at) => grids.querySelector(`[data-at="${at}"]`);
  return { ...part, grids, same, tile, words: () => part.root.querySelector(".words").textContent };
}

test("those that share with the chosen value are outlined in each picture, and the sets are counted from 1", () => {
  const { same, words, tile } = open();
  assert.deepEqual(same(0), ["0 2", "1 2"]);
  assert.deepEqual(same(1), ["1 0", "1 1", "1 2"]);
  assert.equal(words(), "", "until the reader chooses one");
  fire(tile("1 2"), "pointermove", { clientX: 5, clientY: 5 });
  assert.equal(words(), "◉ Example 2, channel 64. Batch norm: mean no. 3 of 3 · Layer norm: mean no. 1,234 of 1,234");
});

test("keys choose another value, not beyond the ends", () => {
  const { grids, words } = open();
  for (const [key, place] of [["ArrowUp", "1, channel 64"], ["ArrowUp", "1, channel 64"], ["ArrowLeft", "1, channel 2"], ["PageDown", "2, channel 2"], ["Home", "2, channel 1"]]) {
    assert.equal(press(grids, key).prevented, true);
    assert.match(words(), new RegExp(`^◉ Example ${place}\\.`), key);
  }
});

test("Alt and left is the browser's and goes back a page", () => {
  const { grids, words } = open();
  const before = words();
  assert.equal(press(grids, "ArrowLeft", { altKey: true }).prevented, false);
  assert.equal(words(), before);
});

test("a pointer that moves chooses, and one that rests does not when another tile comes beneath it", () => {
  const { tile, words } = open();
  fire(tile("0 0"), "pointermove", { clientX: 5, clientY: 5 });
  assert.match(words(), /^◉ Example 1, channel 1\./);
  fire(tile("1 1"), "pointermove", { clientX: 5, clientY: 5 });
  assert.match(words(), /^◉ Example 1, channel 1\./);
  fire(tile("1 1"), "pointerdown", { clientX: 6, clientY: 5 });
  assert.match(words(), /^◉ Example 2, channel 2\./);
});

test("a smaller batch keeps the choice inside", () => {
  const { answer, words, tile } = open();
  fire(tile("1 2"), "pointermove", { clientX: 5, clientY: 5 });
  const few = { ...batch, labels: [[0, 1, 2]], hues: [[0, 1, 2]] };
  answer(data({ rows: ["1"], panels: [few] }));
  assert.match(words(), /^◉ Example 1, channel 64\./);
  const narrow = { ...batch, labels: [[0], [0]], hues: [[0], [0]] };
  answer(data({ columns: ["1"], panels: [narrow] }));
  assert.match(words(), /^◉ Example 1, channel 1\./);
});

test("the edge goes around what shares and nowhere through it", () => {
  const d = outline([[7, 7], [7, 0]], 7).getAttribute("d");
  const sides = d.match(/M[^M]+/g).sort();
  const [left, top, tile] = [22, 28, 24];
  const expected = [
    [0, 0, "h"], [1, 0, "h"], // above the first line
    [0, 0, "v"], [2, 0, "v"], // left and right of it
    [1, 1, "h"], // below its second
    [0, 1, "v"], [1, 1, "v"], [0, 2, "h"], // around the one below
  ].map(([x, y, way]) => `M${left + x * tile},${top + y * tile}${way}${tile}`);
  assert.deepEqual(sides, expected.sort());
});

test("group norm follows its slider while that is held, and rests where the server has it without one", (context) => {
  const { grids, answer } = open();
  const names = () => grids.children.map((figure) => figure.querySelector(".title").textContent);
  assert.deepEqual(names(), ["Batch norm", "Layer norm"]);
  const input = new Node("input");
  context.mock.method(document, "querySelector", (css) => (css.includes(".st-key-ir_groups ") ? input : null));
  for (const [value, name] of [["1", all.name], ["2", layer.name], ["0", layer.name], ["", layer.name]]) {
    input.setAttribute("value", value);
    answer(data());
    assert.deepEqual(names(), ["Batch norm", name], value);
  }
});
