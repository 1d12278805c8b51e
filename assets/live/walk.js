// One step of the layer: matrix, formula and sentence, in which everything that means the same lights up together.
// The numbers arrive as text; computed here is only y = γ · x̂ + β, while γ or β is held.

import { Live, Wishes, calm, element, exact, fixed, gridKey, math, mount, operand, sliderOf, write } from "./shared.js";

/**
 * @typedef {{base?: string, text?: string, sub?: string, sup?: string, hat?: string, tone?: string, note?: string}} Sign
 * @typedef {{t?: string, say?: string, sym?: Sign, val?: string, after?: boolean, word?: string, row?: 1, feature?: 1,
 *   frac?: Piece[][], root?: Piece[], sum?: string, shown?: number[], squared?: boolean, sup?: string, by?: string}} Term
 * @typedef {string | Term} Piece
 * @typedef {{do: "gather" | "change" | "sweep", column?: string, rows?: string[], into?: string}} Phase
 * @typedef {{t: string, label: Sign, remembered: boolean}} Foot
 * @typedef {{sym: Sign, shape: string, t: string}} Shape
 * @typedef {{matrix: string, was: string | null, values: Record<string, string[][]>, vectors: Record<string, string[]>,
 *   foot: Foot[], cell: string[], lights: Record<string, string[]>, formula: Piece[][], sentence: Piece[], phases: Phase[],
 *   step: number, title: string, rows: string[], columns: string[], shapes: Shape[], chosen: [number, number],
 *   sliders: [string, string], x_hat: number[]}} Data
 */

const REST_MS = 120; // an arrow key that is held down asks the server once, when it comes to rest
const [BETWEEN_MS, FLIGHT_MS] = [70, 480];
const MOST_FLIGHTS = 12;

