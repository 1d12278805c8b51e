// The layers of twin networks at one step of their training; a slider of the browser's own chooses which.
// The numbers arrive as they are written; only shapes are computed here.

/**
 * @typedef {[string, [number, number, number], string, string, string, string]} Row
 * @typedef {{name: string, color: string, ended: number | null, moments: number[], looks: Row[][]}} Twin
 * @typedef {{moments: number[], reach: number, flat: string, dead: boolean, units: number, twins: Twin[]}} Data
 */

const SVG = "http://www.w3.org/2000/svg";
const TALL = 100; // of a picture's own units, as wide as there are bins

/** @param {{parentElement: ShadowRoot | HTMLElement, data: [Data]}} component */
export default function ({ parentElement, data: [data] }) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".layers"));
  if (!root.children.length) build(root);
  const slider = /** @type {HTMLInputElement} */ (root.querySelector("input"));
  const last = data.moments.length - 1;
  // Whoever hasn't moved the slider sees the newest step.
  const newest = Number(slider.value) >= Number(slider.max) || Number(slider.value) > last;
  slider.max = String(Math.max(0, last));
  if (newest) slider.value = slider.max;
  slider.disabled = last < 1;
  slider.oninput = () => show(root, data);
  show(root, data);
}

/** @param {HTMLElement} root */
function build(root) {
  const scrub = element("label", { class: "scrub" });
  scrub.append("Step looked at", element("input", { type: "range", min: "0", max: "0", step: "1", value: "0" }), element("output", {}));
  root.append(scrub, element("div", { class: "twins" }));
}

/** @param {string} tag @param {Record<string, string>} attributes @param {string} [text] */
function element(tag, attributes, text) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

/** @param {HTMLElement} root @param {Data} data */
function show(root, data) {
  const slider = /** @type {HTMLInputElement} */ (root.querySelector("input"));
  const step = data.moments[Number(slider.value)] ?? 0;
  const words = `${step.toLocaleString("en-US")} of ${(data.moments[data.moments.length - 1] ?? 0).toLocaleString("en-US")}`;
  slider.setAttribute("aria-valuetext", `step ${words}`);
  /** @type {HTMLElement} */ (root.querySelector("output")).textContent = words;
  const twins = /** @type {HTMLElement} */ (root.querySelector(".twins"));
  const shape = JSON.stringify([data.dead, data.units, data.twins.map((twin) => twin.name)]);
  if (twins.dataset.shape !== shape) {
    twins.replaceChildren(...data.twins.map((twin) => frame(data, twin)));
    twins.dataset.shape = shape;
  }
  data.twins.forEach((twin, k) => fill(twins.children[k], data, twin, step));
}

/** @param {Data} data @param {Twin} twin */
function frame(data, twin) {
  const box = element("div", { class: "box", tabindex: "0", role: "group", "aria-label": `Layers, ${twin.name}` });
  const table = element("table", {});
  const caption = element("caption", {});
  caption.append(element("i", { style: `background:${twin.color}`, "aria-hidden": "true" }), element("span", {}));
  const head = element("tr", {});
  const picture = element("th", { scope: "col", class: "picture" }, "into the activation");
  const ends = element("div", { class: "ends", "aria-hidden": "true" });
  ends.append(...[`−${data.reach}`, "0", `${data.reach}`].map((text) => element("span", {}, text)));
  picture.append(ends);
  head.append(element("th", { scope: "col" }, "layer"), picture);
  const columns = ["15 · 50 · 85%", "in flat parts", "‖∂L/∂W‖", ...(data.dead ? [`dead of ${data.units}`] : [])];
  for (const name of columns) head.append(element("th", { scope: "col" }, name));
  const top = element("thead", {});
  top.append(head);
  table.append(caption, top, element("tbody", {}));
  box.append(table);
  return box;
}

/** @param {Element} box @param {Data} data @param {Twin} twin @param {number} step */
function fill(box, data, twin, step) {
  let at = twin.moments.length - 1;
  while (at > 0 && twin.moments[at] > step) at--;
  const late = twin.ended !== null && step > twin.ended;
  const words = late ? `${twin.name}, as it was at step ${twin.moments[at]}` : twin.name;
  /** @type {HTMLElement} */ (box.querySelector("caption span")).textContent = words;
  const body = /** @type {HTMLElement} */ (box.querySelector("tbody"));
  body.replaceChildren(
    ...(twin.looks[at] ?? []).map((row, i) => {
      const [heights, percentiles, written, flat, gradient, dead] = row;
      const line = element("tr", {});
      const picture = element("td", { class: "picture" });
      picture.append(histogram(data, twin.color, heights, percentiles));
      line.append(element("th", { scope: "row" }, String(i + 1)), picture);
      for (const text of [written, flat, gradient, ...(data.dead ? [dead] : [])]) line.append(element("td", {}, text));
      return line;
    }),
  );
}

/** @param {Data} data @param {string} color @param {string} heights @param {number[]} percentiles */
function histogram(data, color, heights, percentiles) {
  const bins = heights.length;
  const made = (/** @type {string} */ tag, /** @type {Record<string, string | number>} */ attributes) => {
    const part = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, String(value));
    return part;
  };
  const svg = made("svg", { viewBox: `0 0 ${bins} ${TALL}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  for (let i = 0; i < bins; i++) {
    if (data.flat[i] === "1") svg.append(made("rect", { class: "flat", x: i, y: 0, width: 1.02, height: TALL }));
  }
  const steps = [...heights].map((level, i) => {
    const y = TALL - (parseInt(level, 36) / 35) * (TALL - 6);
    return `L${i},${y.toFixed(1)}L${i + 1},${y.toFixed(1)}`;
  });
  svg.append(made("line", { class: "zero", x1: bins / 2, x2: bins / 2, y1: 0, y2: TALL }));
  svg.append(made("path", { class: "shape", d: `M0,${TALL}${steps.join("")}L${bins},${TALL}Z`, fill: color, stroke: color }));
  percentiles.forEach((value, i) => {
    const x = ((Math.max(-data.reach, Math.min(data.reach, value)) + data.reach) / (2 * data.reach)) * bins;
    svg.append(made("line", { class: i === 1 ? "middle" : "outer", x1: x, x2: x, y1: i === 1 ? 0 : TALL * 0.35, y2: TALL }));
  });
  return svg;
}
