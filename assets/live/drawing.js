// A figure of ui/figures, drawn: marks in Plotly's words in, a tree of SVG elements out.
//
// Nothing here touches the page: `draw` is a function of a figure and a width, and film.js makes elements of what it
// returns. Of Plotly's grammar it knows what the marks of ui/figures/marks.py say.

import { forEyes, ink, ticks } from "./shared.js";

/**
 * A figure in Plotly's words, read as it comes.
 * @typedef {any} Words
 * An element of SVG: its tag, its attributes, what is in it.
 * @typedef {[string, Record<string, string | number>, Tree[] | string]} Tree
 * An axis: its name ("x2"), what stands on it, and where on the picture a value is.
 * @typedef {{id: string, along: boolean, words: Words, logarithmic: boolean, ends: [number, number], from: number, to: number,
 *   at: (value: number) => number}} Axis
 * The place of the axes: left, right, top, bottom of what is inside the margins, and of the whole.
 * @typedef {{left: number, right: number, top: number, bottom: number, width: number, height: number,
 *   axes: Record<string, Axis>}} Frame
 * A run of letters that look alike.
 * @typedef {{text: string, bold: boolean, italic: boolean, raised: number, color: string, size: number}} Run
 * What is told at a place under the pointer.
 * @typedef {{x: number, y: number, color: string, tell: () => string}} Place
 */

const FONT = 12; // px, of numbers on axes and of words that say no other size
const TITLE = 14; // of an axis' title
const LINE = 1.3; // a line's height, in letters
const GAP = 10; // between an axis and its numbers
const UNDER = 39; // from the lower edge of the axes down to the title
const ASIDE = 13; // from the left edge to the title of an upright axis
const MANY = 40; // markers are drawn together
const HEAPS = 8; // in as many elements
const SHADES = 64; // of a row of colors
const FLAT = 3; // dashes are drawn as if a line were at least this wide

// --- what is looked at ---

/** @param {Words} figure @param {number} width @returns {{tree: Tree[], frame: Frame}} */
export function draw(figure, width) {
  const frame = framed(figure, width);
  const { layout } = figure;
  const shapes = listed(layout.shapes);
  const [below, above] = [shapes.filter((each) => each.layer === "below"), shapes.filter((each) => each.layer !== "below")];
  const across = (/** @type {Words} */ each) => each.xref === "paper" || each.yref === "paper";
  const pairs = subplots(figure, frame);
  /** @type {Tree[]} */
  const tree = [
    ["defs", {}, pairs.map((pair) => clip(pair))],
    group("", below.filter(across).map((each) => shape(each, frame))),
    group("grid", pairs.flatMap((pair) => grid(pair))),
    group("", below.filter((each) => !across(each)).map((each) => shape(each, frame))),
    group("traces", figure.data.map((/** @type {Words} */ each) => (each ? trace(each, frame) : group("", [])))),
    group("", above.map((each) => shape(each, frame))),
    group("", Object.values(frame.axes).flatMap((axis) => numbers(axis, frame))),
    group("", listed(layout.annotations).map((each) => note(each, frame))),
  ];
  return { tree, frame };
}

/** @param {Words[] | undefined} list */
function listed(list) {
  return (list ?? []).filter(Boolean);
}

