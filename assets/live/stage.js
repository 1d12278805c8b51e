// The live stage: one feature of a batch on three lines, x, x̂ and y, that answer while the hand moves.
// At rest every number is the server's. While something is held, `preview` computes the same formulas; on release the
// server is told, and its numbers take over.

import {
  DRAWN,
  Live,
  MOVED,
  POINT,
  PREVIEW,
  calm,
  clamp,
  drawn,
  element,
  exact,
  find,
  fixed,
  isShortcut,
  mount,
  operand,
  rounded,
  say,
  set,
  write,
  zoom,
} from "./shared.js";

/**
 * One feature. std is √(var + ε), spread is √var; a summary is the mean and the std of a stage's values; moving is what the
 * layer remembers, the moving mean and the root of the moving variance; a tick stands on the axis of a stage.
 * @typedef {[number, number]} Range
 * @typedef {{name: string, about: string, x: number[], x_hat: number[], y: number[], mean: number, std: number,
 *   spread: number, gamma: number, beta: number, moving: Range, counts: number[], summaries: Range[], ranges: Range[],
 *   ticks: [number, number][]}} FeatureShown
 * @typedef {{feature: FeatureShown, row: number, column: number, training: boolean, eps: number, undone: boolean,
 *   ends: Record<Kind, number>}} Data
 * @typedef {"gamma" | "beta" | "x"} Kind
 * @typedef {{kind: Kind, column: number, row: number}} Handle
 * @typedef {Handle & {value: number, sent: boolean, answers: number}} Change
 * @typedef {Handle & {from: number, start: number, scale: number, moved: boolean, pointer: number}} Drag
 * @typedef {{column: number, row: number, was: FeatureShown, training: boolean}} Taken
 */

const STAGES = /** @type {const} */ (["x", "x_hat", "y"]);
// Heights, in units of a sixteenth of the root's type, so that the picture grows with the page's letters.
const LINES = [76, 214, 352]; // the three lines
const LANES = 13; // a row's place in the batch is its place across the line, this far to both sides
const RIDGE = 34; // of a distribution, above the lanes
const MOVING_Y = LINES[0] + 32; // what the layer remembers
const TICKS = [LINES[0] + 68, LINES[1] + 38, LINES[2] + 104];
const [BETA_Y, GAMMA_Y] = [LINES[2] + 36, LINES[2] + 68];
const HEIGHT = LINES[2] + 112;
const GUTTER = 116; // at the left, for what a line is and what is on it
const NARROW = 560; // a picture less wide has this above its lines
const SIDE = 14; // room at both sides
const REACH = 22; // a pointer this near takes hold
const REST_MS = 150; // keys that come faster than this ask the server once
const TABLES_MS = 100; // the tables follow this often
const STEP_MS = 1500; // a step of the player
const EASE_MS = 300; // an axis that changes takes this long
const WAIT_MS = 1500; // before the stage plays by itself
const STEPS = [
  ["Input", "x"],
  ["1 Center", "x − μ"],
  ["2 Scale", "÷ √(σ² + ε)"],
  ["3 Stretch", "× γ"],
  ["4 Shift", "+ β"],
];
const END = STEPS.length - 1;

let introduced = false; // whether the stage has played by itself, or was touched, since the page was opened

// --- the formulas ---

/** Mean, standard deviation (÷ N) and distances from the mean, exact for values that lie close together. @param {number[]} values */
export function moments(values) {
  const [first, n] = [values[0], values.length];
  const shift = values.reduce((sum, v) => sum + (v - first), 0) / n;
  const centered = values.map((v) => v - first - shift);
  const unit = Math.max(...centered.map(Math.abs)); // the squares of tiny numbers would vanish
  const square = unit ? centered.reduce((sum, c) => sum + (c / unit) ** 2, 0) / n : 0;
  return { mean: first + shift, spread: unit * Math.sqrt(square), centered };
}

/** How many values lie in each of as many equal bins. @param {number[]} values @param {number} bins */
export function count(values, bins) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const counts = new Array(bins).fill(0);
  for (const v of values) counts[Math.min(bins - 1, Math.floor(((v - low) / (high - low || 1)) * bins))] += 1;
  return counts;
}

/** A feature with one thing in it changed. @param {FeatureShown} feature @param {Change} change @param {Data} data @returns {FeatureShown} */
export function preview(feature, { kind, row, value }, { training, eps, undone }) {
  const next = { ...feature };
  if (kind === "x") {
    next.x = feature.x.with(row, value);
    next.counts = count(next.x, feature.counts.length);
    let centered = next.x.map((v) => v - next.mean);
    if (training) {
      ({ mean: next.mean, spread: next.spread, centered } = moments(next.x));
      next.std = Math.hypot(next.spread, Math.sqrt(eps));
      if (undone) [next.gamma, next.beta] = [next.std, next.mean];
    }
    next.x_hat = centered.map((c) => (next.std ? c / next.std : 0));
  } else {
    next[kind] = value;
  }
  next.y = next.x_hat.map((v) => next.gamma * v + next.beta);
  next.summaries = STAGES.map((stage) => [moments(next[stage]).mean, moments(next[stage]).spread]);
  return next;
}

/**
 * How the other rows fared when one of them was moved: how many there are, how many have another x̂ now, and by how much
 * at most.
 * @param {number[]} was @param {number[]} now @param {number} row
 */
