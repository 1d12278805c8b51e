// The live stage: each feature of a batch on three lines, x, x̂ and y, that answer while the hand moves.
// At rest every number is the server's. While something is held, `preview` computes the same formulas; on release the
// server is told, and its numbers take over.

import {
  Live,
  POINT,
  PREVIEW,
  calm,
  clamp,
  drawn,
  element,
  find,
  fixed,
  isShortcut,
  mount,
  operand,
  rounded,
  say,
  set,
  shortest,
  write,
} from "./shared.js";

/**
 * One feature. std is √(var + ε), spread is √var; a summary is the mean and the std of a stage's values; a tick stands
 * on the axis of a stage.
 * @typedef {{name: string, about: string, x: number[], x_hat: number[], y: number[], mean: number, std: number,
 *   spread: number, gamma: number, beta: number, counts: number[], summaries: [number, number][],
 *   ranges: [number, number][], ticks: [number, number][]}} Feature
 * @typedef {{features: Feature[], training: boolean, eps: number, undone: boolean, own_axes: boolean,
 *   chosen: [number, number], ends: Record<Kind, number>}} Data
 * @typedef {"gamma" | "beta" | "x"} Kind
 * @typedef {{kind: Kind, column: number, row: number}} Handle
 * @typedef {Handle & {value: number, sent: boolean, answers: number}} Change
 * @typedef {Handle & {from: number, start: number, scale: number, moved: boolean, pointer: number}} Drag
 * @typedef {{column: number, row: number, was: Feature, training: boolean}} Taken
 */

const STAGES = /** @type {const} */ (["x", "x_hat", "y"]);
const LINES = [54, 140, 226]; // where the three lines lie, px
const LANES = 10; // a row's place in the batch is its place across the line, this far to both sides
const RIDGE = 26; // height of a distribution, above the lanes
const [BETA_Y, GAMMA_Y, AXIS_Y] = [252, 274, 297];
const SIDE = 12; // room at both sides
const REACH = 18; // a pointer this near takes hold
const REST_MS = 150; // keys that come faster than this ask the server once
const TABLES_MS = 100; // the tables follow this often
const STEP_MS = 1500; // a step of the player
const EASE_MS = 250; // an axis that changes takes this long
const STEPS = [
  "Input: the batch as it comes, x",
  "1 Center: subtract the mean, x − μ",
  "2 Scale: divide by the deviation, (x − μ) / √(σ² + ε) = x̂",
  "3 Stretch: multiply by γ, γ · x̂",
  "4 Shift: add β, γ · x̂ + β = y",
];
const END = STEPS.length - 1;
const HINT = "Drag a blue dot, or the green β and γ. Or play the steps.";

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

/** A feature with one thing in it changed. @param {Feature} feature @param {Change} change @param {Data} data @returns {Feature} */
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

// --- pictures ---

/** @param {number} at */
function px(at) {
  return at.toFixed(2);
}

/** A stage's marker as a path. @type {((x: number, y: number, r: number) => string)[]} */
const MARKERS = [
  (x, y, r) => `M${px(x - r)} ${px(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`,
  (x, y, r) => `M${px(x)} ${px(y - 1.3 * r)}l${1.3 * r} ${1.3 * r} ${-1.3 * r} ${1.3 * r} ${-1.3 * r} ${-1.3 * r}z`,
  (x, y, r) => `M${px(x - r)} ${px(y - r)}h${2 * r}v${2 * r}h${-2 * r}z`,
];

/** What can be taken hold of at an element. @param {EventTarget | null} target @returns {Handle | null} */
function handleAt(target) {
  const element = /** @type {Element | null} */ (target)?.closest("[role=slider]");
  const [kind, column, row] = element?.getAttribute("data-live")?.split("-") ?? [];
  return kind ? { kind: /** @type {Kind} */ (kind), column: Number(column), row: Number(row ?? 0) } : null;
}

// --- what stands there ---

function layout() {
  const player = { class: "player", role: "group", "aria-label": "Walk through the layer" };
  const place = { type: "range", min: 0, max: END, step: 0.01, value: END, "aria-label": "Place in the walk" };
  return [
    element(
      "div",
      player,
      element("button", { type: "button", class: "play" }, "▶ Play"),
      element("button", { type: "button", class: "back", "aria-label": "Step back" }, "‹"),
      element("button", { type: "button", class: "forward", "aria-label": "Step forward" }, "›"),
      element("input", place),
      element("output"),
    ),
    element("div", { class: "grid" }),
  ];
}

