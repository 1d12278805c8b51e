// Which values share a mean, for each norm side by side; one value is chosen, and those that share with it are outlined.
// The numbers of the sets arrive from Python; nothing is computed here.

/**
 * @typedef {{name: string, count: string, of: string, labels: number[][], hues: number[][], strip: [number, number][]}} Panel
 * @typedef {{rows: string[], columns: string[], room: [number, number], pixels: [number, number], panels: Panel[]}} Data
 */

const SVG = "http://www.w3.org/2000/svg";
const [TILE, LEFT, TOP, CELL] = [24, 22, 24, 16];
const KEYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** @param {{parentElement: ShadowRoot | HTMLElement, data: [Data]}} component */
export default function ({ parentElement, data: [data] }) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".sharing"));
  const grids = element("div", { class: "grids", tabindex: "0", role: "group" });
  grids.setAttribute("aria-label", "Which values share a mean. Arrow keys choose another value.");
  const held = root.querySelector(".grids")?.matches(":focus");
  /** @type {[number, number]} */
  const chosen = [Number(root.dataset.row ?? 1), Number(root.dataset.column ?? 2)];
  const words = element("p", { class: "words", role: "status" });
  const show = () => {
    chosen[0] = Math.max(0, Math.min(data.rows.length - 1, chosen[0]));
    chosen[1] = Math.max(0, Math.min(data.columns.length - 1, chosen[1]));
    [root.dataset.row, root.dataset.column] = chosen.map(String);
    grids.replaceChildren(...data.panels.map((panel) => figure(data, panel, chosen)));
    const numbers = data.panels.map((panel) => `${panel.name}: mean no. ${number(panel, chosen)} of ${panel.of}`);
    words.textContent = `◉ Example ${data.rows[chosen[0]]}, channel ${data.columns[chosen[1]]}. ${numbers.join(" · ")}`;
  };
  let last = "";
  // Redrawing puts a new tile beneath a mouse that rests; only one that moves chooses.
  const point = (/** @type {PointerEvent} */ event) => {
    const here = `${event.clientX} ${event.clientY}`;
    if (here === last) return;
    last = here;
    const tile = /** @type {Element} */ (event.target).closest("[data-at]");
    const [row, column] = (tile?.getAttribute("data-at") ?? "").split(" ").map(Number);
    if (!tile || (row === chosen[0] && column === chosen[1])) return;
    [chosen[0], chosen[1]] = [row, column];
    show();
  };
  grids.onpointermove = point;
  grids.onpointerdown = point;
  grids.onkeydown = (event) => {
    const step = KEYS[/** @type {keyof typeof KEYS} */ (event.key)];
    if (!step) return;
    event.preventDefault();
    chosen[0] += step[0];
    chosen[1] += step[1];
    show();
  };
  show();
  root.replaceChildren(grids, words);
  if (held) grids.focus();
}

/** @param {Panel} panel @param {[number, number]} at */
function number(panel, [row, column]) {
  return (panel.labels[row][column] + 1).toLocaleString("en-US");
}

/** @param {string} tag @param {Record<string, string | number>} attributes @param {string} [text] */
function element(tag, attributes, text) {
  return filled(document.createElement(tag), attributes, text);
}

/** @param {string} tag @param {Record<string, string | number>} attributes @param {string} [text] */
function part(tag, attributes, text) {
  return filled(document.createElementNS(SVG, tag), attributes, text);
}

/**
 * @template {Element} T
 * @param {T} made @param {Record<string, string | number>} attributes @param {string} [text]
 */
function filled(made, attributes, text) {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}

/** @param {Data} data @param {Panel} panel @param {[number, number]} chosen */
function figure(data, panel, chosen) {
  const [tall, wide] = data.room;
  const box = element("figure", {});
  const height = TOP + tall * TILE + 14 + CELL;
  const svg = part("svg", { viewBox: `0 0 ${LEFT + wide * TILE + 2} ${height + 2}`, role: "img" });
  const family = panel.labels[chosen[0]][chosen[1]];
  const place = `example ${data.rows[chosen[0]]}, channel ${data.columns[chosen[1]]}`;
  svg.setAttribute("aria-label", `${panel.name}: ${panel.count}. Outlined: those that share their mean with ${place}.`);
  svg.append(part("text", { class: "axis", x: LEFT, y: 8 }, "channel →"), part("text", { class: "axis", x: 0, y: 20 }, "ex. ↓"));
  data.columns.forEach((name, j) => svg.append(part("text", { class: "name", x: LEFT + (j + 0.5) * TILE, y: 20 }, name)));
  data.rows.forEach((name, i) => {
    svg.append(part("text", { class: "name", x: LEFT / 2, y: TOP + (i + 0.5) * TILE + 3 }, name));
    data.columns.forEach((_, j) => svg.append(tile(data, panel, i, j, panel.labels[i][j] === family)));
  });
  svg.append(outline(panel.labels, family));
  const at = { x: LEFT + chosen[1] * TILE + 4, y: TOP + chosen[0] * TILE + 4, width: TILE - 8, height: TILE - 8, rx: 8 };
  svg.append(part("rect", { class: "chosen", ...at }));
  svg.append(memory(panel, family, height - CELL));
  box.append(element("figcaption", { class: "title" }, panel.name), svg, element("div", { class: "count" }, panel.count));
  return box;
}

/** @param {Data} data @param {Panel} panel @param {number} i @param {number} j @param {boolean} same */
function tile(data, panel, i, j, same) {
  const [x, y] = [LEFT + j * TILE, TOP + i * TILE];
  const group = part("g", { class: `tile hue${panel.hues[i][j]}${same ? " same" : ""}`, "data-at": `${i} ${j}` });
  group.append(part("rect", { class: "area", x: x + 0.5, y: y + 0.5, width: TILE - 1, height: TILE - 1 }));
  const [h, w] = data.pixels;
  let lines = "";
  for (let k = 1; k < h; k++) lines += `M${x + 1},${y + (k * TILE) / h}h${TILE - 2}`;
  for (let k = 1; k < w; k++) lines += `M${x + (k * TILE) / w},${y + 1}v${TILE - 2}`;
  if (lines) group.append(part("path", { class: "pixels", d: lines }));
  const long = number(panel, [i, j]).length > 4;
  group.append(part("text", { class: long ? "number small" : "number", x: x + TILE / 2, y: y + TILE / 2 + 3.2 }, number(panel, [i, j])));
  return group;
}

/** The edge around everything that shares the chosen mean. @param {number[][]} labels @param {number} family */
function outline(labels, family) {
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
  return part("path", { class: "edge", d: edge });
}

/** The first values as they lie in memory. @param {Panel} panel @param {number} family @param {number} y */
function memory(panel, family, y) {
  const group = part("g", {});
  group.append(part("text", { class: "axis", x: LEFT, y: y - 3 }, "first values in memory →"));
  panel.strip.forEach(([label, hue], k) => {
    const cell = part("g", { class: `tile hue${hue}${label === family ? " same" : ""}` });
    const x = LEFT + k * CELL;
    cell.append(part("rect", { class: "area", x: x + 0.5, y: y + 0.5, width: CELL - 1, height: CELL - 1 }));
    cell.append(part("text", { class: "number small", x: x + CELL / 2, y: y + CELL / 2 + 2.6 }, (label + 1).toLocaleString("en-US")));
    group.append(cell);
  });
  return group;
}