export function others(was, now, row) {
  const moves = now.map((v, i) => Math.abs(v - was[i])).filter((_, i) => i !== row);
  return { count: moves.length, moved: moves.filter((move) => move > 1e-9).length, most: Math.max(0, ...moves) };
}

/** A number, or each of many, on its way to another. @param {any} from @param {any} to @param {number} part @returns {any} */
function mixed(from, to, part) {
  return Array.isArray(to) ? to.map((each, i) => mixed(from[i], each, part)) : from + (to - from) * part;
}

/** Whether two features are drawn alike: the server's numbers may differ from the preview's in their last digits. @param {FeatureShown} one @param {FeatureShown} other */
function alike(one, other) {
  const short = (/** @type {FeatureShown} */ { x, x_hat, y, mean, spread, moving, ranges }) =>
    JSON.stringify([x, x_hat, y, mean, spread, moving, ranges], (_, v) => (typeof v === "number" ? v.toPrecision(6) : v));
  return short(one) === short(other);
}

/** A feature on its way from one answer of the server to the next. @param {FeatureShown} from @param {FeatureShown} to @param {number} part @returns {FeatureShown} */
export function between(from, to, part) {
  const names = /** @type {const} */ (["x", "x_hat", "y", "mean", "std", "spread", "gamma", "beta", "moving", "ranges"]);
  return { ...to, ...Object.fromEntries(names.map((name) => [name, mixed(from[name], to[name], part)])) };
}

// --- pictures ---

/** @param {number} at */
function px(at) {
  return at.toFixed(2);
}

/** A mean and a standard deviation in short; beside a deviation that has two decimals, a mean that has none is 0. @param {number} mean @param {number} std */
function brief(mean, std) {
  return [`mean ${fixed(std > 0.1 && Math.abs(mean) < 0.01 ? Math.round(100 * mean) / 100 : mean, 2)}`, `std ${fixed(std, 2)}`];
}

/** A stage's marker as a path. @type {((x: number, y: number, r: number) => string)[]} */
export const MARKERS = [
  (x, y, r) => `M${px(x - r)} ${px(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`,
  (x, y, r) => `M${px(x)} ${px(y - 1.3 * r)}l${1.3 * r} ${1.3 * r} ${-1.3 * r} ${1.3 * r} ${-1.3 * r} ${-1.3 * r}z`,
  (x, y, r) => `M${px(x - r)} ${px(y - r)}h${2 * r}v${2 * r}h${-2 * r}z`,
];

/** An arrowhead at an end of a line, for what lies beyond it. @param {number} x @param {number} y @param {number} r @param {number} way */
function beyond(x, y, r, way) {
  return `M${px(x)} ${px(y - r)}l${px(1.6 * r * way)} ${r} ${px(-1.6 * r * way)} ${r}z`;
}

/** What can be taken hold of at an element. @param {EventTarget | null} target @returns {Handle | null} */
function handleAt(target) {
  const element = /** @type {Element | null} */ (target)?.closest("[role=slider]");
  const [kind, ...place] = element?.getAttribute("data-live")?.split("-") ?? [];
  if (!kind) return null;
  const [row, column] = kind === "x" ? place : ["0", ...place];
  return { kind: /** @type {Kind} */ (kind), column: Number(column), row: Number(row) };
}

// --- what stands there ---

function layout() {
  const player = { class: "player", role: "group", "aria-label": "Walk through the layer" };
  const place = { type: "range", min: 0, max: END, step: 0.01, value: END, "aria-label": "Place in the walk" };
  return [
    element(
      "div",
      player,
      element("h3", {}, element("small", {}, "feature "), element("span")),
      element("button", { type: "button", class: "play" }, "▶ Play"),
      element("button", { type: "button", class: "back", "aria-label": "Step back" }, "‹"),
      element("button", { type: "button", class: "forward", "aria-label": "Step forward" }, "›"),
      element("input", place),
      element("output"),
    ),
    element("div", { class: "picture" }, picture()),
    element("p", { class: "readout" }),
  ];
}

/** The picture, empty. */
function picture() {
  return drawn(
    "svg",
    { role: "group" },
    ...["rule", "zero"].map((name) => drawn("path", { class: name })),
    drawn("g", { class: "axis" }),
    drawn("path", { class: "threads" }),
    ...["x_hat", "y"].map((name) => drawn("path", { class: `ghosts ${name}` })),
    ...STAGES.map((name, k) => lineFrame(name, ...(k ? [drawn("path")] : []))),
    ...["walkers", "mark"].map((name) => drawn("path", { class: name })),
    drawn("g", { class: "remembered" }, drawn("path"), drawn("text")),
    ...["ring", "ring", "ring", "breath", "arrow"].map((name) => drawn("path", { class: name })),
    ...["step", "moved"].map((name) => drawn("text", { class: name })),
    handleFrame("beta", drawn("path", { class: "grip", d: "M0-11 8-3V9H-8V-3Z" })),
    drawn("text", { class: "label", y: BETA_Y + 5 }),
    handleFrame("gamma", drawn("circle", { class: "grip", r: 8.5 })),
    drawn("text", { class: "label", y: GAMMA_Y + 5 }),
  );
}