const rest = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @extends {Live<Data>} */
class Walk extends Live {
  /** @param {HTMLElement} root @param {Data} data */
  constructor(root, data) {
    super(root, data);
    /** @type {[number, number]} */ this.chosen = data.chosen;
    this.wishes = new Wishes();
    this.resting = this.timer();
    this.content = "";
    this.box = root;
    this.again = element("button");
    this.run = 0; // a new step or choice ends what plays
    this.part = 0; // how many phases were shown, where nothing may move
    /** @type {HTMLElement | null} */ this.hovered = null;
    /** @type {HTMLElement | null} */ this.focused = null;
    /** @type {[number, number]} */ this.at = [0, 0];
    /** @type {((i: number, j: number) => void)[]} */ this.live = [];
    this.find = this.follow(() => this.data.sliders, () => this.#slide());
    this.on(root, "pointerover", (event) => this.point("hovered", event.target));
    this.on(root, "pointerleave", () => this.point("hovered", null));
    this.on(root, "focusin", (event) => this.point("focused", event.target));
    this.on(root, "focusout", () => this.point("focused", null));
    this.on(root, "click", (event) => this.click(/** @type {HTMLElement} */ (event.target)));
    this.on(root, "keydown", (/** @type {KeyboardEvent} */ event) => this.key(event));
  }

  /** @param {Data} data */
  update(data) {
    const { chosen } = data;
    const now = JSON.stringify({ ...data, chosen: null, x_hat: null }); // which cell is chosen builds nothing anew
    const [before, first] = [this.data.step, !this.content];
    super.update(data);
    this.find();
    const [i, j] = this.chosen;
    const there = i < data.rows.length && j < data.columns.length;
    if (!this.wishes.outdate(chosen) || !there) this.chosen = chosen;
    if (now === this.content) return this.show(...this.chosen);
    this.content = now;
    this.run++;
    const inCell = this.focused?.matches("td");
    this.hovered = this.focused = null;
    const scroll = this.box.scrollTop;
    this.build();
    this.box.scrollTop = scroll;
    this.finish();
    if (inCell) this.cell(...this.chosen).focus({ preventScroll: true });
    if (first) this.intoView(...this.chosen);
    if (!first && data.step === before + 1 && !calm()) this.play();
  }

  destroy() {
    super.destroy();
    this.run++;
  }

  // --- what stands there ---

  build() {
    const { data, root } = this;
    this.live = [];
    const again = element("button", { class: "again", type: "button" });
    again.hidden = !data.phases.length;
    const panel = element(
      "div",
      { class: "panel", "data-live": data.sliders[1] },
      element("div", { class: "head" }, element("h3", {}, data.title), again),
      element("div", { class: "shapes" }, ...data.shapes.map((each) => this.shape(each))),
      element("p", { class: "sentence", "aria-live": "polite" }, ...this.parts(data.sentence)),
      element(
        "div",
        { class: "formula", role: "group", "aria-label": "Formula" },
        ...data.formula.map((line) => element("div", { class: "line" }, ...this.parts(line))),
      ),
    );
    root.replaceChildren(this.table(), panel);
    this.#reach(0);
    this.again = again;
    this.box = /** @type {HTMLElement} */ (root.querySelector(".box"));
  }

  table() {
    const { data } = this;
    const letter = data.matrix === "x_hat" ? "normalized" : data.matrix === "x" ? "input" : "output";
    const caption = element("figcaption", { id: "walk-matrix" });
    caption.append(element("span", { class: `mark ${data.matrix}`, "aria-hidden": "true" }), " ", letter, " ");
    caption.append(sign({ base: data.matrix[0], ...(data.matrix === "x_hat" && { hat: "1" }), tone: data.matrix }));
    const head = element("tr", {}, element("th", { scope: "col" }, "row"));
    data.columns.forEach((name, j) => head.append(element("th", { scope: "col", "data-t": "c", "data-j": `${j}` }, name)));
    const body = element("tbody");
    data.rows.forEach((name, i) => {
      const row = element("tr", {}, element("th", { scope: "row", "data-t": "n" }, name));
      data.columns.forEach((_, j) => row.append(element("td", { "data-i": `${i}`, "data-j": `${j}`, class: data.matrix })));
      body.append(row);
    });
    const foot = element("tfoot");
    for (const { t, label, remembered } of data.foot) {
      const row = element("tr", { class: remembered ? "remembered" : "" }, element("th", { scope: "row" }, sign(label)));
      data.columns.forEach((_, j) => row.append(element("td", { "data-foot": t, "data-j": `${j}` })));
      foot.append(row);
    }
    const grid = element("table", { role: "grid", "aria-labelledby": "walk-matrix" }, element("thead", {}, head), body, foot);
    return element("figure", { "data-live": data.sliders[0] }, caption, element("div", { class: "box" }, grid));
  }

  /** @param {Shape} each */
  shape({ sym, shape, t }) {
    return element("span", { class: "shape", "data-t": t, "data-says": t }, sign(sym), ` ${shape}`);
  }

  /** @param {Piece[]} parts @returns {(Node | string)[]} */
  parts(parts) {
    return parts.map((part) => (typeof part === "string" ? text(part) : this.term(part)));
  }

  /** @param {Term} part @returns {Node} */
  term(part) {
    const { data } = this;
    if (part.frac) {
      const [above, below] = part.frac.map((each) => element("span", { class: "side" }, ...this.parts(each)));
      return element("span", { class: "frac" }, above, below);
    }
    if (part.root) {
      return element("span", { class: "root" }, "√", element("span", { class: "under" }, ...this.parts(part.root)));
    }
    if (part.sup) return element("span", {}, part.sup, element("sup", {}, part.by ?? ""));
    if (part.sum) return this.sum(part);
    if (part.row) {
      const number = element("span");
      this.live.push((i) => (number.textContent = data.rows[i]));
      return number;
    }
    const made = element("button", { type: "button", class: "term", "data-t": part.t ?? "", "data-says": part.t ?? "" });
    if (part.sym) {
      made.setAttribute("aria-label", part.say ?? "");
      const { sub } = part.sym;
      const glyph = sign(part.sym);
      made.append(glyph);
      if (sub === "row") {
        const place = /** @type {Element} */ (glyph.querySelector("mn"));
        this.live.push((i) => (place.textContent = data.rows[i]));
      }
      made.classList.add(part.sym.tone ?? "plain");
    } else if (part.word) {
      made.append(part.word);
    } else if (part.feature) {
      this.live.push((_, j) => (made.textContent = data.columns[j]));
    } else if (part.val) {
      const name = part.val;
      made.classList.add(name);
      this.live.push((i, j) => {
        const written = data.values[name]?.[i][j] ?? data.vectors[name][j];
        made.textContent = part.after ? operand(written) : written;
        made.setAttribute("aria-label", `${part.say} ${written}`);
      });
    }
    return made;
  }

  /** The terms of a sum over the column; the ones that are left out are the dots. @param {Term} part */
  sum(part) {
    const { data } = this;
    const shown = part.shown ?? [];
    const made = element("span", { class: "sum" });
    let last = -1;
    shown.forEach((row, k) => {
      if (k) made.append(text(" + "));
      if (row !== last + 1) {
        const left = data.rows.map((_, i) => `v${i}`).slice(last + 1, row);
        made.append(element("span", { class: "number", "data-t": ["col", ...left].join(" ") }, "…"), text(" + "));
      }
      last = row;
      const number = element("span", { class: `number ${part.sum}`, "data-t": `col v${row}`, "data-says": `v${row}` });
      this.live.push((_, j) => {
        const written = data.values[/** @type {string} */ (part.sum)][row][j];
        number.textContent = part.squared ? `(${written})²` : operand(written);
      });
      made.append(number);
    });
    return made;
  }

  /** Show one cell's numbers in formula and sentence, and mark its column. @param {number} row @param {number} column */
  show(row, column) {
    this.at = [row, column];
    for (const fill of this.live) fill(row, column);
    for (const cell of this.cells("td, thead th")) {
      const [i, j] = place(cell);
      const mine = j === column;
      cell.classList.toggle("mine", mine);
      if (cell.matches("thead th")) continue;
      const here = mine && i === row;
      if (cell.dataset.foot) cell.dataset.t = mine ? cell.dataset.foot : "";
      else {
        cell.dataset.t = mine ? `all col v${i}${here ? " here" : ""}` : "all";
        cell.setAttribute("aria-selected", String(here));
        const [a, b] = this.chosen;
        cell.tabIndex = i === a && j === b ? 0 : -1;
      }
    }
  }

  /** The sliders of γ and β stand elsewhere than the server knows: what comes of that for the column that the server has. */
  #slide() {
    const { chosen: [, column], values, vectors, x_hat } = this.data;
    const [gamma, beta] = this.data.sliders.map((key) => Number(sliderOf(key)?.value ?? NaN));
    if (!values.y || Number.isNaN(gamma + beta)) return;
    const y = x_hat.map((v) => gamma * v + beta);
    const mean = y.reduce((sum, v) => sum + v, 0) / y.length;
    const std = Math.sqrt(y.reduce((sum, v) => sum + (v - mean) ** 2, 0) / y.length);
    const now = { gamma: exact(gamma), beta: exact(beta), y_mean: fixed(mean), y_std: fixed(std) };
    y.forEach((v, i) => (values.y[i][column] = fixed(v)));
    for (const [name, written] of Object.entries(now)) if (vectors[name]) vectors[name][column] = written;
    if (this.root.dataset.state === "rest") this.finish();
  }

