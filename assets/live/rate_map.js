// Maps of learning rate × depth, one for each twin: a cell says what was reached there, and choosing it trains there.

import { Live, Wishes, clamp, element, find, gridKey, ink as inkOf, isShortcut, mount, set, sliderOf, write } from "./shared.js";

/**
 * @typedef {(number | null)[]} Row
 * @typedef {{title: string, short: string, color: string, marker: string, percents: Row[],
 *   diverged: boolean[][], covered: boolean}} Map
 * @typedef {{at: [number, number], words: string}} Visit
 * @typedef {{rates: number[], names: string[], depths: number[], maps: Map[], now: [number, number], marks: Visit[],
 *   sliders: [string, string], note: string}} Data
 */

/** A row, 0 for the first depth, and a column. @typedef {[number, number]} Place */

// Cividis, which those who see few colors read as well: from nothing right to everything.
const SHADES = [[0, 34, 78], [65, 77, 107], [124, 123, 120], [188, 175, 111], [254, 232, 56]];
const BEYOND = 0.5; // of a cell: so far outside of the map stands what is not on it

/** @extends {Live<Data>} */
class RateMap extends Live {
  /** @param {HTMLElement} root @param {Data} data */
  constructor(root, data) {
    super(root, data);
    this.shape = "";
    this.now = data.now;
    this.tab = { map: 0, place: nearest(data, data.now) }; // the one cell that Tab reaches
    this.pointed = /** @type {Place | null} */ (null);
    this.wishes = new Wishes();
    this.find = this.follow(() => this.data.sliders, () => this.#follow());
    for (const name of ["pointerover", "focusin"]) this.on(root, name, (event) => this.#point(cellAt(event)));
    for (const name of ["pointerleave", "focusout"]) this.on(root, name, () => this.#point(null));
    this.on(root, "click", (event) => {
      const cell = cellAt(event);
      if (cell) this.#choose(cell);
    });
    this.on(root, "keydown", (/** @type {KeyboardEvent} */ event) => this.#key(event));
  }

  /** @param {Data} data */
  update(data) {
    super.update(data);
    const shape = JSON.stringify([data.names, data.depths, data.maps.map((map) => map.title)]);
    if (shape !== this.shape) {
      const maps = element("div", { class: "maps" }, ...data.maps.map((map, k) => build(data, map, k)));
      const live = data.sliders.reduce((inside, key) => element("div", { "data-live": key }, inside), maps);
      this.root.replaceChildren(live, element("p", { class: "readout" }), element("p", { class: "note" }));
      this.shape = shape;
    }
    if (!this.wishes.outdate(data.now)) this.now = data.now;
    data.maps.forEach((map, k) => this.#fill(map, this.#figure(k)));
    write(find(this.root, ".note"), data.note);
    this.find();
    this.#mark(this.now);
  }

  /** @param {Map} map @param {HTMLElement} figure */
  #fill(map, figure) {
    figure.classList.toggle("covered", map.covered);
    for (const cell of cells(figure)) {
      const [row, column] = place(cell);
      const percent = map.percents[row][column];
      write(cell, percent === null ? "" : map.diverged[row][column] ? "✗" : String(percent));
      cell.classList.toggle("unknown", percent === null);
      cell.style.setProperty("--shade", `rgb(${shade(percent ?? 0)})`);
      cell.style.setProperty("--ink", ink(shade(percent ?? 0)));
      set(cell, { "aria-label": `${this.#name([row, column])}: ${this.#said([row, column], [map])}` });
    }
    const dots = this.data.marks.map((mark) => element("i", { style: position(this.data, mark.at) }));
    find(figure, ".dots").replaceChildren(...dots);
  }

  /** Show where the sliders stand, and which cell Tab reaches. @param {[number, number]} at */
  #mark(at) {
    const here = String(placed(this.data, at)); // of a cell, if they stand on one
    this.data.maps.forEach((_, k) => {
      const figure = this.#figure(k);
      set(find(figure, ".now"), { style: position(this.data, at) });
      for (const cell of cells(figure)) {
        const there = String(place(cell));
        set(cell, { "aria-selected": String(there === here) });
        cell.tabIndex = k === this.tab.map && there === String(this.tab.place) ? 0 : -1;
      }
    });
    this.#read(at);
  }

  /** Say what is known of the cell that the reader points at, else of that where the sliders stand. @param {[number, number]} at */
  #read(at) {
    const [rate, depth] = at;
    const here = nearest(this.data, at);
    const there = this.pointed ?? (String(placed(this.data, at)) === String(here) ? here : null);
    const between = `${where(String(Number((10 ** rate).toPrecision(3))), depth)}: between the cells.`;
    write(find(this.root, ".readout"), there ? `${this.#name(there)}: ${this.#said(there, this.data.maps)}` : between);
  }

  /** @param {Place} place */
  #name([row, column]) {
    return where(this.data.names[column], this.data.depths[row]);
  }

  /** What these maps say of a cell, and the last run of the reader's there. @param {Place} place @param {Map[]} maps */
  #said([row, column], maps) {
    const numbers = maps.map(({ short, percents, diverged, covered }) => {
      if (covered) return `${short}: predict first`;
      const percent = percents[row][column];
      return `${short} ${percent === null ? "—" : diverged[row][column] ? "diverged" : `${percent}%`}`;
    });
    const runs = this.data.marks.filter((mark) => String(nearest(this.data, mark.at)) === String([row, column]));
    return [`${numbers.join(", ")}.`, ...runs.slice(-1).map((mark) => mark.words)].join(" ");
  }

