// Curves on fixed axes that grow as points arrive; pointing, or arrow keys, read their values off.

import { Live, clamp, drawn, element, find, forEyes, ink, isShortcut, mount, set, ticks, write, zoom } from "./shared.js";

/**
 * @typedef {{name: string, label: string, color: string, dash: string, marker: string, x: number[],
 *   y: (number | null)[], low: (number | null)[], high: (number | null)[]}} CurveShown
 * @typedef {{title: string, x_axis: [number, number], y_axis: [number, number], x_name: string, curves: CurveShown[],
 *   about: string, unit: string, digits: number, rules: [number, string][], logarithmic: boolean}} PanelShown
 * @typedef {{height: number, panels: PanelShown[], run: string, growing: boolean}} Data
 * @typedef {{panel: PanelShown, left: number, right: number, top: number, bottom: number}} Frame
 */

const MARGIN = { left: 44, right: 92, top: 8, bottom: 40 };
const NAMELESS = 16; // at the right of a panel whose lines have no names
const NARROW = 420; // a panel narrower than this has less room for the names at the lines' ends
const APART = 15; // between two names

/** @extends {Live<Data>} */
class Curves extends Live {
  /** @param {HTMLElement} root @param {Data} data */
  constructor(root, data) {
    super(root, data);
    this.at = /** @type {number | null} */ (null); // where values are read off
    this.before = /** @type {PanelShown[]} */ ([]); // the curves of another run, until this one has come
    this.width = 0;
    this.watch(root, () => root.clientWidth !== this.width && this.#draw());
  }

  /** @param {Data} data */
  update(data) {
    if (!data.growing) this.before = [];
    else if (isAnother(data, this.data) && points(this.data)) this.before = this.data.panels;
    super.update(data);
    if (this.root.children.length !== data.panels.length) {
      this.root.replaceChildren(...data.panels.map((_, k) => this.#build(k)));
    }
    this.root.classList.toggle("small", data.panels.length > 2);
    this.root.classList.toggle("smallest", data.panels.length > 3);
    this.#draw();
  }

  /** @param {number} k the number of the panel */
  #build(k) {
    const reader = element("div", { class: "reader", tabindex: "0", role: "slider" });
    this.on(reader, "pointermove", (/** @type {PointerEvent} */ event) => {
      const unit = zoom();
      const frame = framed(this.data, k, reader.clientWidth / unit);
      const [from, to] = frame.panel.x_axis;
      const share = (event.offsetX / unit - frame.left) / (frame.right - frame.left);
      this.#move(nearest(this.data.panels[k], from + share * (to - from)));
    });
    for (const end of ["pointerleave", "blur"]) this.on(reader, end, () => this.#move(null));
    this.on(reader, "keydown", (/** @type {KeyboardEvent} */ event) => this.#key(event, this.data.panels[k]));
    return element(
      "figure",
      {},
      element("figcaption", {}, ...["title", "legend", "readout"].map((name) => element("span", { class: name }))),
      element("div", { class: "plot" }, drawn("svg", { role: "img" }), reader),
    );
  }

  /** @param {KeyboardEvent} event @param {PanelShown} panel */
  #key(event, panel) {
    const places = steps(panel);
    if (!places.length || isShortcut(event)) return;
    const here = this.at === null ? places.length - 1 : places.indexOf(nearest(panel, this.at) ?? 0);
    /** @type {Record<string, number>} */
    const to = {
      ArrowLeft: here - 1,
      ArrowDown: here - 1,
      ArrowRight: here + 1,
      ArrowUp: here + 1,
      PageDown: here - 10,
      PageUp: here + 10,
      Home: 0,
      End: places.length - 1,
    };
    if (event.key === "Escape") this.#move(null);
    if (!(event.key in to)) return;
    event.preventDefault();
    this.#move(places[clamp(to[event.key], 0, places.length - 1)]);
  }

  /** @param {number | null} at */
  #move(at) {
    this.at = at;
    this.#read();
  }

  #draw() {
    this.width = this.root.clientWidth;
    const unit = zoom();
    this.data.panels.forEach((panel, k) => {
      const figure = this.root.children[k];
      const svg = find(figure, "svg");
      const width = figure.clientWidth / unit;
      const frame = framed(this.data, k, width);
      const before = ghosts(frame, this.before[k]);
      const legend = before.length ? "Dotted: the run before" : "";
      write(find(figure, ".title"), panel.title);
      write(find(figure, ".legend"), legend);
      set(svg, { "aria-label": legend ? `${panel.about} ${legend}.` : panel.about });
      set(svg, { viewBox: `0 0 ${Math.max(1, width)} ${this.data.height}`, height: `${this.data.height * unit}` });
      const curves = panel.curves.flatMap((curve) => lines(frame, curve));
      const ends = panel.curves.map((curve) => end(frame, curve));
      svg.replaceChildren(...axes(frame), ...before, ...curves, ...names(frame, ends), drawn("g", { class: "at" }));
    });
    this.#read();
  }

  /** Show the values at the cursor in every panel, or none. */
  #read() {
    this.data.panels.forEach((panel, k) => {
      const figure = this.root.children[k];
      const places = steps(panel);
      const at = this.at === null ? null : nearest(panel, this.at);
      const frame = framed(this.data, k, figure.clientWidth / zoom());
      const there = at === null ? [] : panel.curves.flatMap((curve) => value(panel, curve, at));
      const said = there.map((each) => each.text).join(", ") || "—";
      const words = at === null ? "" : `${panel.x_name} ${at.toLocaleString("en-US")}: ${said}`;
      write(find(figure, ".readout"), words);
      const x = at === null ? 0 : across(frame, at);
      const rule = at === null ? [] : [drawn("line", { class: "cursor", x1: x, x2: x, y1: frame.top, y2: frame.bottom })];
      const marks = there.map((each) => mark(each.curve.marker, x, up(frame, each.y), ink(each.curve.color)));
      find(figure, ".at").replaceChildren(...rule, ...marks);
      set(find(figure, ".reader"), {
        "aria-label": `Read values: ${panel.title}`,
        "aria-valuemin": places[0] ?? 0,
        "aria-valuemax": places.at(-1) ?? 0,
        "aria-valuenow": at ?? places.at(-1) ?? 0,
        "aria-valuetext": words || "no step chosen; use the arrow keys",
      });
    });
  }
}