/** @param {string} name @param {...Element} dots */
function lineFrame(name, ...dots) {
  return drawn(
    "g",
    { class: `line ${name}` },
    drawn("path", { class: "ridge" }),
    drawn("rect", { class: "band", height: 2 * LANES + RIDGE + 4 }),
    drawn("path", { class: "mean" }),
    drawn("g", { class: "title" }, drawn("path"), drawn("text", { class: "name" }), drawn("text"), drawn("text")),
    drawn("g", { class: "dots" }, ...dots),
  );
}

/** @param {string} name @param {Element} grip */
function handleFrame(name, grip) {
  const hit = drawn("rect", { class: "hit", x: -22, y: -16, width: 44, height: 32 });
  return drawn("g", { class: `handle ${name}`, role: "slider", tabindex: 0 }, hit, grip);
}

// --- the picture of the feature in front ---

class Front {
  /** @param {Stage} stage @param {HTMLElement} root */
  constructor(stage, root) {
    const all = (/** @type {string} */ css) => /** @type {SVGElement[]} */ ([...root.querySelectorAll(css)]);
    const one = (/** @type {string} */ css) => all(css)[0];
    this.stage = stage;
    this.feature = stage.data.feature;
    this.before = this.feature; // what was drawn when the server answered last
    this.width = 0;
    this.unit = 1; // pixels
    this.circles = /** @type {Element[]} */ ([]);
    this.heading = one("h3");
    this.name = one("h3 span");
    this.svg = one("svg");
    this.readout = one(".readout");
    this.rule = one(".rule");
    this.zero = one(".zero");
    this.axis = one(".axis");
    this.threads = one(".threads");
    this.remembered = one(".remembered");
    this.walkers = one(".walkers");
    this.mark = one(".mark");
    this.breath = one(".breath");
    this.arrow = one(".arrow");
    this.step = one(".step");
    this.moved = one(".moved");
    this.beta = one(".beta");
    this.gamma = one(".gamma");
    this.rings = all(".ring");
    this.labels = all(".label");
    this.bands = all(".band");
    this.means = all(".mean");
    this.ridges = all(".ridge");
    this.dots = all(".dots");
    this.ghosts = all(".ghosts");
    this.titles = all(".title");
    this.bands.forEach((band, k) => set(band, { y: LINES[k] - LANES - RIDGE - 2 }));
    this.titles.forEach((title, k) => write(title.children[1], ["input x", "normalized x̂", "output y"][k]));
  }

  /** Take up what the server sent. */
  refresh() {
    const { data } = this.stage;
    const { feature, column } = data;
    const { name, about, x, ticks } = feature;
    write(this.name, name);
    set(this.heading, { title: name });
    const classes = [data.training ? "" : "moving", x.length > 64 ? "crowded" : x.length > 16 ? "dense" : ""];
    set(this.svg, { "aria-label": about, class: classes.join(" ") });
    for (const kind of /** @type {const} */ (["beta", "gamma"])) {
      const [end, does] = [data.ends[kind], kind === "beta" ? "β of $, moves the output" : "γ of $, stretches the output"];
      const ends = { "aria-valuemin": -end, "aria-valuemax": end, "aria-disabled": String(data.undone) };
      set(this[kind], { "data-live": `${kind}-${column}`, "aria-label": does.replace("$", () => name), ...ends });
    }
    set(this.dots[2], { "data-live": `output-${column}` });
    this.axis.replaceChildren(...ticks.map(([k, v]) => drawn("text", { y: TICKS[k] }, exact(v))));
    while (this.circles.length > x.length) this.circles.pop()?.remove();
    while (this.circles.length < x.length) this.circles.push(this.dots[0].appendChild(drawn("circle", { role: "slider", class: "dot" })));
    const { low, high } = this.slider("x", 0);
    x.forEach((value, row) => {
      const where = { "data-live": `x-${row}-${column}`, r: this.radius(), cy: px(LINES[0] + this.lane(row)), "aria-label": `row ${row} of ${name}` };
      set(this.circles[row], { ...where, "aria-valuemin": low, "aria-valuemax": high, "aria-valuenow": value });
    });
    this.focusable();
  }

  /** Fit the page: as wide as it is, in units that grow with its letters. */
  measure() {
    this.unit = zoom();
    this.width = this.svg.clientWidth / this.unit;
    set(this.svg, { height: HEIGHT * this.unit, viewBox: `0 0 ${px(this.width)} ${HEIGHT}` });
    const narrow = this.width < NARROW;
    this.titles.forEach((title, k) => {
      const [mark, name, ...summaries] = title.children;
      const top = narrow ? LINES[k] - LANES - RIDGE - 8 : LINES[k] - 12;
      set(mark, { d: MARKERS[k](6, top - 5, 5) });
      set(name, { x: 17, y: top });
      summaries.forEach((text, i) =>
        set(text, narrow ? { x: px(this.width - 76 * (1 - i)), y: top, "text-anchor": "end" } : { x: 17, y: top + 18 + 17 * i, "text-anchor": "start" }),
      );
    });
  }

  /** One dot is a stop of the Tab key. */
  focusable() {
    this.circles.forEach((circle, row) => set(circle, { tabindex: row === this.stage.row ? 0 : -1 }));
  }

  radius() {
    return this.circles.length > 64 ? 2.8 : this.circles.length > 16 ? 4.5 : 8;
  }

