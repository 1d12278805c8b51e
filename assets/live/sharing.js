// Which values share a mean, for each norm side by side; one value is chosen, and those that share with it are outlined.
// The numbers of the sets arrive from Python; nothing is computed here. Group norm follows its slider while that is held.

import { Live, clamp, drawn, element, gridKey, mount, set, sliderOf, write } from "./shared.js";

/**
 * @typedef {{name: string, count: string, of: string, labels: number[][], hues: number[][], strip: [number, number][]}} Grouping
 * @typedef {{slider: string, norm: number, of: Grouping[]}} Moving
 * @typedef {{rows: string[], columns: string[], room: [number, number], pixels: [number, number], panels: Grouping[], moving: Moving}} Data
 */

const [TILE, LEFT, TOP, CELL] = [24, 22, 28, 21];
const DIGITS = 3; // what fits into a tile; of a larger number only the hue is shown

/** @extends {Live<Data>} */
class Sharing extends Live {
  /** @param {HTMLElement} root @param {Data} data */
  constructor(root, data) {
    super(root, data);
    this.chosen = /** @type {[number, number]} */ ([1, 2]);
    this.pointed = false; // whether the reader has chosen a value
    this.last = ""; // where the mouse was: redrawing puts a new tile beneath one that rests; only one that moves chooses
    const label = "Which values share a mean. Arrow keys choose another value.";
    this.grids = element("div", { class: "grids", tabindex: "0", role: "group", "aria-label": label });
    this.words = element("p", { class: "words", role: "status" });
    this.on(this.grids, "pointermove", (/** @type {PointerEvent} */ event) => this.#point(event));
    this.on(this.grids, "pointerdown", (/** @type {PointerEvent} */ event) => this.#point(event));
    this.on(this.grids, "keydown", (/** @type {KeyboardEvent} */ event) => this.#key(event));
    this.shown = ""; // the name of what the slider moves
    this.find = this.follow(() => [this.data.moving.slider], () => this.#look());
    root.replaceChildren(this.grids, this.words);
  }

  /** @param {Data} data */
  update(data) {
    super.update(data);
    set(this.grids, { "data-live": data.moving.slider });
    this.find();
    const [row, column] = this.chosen;
    this.#choose([clamp(row, 0, data.rows.length - 1), clamp(column, 0, data.columns.length - 1)]);
  }

  /** The slider may stand elsewhere than the server knows. */
  #look() {
    if (this.#moved()?.name !== this.shown) this.#choose(this.chosen);
  }

  /** What the slider moves, as it is at the stop under the hand. */
  #moved() {
    const { slider, norm, of } = this.data.moving;
    return of[parseInt(sliderOf(slider)?.getAttribute("value") ?? "")] ?? this.data.panels[norm];
  }

  /** @param {[number, number]} chosen */
  #choose(chosen) {
    const { rows, columns, moving } = this.data;
    const moved = this.#moved();
    const panels = this.data.panels.map((panel, k) => (k === moving.norm ? moved : panel));
    this.chosen = chosen;
    this.shown = moved?.name ?? "";
    this.grids.replaceChildren(...panels.map((panel) => figure(this.data, panel, chosen)));
    const numbers = panels.map((panel) => `${panel.name}: mean no. ${number(panel, chosen)} of ${panel.of}`);
    if (this.pointed) write(this.words, `◉ Example ${rows[chosen[0]]}, channel ${columns[chosen[1]]}. ${numbers.join(" · ")}`);
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const here = `${event.clientX} ${event.clientY}`;
    if (here === this.last) return;
    this.last = here;
    const tile = /** @type {Element} */ (event.target).closest("[data-at]");
    const [row, column] = (tile?.getAttribute("data-at") ?? "").split(" ").map(Number);
    if (!tile || (this.pointed && row === this.chosen[0] && column === this.chosen[1])) return;
    this.pointed = true;
    this.#choose([row, column]);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const place = gridKey(event, this.chosen, this.data.rows.length, this.data.columns.length);
    if (!place) return;
    event.preventDefault();
    this.pointed = true;
    this.#choose(place);
  }
}

/** @param {Grouping} panel @param {[number, number]} at */
function number(panel, [row, column]) {
  return (panel.labels[row][column] + 1).toLocaleString("en-US");
}

/** @param {Data} data @param {Grouping} panel @param {[number, number]} chosen */
function figure(data, panel, chosen) {
  const [tall, wide] = data.room;
  const box = element("figure", {});
  const height = TOP + tall * TILE + 18 + CELL;
  const svg = drawn("svg", { viewBox: `0 0 ${LEFT + wide * TILE + 2} ${height + 2}`, role: "img" });
  const family = panel.labels[chosen[0]][chosen[1]];
  const place = `example ${data.rows[chosen[0]]}, channel ${data.columns[chosen[1]]}`;
  svg.setAttribute("aria-label", `${panel.name}: ${panel.count}. Outlined: those that share their mean with ${place}.`);
  svg.append(drawn("text", { class: "axis", x: LEFT, y: 10 }, "channel →"), drawn("text", { class: "axis", x: 0, y: 24 }, "ex. ↓"));
  data.columns.forEach((name, j) => svg.append(drawn("text", { class: "name", x: LEFT + (j + 0.5) * TILE, y: 24 }, name)));
  data.rows.forEach((name, i) => {
    svg.append(drawn("text", { class: "name", x: LEFT / 2, y: TOP + (i + 0.5) * TILE + 4 }, name));
    data.columns.forEach((_, j) => svg.append(tile(data, panel, i, j, panel.labels[i][j] === family)));
  });
  svg.append(outline(panel.labels, family));
  const at = { x: LEFT + chosen[1] * TILE + 4, y: TOP + chosen[0] * TILE + 4, width: TILE - 8, height: TILE - 8, rx: 8 };
  svg.append(drawn("rect", { class: "chosen", ...at }));
  svg.append(memory(panel, family, height - CELL));
  box.append(element("figcaption", { class: "title" }, panel.name), svg, element("div", { class: "count" }, panel.count));
  return box;
}

/** @param {Data} data @param {Grouping} panel @param {number} i @param {number} j @param {boolean} same */
function tile(data, panel, i, j, same) {
  const [x, y] = [LEFT + j * TILE, TOP + i * TILE];
  const group = drawn("g", { class: `tile hue${panel.hues[i][j]}${same ? " same" : ""}`, "data-at": `${i} ${j}` });
  group.append(drawn("rect", { class: "area", x: x + 0.5, y: y + 0.5, width: TILE - 1, height: TILE - 1 }));
  const [h, w] = data.pixels;
  let lines = "";
  for (let k = 1; k < h; k++) lines += `M${x + 1},${y + (k * TILE) / h}h${TILE - 2}`;
  for (let k = 1; k < w; k++) lines += `M${x + (k * TILE) / w},${y + 1}v${TILE - 2}`;
  if (lines) group.append(drawn("path", { class: "pixels", d: lines }));
  const said = number(panel, [i, j]);
  if (said.length <= DIGITS) group.append(drawn("text", { class: "number", x: x + TILE / 2, y: y + TILE / 2 + 4 }, said));
  return group;
}

/** The edge around everything that shares the chosen mean. @param {number[][]} labels @param {number} family */
export function outline(labels, family) {
  const same = (/** @type {number} */ i, /** @type {number} */ j) => labels[i]?.[j] === family;
  let edge = "";
  labels.forEach((line, i) =>
    line.forEach((_, j) => {
      if (!same(i, j)) return;
      const [x, y] = [LEFT + j * TILE, TOP + i * TILE];
      if (!same(i - 1, j)) edge += `M${x},${y}h${TILE}`;
      if (!same(i + 1, j)) edge += `M${x},${y + TILE}h${TILE}`;
      if (!same(i, j - 1)) edge += `M${x},${y}v${TILE}`;
      if (!same(i, j + 1)) edge += `M${x + TILE},${y}v${TILE}`;
    }),
  );
  return drawn("path", { class: "edge", d: edge });
}

/** The first values as they lie in memory. @param {Grouping} panel @param {number} family @param {number} y */
function memory(panel, family, y) {
  const group = drawn("g", {});
  group.append(drawn("text", { class: "axis", x: LEFT, y: y - 5 }, "in memory →"));
  panel.strip.forEach(([label, hue], k) => {
    const cell = drawn("g", { class: `tile hue${hue}${label === family ? " same" : ""}` });
    const x = LEFT + k * CELL;
    cell.append(drawn("rect", { class: "area", x: x + 0.5, y: y + 0.5, width: CELL - 1, height: CELL - 1 }));
    const said = (label + 1).toLocaleString("en-US");
    if (said.length <= DIGITS) cell.append(drawn("text", { class: "number", x: x + CELL / 2, y: y + CELL / 2 + 4 }, said));
    group.append(cell);
  });
  return group;
}

export default mount(Sharing);
