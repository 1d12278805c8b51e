// The layers of twin networks at one step of their training; a slider of the browser's own chooses which.
// The numbers arrive as they are written; only shapes are computed here.

import { Live, clamp, drawn, element, find, ink, mount, set, write } from "./shared.js";

/**
 * @typedef {[string, [number, number, number], string, string, string, string]} Row
 * @typedef {{name: string, color: string, ended: number | null, moments: number[], looks: Row[][]}} TwinShown
 * @typedef {{moments: number[], reach: number, flat: string, dead: boolean, units: number, twins: TwinShown[]}} Data
 */

const TALL = 100; // of a picture's own units, as wide as there are bins

/** @extends {Live<Data>} */
class Layers extends Live {
  /** @param {HTMLElement} root @param {Data} data */
  constructor(root, data) {
    super(root, data);
    this.shape = "";
    const scrub = { type: "range", min: "0", max: "0", step: "1", value: "0" };
    this.slider = /** @type {HTMLInputElement} */ (element("input", scrub));
    this.output = element("output");
    this.twins = element("div", { class: "twins" });
    this.on(this.slider, "input", () => this.#show());
    root.replaceChildren(element("label", { class: "scrub" }, "Step looked at", this.slider, this.output), this.twins);
  }

  /** @param {Data} data */
  update(data) {
    super.update(data);
    const { slider } = this;
    const last = data.moments.length - 1;
    // Whoever hasn't moved the slider sees the newest step.
    const newest = Number(slider.value) >= Number(slider.max) || Number(slider.value) > last;
    slider.max = String(Math.max(0, last));
    if (newest) slider.value = slider.max;
    slider.disabled = last < 1;
    this.#show();
  }

  #show() {
    const { data, slider, twins } = this;
    const step = data.moments[Number(slider.value)] ?? 0;
    const words = `${step.toLocaleString("en-US")} of ${(data.moments.at(-1) ?? 0).toLocaleString("en-US")}`;
    set(slider, { "aria-valuetext": `step ${words}` });
    write(this.output, words);
    const shape = JSON.stringify([data.dead, data.units, data.twins.map((twin) => twin.name)]);
    if (shape !== this.shape) twins.replaceChildren(...data.twins.map((twin) => frame(data, twin)));
    this.shape = shape;
    data.twins.forEach((twin, k) => fill(twins.children[k], data, twin, step));
  }
}

/** @param {Data} data @param {TwinShown} twin */
function frame(data, twin) {
  const box = element("div", { class: "box", tabindex: "0", role: "group", "aria-label": `Layers, ${twin.name}` });
  const table = element("table");
  const caption = element("caption");
  caption.append(element("i", { style: `background:${ink(twin.color)}`, "aria-hidden": "true" }), element("span"));
  const head = element("tr");
  const picture = element("th", { scope: "col", class: "picture" }, "into the activation");
  const ends = element("div", { class: "ends", "aria-hidden": "true" });
  ends.append(...[`−${data.reach}`, "0", `${data.reach}`].map((text) => element("span", {}, text)));
  picture.append(ends);
  head.append(element("th", { scope: "col" }, "layer"), picture);
  const columns = ["15 · 50 · 85%", "in flat parts", "‖∂L/∂W‖", ...(data.dead ? [`dead of ${data.units}`] : [])];
  for (const name of columns) head.append(element("th", { scope: "col" }, name));
  const top = element("thead");
  top.append(head);
  table.append(caption, top, element("tbody"));
  box.append(table);
  return box;
}

/** @param {Element} box @param {Data} data @param {TwinShown} twin @param {number} step */
function fill(box, data, twin, step) {
  let at = twin.moments.length - 1;
  while (at > 0 && twin.moments[at] > step) at--;
  const late = twin.ended !== null && step > twin.ended;
  const words = late ? `${twin.name}, as it was at step ${twin.moments[at]}` : twin.name;
  write(find(box, "caption span"), words);
  find(box, "tbody").replaceChildren(
    ...(twin.looks[at] ?? []).map((row, i) => {
      const [heights, percentiles, written, flat, gradient, dead] = row;
      const line = element("tr");
      const picture = element("td", { class: "picture" });
      picture.append(histogram(data, ink(twin.color), heights, percentiles));
      line.append(element("th", { scope: "row" }, String(i + 1)), picture);
      for (const text of [written, flat, gradient, ...(data.dead ? [dead] : [])]) line.append(element("td", {}, text));
      return line;
    }),
  );
}

/** @param {Data} data @param {string} color @param {string} heights @param {number[]} percentiles */
export function histogram(data, color, heights, percentiles) {
  const bins = heights.length;
  const svg = drawn("svg", { viewBox: `0 0 ${bins} ${TALL}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  for (let i = 0; i < bins; i++) {
    if (data.flat[i] === "1") svg.append(drawn("rect", { class: "flat", x: i, y: 0, width: 1.02, height: TALL }));
  }
  const steps = [...heights].map((level, i) => {
    const y = TALL - (parseInt(level, 36) / 35) * (TALL - 6);
    return `L${i},${y.toFixed(1)}L${i + 1},${y.toFixed(1)}`;
  });
  svg.append(drawn("line", { class: "zero", x1: bins / 2, x2: bins / 2, y1: 0, y2: TALL }));
  svg.append(drawn("path", { class: "shape", d: `M0,${TALL}${steps.join("")}L${bins},${TALL}Z`, fill: color, stroke: color }));
  percentiles.forEach((value, i) => {
    const x = ((clamp(value, -data.reach, data.reach) + data.reach) / (2 * data.reach)) * bins;
    svg.append(drawn("line", { class: i === 1 ? "middle" : "outer", x1: x, x2: x, y1: i === 1 ? 0 : TALL * 0.35, y2: TALL }));
  });
  return svg;
}

export default mount(Layers);
