// All features of a batch side by side, on axes that they share: as a choice of which is in front, or above the sliders of
// γ and β, whose moves they show while they are held.

import { DRAWN, Live, MOVED, clamp, drawn, element, exact, gridKey, mount, say, set, sliderOf, write, zoom } from "./shared.js";
import { MARKERS } from "./stage.js";

/**
 * One feature: its values in each stage, and the mean and standard deviation that the layer gives each.
 * @typedef {[number, number]} Range
 * @typedef {{name: string, about: string, values: number[][], marks: Range[], counts: number[], gamma: number,
 *   beta: number}} Small
 * @typedef {{features: Small[], front: number, stages: number[], ranges: Range[], ticks: [number, number][],
 *   moving: boolean, sliders: boolean}} Data
 * @typedef {{values: number[][], marks: [number, number][], counts: number[], gamma: number}} Picture
 */

const KINDS = ["gamma", "beta"]; // of sliders
const NAMES = ["x", "x_hat", "y"];
const ROW = 46; // a stage's height
const BASE = 30; // its line
const LANES = 5;
const RIDGE = 18;
const SIDE = 6;
const LEFT = 16; // for the symbol
const R = 2.6;

/** A picture's empty elements. @param {number[]} stages */
function frame(stages) {
  const rows = stages.map((k) =>
    drawn(
      "g",
      { class: `row ${NAMES[k]}` },
      drawn("path", { class: "rule" }),
      drawn("rect", { class: "band" }),
      drawn("path", { class: "ridge" }),
      drawn("path", { class: "dots" }),
      drawn("path", { class: "mean" }),
      drawn("text", { class: "symbol" }, ["x", "x̂", "y"][k]),
      drawn("g", { class: "axis" }),
    ),
  );
  return drawn("svg", { "aria-hidden": "true" }, drawn("g", {}, drawn("g", {}, ...rows)));
}