  /** @param {HTMLElement | null} cell */
  #point(cell) {
    this.pointed = cell ? place(cell) : null;
    this.#read(this.now);
  }

  /** @param {HTMLElement} cell */
  #choose(cell) {
    const [row, column] = place(cell);
    const to = /** @type {[number, number]} */ ([this.data.rates[column], this.data.depths[row]]);
    this.wishes.add(this.now, to);
    this.now = to;
    this.#focus(mapOf(cell), [row, column]);
    this.tell("choose", [row, column]);
  }

  /** Keys lead through all maps as through one; Enter and the space bar choose. @param {KeyboardEvent} event */
  #key(event) {
    const cell = cellAt(event);
    if (!cell || isShortcut(event)) return;
    const { rates, depths, maps } = this.data;
    const [row, column] = place(cell);
    // Rows are counted from the first depth on, and it is the lowest.
    const from = /** @type {Place} */ ([depths.length - 1 - row, mapOf(cell) * rates.length + column]);
    const to = gridKey(event, from, depths.length, maps.length * rates.length);
    if (to) this.#focus(Math.floor(to[1] / rates.length), [depths.length - 1 - to[0], to[1] % rates.length]);
    else if (event.key === "Enter" || event.key === " ") this.#choose(cell);
    else return;
    event.preventDefault();
  }

  /** @param {number} map @param {Place} place */
  #focus(map, place) {
    this.tab = { map, place };
    this.#mark(this.now);
    find(this.#figure(map), `[data-row="${place[0]}"][data-column="${place[1]}"]`).focus({ preventScroll: true });
  }

  /** While a slider is held, the ring goes where it leads. */
  #follow() {
    const [rate, depth] = this.data.sliders.map((key, i) => Number(sliderOf(key)?.value ?? this.now[i]));
    this.#mark([rate, depth]);
  }

  /** @param {number} k */
  #figure(k) {
    return find(this.root, `[data-map="${k}"]`);
  }
}

// --- places ---

/** Row and column of a learning rate and a depth; between two of them in proportion. @param {Data} data @param {[number, number]} at @returns {Place} */
export function placed({ rates, depths }, [rate, depth]) {
  return [along(depths, depth), along(rates, rate)];
}

/** @param {number[]} values in order @param {number} value */
function along(values, value) {
  const last = values.length - 1;
  if (value <= values[0]) return value < values[0] ? -BEYOND : 0;
  if (value >= values[last]) return value > values[last] ? last + BEYOND : last;
  const i = values.findIndex((each) => each > value) - 1;
  return i + (value - values[i]) / (values[i + 1] - values[i]);
}

/** The nearest cell. @param {Data} data @param {[number, number]} at @returns {Place} */
function nearest(data, at) {
  const [row, column] = placed(data, at).map(Math.round);
  return [clamp(row, 0, data.depths.length - 1), clamp(column, 0, data.rates.length - 1)];
}

/** @param {Data} data @param {[number, number]} at */
function position(data, at) {
  const [row, column] = placed(data, at);
  const left = ((column + 0.5) / data.rates.length) * 100;
  const top = ((data.depths.length - row - 0.5) / data.depths.length) * 100;
  return `left: ${left.toFixed(2)}%; top: ${top.toFixed(2)}%`;
}

/** @param {string} rate @param {number} depth */
function where(rate, depth) {
  return `η = ${rate}, ${depth} layer${depth === 1 ? "" : "s"}`;
}

// --- colors ---

/** @param {number} percent @returns {number[]} red, green and blue */
export function shade(percent) {
  const at = (percent / 100) * (SHADES.length - 1);
  const i = Math.min(Math.floor(at), SHADES.length - 2);
  return SHADES[i].map((from, k) => Math.round(from + (at - i) * (SHADES[i + 1][k] - from)));
}

/** Black or white, whichever is easier to read on a color: WCAG's contrast is the same for both at a luminance of 0.179. @param {number[]} color */
export function ink(color) {
  const [red, green, blue] = color.map((each) => (each / 255 <= 0.04045 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
}

// --- elements ---

/** @param {Data} data @param {Map} map @param {number} k */
function build(data, map, k) {
  const mark = element("span", { class: `mark ${map.marker}`, style: `background: ${inkOf(map.color)}`, "aria-hidden": "true" });
  const rows = data.depths.map((depth, row) => {
    const line = data.rates.map((_, column) => element("div", { role: "gridcell", "data-row": row, "data-column": column }));
    return element("div", { role: "row" }, element("div", { role: "rowheader" }, String(depth)), ...line);
  });
  const names = data.names.map((name) => element("div", { role: "columnheader" }, name));
  const foot = element("div", { role: "row" }, element("div", { role: "columnheader" }, "η"), ...names);
  const about = `${map.title}: % of held-out digits right, by layers and learning rate η`;
  const grid = element("div", { role: "grid", "aria-label": about }, ...rows.reverse(), foot);
  const marks = element("div", { class: "marks", "aria-hidden": "true" }, element("div", { class: "dots" }), element("i", { class: "now" }));
  const plot = element("div", { class: "plot", style: `--columns: ${data.rates.length}; --rows: ${data.depths.length}` }, grid, marks);
  return element("figure", { "data-map": k }, element("figcaption", {}, element("span", { class: "axis" }, "layers"), mark, map.title), plot);
}

/** @param {Element} figure */
function cells(figure) {
  return /** @type {HTMLElement[]} */ ([...figure.querySelectorAll("[data-row]")]);
}

/** @param {Event} event */
function cellAt(event) {
  return /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-row]"));
}

/** @param {HTMLElement} cell @returns {Place} */
function place(cell) {
  return [Number(cell.dataset.row), Number(cell.dataset.column)];
}

/** @param {HTMLElement} cell */
function mapOf(cell) {
  return Number(/** @type {HTMLElement} */ (cell.closest("[data-map]")).dataset.map);
}

export default mount(RateMap);