  /** Every number at its place, at rest. */
  finish() {
    const { data, root } = this;
    this.show(...this.chosen);
    for (const cell of this.cells("td")) this.write(cell);
    this.light([]);
    for (const ghost of root.querySelectorAll(".ghost")) ghost.remove();
    root.dataset.state = "rest";
    this.part = data.phases.length;
    this.label();
  }

  /** @param {HTMLElement} cell @param {string} [from] another matrix than the one that is shown */
  write(cell, from) {
    const [i, j] = place(cell);
    const { data } = this;
    const name = cell.dataset.foot ?? from ?? data.matrix;
    const written = cell.dataset.foot ? data.vectors[name][j] : data.values[name][i][j];
    write(cell, written);
    if (!cell.dataset.foot) cell.className = `${name}${cell.classList.contains("mine") ? " mine" : ""}`;
  }

  label() {
    const { phases } = this.data;
    const inside = this.part < phases.length;
    this.again.textContent = !calm()
      ? "▶ Play this step"
      : inside
        ? `Next part (${this.part + 1} of ${phases.length})`
        : `Show in ${phases.length} parts`;
  }

  // --- pointing ---

  /** @param {"hovered" | "focused"} how @param {EventTarget | null} target */
  point(how, target) {
    const found = target instanceof Element ? target.closest("[data-says], td, [data-t]") : null;
    this[how] = /** @type {HTMLElement | null} */ (found);
    if (this.root.dataset.state === "playing") return;
    const pointed = this.hovered ?? this.focused;
    const chosen = this.chosen;
    const { data } = this;
    if (pointed?.matches("td")) {
      const [i, j] = place(pointed);
      const row = Number.isNaN(i) ? chosen[0] : i;
      this.show(row, j);
      const token = pointed.dataset.foot;
      this.light(token ? (data.lights[token] ?? [token]) : [`v${row}`, ...data.cell]);
    } else {
      this.show(...chosen);
      const token = pointed?.dataset.says ?? pointed?.dataset.t ?? "";
      this.light(token ? (data.lights[token] ?? [token]) : [], token);
    }
  }