/** One feature's picture, empty. */
function frame() {
  return element(
    "div",
    { class: "panel" },
    element("h4"),
    drawn(
      "svg",
      { role: "group", height: 303 },
      ...["rule", "zero"].map((name) => drawn("path", { class: name })),
      drawn("g", { class: "axis" }),
      drawn("path", { class: "threads" }),
      ...["x_hat", "y"].map((name) => drawn("path", { class: `ghosts ${name}` })),
      stageFrame("x", "x"),
      stageFrame("x_hat", "x̂", drawn("path")),
      stageFrame("y", "y", drawn("path")),
      ...["walkers", "mark", "ring", "ring", "ring", "arrow"].map((name) => drawn("path", { class: name })),
      handleFrame("beta", drawn("path", { class: "grip", d: "M0-9 6-3V7H-6V-3Z" })),
      drawn("text", { class: "label", y: 256 }),
      handleFrame("gamma", drawn("circle", { class: "grip", r: 7 })),
      drawn("text", { class: "label", y: 278 }),
    ),
    element("p", { class: "readout" }),
  );
}

/** @param {string} name @param {string} symbol @param {...Element} dots */
function stageFrame(name, symbol, ...dots) {
  return drawn(
    "g",
    { class: `line ${name}` },
    drawn("path", { class: "ridge" }),
    drawn("rect", { class: "band", height: 52 }),
    drawn("path", { class: "mean" }),
    drawn("text", { class: "symbol" }, symbol),
    drawn("text", { class: "summary" }),
    drawn("g", { class: "dots" }, ...dots),
  );
}

/** @param {string} name @param {Element} grip */
function handleFrame(name, grip) {
  const hit = drawn("rect", { class: "hit", x: -16, y: -11, width: 32, height: 22 });
  return drawn("g", { class: `handle ${name}`, role: "slider", tabindex: 0 }, hit, grip);
}

// --- one feature ---

class Panel {
  /** @param {Stage} stage @param {HTMLElement} box @param {number} column */
  constructor(stage, box, column) {
    const all = (/** @type {string} */ css) => /** @type {SVGElement[]} */ ([...box.querySelectorAll(css)]);
    const one = (/** @type {string} */ css) => all(css)[0];
    this.stage = stage;
    this.box = box;
    this.column = column;
    this.feature = stage.data.features[column];
    this.ranges = this.feature.ranges;
    this.before = this.ranges;
    this.width = 0;
    this.dirty = true;
    this.circles = /** @type {Element[]} */ ([]);
    this.title = one("h4");
    this.svg = one("svg");
    this.readout = one("p");
    this.rule = one(".rule");
    this.zero = one(".zero");
    this.axis = one(".axis");
    this.threads = one(".threads");
    this.walkers = one(".walkers");
    this.mark = one(".mark");
    this.arrow = one(".arrow");
    this.beta = one(".beta");
    this.gamma = one(".gamma");
    this.rings = all(".ring");
    this.labels = all(".label");
    this.bands = all(".band");
    this.means = all(".mean");
    this.ridges = all(".ridge");
    this.dots = all(".dots");
    this.ghosts = all(".ghosts");
    this.summaries = all(".summary");
    this.symbols = all(".symbol");
    LINES.forEach((y, k) => {
      set(this.bands[k], { y: y - LANES - RIDGE - 2 });
      for (const text of [this.symbols[k], this.summaries[k]]) set(text, { y: y - 40 });
    });
    set(this.dots[2], { "data-live": `output-${column}` });
    for (const kind of /** @type {const} */ (["beta", "gamma"])) {
      const end = stage.data.ends[kind];
      set(this[kind], { "data-live": `${kind}-${column}`, "aria-valuemin": -end, "aria-valuemax": end });
    }
  }