/** Whether these are the curves of another run than those, or of the same run from its beginning. @param {Data} data @param {Data} before */
function isAnother(data, before) {
  return data.run !== before.run || points(data) < points(before);
}

/** How many points the longest curve has. @param {Data} data */
function points(data) {
  return Math.max(0, ...data.panels.flatMap((panel) => panel.curves.map((curve) => curve.x.length)));
}

/** Every place where a curve of the panel has a point, in order. @param {PanelShown} panel */
function steps(panel) {
  return [...new Set(panel.curves.flatMap((curve) => curve.x))].sort((a, b) => a - b);
}

/** @param {PanelShown} panel @param {number} x */
export function nearest(panel, x) {
  const places = steps(panel);
  return places.length ? places.reduce((best, each) => (Math.abs(each - x) < Math.abs(best - x) ? each : best)) : null;
}

/** @param {Data} data @param {number} k @param {number} width @returns {Frame} */
function framed(data, k, width) {
  const panel = data.panels[k];
  const named = panel.curves.some((curve) => curve.label);
  const margin = named ? MARGIN.right - (width < NARROW ? 12 : 0) : NAMELESS;
  return {
    panel,
    left: MARGIN.left,
    right: Math.max(MARGIN.left + 40, width - margin),
    top: MARGIN.top,
    bottom: data.height - MARGIN.bottom,
  };
}

/** @param {Frame} frame @param {number} x */
export function across(frame, x) {
  const [from, to] = frame.panel.x_axis;
  return frame.left + ((x - from) / (to - from)) * (frame.right - frame.left);
}

/** What lies outside of the axis is drawn at its edge. @param {Frame} frame @param {number} y */
export function up(frame, y) {
  const scale = frame.panel.logarithmic ? (/** @type {number} */ v) => Math.log(Math.max(v, 1e-300)) : Number;
  const [from, to] = frame.panel.y_axis.map(scale);
  const share = (scale(y) - from) / (to - from);
  return frame.bottom - clamp(share, 0, 1) * (frame.bottom - frame.top);
}

/** @param {Frame} frame */
function axes(frame) {
  const { panel, left, right, top, bottom } = frame;
  const made = [];
  const [low, high] = panel.y_axis;
  const heights = panel.logarithmic
    ? ticks(Math.log10(low), Math.log10(high), 6).filter(Number.isInteger).map((power) => 10 ** power)
    : ticks(low, high, 5);
  for (const y of heights) {
    made.push(drawn("line", { class: "grid", x1: left, x2: right, y1: up(frame, y), y2: up(frame, y) }));
    const text = panel.logarithmic && (y < 0.01 || y > 1000) ? y.toExponential(0).replace("e", "·10^").replace("+", "") : String(y);
    made.push(drawn("text", { x: left - 6, y: up(frame, y) + 4, "text-anchor": "end" }, forEyes(text) + panel.unit.trim()));
  }
  const places = ticks(...panel.x_axis, right - left < 260 ? 3 : 5);
  for (const x of places) {
    made.push(drawn("text", { x: across(frame, x), y: bottom + 16, "text-anchor": "middle" }, x.toLocaleString("en-US")));
  }
  made.push(drawn("text", { x: (left + right) / 2, y: bottom + 34, "text-anchor": "middle" }, panel.x_name));
  for (const [y, name] of panel.rules) {
    made.push(drawn("line", { class: "rule", x1: left, x2: right, y1: up(frame, y), y2: up(frame, y) }));
    const below = up(frame, y) < top + 18;
    made.push(drawn("text", { class: "behind", x: right - 4, y: up(frame, y) + (below ? 14 : -5), "text-anchor": "end" }, name));
  }
  return made;
}