  /** @param {string[]} tokens @param {string} [pointed] the term that was pointed at: the cell shows what it stands for */
  light(tokens, pointed) {
    const lit = new Set(tokens);
    for (const each of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-t]"))) {
      each.classList.toggle("lit", (each.dataset.t ?? "").split(" ").some((token) => lit.has(token)));
    }
    if (this.root.dataset.state === "playing" || this.part < this.data.phases.length) return;
    const cell = this.cell(...this.at);
    const lighted = cell.classList.contains("lit");
    this.write(cell, pointed && pointed === this.data.was ? pointed : undefined);
    cell.classList.toggle("lit", lighted);
  }

  // --- choosing ---

  /** @param {HTMLElement} target */
  click(target) {
    if (target === this.again) return void this.play();
    const cell = /** @type {HTMLElement | null} */ (target.closest("td, thead th[data-j]"));
    if (!cell) return;
    const [i, j] = place(cell);
    this.choose(Number.isNaN(i) ? this.chosen[0] : i, j, 0);
  }

  /** Tab reaches one of the terms; arrow keys lead to the others. @param {number} k @returns {HTMLElement} */
  #reach(k) {
    const terms = this.cells(".term");
    terms.forEach((term, i) => (term.tabIndex = i === k ? 0 : -1));
    return terms[k];
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const term = /** @type {HTMLElement} */ (event.target).closest(".term");
    if (term) {
      const terms = this.cells(".term");
      const k = terms.indexOf(/** @type {HTMLElement} */ (term));
      const along = gridKey(event, [0, k], 1, terms.length);
      if (!along) return;
      event.preventDefault();
      return this.#reach(along[1]).focus();
    }
    const cell = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("tbody td"));
    const to = cell && gridKey(event, place(cell), this.data.rows.length, this.data.columns.length);
    if (!to) return;
    event.preventDefault();
    this.choose(...to, REST_MS);
  }

  /** @param {number} row @param {number} column @param {number} wait */
  choose(row, column, wait) {
    this.run++;
    this.wishes.add(this.chosen, [row, column]);
    this.chosen = /** @type {[number, number]} */ ([row, column]);
    this.finish();
    this.intoView(row, column);
    this.cell(row, column).focus({ preventScroll: true });
    this.resting.start(wait, () => this.tell("choose", [row, column]));
  }

  /** Scroll the box, and not the page, to where the cell can be seen. @param {number} row @param {number} column */
  intoView(row, column) {
    const box = this.box;
    const cell = this.cell(row, column);
    const height = (/** @type {string} */ part) => /** @type {HTMLElement} */ (box.querySelector(part)).offsetHeight;
    const side = /** @type {HTMLElement} */ (box.querySelector("th")).offsetWidth;
    const [above, below] = [height("thead"), height("tfoot")];
    box.scrollTop = Math.min(box.scrollTop, cell.offsetTop - above);
    box.scrollTop = Math.max(box.scrollTop, cell.offsetTop + cell.offsetHeight + below - box.clientHeight);
    box.scrollLeft = Math.min(box.scrollLeft, cell.offsetLeft - side);
    box.scrollLeft = Math.max(box.scrollLeft, cell.offsetLeft + cell.offsetWidth - box.clientWidth);
  }

  // --- the step before the reader's eyes ---

  async play() {
    const { phases } = this.data;
    const quiet = calm();
    if (quiet && this.part < phases.length) {
      await this.phase(phases[this.part], false, () => true);
      this.part++;
      if (this.part === phases.length) this.finish();
      return this.label();
    }
    const run = ++this.run;
    const alive = () => run === this.run;
    this.finish();
    this.empty();
    this.part = 0;
    if (quiet) return this.label();
    this.root.dataset.state = "playing";
    for (const phase of phases) {
      await this.phase(phase, true, alive);
      if (!alive()) return;
    }
    this.finish();
  }

  /** As before the step: without its results. */
  empty() {
    const { phases, was } = this.data;
    const rows = phases.flatMap((phase) => (phase.do === "sweep" ? (phase.rows ?? []) : []));
    for (const cell of this.cells("td[data-foot]")) {
      if (rows.includes(cell.dataset.foot ?? "")) cell.textContent = "";
    }
    if (was) for (const cell of this.cells("tbody td")) this.write(cell, was);
  }

  /** @param {Phase} phase @param {boolean} moving @param {() => boolean} alive */
  async phase(phase, moving, alive) {
    const [, j] = this.chosen;
    this.light([]);
    if (phase.do === "gather") await this.gather(phase, j, moving, alive);
    if (phase.do === "change") await this.change(phase, j, moving, alive);
    if (phase.do === "sweep") await this.sweep(j, moving, alive);
  }

  /** A column, or an old value and a new one, become one number. @param {Phase} phase @param {number} j @param {boolean} moving @param {() => boolean} alive */
  async gather(phase, j, moving, alive) {
    const into = phase.into ?? "";
    const target = this.foot(into, j);
    const sources = phase.column
      ? this.inSight(this.cells(`tbody td[data-j="${j}"]`))
      : (phase.rows ?? []).map((token) => this.foot(token, j));
    this.light([into, ...(phase.column ? ["col"] : (phase.rows ?? []))]);
    for (const source of moving ? sources : []) {
      const [i] = place(source);
      this.fly(source, target, phase.column ? this.data.values[phase.column][i][j] : (source.textContent ?? ""));
      await rest(BETWEEN_MS);
      if (!alive()) return;
    }
    if (moving) await rest(FLIGHT_MS);
    if (!alive()) return;
    this.write(target);
    if (moving) await rest(2 * BETWEEN_MS);
  }

  /** The column's values change one after the other. @param {Phase} phase @param {number} j @param {boolean} moving @param {() => boolean} alive */
  async change(phase, j, moving, alive) {
    const sources = (phase.rows ?? []).map((token) => this.foot(token, j));
    this.light(phase.rows ?? []);
    const cells = this.cells(`tbody td[data-j="${j}"]`);
    const seen = new Set(this.inSight(cells));
    for (const cell of cells) {
      if (moving && seen.has(cell)) {
        for (const source of sources) this.fly(source, cell, source.textContent ?? "");
        await rest(FLIGHT_MS / 2);
        if (!alive()) return;
      }
      this.write(cell);
      cell.classList.add("lit");
    }
    if (moving) await rest(FLIGHT_MS);
  }

  /** Then the other columns, each by itself. @param {number} j @param {boolean} moving @param {() => boolean} alive */
  async sweep(j, moving, alive) {
    for (const [other] of this.data.columns.entries()) {
      if (other === j) continue;
      const cells = this.cells(`td[data-j="${other}"]`);
      for (const cell of cells) {
        this.write(cell);
        cell.classList.add("lit");
      }
      if (!moving) continue;
      await rest(4 * BETWEEN_MS);
      if (!alive()) return;
      for (const cell of cells) cell.classList.remove("lit");
    }
  }

  /** A number on its way from one place to another. @param {HTMLElement} from @param {HTMLElement} to @param {string} written */
  fly(from, to, written) {
    const [origin, start, end] = [this.root, from, to].map((each) => each.getBoundingClientRect());
    const ghost = element("span", { class: "ghost", "aria-hidden": "true" }, written);
    ghost.style.left = `${start.left - origin.left}px`;
    ghost.style.top = `${start.top - origin.top}px`;
    ghost.style.width = `${start.width}px`;
    this.root.append(ghost);
    const moved = `translate(${end.left - start.left}px, ${end.top - start.top}px)`;
    const flight = ghost.animate([{ transform: "none" }, { transform: moved, opacity: 0.3 }], {
      duration: FLIGHT_MS,
      easing: "ease-in-out",
    });
    flight.onfinish = () => ghost.remove();
  }

  // --- finding ---

  /** @param {string} selector @returns {HTMLElement[]} */
  cells(selector) {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll(selector))];
  }

  /** @param {number} i @param {number} j */
  cell(i, j) {
    return this.cells(`tbody td[data-i="${i}"][data-j="${j}"]`)[0];
  }

  /** @param {string} token @param {number} j */
  foot(token, j) {
    return this.cells(`td[data-foot="${token}"][data-j="${j}"]`)[0];
  }

  /** The cells that can be seen without scrolling. @param {HTMLElement[]} cells */
  inSight(cells) {
    const box = this.box;
    const frame = box.getBoundingClientRect();
    const foot = /** @type {HTMLElement} */ (box.querySelector("tfoot")).offsetHeight;
    const seen = cells.filter((cell) => {
      const { top, bottom } = cell.getBoundingClientRect();
      return top >= frame.top && bottom <= frame.bottom - foot + 2;
    });
    return seen.slice(0, MOST_FLIGHTS);
  }
}

/** @param {HTMLElement} cell @returns {[number, number]} */
function place(cell) {
  return [Number(cell.dataset.i ?? NaN), Number(cell.dataset.j)];
}

/** Spaces around operators must stay. @param {string} written */
function text(written) {
  return document.createTextNode(written);
}

/** A symbol in MathML, or a plain name. @param {Sign} given */
export function sign(given) {
  if (given.text) return element("span", {}, given.text);
  const letter = math("mi", given.base ?? "");
  const hatted = given.hat ? math("mover", letter, math("mo", "^")) : letter;
  if (given.hat) hatted.setAttribute("accent", "true");
  const number = math(given.sub === "i" ? "mi" : "mn", given.sub === "row" ? "0" : (given.sub ?? given.sup ?? ""));
  const whole = given.sub ? math("msub", hatted, number) : given.sup ? math("msup", hatted, number) : hatted;
  const made = element("span", { class: `sign ${given.tone ?? ""}` }, math("math", whole));
  if (given.note) made.append(element("small", {}, ` ${given.note}`));
  return made;
}

export default mount(Walk);