/** What is known of some attributes. @param {Record<string, any>} attributes @returns {Record<string, string | number>} */
function known(attributes) {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

/** @param {string} name @param {Tree[]} inside @returns {Tree} */
function group(name, inside) {
  return ["g", name ? { class: name } : {}, inside];
}

// --- the axes ---

/** @param {Words} figure @param {number} width @returns {Frame} */
export function framed(figure, width) {
  const { margin, height } = figure.layout;
  const frame = {
    left: margin.l,
    right: Math.max(margin.l + 1, width - margin.r),
    top: margin.t,
    bottom: height - margin.b,
    width,
    height,
    axes: /** @type {Record<string, Axis>} */ ({}),
  };
  for (const name of Object.keys(figure.layout)) {
    const [, letter, number] = /^([xy])axis(\d*)$/.exec(name) ?? [];
    if (letter) frame.axes[letter + number] = axis(letter + number, figure, frame);
  }
  keepSquare(frame);
  return frame;
}

/** @param {string} id @param {Words} figure @param {Omit<Frame, "axes">} frame @returns {Axis} */
function axis(id, figure, frame) {
  const words = figure.layout[id.replace(/^./, "$&axis")];
  const along = id[0] === "x";
  const [low, high] = words.domain ?? [0, 1];
  const [start, length] = along ? [frame.left, frame.right - frame.left] : [frame.bottom, frame.top - frame.bottom];
  return placed({
    id,
    along,
    words,
    logarithmic: words.type === "log",
    ends: words.range ?? reach(id, figure),
    from: start + low * length,
    to: start + high * length,
    at: Number,
  });
}

/** Let an axis place values between where it begins and ends. @param {Axis} axis */
function placed(axis) {
  const { from, to, logarithmic, ends } = axis;
  const [low, high] = ends;
  const scale = (to - from) / (high - low);
  axis.at = logarithmic ? (value) => from + (Math.log10(value) - low) * scale : (value) => from + (value - low) * scale;
  return axis;
}

/** The ends of an axis that does not say them: those of the cells of a heat map. @param {string} id @param {Words} figure */
function reach(id, figure) {
  const map = figure.data.find((/** @type {Words} */ each) => each?.z && (each[`${id[0]}axis`] ?? id[0]) === id);
  const count = !map ? 1 : id[0] === "x" ? map.z[0].length : map.z.length;
  const backwards = figure.layout[id.replace(/^./, "$&axis")].autorange === "reversed";
  return /** @type {[number, number]} */ (backwards ? [count - 0.5, -0.5] : [-0.5, count - 0.5]);
}

/** Where a unit is to be as long on both axes, one of them shows more, or becomes shorter. @param {Frame} frame */
function keepSquare(frame) {
  for (const axis of Object.values(frame.axes)) {
    const other = frame.axes[axis.words.scaleanchor];
    if (!other) continue;
    const units = [axis, other].map((each) => Math.abs((each.to - each.from) / (each.ends[1] - each.ends[0])));
    const unit = Math.min(...units);
    [axis, other].forEach((each, k) => {
      const share = units[k] / unit;
      if (each.words.constrain === "domain") shorten(each, share);
      else each.ends = /** @type {[number, number]} */ (widened(each.ends, share));
      placed(each);
    });
  }
}

/** @param {[number, number]} ends @param {number} share */
function widened([low, high], share) {
  const [middle, half] = [(low + high) / 2, ((high - low) / 2) * share];
  return [middle - half, middle + half];
}

/** @param {Axis} axis @param {number} share */
function shorten(axis, share) {
  const toward = axis.words.constraintoward ?? "center";
  const spare = (axis.to - axis.from) * (1 - 1 / share);
  const before = { left: 0, bottom: 0, right: 1, top: 1 }[/** @type {string} */ (toward)] ?? 0.5;
  axis.from += spare * before;
  axis.to -= spare * (1 - before);
}

/** The pairs of axes that something stands on. @param {Words} figure @param {Frame} frame @returns {[Axis, Axis][]} */
function subplots(figure, frame) {
  const names = new Set(listed(figure.data).map((each) => `${each.xaxis ?? "x"} ${each.yaxis ?? "y"}`));
  return [...names].map((pair) => /** @type {[Axis, Axis]} */ (pair.split(" ").map((name) => frame.axes[name])));
}

/** @param {[Axis, Axis]} pair */
function clipName([x, y]) {
  return `clip-${x.id}${y.id}`;
}

/** @param {[Axis, Axis]} pair @returns {Tree} */
function clip(pair) {
  const [x, y] = pair;
  return ["clipPath", { id: clipName(pair) }, [["rect", box(x.from, x.to, y.from, y.to), []]]];
}

/** @param {number} x0 @param {number} x1 @param {number} y0 @param {number} y1 */
function box(x0, x1, y0, y1) {
  return { x: px(Math.min(x0, x1)), y: px(Math.min(y0, y1)), width: px(Math.abs(x1 - x0)), height: px(Math.abs(y1 - y0)) };
}

/** @param {[Axis, Axis]} pair @returns {Tree[]} */
function grid([x, y]) {
  const upright = steps(x).map(({ value }) => [x.at(value), x.at(value), y.from, y.to]);
  const level = steps(y).map(({ value }) => [x.from, x.to, y.at(value), y.at(value)]);
  return [...(x.words.showgrid ? upright : []), ...(y.words.showgrid === false ? [] : level)].map(
    ([x1, x2, y1, y2]) => ["line", { x1: px(x1), x2: px(x2), y1: px(y1), y2: px(y2) }, []],
  );
}

/** The places on an axis that have a number, and what stands there. @param {Axis} axis */
function steps(axis) {
  const { words, ends, logarithmic } = axis;
  if (words.visible === false) return [];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const slack = (high - low) * 1e-6;
  /** @type {number[]} */
  const values = words.tickvals ?? (logarithmic ? powers(words, low, high) : even(axis, low, high));
  const write = writer(words);
  return values
    .map((value, k) => ({ value, text: /** @type {string} */ (words.ticktext?.[k] ?? write(value)) }))
    .filter(({ value }) => {
      const at = logarithmic ? Math.log10(value) : value;
      return at >= low - slack && at <= high + slack;
    });
}

/** @param {Axis} axis @param {number} low @param {number} high */
function even({ words, along, from, to }, low, high) {
  const room = Math.abs(to - from);
  const most = words.nticks ?? Math.min(9, Math.max(4, room / (along ? 80 : 40))) + 1;
  if (!words.dtick) return ticks(low, high, most);
  const first = Math.ceil(low / words.dtick - 1e-6);
  const count = Math.floor(high / words.dtick + 1e-6) - first + 1;
  return Array.from({ length: count }, (_, k) => (first + k) * words.dtick);
}

/** @param {Words} words @param {number} low @param {number} high */
function powers(words, low, high) {
  const step = words.dtick ?? 1;
  const first = Math.ceil((low - 1e-6) / step);
  return Array.from({ length: Math.floor((high + 1e-6) / step) - first + 1 }, (_, k) => 10 ** ((first + k) * step));
}

/** How the numbers on an axis are written. @param {Words} words */
function writer({ tickformat, exponentformat }) {
  if (exponentformat === "power") return (/** @type {number} */ v) => power(Math.round(Math.log10(v)));
  if (tickformat) return (/** @type {number} */ v) => format(tickformat, v);
  return (/** @type {number} */ v) => forEyes(String(Number(v.toPrecision(10))));
}

/** @param {number} of ten */
function power(of) {
  return of === 0 ? "1" : `10<sup>${forEyes(String(of))}</sup>`;
}

/** The numbers along an axis, and its title. @param {Axis} axis @param {Frame} frame @returns {Tree[]} */
function numbers(axis, frame) {
  const { words, along } = axis;
  if (words.visible === false) return [];
  const size = words.tickfont?.size ?? FONT;
  const edge = anchored(axis, frame);
  const made = words.showticklabels === false ? [] : steps(axis).map(({ value, text }) => {
    const at = axis.at(value);
    if (!along) return block(text, { x: edge - GAP, y: at, across: "right", up: "middle", size });
    const top = words.side === "top";
    return block(text, { x: at, y: top ? edge - GAP + 4 : edge + GAP - 1, across: "center", up: top ? "bottom" : "top", size });
  });
  if (words.title?.text) made.push(title(axis, edge, frame));
  return made;
}

/** @param {Axis} axis @param {number} edge @param {Frame} frame @returns {Tree} */
function title({ words, along, from, to }, edge, frame) {
  const size = words.title.font?.size ?? TITLE;
  if (along) return block(words.title.text, { x: (from + to) / 2, y: Math.min(edge + UNDER, frame.height - 5), across: "center", up: "base", size });
  return block(words.title.text, { x: ASIDE, y: (from + to) / 2, across: "center", up: "base", size, turned: -90 });
}

/** Where on the other axis an axis stands. @param {Axis} axis @param {Frame} frame */
function anchored({ words, along }, { axes, left, bottom }) {
  const other = axes[words.anchor ?? (along ? "y" : "x")];
  if (!other) return along ? bottom : left;
  return along && words.side === "top" ? Math.min(other.from, other.to) : along ? Math.max(other.from, other.to) : other.from;
}

// --- traces ---

/** A trace; one that is the same as before, on the same axes, is the same tree. @param {Words} words @param {Frame} frame @returns {Tree} */
function trace(words, frame) {
  const pair = pairOf(words, frame);
  const place = [frame.width, ...pair.flatMap(({ ends, from, to }) => [...ends, from, to])].join(" ");
  const before = traces.get(words);
  if (before?.place === place) return before.tree;
  const tree = traced(words, pair, frame);
  traces.set(words, { place, tree });
  return tree;
}

/** @type {WeakMap<Words, {place: string, tree: Tree}>} */
const traces = new WeakMap();

/** @param {Words} words @param {[Axis, Axis]} pair @param {Frame} frame @returns {Tree} */
function traced(words, pair, frame) {
  const made = words.type === "heatmap" ? cells(words, pair) : words.type === "bar" ? bars(words, pair) : scatter(words, pair);
  const clipped = words.cliponaxis === false ? {} : { "clip-path": `url(#${clipName(pair)})` };
  const shown = words.visible === false ? [] : made;
  const tree = /** @type {Tree} */ (["g", known({ ...clipped, opacity: words.opacity }), shown]);
  return words.colorbar ? group("", [tree, ...colorbar(words, frame)]) : tree;
}

/** @param {Words} words @param {Frame} frame @returns {[Axis, Axis]} */
function pairOf(words, frame) {
  return [frame.axes[words.xaxis ?? "x"], frame.axes[words.yaxis ?? "y"]];
}

/** @param {Words} words @param {[Axis, Axis]} pair @returns {Tree[]} */
function scatter(words, pair) {
  const points = pointsOf(words, pair);
  const mode = words.mode ?? "lines";
  const made = [];
  if (mode.includes("lines")) made.push(line(words, points));
  if (mode.includes("markers")) made.push(group("", markers(words, points)));
  if (mode.includes("text")) made.push(group("", written(words, points)));
  return made;
}

/** Where the points of a trace are, or null. @param {Words} words @param {[Axis, Axis]} pair @returns {([number, number] | null)[]} */
function pointsOf({ x, y }, [along, up]) {
  return x.map((/** @type {number | null} */ each, /** @type {number} */ i) => {
    if (each === null || y[i] === null || y[i] === undefined) return null;
    const [left, top] = [along.at(each), up.at(y[i])];
    return Number.isFinite(left) && Number.isFinite(top) ? [left, top] : null;
  });
}

/** @param {Words} words @param {([number, number] | null)[]} points @returns {Tree} */
function line(words, points) {
  const filled = words.fill === "toself";
  const fill = filled ? ink(words.fillcolor) : "none";
  const d = words.line?.shape === "spline" ? curved(points) : path(points);
  return ["path", { d: d + (filled ? "Z" : ""), fill, ...stroke(words.line), "stroke-linejoin": "round" }, []];
}

/** A closed curve through points, the last of which is the first again: a cubic between each two, as steep as from one neighbor to the other. @param {([number, number] | null)[]} points */
function curved(points) {
  const corners = /** @type {[number, number][]} */ (points.slice(1).filter(Boolean));
  const at = (/** @type {number} */ k) => corners[(k + corners.length) % corners.length];
  const handle = (/** @type {number} */ k, /** @type {number} */ side) =>
    at(k).map((each, i) => px2(each + (side * (at(k + 1)[i] - at(k - 1)[i])) / 6)).join(" ");
  const parts = corners.map((corner, k) => `C${handle(k - 1, 1)} ${handle(k, -1)} ${corner.map(px2).join(" ")}`);
  return `M${at(-1).map(px2).join(" ")}${parts.join("")}`;
}

/** @param {([number, number] | null)[]} points */
function path(points) {
  let pen = "M";
  let made = "";
  for (const point of points) {
    if (point) made += `${pen}${px(point[0])} ${px(point[1])}`;
    pen = point ? "L" : "M";
  }
  return made;
}

/** @param {Words} words @param {([number, number] | null)[]} points @returns {Tree[]} */
function markers({ marker: look = {} }, points) {
  const same = [look.size, look.color, look.opacity, look.line?.color, look.line?.width].every((each) => !Array.isArray(each));
  if (same && points.length > MANY) return heaps(look, points);
  return points.flatMap((point, i) => {
    if (!point || pick(look.size, i) === 0) return [];
    const symbol = String(pick(look.symbol, i) ?? "circle");
    return [["path", { d: marker(symbol, (pick(look.size, i) ?? 6) / 2, point), ...looks(look, symbol, i) }, []]];
  });
}

/** Many markers that look alike, in few elements: of translucent ones those that follow one another lie over one another. @param {Words} look @param {([number, number] | null)[]} points @returns {Tree[]} */
function heaps(look, points) {
  const count = look.opacity === undefined ? 1 : HEAPS;
  /** @type {Map<string, string[]>} */
  const found = new Map();
  points.forEach((point, i) => {
    if (!point) return;
    const symbol = String(pick(look.symbol, i) ?? "circle");
    if (!found.has(symbol)) found.set(symbol, new Array(count).fill(""));
    const heap = /** @type {string[]} */ (found.get(symbol));
    heap[i % count] += marker(symbol, (look.size ?? 6) / 2, point);
  });
  return [...found].flatMap(([symbol, all]) => all.map((d) => /** @type {Tree} */ (["path", { d, ...looks(look, symbol, 0) }, []])));
}

/** How a marker is painted. @param {Words} look @param {string} symbol @param {number} i @returns {Record<string, string | number>} */
function looks({ color, line: edge = {}, opacity }, symbol, i) {
  const [thin, open] = [symbol.endsWith("-thin"), symbol.endsWith("-open")];
  const own = ink(pick(color, i));
  const width = pick(edge.width, i) ?? 0;
  const rim = thin ? ink(pick(edge.color, i)) : open ? own : ink(pick(edge.color, i));
  return {
    fill: thin || open ? "none" : own,
    ...(thin || open || width ? { stroke: rim, "stroke-width": width || 1 } : {}),
    ...(opacity === undefined ? {} : { opacity: pick(opacity, i) }),
  };
}

/** What a point has, of what all have or each its own. @template T @param {T | T[]} value @param {number} i @returns {T} */
function pick(value, i) {
  return Array.isArray(value) ? value[i] : value;
}

/** A marker as a path around a place. @param {string} name @param {number} r half its size @param {[number, number]} place */
export function marker(name, r, [x, y]) {
  const key = `${name} ${r}`;
  let shape = made.get(key);
  if (!shape) {
    shape = (MARKERS[name.replace("-open", "")] ?? MARKERS.circle)(r);
    made.set(key, shape);
  }
  return `M${px(x + shape[0])} ${px(y + shape[1])}${shape[2]}`;
}

/** Where a marker begins, and how it goes on from there. @typedef {[number, number, string]} Shape @type {Map<string, Shape>} */
const made = new Map();

/** @type {Record<string, (r: number) => Shape>} */
const MARKERS = {
  circle: (r) => [-r, 0, `a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`],
  square: (r) => [-r, -r, `h${2 * r}v${2 * r}h${-2 * r}z`],
  diamond: (r) => around([0, 90, 180, 270].map((angle) => turned(1.3 * r, angle))),
  cross: (r) => plus(r, 0),
  x: (r) => plus(r, 45),
  star: (r) => around(Array.from({ length: 10 }, (_, k) => turned(k % 2 ? 0.54 * r : 1.4 * r, 36 * k - 90))),
  "cross-thin": (r) => [-1.4 * r, 0, `h${2.8 * r}m${-1.4 * r} ${-1.4 * r}v${2.8 * r}`],
  "triangle-up": (r) => triangle(r, -90),
  "triangle-down": (r) => triangle(r, 90),
  "triangle-left": (r) => triangle(r, 180),
  "triangle-right": (r) => triangle(r, 0),
};

/** @param {number} r @param {number} degrees @returns {[number, number]} */
function turned(r, degrees) {
  const angle = (degrees * Math.PI) / 180;
  return [r * Math.cos(angle), r * Math.sin(angle)];
}

/** @param {number} r @param {number} degrees */
function triangle(r, degrees) {
  return around([0, 120, 240].map((angle) => turned(1.15 * r, angle + degrees)));
}

/** @param {number} r @param {number} degrees */
function plus(r, degrees) {
  const [thin, long] = [0.4 * r, 1.2 * r];
  const angle = (Math.atan2(thin, long) * 180) / Math.PI;
  const arms = [0, 90, 180, 270].map((quarter) => quarter + degrees);
  const end = Math.hypot(thin, long);
  return around(arms.flatMap((arm) => [turned(end, arm - angle), turned(end, arm + angle), turned(thin * Math.SQRT2, arm + 45)]));
}

/** @param {[number, number][]} corners @returns {Shape} */
function around(corners) {
  const steps = corners.slice(1).map(([x, y], k) => `${px2(x - corners[k][0])} ${px2(y - corners[k][1])}`);
  return [...corners[0], `l${steps.join(" ")}z`];
}

/** @param {[number, number][]} corners */
function polygon(corners) {
  return `M${corners.map((corner) => corner.map(px).join(" ")).join("L")}Z`;
}

/** Words at points. @param {Words} words @param {([number, number] | null)[]} points @returns {Tree[]} */
function written({ text, textposition = "middle center", textfont = {}, marker: mark = {}, mode }, points) {
  return points.flatMap((point, i) => {
    const said = pick(text, i);
    if (!point || !said) return [];
    const [up, across] = String(pick(textposition, i)).split(" ");
    const size = pick(textfont.size, i) ?? FONT;
    const beside = mode.includes("markers") ? (pick(mark.size, i) ?? 6) / 2 + 3 : 3;
    const x = point[0] + (across === "left" ? -beside : across === "right" ? beside : 0);
    const y = point[1] + (up === "top" ? -beside : up === "bottom" ? beside : 0);
    const color = pick(textfont.color, i);
    const place = { x, y, size, ...(color ? { color } : {}) };
    /** @type {Record<string, string>} */
    const sides = { left: "right", right: "left", center: "center", top: "bottom", bottom: "top", middle: "middle" };
    return [block(said, { ...place, across: sides[across], up: sides[up] })];
  });
}

/** @param {Words} words @param {[Axis, Axis]} pair @returns {Tree[]} */
function bars(words, pair) {
  const [along, up] = pair;
  const wide = (words.width ?? 0.8) / 2;
  return words.x.flatMap((/** @type {number} */ x, /** @type {number} */ i) => {
    const y = words.y[i];
    if (y === null) return [];
    const place = box(along.at(x - pick(wide, i)), along.at(x + pick(wide, i)), up.at(0), up.at(y));
    return [["rect", { ...place, fill: ink(pick(words.marker?.color, i)), ...edgeOf(words.marker?.line, i) }, []]];
  });
}

/** @param {Words} edge @param {number} i */
function edgeOf(edge, i) {
  return edge?.width ? { stroke: ink(pick(edge.color, i)), "stroke-width": pick(edge.width, i) } : {};
}

/** A heat map, cell by cell. @param {Words} words @param {[Axis, Axis]} pair @returns {Tree[]} */
function cells(words, [along, up]) {
  const { z, zmin, zmax, colorscale, xgap = 0, ygap = 0, text, texttemplate, textfont } = words;
  const scale = scaleOf(colorscale);
  /** @type {Tree[]} */
  const made = [];
  /** @type {Tree[]} */
  const said = [];
  z.forEach((/** @type {(number | null)[]} */ row, /** @type {number} */ i) => {
    row.forEach((value, j) => {
      if (value === null) return;
      const place = box(along.at(j - 0.5), along.at(j + 0.5), up.at(i - 0.5), up.at(i + 0.5));
      const inside = { ...place, x: px(place.x + xgap / 2), y: px(place.y + ygap / 2), width: px(Math.max(0, place.width - xgap)), height: px(Math.max(0, place.height - ygap)) };
      made.push(["rect", { ...inside, fill: mixed(scale, (value - zmin) / (zmax - zmin)) }, []]);
      if (texttemplate) said.push(block(text[i][j], { x: along.at(j), y: up.at(i), across: "center", up: "middle", size: textfont?.size ?? FONT }));
    });
  });
  // Cells that touch would show seams between them.
  return [["g", xgap ? {} : { "shape-rendering": "crispEdges" }, made], group("", said)];
}

/** The colors of a heat map and their numbers, in a row under the axes. @param {Words} words @param {Frame} frame @returns {Tree[]} */
function colorbar({ colorbar: bar, colorscale, zmin, zmax }, { left, right, bottom }) {
  const [length, middle] = [(bar.len ?? 1) * (right - left), (left + right) / 2];
  const [from, top, high] = [middle - length / 2, bottom + (bar.ypad ?? 10), bar.thickness ?? 30];
  const scale = scaleOf(colorscale);
  const steps = Array.from({ length: SHADES }, (_, k) => {
    const place = box(from + (k * length) / SHADES, from + ((k + 1) * length) / SHADES, top, top + high);
    return /** @type {Tree} */ (["rect", { ...place, fill: mixed(scale, (k + 0.5) / SHADES) }, []]);
  });
  const edge = known({ ...box(from, from + length, top, top + high), fill: "none", stroke: ink(bar.outlinecolor), "stroke-width": bar.outlinewidth });
  const said = (bar.tickvals ?? []).map((/** @type {number} */ value, /** @type {number} */ k) => {
    const x = from + ((value - zmin) / (zmax - zmin)) * length;
    return block(bar.ticktext?.[k] ?? String(value), { x, y: top + high + 4, across: "center", up: "top", size: bar.tickfont?.size ?? FONT });
  });
  return [["g", { "shape-rendering": "crispEdges" }, steps], ["rect", edge, []], group("", said)];
}

/** @param {Words} scale @returns {[number, number[]][]} */
function scaleOf(scale) {
  return scale.map((/** @type {[number, string]} */ [at, color]) => [at, channels(color)]);
}

/** Red, green, blue and how opaque. @param {string} color */
function channels(color) {
  const hex = /^#(..)(..)(..)$/.exec(color);
  if (hex) return [...hex.slice(1).map((each) => parseInt(each, 16)), 1];
  const [red, green, blue, alpha = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue, alpha];
}

/** The color at a share of a scale. @param {[number, number[]][]} scale @param {number} share */
function mixed(scale, share) {
  const at = Math.min(1, Math.max(0, share));
  const k = Math.max(1, scale.findIndex(([stop]) => stop >= at));
  const [[low, from], [high, to]] = [scale[k - 1], scale[k]];
  const weight = (at - low) / (high - low || 1);
  const [red, green, blue, alpha] = from.map((each, c) => each + (to[c] - each) * weight);
  return `rgba(${[red, green, blue].map(Math.round).join(",")},${Number(alpha.toFixed(3))})`;
}

// --- shapes ---

/** @param {Words} words @param {Frame} frame @returns {Tree} */
function shape(words, frame) {
  const { xref = "x", yref = "y" } = words;
  const [x, y] = [placer(xref, frame, true), placer(yref, frame, false)];
  const pair = /** @type {[Axis, Axis]} */ ([frame.axes[xref], frame.axes[yref]]);
  const clipped = pair[0] && pair[1] ? { "clip-path": `url(#${clipName(pair)})` } : {};
  const fill = words.fillcolor ? ink(words.fillcolor) : "none";
  const look = known({ fill, ...stroke(words.line), ...clipped, opacity: words.opacity });
  if (words.type === "path") {
    const d = words.path.replace(/(-?[\d.]+(?:e-?\d+)?),(-?[\d.]+(?:e-?\d+)?)/g, (/** @type {string} */ _, /** @type {string} */ a, /** @type {string} */ b) => `${px(x(Number(a)))} ${px(y(Number(b)))}`);
    return ["path", { d, ...look }, []];
  }
  const [x0, x1, y0, y1] = [x(words.x0), x(words.x1), y(words.y0), y(words.y1)];
  if (words.type === "line") return ["path", { d: path([[x0, y0], [x1, y1]]), ...look }, []];
  return ["rect", { ...box(x0, x1, y0, y1), ...look }, []];
}

/** Where a value is on an axis, or a share of what is inside the margins. @param {string} ref @param {Frame} frame @param {boolean} along */
function placer(ref, frame, along) {
  const axis = frame.axes[ref.replace(" domain", "")];
  if (axis && !ref.includes(" ")) return axis.at;
  const [from, to] = axis ? [axis.from, axis.to] : along ? [frame.left, frame.right] : [frame.bottom, frame.top];
  return (/** @type {number} */ share) => from + share * (to - from);
}

/** How a line looks. @param {Words} words @returns {Record<string, string | number>} */
function stroke(words) {
  const { color, width = 2, dash } = words ?? {};
  if (!width || !color) return { stroke: "none" };
  const unit = Math.max(width, FLAT);
  const dashes = DASHES[dash]?.map((each) => each * unit).join(" ");
  return { stroke: ink(color), "stroke-width": width, ...(dashes ? { "stroke-dasharray": dashes } : {}) };
}

/** @type {Record<string, number[]>} */
const DASHES = { dot: [1, 1], dash: [3, 3], longdash: [5, 5], dashdot: [3, 1, 1, 1], longdashdot: [5, 2, 1, 2] };

// --- words ---

/** @param {Words} words @param {Frame} frame @returns {Tree} */
function note(words, frame) {
  const { xref = "x", yref = "y", xshift = 0, yshift = 0, showarrow } = words;
  const [left, top] = [placer(xref, frame, true)(words.x), placer(yref, frame, false)(words.y)];
  const size = words.font?.size ?? FONT;
  const color = words.font?.color;
  if (showarrow) return arrow(words, [left, top], frame);
  if (!inside(frame.axes[xref], left) || !inside(frame.axes[yref], top)) return group("", []);
  const auto = (/** @type {number} */ share, /** @type {string[]} */ [low, middle, high]) => (share < 1 / 3 ? low : share > 2 / 3 ? high : middle);
  const across = words.xanchor ?? (xref === "paper" ? auto(words.x, ["left", "center", "right"]) : "center");
  const up = words.yanchor ?? (yref === "paper" ? auto(words.y, ["bottom", "middle", "top"]) : "middle");
  const place = { x: left + xshift, y: top - yshift, size, across, up, ...(color ? { color } : {}) };
  return block(words.text, { ...place, ...(words.textangle ? { turned: words.textangle } : {}) });
}

/** @param {Axis | undefined} axis @param {number} at */
function inside(axis, at) {
  return !axis || (at >= Math.min(axis.from, axis.to) - 1 && at <= Math.max(axis.from, axis.to) + 1);
}

/** @param {Words} words @param {[number, number]} head @param {Frame} frame @returns {Tree} */
function arrow({ ax, ay, axref, ayref, arrowcolor, arrowwidth = 2, text }, [x, y], frame) {
  const tail = [axref ? frame.axes[axref].at(ax) : x + ax, ayref ? frame.axes[ayref].at(ay) : y + ay];
  const [dx, dy] = [x - tail[0], y - tail[1]];
  const length = Math.hypot(dx, dy);
  if (length < 0.5) return group("", []);
  const [ux, uy] = [dx / length, dy / length];
  const long = Math.min(4 * arrowwidth, length);
  const [bx, by] = [x - ux * long, y - uy * long];
  const side = 0.5 * long;
  const head = polygon([[x, y], [bx - uy * side, by + ux * side], [bx + uy * side, by - ux * side]]);
  return group("", [
    ["path", { d: path([[tail[0], tail[1]], [bx, by]]), fill: "none", stroke: ink(arrowcolor), "stroke-width": arrowwidth }, []],
    ["path", { d: head, fill: ink(arrowcolor) }, []],
    ...(text ? [block(text, { x: tail[0], y: tail[1], across: "center", up: "middle", size: FONT })] : []),
  ]);
}

/**
 * Lines of text, held by a corner, a side or the base of the first line.
 * @param {string} text
 * @param {{x: number, y: number, across: string, up: string, size: number, color?: string, turned?: number}} place
 * @returns {Tree}
 */
function block(text, { x, y, across, up, size, color, turned }) {
  const lines = runs(String(text));
  const heights = lines.map((line) => LINE * Math.max(size, ...line.map((run) => run.size || 0)));
  const all = heights.reduce((sum, each) => sum + each, 0);
  const rise = { top: 0, middle: all / 2, bottom: all }[up] ?? 0;
  let base = y - rise;
  const anchor = { left: "start", right: "end" }[across] ?? "middle";
  const look = { "font-size": size, "text-anchor": anchor, ...(color ? { fill: ink(color) } : {}) };
  const spin = turned ? { transform: `rotate(${turned} ${px(x)} ${px(y)})` } : {};
  const made = lines.map((line, k) => {
    const below = up === "base" ? y + k * LINE * size : base + heights[k] * 0.5 + 0.35 * Math.max(...line.map((run) => run.size || size), 1);
    base += heights[k];
    return /** @type {Tree} */ (["text", { x: px(x), y: px(below), ...look, ...spin }, spans(line, size)]);
  });
  return made.length === 1 ? made[0] : group("", made);
}

/** @param {Run[]} line @param {number} size @returns {Tree[] | string} */
function spans(line, size) {
  if (line.every((run) => !run.bold && !run.italic && !run.raised && !run.color && !run.size)) return line.map((run) => run.text).join("");
  let raised = 0;
  return line.map((run) => {
    const dy = (raised - run.raised) * size * 0.35;
    raised = run.raised;
    return [
      "tspan",
      {
        ...(run.bold ? { "font-weight": 700 } : {}),
        ...(run.italic ? { "font-style": "italic" } : {}),
        ...(run.color ? { fill: ink(run.color) } : {}),
        ...(run.size || run.raised ? { "font-size": run.size || 0.75 * size } : {}),
        ...(dy ? { dy: px(dy) } : {}),
      },
      run.text,
    ];
  });
}

/** The lines of a text in Plotly's markup, and in each the letters that look alike. @param {string} text @returns {Run[][]} */
export function runs(text) {
  const plain = { bold: false, italic: false, raised: 0, color: "", size: 0 };
  const open = [plain];
  /** @type {Run[][]} */
  const lines = [[]];
  for (const part of text.split(/(<[^>]*>)/)) {
    const [, slash, tag, rest] = /^<(\/?)(\w+)(.*)>$/.exec(part) ?? [];
    const now = open[open.length - 1];
    if (tag === "br") lines.push([]);
    else if (slash) open.splice(Math.max(1, open.length - 1));
    else if (tag) open.push({ ...now, ...styled(tag, rest, now.raised) });
    else if (part) lines[lines.length - 1].push({ ...now, text: unescaped(part) });
  }
  return lines;
}

/** @param {string} tag @param {string} rest @param {number} raised */
function styled(tag, rest, raised) {
  if (tag === "b") return { bold: true };
  if (tag === "i" || tag === "em") return { italic: true };
  if (tag === "sup") return { raised: raised + 1 };
  if (tag === "sub") return { raised: raised - 1 };
  const color = /color:\s*([^;"']+)/.exec(rest)?.[1];
  const size = /font-size:\s*([\d.]+)px/.exec(rest)?.[1];
  return { ...(color ? { color } : {}), ...(size ? { size: Number(size) } : {}) };
}

/** @param {string} text */
function unescaped(text) {
  /** @type {Record<string, string>} */
  const signs = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'", "#39": "'", nbsp: "\u00a0" };
  return text.replace(/&([#\w]+);/g, (whole, name) => signs[name] ?? whole);
}

// --- what is told under the pointer ---

/** Every place that tells something. @param {Words} figure @param {Frame} frame @returns {Place[]} */
export function places(figure, frame) {
  return listed(figure.data).flatMap((words) => {
    if (words.hoverinfo === "skip" || words.visible === false) return [];
    const pair = pairOf(words, frame);
    if (words.z) return told(words, pair);
    const color = words.marker?.color ?? words.line?.color ?? "";
    const silent = (/** @type {number} */ i) => words.hoverinfo === "text" && !pick(words.hovertext ?? words.text, i);
    return pointsOf(words, pair).flatMap((point, i) =>
      point && !silent(i) ? [{ x: point[0], y: point[1], color: String(pick(color, i)), tell: () => tell(words, i, pair) }] : [],
    );
  });
}

/** Where a point of the trace with this name is, or null. @param {Words} figure @param {Frame} frame @param {string} name @param {number} i */
export function placeOf(figure, frame, name, i) {
  const words = listed(figure.data).find((each) => each.name === name && each.visible !== false);
  return words ? (pointsOf(words, pairOf(words, frame))[i] ?? null) : null;
}

/** The cells of a heat map. @param {Words} words @param {[Axis, Axis]} pair @returns {Place[]} */
function told({ z, text, hovertemplate }, [along, up]) {
  if (!hovertemplate) return [];
  return z.flatMap((/** @type {(number | null)[]} */ row, /** @type {number} */ i) =>
    row.flatMap((value, j) => {
      if (value === null) return [];
      const tell = () => filled(hovertemplate, { x: j, y: i, z: value, text: text?.[i]?.[j] ?? "" });
      return [{ x: along.at(j), y: up.at(i), color: "", tell }];
    }),
  );
}

/** What a point says. @param {Words} words @param {number} i @param {[Axis, Axis]} pair */
function tell(words, i, [along, up]) {
  const [x, y, text] = [words.x[i], words.y[i], pick(words.hovertext ?? words.text, i) ?? ""];
  if (words.hovertemplate) return filled(words.hovertemplate, { x, y, text, customdata: pick(words.customdata, i), name: words.name });
  const parts = String(words.hoverinfo ?? "").split("+");
  const [left, right] = [parts.includes("x") ? near(along, x) : "", parts.includes("y") ? near(up, y) : ""];
  const place = left && right ? `(${left}, ${right})` : left || right;
  return [parts.includes("name") ? words.name : "", place, parts.includes("text") ? text : ""].filter(Boolean).join("<br>");
}

/** A value with as many digits as its place on the axis shows. @param {Axis} axis @param {number} value */
function near({ ends, from, to, logarithmic }, value) {
  if (logarithmic) return forEyes(String(Number(value.toPrecision(3))));
  const unit = Math.abs((ends[1] - ends[0]) / (to - from));
  const digits = Math.min(6, Math.max(0, Math.ceil(-Math.log10(unit) - 0.3)));
  return forEyes(String(Number(value.toFixed(digits))));
}

/** A template with what is known put in. @param {string} template @param {Record<string, any>} values */
export function filled(template, values) {
  return template
    .replace(/<extra>.*?<\/extra>/, "")
    .replace(/%\{(\w+)(?:\[(\d+)\])?(?::([^}]*))?\}/g, (_, name, part, spec) => {
      const value = part === undefined ? values[name] : values[name]?.[part];
      return typeof value === "number" ? (spec ? format(spec, value) : forEyes(String(value))) : String(value ?? "");
    });
}

/** A number as d3's short language of formats says it. @param {string} spec @param {number} value */
export function format(spec, value) {
  const [, comma, precision, trim, kind] = /^(,?)(?:\.(\d+))?(~?)([a-z%]?)$/.exec(spec) ?? [];
  const digits = precision === undefined ? undefined : Number(precision);
  if (kind === "d") return forEyes(grouped(value.toFixed(0), comma));
  if (kind === "f") return forEyes(grouped(value.toFixed(digits ?? 6), comma));
  if (kind === "%") return forEyes(`${(100 * value).toFixed(digits ?? 6)}%`);
  if (kind === "e") return forEyes(value.toExponential(digits ?? 6));
  if (kind === "s") return metric(value, digits, Boolean(trim));
  return forEyes(grouped(String(Number(value.toPrecision(digits ?? 12))), comma));
}

/** @param {number} value @param {number | undefined} digits @param {boolean} trim */
function metric(value, digits, trim) {
  const power = value === 0 ? 0 : Math.max(-8, Math.min(8, Math.floor(Math.log10(Math.abs(value)) / 3)));
  const text = (value / 1000 ** power).toPrecision(digits ?? 6);
  return forEyes((trim ? String(Number(text)) : text) + ["p", "n", "µ", "m", "", "k", "M", "G", "T"][power + 4]);
}

/** @param {string} text @param {string} comma */
function grouped(text, comma) {
  return comma ? text.replace(/\B(?=(\d{3})+(?!\d)(?<!\.\d*))/g, ",") : text;
}

/** Tenths of a pixel. @param {number} value */
function px(value) {
  return Math.round(value * 10) / 10;
}

/** @param {number} value */
function px2(value) {
  return Math.round(value * 100) / 100;
}