  /** How far a row lies from its line. @param {number} row */
  lane(row) {
    return LANES * ((2 * row + 1) / this.circles.length - 1);
  }

  /**
   * What can be taken: its value, its ends, what it is rounded to, and the step of an arrow key. An input goes one width
   * of its axis beyond both ends, in a power of ten that is less than a pixel, so that it keeps few digits.
   * @param {Kind} kind @param {number} row
   */
  slider(kind, row) {
    const end = this.stage.data.ends[kind];
    const feature = this.stage.shown(); // what is drawn may be a frame behind the keys
    if (kind !== "x") return { value: feature[kind], low: -end, high: end, unit: 0.01, step: 0.1 };
    const [low, high] = this.stage.data.feature.ranges[0];
    const unit = 10 ** Math.floor(Math.log10((high - low) / 500));
    const [least, most] = [2 * low - high, 2 * high - low].map((v) => rounded(clamp(v, -end, end), unit));
    return { value: feature.x[row], low: least, high: most, unit, step: 10 * unit };
  }

  /** @param {Handle} handle @returns {SVGElement} */
  element({ kind, row }) {
    return kind === "x" ? /** @type {SVGElement} */ (this.circles[row]) : this[kind];
  }

  /** Where the lines begin. */
  get left() {
    return this.width < NARROW ? 0 : GUTTER;
  }

  /** The place of a value on the axis of a stage. @param {number} k @param {number} value */
  place(k, value) {
    const [low, high] = this.feature.ranges[k];
    return this.left + SIDE + ((value - low) / (high - low)) * (this.width - this.left - 2 * SIDE);
  }

  /** A place, or the end of the lines that is nearest. @param {number} at */
  inside(at) {
    return clamp(at, this.left, this.width);
  }

  /** Values for each pixel on the axis of a stage. @param {number} k */
  scale(k) {
    const [low, high] = this.feature.ranges[k];
    return (high - low) / (this.width - this.left - 2 * SIDE) / this.unit;
  }