  /** Take up what the server sent. */
  refresh() {
    const { data } = this.stage;
    const { name, about, x, ticks } = data.features[this.column];
    write(this.title, name);
    set(this.title, { title: name });
    set(this.svg, { "aria-label": about, class: `${data.training ? "" : "moving"} ${x.length > 16 ? "dense" : ""}` });
    set(this.beta, { "aria-label": `β of ${name}, moves the output`, "aria-disabled": String(data.undone) });
    set(this.gamma, { "aria-label": `γ of ${name}, stretches the output`, "aria-disabled": String(data.undone) });
    this.axis.replaceChildren();
    for (const [k, v] of ticks) this.axis.append(drawn("text", { y: k < 2 ? LINES[k] + 23 : AXIS_Y }, String(v)));
    while (this.circles.length > x.length) this.circles.pop()?.remove();
    while (this.circles.length < x.length) {
      const dot = { "data-live": `x-${this.column}-${this.circles.length}`, role: "slider", class: "dot" };
      this.circles.push(this.dots[0].appendChild(drawn("circle", dot)));
    }
    const { low, high } = this.slider("x", 0);
    x.forEach((value, row) => {
      const where = { r: this.radius(), cy: px(LINES[0] + this.lane(row)), "aria-label": `row ${row} of ${name}` };
      set(this.circles[row], { ...where, "aria-valuemin": low, "aria-valuemax": high, "aria-valuenow": value });
    });
    this.focusable();
  }

  /** One dot of each feature is a stop of the Tab key. */
  focusable() {
    this.circles.forEach((circle, row) => set(circle, { tabindex: row === this.stage.row ? 0 : -1 }));
  }

  radius() {
    return this.circles.length > 64 ? 2.2 : this.circles.length > 16 ? 3.4 : 5;
  }

  /** How far a row lies from its line. @param {number} row */
  lane(row) {
    return LANES * ((2 * row + 1) / this.circles.length - 1);
  }

  /**
   * What can be taken: its value, its ends, what it is rounded to, and the step of an arrow key. An input goes one width
   * of its axis beyond both ends, in the power of ten that is about a pixel, so that it keeps few digits.
   * @param {Kind} kind @param {number} row
   */
  slider(kind, row) {
    const end = this.stage.data.ends[kind];
    const feature = this.stage.shown(this.column); // what is drawn may be a frame behind the keys
    if (kind !== "x") return { value: feature[kind], low: -end, high: end, unit: 0.01, step: 0.1 };
    const [low, high] = this.stage.data.features[this.column].ranges[0];
    const unit = 10 ** Math.floor(Math.log10((high - low) / 200));
    const [least, most] = [2 * low - high, 2 * high - low].map((v) => rounded(clamp(v, -end, end), unit));
    return { value: feature.x[row], low: least, high: most, unit, step: 10 * unit };
  }

  /** @param {Handle} handle @returns {SVGElement} */
  element({ kind, row }) {
    return kind === "x" ? /** @type {SVGElement} */ (this.circles[row]) : this[kind];
  }

  /** Pixels of a value on the axis of a stage. @param {number} k @param {number} value */
  place(k, value) {
    const [low, high] = this.ranges[k];
    return SIDE + ((value - low) / (high - low)) * (this.width - 2 * SIDE);
  }

  /** Values for each pixel on the axis of a stage at rest. @param {number} k */
  scale(k) {
    const [low, high] = this.stage.data.features[this.column].ranges[k];
    return (high - low) / (this.width - 2 * SIDE);
  }

  /** The row whose dot, on one of these lines, is nearest to a pointer; -1 if none is near. @param {PointerEvent} event @param {number[]} lines */
  nearest(event, lines) {
    const box = this.svg.getBoundingClientRect();
    let [row, least] = [-1, REACH];
    for (const k of lines)
      this.feature[STAGES[k]].forEach((v, i) => {
        const away = [this.place(k, v) - event.clientX + box.left, LINES[k] + this.lane(i) - event.clientY + box.top];
        if (Math.hypot(...away) < least) [row, least] = [i, Math.hypot(...away)];
      });
    return row;
  }