/** @param {Frame} frame @param {number[]} x @param {(number | null)[]} y @param {boolean} [after] goes on a path */
export function path(frame, x, y, after = false) {
  let pen = after;
  return x
    .map((each, i) => {
      const height = y[i];
      if (height === null || height === undefined) {
        pen = false;
        return "";
      }
      const command = `${pen ? "L" : "M"}${across(frame, each).toFixed(1)},${up(frame, height).toFixed(1)}`;
      pen = true;
      return command;
    })
    .join("");
}

/** @param {Frame} frame @param {CurveShown} curve */
function lines(frame, curve) {
  const made = [];
  const look = { stroke: ink(curve.color), "stroke-dasharray": curve.dash };
  if (curve.low.length) {
    const solid = curve.x.map((_, i) => i).filter((i) => curve.low[i] !== null && curve.high[i] !== null);
    const back = [...solid].reverse();
    const there = path(frame, solid.map((i) => curve.x[i]), solid.map((i) => curve.low[i]));
    const again = path(frame, back.map((i) => curve.x[i]), back.map((i) => curve.high[i]), true);
    if (solid.length > 1) made.push(drawn("path", { class: "band", d: `${there}${again}Z`, fill: ink(curve.color) }));
    for (const side of [curve.low, curve.high]) made.push(drawn("path", { class: "edge", d: path(frame, curve.x, side), ...look }));
  }
  made.push(drawn("path", { class: "line", d: path(frame, curve.x, curve.y), ...look }));
  const last = end(frame, curve);
  if (last) made.push(mark(curve.marker, last.x, last.y, ink(curve.color)));
  return made;
}

/** The lines of a panel that stood here before, on the same axis. @param {Frame} frame @param {PanelShown | undefined} before */
function ghosts(frame, before) {
  if (!before || `${before.x_axis}` !== `${frame.panel.x_axis}`) return [];
  const curves = before.curves.filter((curve) => curve.x.length);
  return curves.map((curve) => drawn("path", { class: "ghost", d: path(frame, curve.x, curve.y), stroke: ink(curve.color) }));
}

/** Where a curve ends, or null. @param {Frame} frame @param {CurveShown} curve */
function end(frame, curve) {
  for (let i = curve.x.length - 1; i >= 0; i--) {
    const y = curve.y[i];
    if (y !== null && y !== undefined) return { curve, x: across(frame, curve.x[i]), y: up(frame, y) };
  }
  return null;
}

/** @param {string} marker @param {number} x @param {number} y @param {string} color */
function mark(marker, x, y, color) {
  if (marker === "circle") return drawn("circle", { cx: x, cy: y, r: 4.5, fill: color });
  /** @type {Record<string, string>} */
  const shapes = { diamond: "0,-6 6,0 0,6 -6,0", square: "-4,-4 4,-4 4,4 -4,4", "triangle-up": "0,-6 6,5 -6,5" };
  return drawn("polygon", { points: shapes[marker] ?? shapes.square, transform: `translate(${x},${y})`, fill: color });
}

/** The curves' names at their ends, pushed apart where they would overlap. @param {Frame} frame @param {ReturnType<typeof end>[]} ends */
export function names(frame, ends) {
  const placed = ends.flatMap((each) => (each && each.curve.label ? [{ ...each, at: each.y }] : [])).sort((a, b) => a.y - b.y);
  placed.forEach((each, i) => {
    if (i) each.at = Math.max(each.at, placed[i - 1].at + APART);
  });
  const over = placed.length ? placed[placed.length - 1].at - frame.bottom : 0;
  return placed.map((each) =>
    drawn("text", { class: "label behind", x: each.x + 9, y: each.at - Math.max(0, over) + 4 }, each.curve.label),
  );
}

/** @param {PanelShown} panel @param {CurveShown} curve @param {number} x */
export function value(panel, curve, x) {
  const i = curve.x.indexOf(x);
  const y = i < 0 ? null : curve.y[i];
  if (y === null || y === undefined) return [];
  const write = (/** @type {number | null | undefined} */ v) => (v === null || v === undefined ? "—" : written(panel, v));
  const band = curve.low.length ? ` (${write(curve.low[i])} to ${write(curve.high[i])})` : "";
  return [{ curve, y, text: `${curve.name} ${write(y)}${panel.unit}${band}` }];
}

/** @param {PanelShown} panel @param {number} v */
function written(panel, v) {
  const text = panel.digits < 0 ? String(Number(v.toPrecision(3))) : v.toFixed(panel.digits);
  return forEyes(text);
}

export default mount(Curves);