  /** The row whose dot, on one of these lines, is nearest to a pointer; -1 if none is near. @param {PointerEvent} event @param {number[]} lines */
  nearest(event, lines) {
    const box = this.svg.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / this.unit, (event.clientY - box.top) / this.unit];
    let [row, least] = [-1, REACH];
    for (const k of lines)
      this.feature[STAGES[k]].forEach((v, i) => {
        const away = Math.hypot(this.place(k, v) - x, LINES[k] + this.lane(i) - y);
        if (away < least) [row, least] = [i, away];
      });
    return row;
  }

  draw() {
    const { time, eased } = this.stage;
    const now = this.stage.shown();
    this.feature = eased < 1 ? between(this.before, now, eased) : now;
    const row = Math.min(this.stage.row, now.x.length - 1);
    const walking = time < END;
    const r = this.radius();
    /** @type {[number, number][][]} */
    const points = STAGES.map((s, k) => this.feature[s].map((v, i) => [k ? this.inside(this.place(k, v)) : this.place(k, v), LINES[k] + this.lane(i)]));
    set(this.rule, { d: LINES.map((y) => `M${this.left} ${y}H${px(this.width)}`).join("") });
    set(this.zero, { d: LINES.map((y, k) => this.#zero(k, y)).join("") });
    now.ticks.forEach(([k, v], at) => set(this.axis.children[at], { x: px(this.place(k, v)) }));
    points[0].forEach(([x], i) => this.circles[i].getAttribute("cx") === px(x) || set(this.circles[i], { cx: px(x) }));
    for (const k of [1, 2]) set(/** @type {Element} */ (this.dots[k].firstElementChild), { d: points[k].map(([x, y]) => this.#marker(k, x, y, r)).join("") });
    const threads = points[0].map((_, i) => `M${points.map((stage) => stage[i].map(px).join(" ")).join("L")}`);
    set(this.threads, { d: walking ? "" : threads.join("") });
    set(this.mark, { d: walking ? "" : threads[row] });
    const ways = walking ? now.x.map((_, i) => this.#onTheWay(i, time)) : [];
    set(this.walkers, { d: ways.map(([x, y]) => MARKERS[Math.floor(time) >> 1](x, y, r)).join("") });
    LINES.forEach((_, k) => {
      const come = time >= 2 * k;
      // While it walks, the ring goes with the chosen dot.
      set(this.rings[k], { d: walking ? (k === 0 ? MARKERS[Math.floor(time) >> 1](...ways[row], r + 3) : "") : MARKERS[k](...points[k][row], r + 3) });
      for (const each of [this.dots[k], this.ridges[k], this.bands[k], this.means[k], this.titles[k]]) each.style.display = come ? "" : "none";
      this.#drawStatistics(k, now);
    });
    this.remembered.style.display = walking ? "none" : "";
    this.#drawRemembered(now);
    this.#drawGhosts(points, walking);
    this.#drawHandles(now, walking ? Math.ceil(time) : 0);
    this.#drawStep(walking ? Math.ceil(time) : 0, time);
    set(this.breath, { d: this.stage.touched || walking ? "" : MARKERS[0](...points[0][row], r + 3) });
    this.#say(now, row);
  }

  /** A thin upright rule at zero, where the axis has one. @param {number} k @param {number} y */
  #zero(k, y) {
    const [low, high] = this.feature.ranges[k];
    return low <= 0 && high >= 0 ? `M${px(this.place(k, 0))} ${y - LANES - RIDGE - 2}v${2 * LANES + RIDGE + 10}` : "";
  }

  /** A dot, or at the end of its line an arrowhead. @param {number} k @param {number} x @param {number} y @param {number} r */
  #marker(k, x, y, r) {
    if (x > this.left && x < this.width) return MARKERS[k](x, y, r);
    return x > this.left ? beyond(x - 1.6 * r, y, r, 1) : beyond(x + 1.6 * r, y, r, -1);
  }

  /**
   * What the layer remembers, beneath the line where it is fed; an arrowhead where it lies beyond an end. In training it is fed
   * what the hand changes, and what comes of that the server says: until then the bracket is faint, without numbers.
   * @param {FeatureShown} now
   */
  #drawRemembered(now) {
    const [mark, label] = this.remembered.children;
    const [mean, spread] = this.feature.moving;
    const [from, at, to] = [mean - spread, mean, mean + spread].map((v) => this.place(0, v));
    const outside = at < this.left ? -1 : at > this.width ? 1 : 0;
    const ends = [from, to].map((end) => (end === this.inside(end) ? `M${px(end)} ${MOVING_Y - 4}v8` : ""));
    const bracket = `M${px(this.inside(from))} ${MOVING_Y}H${px(this.inside(to))}${ends.join("")}M${px(at)} ${MOVING_Y - 9}v18`;
    set(mark, { d: outside ? beyond(this.inside(at) - 8 * outside, MOVING_Y, 5, outside) : bracket, class: outside ? "full" : "" });
    const middle = !outside && at - this.left > 110 && this.width - at > 110;
    const anchor = middle ? "middle" : at < (this.left + this.width) / 2 ? "start" : "end";
    const x = middle ? at : anchor === "start" ? this.left : this.width;
    set(label, { x: px(x), y: MOVING_Y + 18, "text-anchor": anchor });
    const fed = this.stage.data.training && this.stage.inputsMoved;
    this.remembered.classList.toggle("faint", fed);
    write(label, fed ? "remembered: on release" : `remembered: ${brief(...now.moving).join(", ")}`);
  }

  /**
   * Where x̂ and y were when one dot was taken, and how far each has gone since.
   * @param {[number, number][][]} points where they are @param {boolean} walking
   */
  #drawGhosts(points, walking) {
    const { taken } = this.stage;
    const was = !walking && taken ? taken.was : null;
    this.ghosts.forEach((ghosts, at) => {
      const k = at + 1;
      const trails = was?.[STAGES[k]].map((v, i) => {
        const [[now, y], from] = [points[k][i], this.inside(this.place(k, v))];
        return Math.abs(now - from) < 0.5 ? "" : `${MARKERS[k](from, y, this.radius() - 1)}M${px(from)} ${px(y)}H${px(now)}`;
      });
      set(ghosts, { d: trails?.join("") ?? "" });
    });
  }

  /** Where a row is between the steps of the player. @param {number} row @param {number} time @returns {[number, number]} */
  #onTheWay(row, time) {
    const { x, x_hat, y, mean, gamma } = this.feature;
    const way = [
      this.place(0, x[row]),
      this.place(1, 0) + this.place(0, x[row]) - this.place(0, mean),
      this.place(1, x_hat[row]),
      this.place(2, gamma * x_hat[row]),
      this.place(2, y[row]),
    ].map((at) => this.inside(at));
    const step = Math.floor(time);
    const part = (time - step) ** 2 * (3 - 2 * (time - step)); // slow at both ends
    const down = LINES[0] + ((LINES[2] - LINES[0]) * (step + part)) / END;
    return [way[step] + (way[step + 1] - way[step]) * part, down + this.lane(row)];
  }

  /** The mean, one standard deviation to each side, and the distribution. @param {number} k @param {FeatureShown} now */
  #drawStatistics(k, now) {
    const { x, mean, std, spread, gamma, beta } = this.feature;
    const { counts, summaries } = now;
    const carry = (/** @type {number} */ centered) => {
      const x_hat = std ? centered / std : 0;
      return this.inside(this.place(k, [mean + centered, x_hat, gamma * x_hat + beta][k]));
    };
    const [left, middle, right] = [-spread, 0, spread].map(carry);
    set(this.bands[k], { x: px(Math.min(left, right)), width: px(Math.abs(right - left)) });
    set(this.means[k], { d: `M${px(middle)} ${LINES[k] - LANES - RIDGE - 2}v${2 * LANES + RIDGE + 4}` });
    // Every stage is linear in x, so one shape serves all.
    const [first, last] = [carry(Math.min(...x) - mean), carry(Math.max(...x) - mean)];
    const [base, bar, tallest] = [LINES[k] - LANES, (last - first) / counts.length, Math.max(...counts)];
    const steps = counts.map((c, b) => `V${px(base - (RIDGE * c) / tallest)}H${px(first + bar * (b + 1))}`);
    const shape = Math.abs(last - first) < 0.5 ? `v${-RIDGE}` : steps.join("");
    set(this.ridges[k], { d: `M${px(first)} ${base}${shape}V${base}` });
    brief(...summaries[k]).forEach((words, i) => write(this.titles[k].children[2 + i], words));
  }

  /** @param {FeatureShown} now @param {number} step of the player that is being done */
  #drawHandles(now, step) {
    const { beta, gamma } = this.feature;
    const [from, to] = [this.place(2, beta), this.place(2, beta + gamma)];
    const [left, right] = [Math.min(from, to), Math.max(from, to)];
    const beside = right + 90 < this.width ? { x: px(right + 16) } : { x: px(left - 16), "text-anchor": "end" };
    [this.beta, this.gamma].forEach((handle, at) => {
      const [x, y, value] = [[from, BETA_Y, now.beta], [to, GAMMA_Y, now.gamma]][at];
      const text = `${"βγ"[at]} = ${fixed(value, 2)}`;
      handle.classList.toggle("acting", step === 4 - at);
      set(handle, { transform: `translate(${px(x)} ${y})`, "aria-valuenow": value, "aria-valuetext": text });
      set(this.labels[at], { "text-anchor": "start", ...beside });
      write(this.labels[at], text);
    });
    set(this.arrow, { d: `M${px(from)} ${BETA_Y + 9}V${GAMMA_Y}H${px(to)}` });
  }

  /** The words of a step stand where it happens. @param {number} step @param {number} time */
  #drawStep(step, time) {
    const [title, does] = STEPS[step];
    const half = (LINES[1] - LINES[0]) / 2;
    const y = LINES[0] + half * (Math.max(step, 1) - 0.5);
    write(this.step, step || time === 0 ? `${title}: ${does}` : "");
    set(this.step, { x: 0, y: px(y + 10) });
  }

  /** The three values of a row and where they come from, as far as it has come. @param {FeatureShown} now @param {number} row */
  #say({ x, x_hat, y, mean, std, gamma, beta }, row) {
    const { time } = this.stage;
    const done = Math.floor(time);
    const given = `row ${row}:  x = ${fixed(x[row])}`;
    const centered = `${fixed(x[row])} − ${operand(fixed(mean))}`;
    const steps = [
      "",
      `x − μ = ${centered} = ${fixed(x[row] - mean)}`,
      `x̂ = (${centered}) / ${fixed(std)} = ${fixed(x_hat[row])}`,
      `γ · x̂ = ${fixed(gamma)} · ${operand(fixed(x_hat[row]))} = ${fixed(gamma * x_hat[row])}`,
      `y = ${fixed(gamma)} · ${operand(fixed(x_hat[row]))} + ${operand(fixed(beta))} = ${fixed(y[row])}`,
    ];
    const said = done === END ? [given, steps[2], steps[4]] : [given, steps[done]].filter(Boolean);
    write(this.readout, said.join("    "));
    const values = `x ${fixed(x[row])}, normalized ${fixed(x_hat[row])}, output ${fixed(y[row])}`;
    set(this.circles[row], { "aria-valuenow": x[row], "aria-valuetext": values });
  }
}