  /** The axes now: on their way from the last to the server's, and wide enough for all that is shown. */
  #fit() {
    const { data, eased } = this.stage;
    const { gamma, beta } = this.feature;
    /** @type {[number, number][]} */
    const axes = data.features[this.column].ranges.map((range, k) => {
      const [low, high] = range.map((end, at) => this.before[k][at] + (end - this.before[k][at]) * eased);
      const pad = 0.04 * (range[1] - range[0]);
      const stages = data.own_axes ? [k] : [0, 1, 2];
      const held = stages.flatMap((s) => this.feature[STAGES[s]].flatMap((v) => [v - pad, v + pad]));
      if (stages.includes(2)) held.push(beta, beta + gamma);
      return [Math.min(low, ...held), Math.max(high, ...held)];
    });
    this.ranges = axes;
  }

  draw() {
    const { time, data } = this.stage;
    this.feature = this.stage.shown(this.column);
    this.#fit();
    const row = Math.min(this.stage.row, this.feature.x.length - 1);
    const walking = time < END;
    const r = this.radius();
    /** @type {[number, number][][]} */
    const points = STAGES.map((s, k) => this.feature[s].map((v, i) => [this.place(k, v), LINES[k] + this.lane(i)]));
    const zeros = LINES.map((y, k) => {
      const inside = this.ranges[k][0] <= 0 && this.ranges[k][1] >= 0;
      return inside ? `M${px(this.place(k, 0))} ${y - 38}v54` : "";
    });
    set(this.rule, { d: LINES.map((y) => `M0 ${y}H${this.width}`).join("") });
    set(this.zero, { d: zeros.join("") });
    data.features[this.column].ticks.forEach(([k, v], at) => set(this.axis.children[at], { x: px(this.place(k, v)) }));
    points[0].forEach(([x], i) => this.circles[i].getAttribute("cx") === px(x) || set(this.circles[i], { cx: px(x) }));
    for (const k of [1, 2]) {
      const markers = points[k].map(([x, y]) => MARKERS[k](x, y, r));
      set(/** @type {Element} */ (this.dots[k].firstElementChild), { d: markers.join("") });
    }
    const threads = this.feature.x.map((_, i) => `M${points.map((stage) => stage[i].map(px).join(" ")).join("L")}`);
    set(this.threads, { d: walking ? "" : threads.join("") });
    set(this.mark, { d: walking ? "" : threads[row] });
    set(this.walkers, { d: walking ? threads.map((_, i) => this.#onTheWay(i, time, r)).join("") : "" });
    LINES.forEach((_, k) => {
      set(this.rings[k], { d: MARKERS[k](...points[k][row], r + 2) });
      for (const each of [this.rings[k], this.dots[k], this.ridges[k]])
        each.style.display = walking && time < 2 * k ? "none" : "";
      this.#drawStatistics(k);
    });
    this.#drawGhosts(points, walking);
    this.#drawHandles();
    this.#say(row);
    this.dirty = false;
  }

  /**
   * Where x̂ and y were when one dot was taken, and how far each has gone since.
   * @param {[number, number][][]} points where they are @param {boolean} walking
   */
  #drawGhosts(points, walking) {
    const { taken } = this.stage;
    const was = !walking && taken?.column === this.column ? taken.was : null;
    this.ghosts.forEach((ghosts, at) => {
      const k = at + 1;
      const trails = was?.[STAGES[k]].map((v, i) => {
        const [[now, y], from] = [points[k][i], this.place(k, v)];
        return Math.abs(now - from) < 0.5 ? "" : `${MARKERS[k](from, y, this.radius() - 1)}M${px(from)} ${px(y)}H${px(now)}`;
      });
      set(ghosts, { d: trails?.join("") ?? "" });
    });
  }

  /** Where a row is between the steps of the player. @param {number} row @param {number} time @param {number} r */
  #onTheWay(row, time, r) {
    const { x, x_hat, y, mean, beta } = this.feature;
    const middle = this.stage.data.own_axes ? this.ranges.map(([low, high]) => (low + high) / 2) : [0, 0, 0];
    const way = [
      this.place(0, x[row]),
      this.place(0, x[row] - mean + middle[0]),
      this.place(1, x_hat[row]),
      this.place(2, y[row] - beta + middle[2]),
      this.place(2, y[row]),
    ];
    const step = Math.floor(time);
    const part = (time - step) ** 2 * (3 - 2 * (time - step)); // slow at both ends
    const down = LINES[0] + ((LINES[2] - LINES[0]) * (step + part)) / END;
    return MARKERS[step >> 1](way[step] + (way[step + 1] - way[step]) * part, down + this.lane(row), r);
  }

  /** The mean, one standard deviation to each side, and the distribution. @param {number} k */
  #drawStatistics(k) {
    const { x, mean, std, spread, gamma, beta, counts, summaries } = this.feature;
    const carry = (/** @type {number} */ centered) => {
      const x_hat = std ? centered / std : 0;
      return this.place(k, [mean + centered, x_hat, gamma * x_hat + beta][k]);
    };
    const [left, middle, right] = [-spread, 0, spread].map(carry);
    set(this.bands[k], { x: px(Math.min(left, right)), width: px(Math.abs(right - left)) });
    set(this.means[k], { d: `M${px(middle)} ${LINES[k] - LANES - RIDGE - 2}v52` });
    // Every stage is linear in x, so one shape serves all.
    const [first, last] = [carry(Math.min(...x) - mean), carry(Math.max(...x) - mean)];
    const [base, bar, tallest] = [LINES[k] - LANES, (last - first) / counts.length, Math.max(...counts)];
    const steps = counts.map((c, b) => `V${px(base - (RIDGE * c) / tallest)}H${px(first + bar * (b + 1))}`);
    const shape = Math.abs(last - first) < 0.5 ? `v${-RIDGE}` : steps.join("");
    set(this.ridges[k], { d: `M${px(first)} ${base}${shape}V${base}` });
    write(this.summaries[k], `mean ${fixed(summaries[k][0], 2)}, std ${fixed(summaries[k][1], 2)}`);
    set(this.summaries[k], { x: this.width });
  }

  #drawHandles() {
    const { beta, gamma } = this.feature;
    const [from, to] = [this.place(2, beta), this.place(2, beta + gamma)];
    const [left, right] = [Math.min(from, to), Math.max(from, to)];
    const beside = right + 80 < this.width ? { x: px(right + 13) } : { x: px(left - 13), "text-anchor": "end" };
    [this.beta, this.gamma].forEach((handle, at) => {
      const [x, y, value] = [[from, BETA_Y, beta], [to, GAMMA_Y, gamma]][at];
      const text = `${"βγ"[at]} = ${fixed(value, 2)}`;
      set(handle, { transform: `translate(${px(x)} ${y})`, "aria-valuenow": value, "aria-valuetext": text });
      set(this.labels[at], { "text-anchor": "start", ...beside });
      write(this.labels[at], text);
    });
    set(this.arrow, { d: `M${px(from)} ${BETA_Y + 8}V${GAMMA_Y}H${px(to)}` });
  }

  /** The three values of a row and where they come from. @param {number} row */
  #say(row) {
    const { x, x_hat, y, mean, std, gamma, beta } = this.feature;
    const { time } = this.stage;
    const input = `row ${row}: x = ${fixed(x[row])}`;
    const steps = [
      "",
      `\nx − μ = ${fixed(x[row])} − ${operand(fixed(mean))} = ${fixed(x[row] - mean)}`,
      `\nx̂ = (${fixed(x[row])} − ${operand(fixed(mean))}) / ${fixed(std)} = ${fixed(x_hat[row])}`,
      `\nγ · x̂ = ${fixed(gamma)} · ${operand(fixed(x_hat[row]))} = ${fixed(gamma * x_hat[row])}`,
      `\ny = ${fixed(gamma)} · ${operand(fixed(x_hat[row]))} + ${operand(fixed(beta))} = ${fixed(y[row])}`,
    ];
    write(this.readout, input + (time < END ? steps[Math.ceil(time)] : steps[2] + steps[4]));
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
    this.panels = /** @type {Panel[]} */ ([]);
    this.drag = /** @type {Drag | null} */ (null);
    this.taken = /** @type {Taken | null} */ (null); // the input that was moved last, and its feature before
    this.time = END; // of the player, in steps
    this.playing = false;
    this.eased = 1; // how far the axes are on their way to new ones
    this.clock = 0;
    this.asked = 0;
    this.rest = this.timer();
    this.soon = this.timer();
    this.grid = find(root, ".grid");
    this.button = find(root, ".play");
    this.status = find(root, "output");
    this.scrub = /** @type {HTMLInputElement} */ (find(root, "input"));
    this.on(this.button, "click", () => this.#play(!this.playing));
    this.on(find(root, ".back"), "click", () => this.#seek(Math.ceil(this.time) - 1));
    this.on(find(root, ".forward"), "click", () => this.#seek(Math.floor(this.time) + 1));
    this.on(this.scrub, "input", () => this.#seek(Number(this.scrub.value)));
    this.on(this.grid, "pointerdown", (/** @type {PointerEvent} */ event) => this.#take(event));
    this.on(this.grid, "pointermove", (/** @type {PointerEvent} */ event) => this.#move(event));
    this.on(this.grid, "pointerup", () => this.#letGo(true));
    this.on(this.grid, "pointercancel", () => this.#letGo(false));
    this.on(this.grid, "pointerleave", () => say(POINT, this.data.chosen));
    this.on(this.grid, "keydown", (/** @type {KeyboardEvent} */ event) => this.#key(event));
    this.on(this.grid, "focusin", ({ target }) => {
      const handle = handleAt(target);
      if (handle?.kind === "x") say(POINT, [handle.row, handle.column]);
    });
    this.on(document, POINT, (/** @type {CustomEvent} */ { detail: [row] }) => this.#standOut(row));
    this.watch(this.grid, () => this.#measure());
  }

  /** @param {Data} data */
  update(data) {
    const axes = () => JSON.stringify(this.data.features.map((feature) => feature.ranges));
    const before = axes();
    super.update(data);
    this.row = data.chosen[0];
    for (const [name, change] of this.changes)
      if (change.sent && (this.#confirmed(change) || (change.answers += 1) > 1)) this.changes.delete(name);
    while (this.panels.length > data.features.length) this.panels.pop()?.box.remove();
    while (this.panels.length < data.features.length) {
      this.panels.push(new Panel(this, this.grid.appendChild(frame()), this.panels.length));
    }
    if (this.taken && !this.#stillTaken(this.taken)) this.taken = null;
    this.grid.style.setProperty("--features", String(Math.min(4, data.features.length)));
    for (const panel of this.panels) [panel.before] = [panel.ranges, panel.refresh()];
    [this.eased, this.clock] = before === axes() || calm() || this.drag ? [1, 0] : [0, performance.now()];
    this.#measure();
    this.#seek(this.time, this.playing);
  }

  /** Whether nothing but the input that was taken is another than before. @param {Taken} taken */
  #stillTaken({ column, row, was, training }) {
    const now = this.data.features[column];
    const scaled = this.data.undone || (now?.gamma === was.gamma && now?.beta === was.beta); // undoing goes with the batch
    return now?.x.length === was.x.length && scaled && training === this.data.training && now.x.every((v, i) => v === was.x[i] || i === row);
  }

  /** @param {Change} change */
  #confirmed({ kind, row, column, value }) {
    const feature = this.data.features[column];
    return !feature || (kind === "x" ? feature.x[row] : feature[kind]) === value;
  }

  /** A feature as it is to be drawn: the server's, with what the hand has changed since. @param {number} column */
  shown(column) {
    const mine = [...this.changes.values()].filter((change) => change.column === column);
    return mine.reduce((feature, change) => preview(feature, change, this.data), this.data.features[column]);
  }

  #measure() {
    for (const panel of this.panels) panel.width = panel.svg.clientWidth;
    this.draw();
  }

  draw(panels = this.panels) {
    for (const panel of panels) panel.dirty = true;
    this.asked ||= requestAnimationFrame((now) => {
      this.asked = 0;
      if (this.eased < 1) this.eased = clamp((now - this.clock) / EASE_MS, 0, 1);
      for (const panel of this.panels) if (panel.dirty && panel.width > 0) panel.draw();
      this.#caption();
      if (this.eased < 1) this.draw();
    });
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
    this.scrub.setAttribute("aria-valuetext", STEPS[Math.ceil(this.time)]);
    this.draw();
    this.#caption();
  }

  /** What is to be seen: the step of the player, or what one moved input did to the others. */
  #caption() {
    if (this.time < END) return write(this.status, STEPS[Math.ceil(this.time)]);
    if (!this.taken) return write(this.status, HINT);
    const { column, row, was } = this.taken;
    const now = this.shown(column);
    const { count, moved, most } = others(was.x_hat, now.x_hat, row);
    if (!count || now.x[row] === was.x[row]) return write(this.status, HINT);
    write(this.status, `x̂ of ${now.name}: ${moved} of ${count} others moved${moved ? `, by up to ${fixed(most, 2)}` : ""}`);
  }

  // --- pointing

  /** Let the tables show what is drawn of a feature. @param {number} column */
  #preview(column) {
    this.soon.stop();
    const { x, x_hat, y } = this.shown(column);
    const text = { x: x.map(shortest), x_hat: x_hat.map((v) => fixed(v)), y: y.map((v) => fixed(v)) };
    say(PREVIEW, [column, text]);
  }

  /** @param {number} row */
  #standOut(row) {
    if (row === this.row || row >= this.data.features[0].x.length) return;
    this.row = row;
    for (const panel of this.panels) panel.focusable();
    this.draw();
  }

  // --- the hand

  /** @param {PointerEvent} event */
  #panelAt(event) {
    return this.panels.find((panel) => panel.svg.contains(/** @type {Element} */ (event.target)));
  }

  /** @param {PointerEvent} event */
  #take(event) {
    const panel = this.#panelAt(event);
    if (event.button || this.drag || !panel) return;
    const near = { kind: /** @type {Kind} */ ("x"), column: panel.column, row: panel.nearest(event, [0]) };
    const handle = handleAt(event.target) ?? near;
    if (handle.row < 0 || (handle.kind !== "x" && this.data.undone)) return;
    this.taken = null;
    if (handle.kind === "x") this.#remember(handle);
    this.#seek(END);
    const from = panel.slider(handle.kind, handle.row).value;
    const scale = panel.scale(handle.kind === "x" ? 0 : 2);
    this.drag = { ...handle, from, start: event.clientX, scale, moved: false, pointer: event.pointerId };
    this.grid.setPointerCapture(event.pointerId);
    this.grid.classList.add("dragging");
    panel.element(handle).focus({ preventScroll: true });
    event.preventDefault();
  }

  /** What stands there before an input moves. @param {Handle} handle */
  #remember({ column, row }) {
    this.taken = { column, row, was: this.shown(column), training: this.data.training };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const { drag } = this;
    if (drag?.pointer === event.pointerId) {
      const away = event.clientX - drag.start;
      drag.moved ||= Math.abs(away) > 2;
      if (drag.moved) this.#change(drag, drag.from + away * drag.scale);
    } else if (!drag && event.pointerType === "mouse") {
      const panel = this.#panelAt(event);
      const row = panel?.nearest(event, [0, 1, 2]) ?? -1;
      if (panel && row >= 0) say(POINT, [row, panel.column]);
    }
  }

  /** Show a value as if the server had it. @param {Handle} handle @param {number} wanted */
  #change({ kind, column, row }, wanted) {
    const { low, high, unit } = this.panels[column].slider(kind, row);
    const value = clamp(rounded(wanted, unit), low, high);
    this.changes.set(`${kind}-${column}-${row}`, { kind, column, row, value, sent: false, answers: 0 });
    this.draw([this.panels[column]]);
    // Many cells take long to lay out: they wait for the release.
    if (this.data.features[0].x.length <= 16 && !this.soon.running) this.soon.start(TABLES_MS, () => this.#preview(column));
  }

  /** @param {boolean} keep whether what was moved stays moved */
  #letGo(keep) {
    const { drag } = this;
    if (!drag) return;
    this.drag = null;
    this.grid.classList.remove("dragging");
    if (!keep) this.changes.delete(`${drag.kind}-${drag.column}-${drag.row}`);
    else if (drag.moved) this.#send();
    else if (drag.kind === "x") this.tell("choose", [drag.row, drag.column]);
    this.#preview(drag.column);
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
    const panel = this.panels[column];
    const { value, low, high, step } = panel.slider(kind, row);
    const by = event.shiftKey ? step / 10 : step;
    const [up, down] = [value + by, value - by];
    /** @type {Record<string, number>} */
    const values = { ArrowRight: up, ArrowUp: up, ArrowLeft: down, ArrowDown: down, Home: low, End: high };
    if (kind !== "x") Object.assign(values, { PageUp: value + 10 * step, PageDown: value - 10 * step });
    if (event.key in values) {
      if (kind !== "x" && this.data.undone) return;
      if (kind !== "x") this.taken = null;
      else if (this.taken?.column !== column || this.taken.row !== row || !this.rest.running) this.#remember(handle);
      this.#change(handle, values[event.key]);
      this.rest.start(REST_MS, () => this.#send());
    } else if (kind === "x" && (event.key === "PageUp" || event.key === "PageDown")) {
      const next = clamp(row + (event.key === "PageUp" ? -1 : 1), 0, panel.circles.length - 1);
      panel.element({ ...handle, row: next }).focus({ preventScroll: true });
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