/** @param {unknown} one @param {unknown} other */
function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** @extends {Live<Data>} */
class Features extends Live {
  /** @param {HTMLElement} root @param {Data} data */
  constructor(root, data) {
    super(root, data);
    this.boxes = /** @type {HTMLElement[]} */ ([]);
    this.held = /** @type {Map<string, number>} */ (new Map());
    this.drawn = /** @type {Picture[]} */ ([]);
    this.shown = /** @type {string[]} */ ([]); // each picture as it stands there
    this.widths = /** @type {number[]} */ ([]);
    this.behind = /** @type {Set<number>} */ (new Set()); // columns whose picture is to be drawn
    this.asked = 0;
    this.on(document, DRAWN, (/** @type {CustomEvent} */ { detail: [column, feature] }) => this.#take(column, feature));
    this.on(root, "click", ({ target }) => this.#choose(/** @type {Element} */ (target)));
    this.on(root, "keydown", (/** @type {KeyboardEvent} */ event) => this.#key(event));
    this.find = this.follow(() => (this.data.sliders ? this.boxes.flatMap((_, j) => KINDS.map((kind) => `${kind}_${j}`)) : []), () => this.#follow());
    this.watch(root, () => this.#measure());
  }

  /** @param {Data} data */
  update(data) {
    const before = this.data;
    super.update(data);
    const { features, stages } = data;
    const anew = this.boxes.length !== features.length;
    if (anew) {
      this.boxes = features.map((_, j) => this.#box(j));
      this.root.replaceChildren(...this.boxes);
      this.root.style.setProperty("--features", String(Math.min(4, features.length)));
    }
    this.held.clear();
    this.drawn = features.map(({ values, marks, counts, gamma }) => ({ values, marks, counts, gamma }));
    const scales = anew || !same([data.ranges, data.ticks, data.moving], [before.ranges, before.ticks, before.moving]);
    this.boxes.forEach((_, j) => this.#fill(j));
    for (const [j, box] of this.boxes.entries()) {
      if (!scales) continue;
      box.querySelectorAll(".axis").forEach((axis, at) =>
        axis.replaceChildren(...data.ticks.filter(([k]) => k === stages[at]).map(([, v]) => drawn("text", {}, exact(v)))),
      );
      this.shown[j] = "";
    }
    this.find();
    if (anew) this.#measure();
    else this.boxes.forEach((_, j) => this.#draw(j));
  }

  /** What a box is called, and says. @param {number} j */
  #fill(j) {
    const { features, front, moving, sliders } = this.data;
    const { name, about, values } = features[j];
    const [title, svg] = this.boxes[j].children;
    write(title, name);
    set(title, { title: name });
    set(svg, { class: `${moving ? "moving" : ""} ${values[1].length > 64 ? "crowded" : ""}` });
    if (sliders) set(svg, { "aria-label": about, role: "img", "aria-hidden": "false" });
    else set(this.boxes[j], { "aria-label": `${name}. ${about}`, "aria-pressed": String(j === front), tabindex: j === front ? 0 : -1 });
  }

  /** @param {number} j */
  #box(j) {
    const { stages, sliders } = this.data;
    const svg = frame(stages);
    if (sliders) {
      const group = svg.children[0];
      set(group, { "data-live": `gamma_${j}` });
      set(group.children[0], { "data-live": `beta_${j}` });
      return element("div", { class: "feature" }, element("span"), svg);
    }
    return element("button", { type: "button", class: "feature", "data-feature": j }, element("span"), svg);
  }

  /** What the feature in front shows now. @param {number} column @param {{x: number[], x_hat: number[], y: number[], mean: number, spread: number, std: number, gamma: number, beta: number, counts: number[]}} feature */
  #take(column, { x, x_hat, y, mean, spread, std, gamma, beta, counts }) {
    if (!this.drawn[column]) return;
    const deviation = std ? spread / std : 0;
    /** @type {[number, number][]} */
    const marks = [[mean, spread], [0, deviation], [beta, Math.abs(gamma) * deviation]];
    this.drawn[column] = { values: [x, x_hat, y], marks, counts, gamma };
    this.#soon(column);
  }

  /** The reader, and not the server, moves a slider: it is in focus. */
  #follow() {
    for (const [j] of this.boxes.entries())
      for (const kind of KINDS) {
        const slider = sliderOf(`${kind}_${j}`);
        if (slider && slider === document.activeElement) this.slide(kind, j, Number(slider.value));
      }
  }

  /** A slider of γ or β stands elsewhere than the server knows. @param {string} kind @param {number} column @param {number} value */
  slide(kind, column, value) {
    const feature = this.data.features[column];
    const key = `${kind}_${column}`;
    if (!this.held.has(key) && Math.abs(value - (kind === "gamma" ? feature.gamma : feature.beta)) < 1e-9) return;
    this.held.set(key, value);
    const gamma = this.held.get(`gamma_${column}`) ?? feature.gamma;
    const beta = this.held.get(`beta_${column}`) ?? feature.beta;
    const { values, marks, counts } = this.drawn[column];
    /** @type {[number, number]} */
    const mark = [beta, Math.abs(gamma) * marks[1][1]];
    const y = values[1].map((v) => gamma * v + beta);
    this.drawn[column] = { values: [values[0], values[1], y], marks: [marks[0], marks[1], mark], counts, gamma };
    this.#soon(column);
    say(MOVED, { kind, column, value });
  }

  /** @param {Element} target */
  #choose(target) {
    const box = target.closest("[data-feature]");
    if (box) this.tell("front", Number(box.getAttribute("data-feature")));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const at = this.boxes.indexOf(/** @type {HTMLElement} */ (/** @type {Element} */ (event.target).closest(".feature")));
    const place = at < 0 || this.data.sliders ? null : gridKey(event, [0, at], 1, this.boxes.length);
    if (!place) return;
    this.boxes.forEach((box, j) => (box.tabIndex = j === place[1] ? 0 : -1));
    this.boxes[place[1]].focus();
    event.preventDefault();
  }

  /** A column's picture is another in the next frame; those that stand still cost nothing. @param {number} column */
  #soon(column) {
    this.behind.add(column);
    this.asked ||= requestAnimationFrame(() => {
      this.asked = 0;
      for (const j of this.behind) this.#draw(j);
      this.behind.clear();
    });
  }

  /** Fit the page. Widths are asked for here alone: to ask for one lays out the page. */
  #measure() {
    const unit = zoom();
    const height = ROW * this.data.stages.length + 25; // room for the numbers beneath x and beneath the last line
    this.widths = this.boxes.map((box) => box.children[1].clientWidth / unit);
    this.shown = [];
    this.boxes.forEach((box, j) => {
      set(box.children[1], { viewBox: `0 0 ${this.widths[j].toFixed(2)} ${height}`, height: height * unit });
      this.#draw(j);
    });
  }

  /** @param {number} j */
  #draw(j) {
    if (!(this.widths[j] > 0) || !this.drawn[j]) return;
    const shown = JSON.stringify(this.drawn[j]);
    if (shown === this.shown[j]) return; // an answer says all features, and most are as they were
    this.shown[j] = shown;
    const rows = this.boxes[j].children[1].querySelectorAll(".row");
    this.data.stages.forEach((k, at) => this.#drawStage(rows[at], k, at * ROW + (k ? 14 : 0), this.drawn[j], this.widths[j]));
  }

  /** @param {Element} row @param {number} k @param {number} top @param {Picture} picture @param {number} width */
  #drawStage({ children: [rule, band, ridge, dots, mean, symbol, axis] }, k, top, { values, marks, counts, gamma }, width) {
    const [low, high] = this.data.ranges[k];
    const place = (/** @type {number} */ v) => clamp(LEFT + SIDE + ((v - low) / (high - low)) * (width - LEFT - 2 * SIDE), LEFT, width);
    const y = top + BASE;
    const [center, spread] = marks[k];
    const [left, middle, right] = [center - spread, center, center + spread].map(place);
    const own = values[k];
    // Every stage is linear in x, so one shape serves all; a negative γ turns it.
    const ends = [place(Math.min(...own)), place(Math.max(...own))];
    const [first, last] = k === 2 && gamma < 0 ? [ends[1], ends[0]] : ends;
    const [base, bar, tallest] = [y - LANES - 2, (last - first) / counts.length, Math.max(...counts)];
    const steps = counts.map((c, b) => `V${(base - (RIDGE * c) / tallest).toFixed(1)}H${(first + bar * (b + 1)).toFixed(1)}`);
    set(rule, { d: `M${LEFT} ${y}H${width.toFixed(1)}` });
    set(band, { x: left.toFixed(1), width: Math.max(0, right - left).toFixed(1), y: base - RIDGE, height: RIDGE + 2 * LANES + 4 });
    set(ridge, { d: `M${first.toFixed(1)} ${base}${Math.abs(last - first) < 0.5 ? `v${-RIDGE}` : steps.join("")}V${base}` });
    set(dots, { d: own.map((v, i) => MARKERS[k](place(v), y + LANES * ((2 * i + 1) / own.length - 1), own.length > 64 ? 1.4 : R)).join("") });
    set(mean, { d: `M${middle.toFixed(1)} ${base - RIDGE}v${RIDGE + 2 * LANES + 4}` });
    set(symbol, { x: 0, y: y + 4 });
    this.data.ticks.filter(([stage]) => stage === k).forEach(([, v], at) => axis.children[at] && set(axis.children[at], { x: place(v).toFixed(1), y: y + LANES + 14 }));
  }
}

export default mount(Features);