// --- the whole ---

/** @extends {Live<Data>} */
class Stage extends Live {
  /** @param {HTMLElement} root @param {Data} data */
  constructor(root, data) {
    super(root, data);
    root.replaceChildren(...layout());
    this.row = 0; // the example that stands out
    this.changes = /** @type {Map<string, Change>} */ (new Map());
    this.drag = /** @type {Drag | null} */ (null);
    this.held = /** @type {[number, number][] | null} */ (null); // the axes under the hand
    this.taken = /** @type {Taken | null} */ (null); // the input that was moved last, and its feature before
    this.time = END; // of the player, in steps
    this.playing = false;
    this.touched = introduced;
    this.eased = 1; // how far the picture is on its way to the server's
    this.clock = 0;
    this.asked = 0;
    this.told = this.data.feature; // what the other parts were told last
    this.rest = this.timer();
    this.soon = this.timer();
    this.box = find(root, ".picture");
    this.button = find(root, ".play");
    this.status = find(root, "output");
    this.scrub = /** @type {HTMLInputElement} */ (find(root, "input"));
    this.front = new Front(this, root);
    this.on(this.button, "click", () => this.#play(!this.playing));
    this.on(find(root, ".back"), "click", () => this.#seek(Math.ceil(this.time) - 1));
    this.on(find(root, ".forward"), "click", () => this.#seek(Math.floor(this.time) + 1));
    this.on(this.scrub, "input", () => this.#seek(Number(this.scrub.value)));
    for (const touch of ["pointerdown", "keydown"]) this.on(root, touch, () => this.#touch());
    this.on(this.box, "pointerdown", (/** @type {PointerEvent} */ event) => this.#take(event));
    this.on(this.box, "pointermove", (/** @type {PointerEvent} */ event) => this.#move(event));
    this.on(this.box, "pointerup", () => this.#letGo(true));
    this.on(this.box, "pointercancel", () => this.#letGo(false));
    this.on(this.box, "pointerleave", () => say(POINT, [this.data.row, this.data.column]));
    this.on(this.box, "keydown", (/** @type {KeyboardEvent} */ event) => this.#key(event));
    this.on(this.box, "focusin", ({ target }) => {
      const handle = handleAt(target);
      if (handle?.kind === "x") say(POINT, [handle.row, handle.column]);
    });
    this.on(document, POINT, (/** @type {CustomEvent} */ { detail: [row] }) => this.#standOut(row));
    this.on(document, MOVED, (/** @type {CustomEvent} */ { detail }) => this.#slide(detail));
    this.watch(this.box, () => this.#measure());
    if (!introduced && !calm()) this.timer().start(WAIT_MS, () => this.touched || this.#play(true));
    introduced = true;
  }

  /** @param {Data} data */
  update(data) {
    const same = data.column === this.data.column && data.feature.x.length === this.front.feature.x.length;
    super.update(data);
    this.row = data.row;
    for (const [name, change] of this.changes)
      if (change.column !== data.column || (change.sent && (this.#confirmed(change) || (change.answers += 1) > 1))) this.changes.delete(name);
    if (this.taken && !this.#stillTaken(this.taken)) this.taken = null;
    this.front.refresh();
    this.eased = 1;
    if (same && this.front.width > 0 && !alike(this.front.feature, this.shown())) this.#ease();
    this.#measure();
    this.#seek(this.time, this.playing);
  }

  /** Whether nothing but the input that was taken is another than before. @param {Taken} taken */
  #stillTaken({ column, row, was, training }) {
    const now = this.data.feature;
    const scaled = this.data.undone || (now.gamma === was.gamma && now.beta === was.beta); // undoing goes with the batch
    const alike = column === this.data.column && now.x.length === was.x.length && training === this.data.training;
    const fed = !training && `${now.moving}` !== `${was.moving}`; // it moves x̂, and no input has
    return alike && scaled && !fed && now.x.every((v, i) => v === was.x[i] || i === row);
  }

  /** Whether the hand has moved an input that the server does not know of. */
  get inputsMoved() {
    return [...this.changes.values()].some(({ kind, column }) => kind === "x" && column === this.data.column);
  }

  /** @param {Change} change */
  #confirmed({ kind, row, value }) {
    const { feature } = this.data;
    return (kind === "x" ? feature.x[row] : feature[kind]) === value;
  }

  /** The feature as it is to be drawn: the server's, with what the hand has changed since, on the axes that the hand holds. */
  shown() {
    let { feature } = this.data;
    for (const change of this.changes.values()) if (change.column === this.data.column) feature = preview(feature, change, this.data);
    return this.held ? { ...feature, ranges: this.held } : feature;
  }

  /** Go softly from what is drawn to what is to be drawn. */
  #ease() {
    if (calm() || this.drag) return;
    this.front.before = this.front.feature;
    [this.eased, this.clock] = [0, performance.now()];
  }

  #measure() {
    this.front.measure();
    this.draw();
  }

  draw() {
    this.asked ||= requestAnimationFrame((now) => {
      this.asked = 0;
      if (this.eased < 1) this.eased = clamp((now - this.clock) / EASE_MS, 0, 1);
      if (this.front.width > 0) this.front.draw();
      this.#caption();
      if (this.told !== this.front.feature) say(DRAWN, [this.data.column, (this.told = this.front.feature)]);
      if (this.eased < 1) this.draw();
    });
  }

  #touch() {
    introduced = true;
    if (this.touched) return;
    this.touched = true;
    this.draw();
  }

  // --- the player

  /** @param {boolean} on */
  #play(on) {
    this.#seek(on && this.time >= END ? 0 : this.time, on);
    let last = performance.now();
    const go = (/** @type {number} */ now) => {
      if (!this.playing || this.gone) return;
      const passed = (now - last) / STEP_MS;
      if (!calm() || passed >= 1) {
        last = now;
        const time = this.time + clamp(passed, 0, calm() ? 1 : 0.1);
        this.#seek(time, time < END);
      }
      requestAnimationFrame(go);
    };
    if (on) requestAnimationFrame(go);
  }

  /** @param {number} time @param {boolean} playing */
  #seek(time, playing = false) {
    this.playing = playing;
    this.time = clamp(time, 0, END);
    this.scrub.value = String(this.time);
    write(this.button, playing ? "❚❚ Pause" : "▶ Play");
    this.scrub.setAttribute("aria-valuetext", STEPS[Math.ceil(this.time)].join(": "));
    this.draw();
  }

  /** What is to be seen: the step of the player, or what one moved input did to the others. It is read aloud at rest. */
  #caption() {
    const { taken } = this;
    const now = this.shown();
    let words = "";
    if (this.time >= END && taken && now.x[taken.row] !== taken.was.x[taken.row] && now.x.length > 1) {
      const { count, moved, most } = others(taken.was.x_hat, now.x_hat, taken.row);
      words = `${moved} of ${count} others moved${moved ? `, by up to ${fixed(most, 2)}` : ""}`;
    }
    write(this.front.moved, words);
    set(this.front.moved, { x: px(this.front.width), y: LINES[1] + 62 });
    if (!this.drag) write(this.status, this.time < END ? STEPS[Math.ceil(this.time)].join(": ") : words && `x̂ of ${now.name}: ${words}`);
  }

  // --- pointing

  /** Let the other parts show what is drawn. */
  #preview() {
    this.soon.stop();
    const { x, x_hat, y } = this.shown();
    say(PREVIEW, [this.data.column, { x: x.map(exact), x_hat: x_hat.map((v) => fixed(v)), y: y.map((v) => fixed(v)) }]);
  }

  /** @param {number} row */
  #standOut(row) {
    if (row === this.row || row >= this.data.feature.x.length) return;
    this.row = row;
    this.front.focusable();
    this.draw();
  }

  /** A slider of the page is moved. @param {{kind: Kind, column: number, value: number}} move */
  #slide({ kind, column, value }) {
    if (column !== this.data.column || this.data.undone) return;
    const change = { kind, column, row: 0, value, sent: true, answers: 0 };
    this.#show(change);
    if (this.#confirmed(change)) this.changes.delete(`${kind}-${column}-0`); // it is back where the server has it
  }

  // --- the hand

  /** @param {PointerEvent} event */
  #take(event) {
    if (event.button || this.drag) return;
    const near = { kind: /** @type {Kind} */ ("x"), column: this.data.column, row: this.front.nearest(event, [0]) };
    const handle = handleAt(event.target) ?? near;
    if (handle.row < 0 || (handle.kind !== "x" && this.data.undone)) return;
    this.taken = null;
    if (handle.kind === "x") this.#remember(handle);
    this.#seek(END);
    this.eased = 1;
    this.held = this.front.feature.ranges; // under the hand no axis moves
    this.front.feature = this.shown();
    const from = this.front.slider(handle.kind, handle.row).value;
    const scale = this.front.scale(handle.kind === "x" ? 0 : 2);
    this.drag = { ...handle, from, start: event.clientX, scale, moved: false, pointer: event.pointerId };
    this.box.setPointerCapture(event.pointerId);
    this.box.classList.add("dragging");
    this.front.element(handle).focus({ preventScroll: true });
    event.preventDefault();
  }

  /** What stands there before an input moves. @param {Handle} handle */
  #remember({ column, row }) {
    this.taken = { column, row, was: this.shown(), training: this.data.training };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const { drag } = this;
    if (drag?.pointer === event.pointerId) {
      const away = event.clientX - drag.start;
      drag.moved ||= Math.abs(away) > 2;
      if (drag.moved) this.#change(drag, drag.from + away * drag.scale);
    } else if (!drag && event.pointerType === "mouse") {
      const row = this.front.nearest(event, [0, 1, 2]);
      if (row >= 0) say(POINT, [row, this.data.column]);
    }
  }

  /** Show a value as if the server had it. @param {Handle} handle @param {number} wanted */
  #change({ kind, column, row }, wanted) {
    const { low, high, unit } = this.front.slider(kind, row);
    this.#show({ kind, column, row, value: clamp(rounded(wanted, unit), low, high), sent: false, answers: 0 });
  }

  /** @param {Change} change */
  #show(change) {
    this.changes.set(`${change.kind}-${change.column}-${change.row}`, change);
    this.draw();
    // Many cells take long to lay out: they wait for the release.
    if (this.data.feature.x.length <= 16 && !this.soon.running) this.soon.start(TABLES_MS, () => this.#preview());
  }

  /** @param {boolean} keep whether what was moved stays moved */
  #letGo(keep) {
    const { drag } = this;
    if (!drag) return;
    this.drag = this.held = null;
    this.#ease();
    this.box.classList.remove("dragging");
    if (!keep) this.changes.delete(`${drag.kind}-${drag.column}-${drag.row}`);
    else if (drag.moved) this.#send();
    else if (drag.kind === "x") this.tell("choose", [drag.row, drag.column]);
    this.#preview();
    this.draw();
  }

  /** Tell the server what has been changed since it was last told. */
  #send() {
    this.rest.stop();
    for (const [name, change] of this.changes) if (this.#confirmed(change)) this.changes.delete(name);
    const news = [...this.changes.values()].filter((change) => !change.sent);
    for (const change of news) change.sent = true;
    if (news.length) this.tell("change", news.map(({ kind, row, column, value }) => [kind, row, column, value]));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Escape") return this.#letGo(false);
    const handle = handleAt(event.target);
    if (!handle || isShortcut(event)) return;
    const { kind, column, row } = handle;
    const { value, low, high, step } = this.front.slider(kind, row);
    const by = event.shiftKey ? step / 10 : step;
    const [up, down] = [value + by, value - by];
    /** @type {Record<string, number>} */
    const values = { ArrowRight: up, ArrowUp: up, ArrowLeft: down, ArrowDown: down, Home: low, End: high };
    if (kind !== "x") Object.assign(values, { PageUp: value + 10 * step, PageDown: value - 10 * step });
    if (event.key in values) {
      if (kind !== "x" && this.data.undone) return;
      if (kind !== "x") this.taken = null;
      else if (this.taken?.row !== row || !this.rest.running) this.#remember(handle);
      this.#seek(END);
      this.#change(handle, values[event.key]);
      this.rest.start(REST_MS, () => this.#send());
    } else if (kind === "x" && (event.key === "PageUp" || event.key === "PageDown")) {
      const next = clamp(row + (event.key === "PageUp" ? -1 : 1), 0, this.front.circles.length - 1);
      this.front.element({ ...handle, row: next }).focus({ preventScroll: true });
    } else if (kind === "x" && event.key === "Enter") {
      this.tell("choose", [row, column]);
    } else {
      return;
    }
    event.preventDefault();
  }

  destroy() {
    super.destroy();
    this.playing = false;
  }
}

export default mount(Stage);
