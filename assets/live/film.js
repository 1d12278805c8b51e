// A film: a picture that shows what NumPy has computed for the stop under the hand while a native slider is held.
//
// The picture listens to the sliders' own inputs. Each slider that moves it has a reel: the figures of all its stops, with
// every other slider where it rests. Nothing is sent meanwhile. What the server answers on release makes the reels of the
// other sliders stale: they are asked for once the pointer or the focus is on such a slider, or it moves. From stop
// to stop the picture glides, straight, for less time than an eye takes to read a number; all it says is the stop's.

import { draw, framed, placeOf, places, runs } from "./drawing.js";
import { Live, STOP, calm, clamp, drawn, element, ink, mount, say, set, sliderOf, zoom } from "./shared.js";

/**
 * What a slider's stops are, which one the server has, and the figures at all of them, packed. Reels are apart if what one
 * slider moves no other does: then the frame of each belongs to any stop of the others. Frames are known by their name: those
 * that are here are not sent again, and those that are not are asked for.
 * @typedef {{slider: string, low: number, step: number, stops: number, now: number, name: string, frames: string}} ReelShown
 * @typedef {{height: number, apart: boolean, reels: ReelShown[]}} Data
 * @typedef {{figure: import("./drawing.js").Words, alt: string | Record<string, string>}} Frame
 * Unrolled: the frame of a stop; what moves put over another frame, at a stop and where on the way there it is now.
 * @typedef {ReelShown & {frame: (stop: number) => Frame, over: (frame: Frame, stop: number, at: number) => Frame}} Unrolled
 * Or still to be asked for.
 * @typedef {ReelShown & {frame?: undefined}} Lacking
 * The way of a slider's picture from one place among the stops to another.
 * @typedef {{name: string, from: number, to: number, began: number}} Way
 * A point of a trace that moves a slider when it is dragged, or sets it to one stop when it is pressed.
 * @typedef {{slider: string, trace: string, point: number, stop?: number}} Grip
 * A grip that is held: how far from it the pointer took it, where it is taken to, and where it is at each stop.
 * @typedef {{grip: Grip, pointer: number, aside: [number, number], at: [number, number], places: Spot[]}} Hold
 * Where a grip is at a stop, if it is there.
 * @typedef {[number, number] | null} Spot
 * Where a slider is taken to in a picture: its stop, where on the way to it what is held is, and where the slider was.
 * @typedef {{slider: string, stop: number, at?: number, was: number | null}} Wish
 */

const ROOT_PX = 16; // the page's letters at their usual size
const NEAR = 20; // a pointer this near to a point is told what it says
const REACH = 14; // and this near to a grip takes hold of it
const GLIDE_MS = 60; // from stop to stop
const FRAME_MS = 16;
const GLIDES = new Set(["range", "x", "y", "x0", "x1", "y0", "y1", "ax", "ay", "size", "width"]); // of what is not data

// --- frames ---

/**
 * What of a figure moves: where it is, and how its values at all stops are packed.
 * @typedef {{kind: "each", at: number[], of: unknown[]} | {kind: "prefix", lengths: number[], of: unknown[]} |
 *   {kind: "words", size: number, lengths?: number[], of: string[], along: string} |
 *   {kind: "numbers", one?: boolean, grows?: boolean, size: number, lengths?: number[], unit: number, log: boolean, gaps: number[], along: string}} Track
 * @typedef {{still: unknown, moving: [(string | number)[], Track][]}} Pack
 * @typedef {(stop: number, at: number) => unknown} Played
 * @typedef {{track?: Played, under?: Map<string | number, Branch>}} Branch
 */

/** Unroll the figures of a reel. @param {ReelShown} reel @returns {Promise<Unrolled>} */
export async function unrolled(reel) {
  const packed = Uint8Array.from(atob(reel.frames), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const length = new DataView(bytes.buffer).getUint32(0, true);
  /** @type {Pack} */
  const pack = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const whole = integers(bytes.subarray(4 + length));
  /** @type {Branch} */
  const root = {};
  let from = 0;
  for (const [path, track] of pack.moving) {
    let branch = root;
    for (const key of path) {
      branch.under ??= new Map();
      if (!branch.under.has(key)) branch.under.set(key, {});
      branch = /** @type {Branch} */ (branch.under.get(key));
    }
    const rows = "grows" in track ? 1 : reel.stops; // what grows is at each stop a part of the whole
    const size = "size" in track ? track.size * rows : 0;
    branch.track = played(track, whole.subarray(from, from + size), rows, GLIDES.has(String(path.findLast((key) => typeof key === "string"))));
    from += size;
  }
  /** @type {Map<number, Frame>} */
  const shown = new Map();
  const frame = (/** @type {number} */ stop) => {
    if (!shown.has(stop)) shown.set(stop, over(/** @type {Frame} */ (pack.still), stop, stop));
    return /** @type {Frame} */ (shown.get(stop));
  };
  const over = (/** @type {Frame} */ other, /** @type {number} */ stop, /** @type {number} */ at) =>
    /** @type {Frame} */ (grown(other, root, stop, at));
  return { ...reel, frame, over };
}

/** Whole numbers from their bytes, all first bytes first; the lowest bit is the sign. @param {Uint8Array} bytes */
function integers(bytes) {
  const count = bytes.length / 4;
  const made = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const folded = bytes[i] | (bytes[count + i] << 8) | (bytes[2 * count + i] << 16) | (bytes[3 * count + i] << 24);
    made[i] = (folded >>> 1) ^ -(folded & 1);
  }
  return made;
}

/**
 * A track's values: at a stop, and of numbers where they are on the way there.
 * @param {Track} track @param {Int32Array} steps @param {number} rows @param {boolean} glides @returns {Played}
 */
function played(track, steps, rows, glides) {
  if (track.kind === "each") {
    const value = (/** @type {number} */ stop) => track.of[track.at[stop]];
    return glides ? gliding(value) : value;
  }
  if (track.kind === "prefix") return (stop) => track.of.slice(0, track.lengths[stop]);
  const { size, along, lengths } = track;
  // Sent is by how much each number differs from the one before, in its list, at the stop before, or both.
  if (along.includes("s")) for (let i = size; i < size * rows; i++) steps[i] += steps[i - size];
  if (along.includes("p")) for (let i = 0; i < size * rows; i++) if (i % size) steps[i] += steps[i - 1];
  const row = (/** @type {number} */ stop) => {
    const from = rows === 1 ? 0 : stop * size;
    return Array.from(steps.subarray(from, from + (lengths?.[stop] ?? size)));
  };
  if (track.kind === "words") return (stop) => row(stop).map((each) => track.of[each]);
  if (track.one) return gliding((stop) => scaled(track, row(stop)[0]));
  const gaps = new Set(track.gaps);
  return gliding((stop) => row(stop).map((each, i) => (gaps.has(i) ? null : scaled(track, each))));
}

/** Values that go straight from stop to stop, where they are numbers. @param {(stop: number) => unknown} value @returns {Played} */
function gliding(value) {
  return (stop, at) => {
    const before = Math.floor(at);
    return before === at ? value(at) : between(value(before), value(before + 1), at - before, value(stop));
  };
}

/** @param {unknown} from @param {unknown} to @param {number} share @param {unknown} other if there is nothing in between @returns {unknown} */
export function between(from, to, share, other) {
  if (typeof from === "number" && typeof to === "number") return from + (to - from) * share;
  if (!Array.isArray(from) || !Array.isArray(to) || !Array.isArray(other)) return other;
  if (from.length !== to.length || to.length !== other.length) return other;
  return from.map((each, i) => between(each, to[i], share, other[i]));
}

/** What a whole number stands for. @param {{unit: number, log: boolean}} track @param {number} whole */
function scaled({ unit, log }, whole) {
  return log ? 10 ** (whole * unit) : Number((whole * unit).toPrecision(12));
}

/**
 * What stands still, with what moves put in.
 * @param {unknown} still @param {Branch} branch @param {number} stop @param {number} at @returns {unknown}
 */
function grown(still, branch, stop, at) {
  if (branch.track) return branch.track(stop, at);
  if (!branch.under) return still;
  const made = /** @type {any} */ (Array.isArray(still) ? [...still] : { .../** @type {object} */ (still) });
  for (const [key, under] of branch.under) made[key] = grown(made[key], under, stop, at);
  return made;
}

// --- sliders ---

/** The stop that a native slider is at under the hand, or null if it is not on the page. @param {ReelShown} reel */
function stopOf(reel) {
  const input = sliderOf(reel.slider);
  if (!input) return null;
  const stop = Math.round((Number(input.getAttribute("value")) - reel.low) / reel.step);
  return Number.isFinite(stop) ? clamp(stop, 0, reel.stops - 1) : null;
}

// --- the part ---

/** @extends {Live<Data>} */
class Film extends Live {
  /** @param {HTMLElement} root @param {Data} data */
  constructor(root, data) {
    super(root, data);
    this.reels = /** @type {(Unrolled | Lacking)[]} */ ([]);
    this.known = /** @type {Map<string, {came: number, reel: Unrolled}>} */ (new Map()); // of each slider, what came last, and with which answer
    this.asked = /** @type {Set<string>} */ (new Set()); // the sliders whose frames are asked for
    this.leads = ""; // the slider whose frames are shown
    this.shown = /** @type {Frame | null} */ (null);
    this.frame = /** @type {import("./drawing.js").Frame | null} */ (null);
    this.place = ""; // what was shown last
    this.ways = /** @type {Map<string, Way>} */ (new Map()); // of the sliders
    this.next = 0; // the frame that is waited for
    this.width = 0;
    this.unit = 1;
    this.came = 0; // answers
    this.held = /** @type {Hold | null} */ (null);
    this.wish = /** @type {Wish | null} */ (null); // of a grip, until the server has it
    this.picture = drawn("g");
    this.grips = drawn("g");
    this.svg = drawn("svg", {}, this.picture, this.grips); // an image once it has something to say
    this.hint = element("div", { class: "hint", "aria-hidden": "true" });
    this.hint.hidden = true;
    this.drawing = element("div", { class: "drawing" }, this.svg, this.hint);
    this.find = this.follow(() => this.reels.map(({ slider }) => slider), () => this.#look());
    this.watch(root, () => this.#draw());
    for (const near of ["pointerover", "focusin"]) this.on(document, near, ({ target }) => this.#foresee(target));
    this.on(document, STOP, (/** @type {CustomEvent<[string, number, number?]>} */ event) => this.#go(...event.detail));
    const svg = this.svg;
    this.on(svg, "pointerdown", (/** @type {PointerEvent} */ event) => this.#take(event) || this.#point(event));
    this.on(svg, "pointermove", (/** @type {PointerEvent} */ event) => (this.held ? this.#drag(event) : this.#point(event)));
    this.on(svg, "pointerleave", () => (this.hint.hidden = true));
    this.on(svg, "pointerup", (/** @type {PointerEvent} */ event) => this.#release(event, true));
    this.on(svg, "pointercancel", (/** @type {PointerEvent} */ event) => this.#release(event, false));
  }

  /** @param {Data} data */
  update(data) {
    super.update(data);
    if (this.root.children.length === 0 || data.reels.some((reel, k) => reel.slider !== this.keys?.[k])) this.#build(data);
    set(this.svg, { style: `height: ${data.height / ROOT_PX}rem` });
    this.came += 1;
    this.#unroll(this.came, data.reels);
  }

  /** Each slider's key stands around the picture. @param {Data} data */
  #build(data) {
    this.keys = data.reels.map((reel) => reel.slider);
    this.root.replaceChildren(this.keys.reduceRight((inside, key) => element("div", { "data-live": key }, inside), this.drawing));
  }

  /** @param {number} answer @param {ReelShown[]} reels */
  async #unroll(answer, reels) {
    const known = (/** @type {ReelShown} */ { slider, name }) => {
      const last = this.known.get(slider)?.reel;
      return last?.name === name ? last : undefined;
    };
    const news = await Promise.all(reels.map((reel) => known(reel) ?? (reel.frames ? unrolled(reel) : undefined)));
    if (this.gone) return;
    for (const reel of news) {
      if (reel && answer >= (this.known.get(reel.slider)?.came ?? 0)) this.known.set(reel.slider, { came: answer, reel });
    }
    if (answer !== this.came) return;
    this.asked.clear();
    this.reels = reels.map((reel) => /** @type {Unrolled | Lacking} */ ({ ...known(reel), ...reel }));
    this.find();
    this.#look();
    this.#grasp();
  }

  /** Show the frame of the slider that is not where the server has it; of several, the one that was moved first. */
  #look() {
    if (!this.reels.length) return;
    const moved = this.reels.filter((reel) => this.#stop(reel) !== reel.now);
    const lead = moved.find((reel) => reel.slider === this.leads) ?? moved[0] ?? this.reels.find((reel) => reel.frame) ?? this.reels[0];
    this.leads = moved.length && !this.data.apart ? lead.slider : "";
    const shown = this.data.apart ? this.reels : [lead];
    if (shown.every(isHere)) this.#show(shown);
    else this.#ask(shown);
  }

  /** The slider under the pointer, or the one that has the focus, may be moved next. @param {EventTarget | null} target */
  #foresee(target) {
    const next = this.reels.filter((reel) => !reel.frame && /** @type {Element} */ (target).closest?.(`.st-key-${reel.slider}`));
    if (next.length) this.#ask(next);
  }

  /** Ask for what is not here, once. @param {(Unrolled | Lacking)[]} reels */
  #ask(reels) {
    const asked = reels.filter((reel) => !reel.frame && !this.asked.has(reel.slider)).map((reel) => reel.slider);
    for (const slider of asked) this.asked.add(slider);
    if (asked.length) this.tell("ask", asked);
  }

  /** Show what these reels move, at their sliders' stops or on the way there. @param {Unrolled[]} reels */
  #show(reels) {
    const stops = reels.map((reel) => this.#stop(reel));
    const at = reels.map((reel, k) => this.#glide(reel, stops[k]));
    if (at.some((each, k) => each !== stops[k])) this.#lookAgain();
    const place = JSON.stringify([this.came, reels[0].slider, stops, at]);
    if (this.place === place) return;
    this.place = place;
    const [first, ...others] = reels;
    const begin = at[0] === stops[0] ? first.frame(stops[0]) : first.over(first.frame(stops[0]), stops[0], at[0]);
    this.preview(others.reduce((frame, reel, k) => reel.over(frame, stops[k + 1], at[k + 1]), begin));
  }

  /** In the next frame. */
  #lookAgain() {
    this.next ||= requestAnimationFrame(() => {
      this.next = 0;
      if (!this.gone) this.#look();
    });
  }

  /** Where on its way to a stop a slider's picture is now. @param {Unrolled} reel @param {number} stop */
  #glide({ slider, name, now }, stop) {
    const time = performance.now();
    let way = this.ways.get(slider);
    if (way?.name !== name) way = { name, from: now, to: now, began: time };
    this.ways.set(slider, way);
    const held = this.wish?.slider === slider ? this.wish.at : undefined; // what is held is under the pointer, between stops too
    if (held !== undefined) {
      way.from = way.to = held;
      return held;
    }
    if (way.to !== stop) Object.assign(way, { from: onWay(way, time), to: stop, began: time - FRAME_MS });
    if (this.held || calm()) way.from = stop;
    return onWay(way, time);
  }

  /** Where a slider stands: where its grip was dragged to, until the server has that or the slider moves by itself. @param {ReelShown} reel */
  #stop(reel) {
    const stop = stopOf(reel);
    if (this.wish?.slider === reel.slider) {
      if (this.held?.grip.slider === reel.slider || (stop === this.wish.was && reel.now !== this.wish.stop)) return this.wish.stop;
      this.wish = null;
    }
    return stop ?? reel.now;
  }

  /** Show a stop that another part says, as if a grip were there, or on the way to it. @param {string} slider @param {number} stop @param {number} [at] */
  #go(slider, stop, at) {
    const reel = this.reels.find((each) => each.slider === slider);
    if (!reel || this.held) return;
    this.wish = { slider, stop, at, was: stopOf(reel) };
    this.#look();
  }

  /** @param {Frame} frame */
  preview(frame) {
    if (frame === this.shown) return;
    this.shown = frame;
    this.hint.hidden = true;
    this.#draw();
  }

  #draw() {
    if (!this.shown || !this.root.clientWidth) return;
    // One pixel of the figure is one of the page where letters have their usual size.
    this.unit = zoom();
    const { figure, alt } = this.shown;
    this.width = this.root.clientWidth / this.unit;
    const { tree, frame } = draw(figure, this.width);
    this.frame = frame;
    attribute(this.svg, { role: "img", viewBox: `0 0 ${this.width} ${frame.height}`, "aria-label": typeof alt === "string" ? alt : Object.values(alt).join(" ") });
    patch(this.picture, tree);
    patch(this.grips, this.#gripsOf(figure, frame));
  }

  // --- what is taken in the picture

  /** @param {import("./drawing.js").Words} figure @param {import("./drawing.js").Frame} frame @returns {import("./drawing.js").Tree[]} */
  #gripsOf(figure, frame) {
    const grips = /** @type {Grip[]} */ (figure.grips ?? []);
    const way = this.held?.places.flatMap((place) => (place ? [place.map((each) => each.toFixed(1)).join(" ")] : [])) ?? [];
    const circles = grips.flatMap(({ slider, trace, point, stop }, k) => {
      const place = placeOf(figure, frame, trace, point);
      if (!place || !this.reels.some((reel) => reel.slider === slider)) return [];
      return /** @type {import("./drawing.js").Tree[]} */ ([["circle", { class: stop === undefined ? "grip" : "grip pressed", cx: place[0], cy: place[1], r: REACH, "data-grip": k }, []]]);
    });
    return way.length ? [...circles, ["path", { class: "way", d: `M${way.join("L")}` }, []]] : circles;
  }

  /** Where the pointer is in the picture. @param {PointerEvent} event @returns {[number, number]} */
  #at(event) {
    const at = this.svg.getBoundingClientRect();
    return [(event.clientX - at.left) / this.unit, (event.clientY - at.top) / this.unit];
  }

  /** Take hold of a grip, if one is there. @param {PointerEvent} event */
  #take(event) {
    const target = /** @type {Element} */ (event.target);
    const grip = /** @type {Grip | undefined} */ (this.shown?.figure.grips?.[Number(target.getAttribute("data-grip") ?? NaN)]);
    if (!grip || !this.shown || !this.frame || event.button) return false;
    if (!this.reels.some(({ slider }) => slider === grip.slider)) return false;
    const pointer = this.#at(event);
    const here = placeOf(this.shown.figure, this.frame, grip.trace, grip.point) ?? pointer;
    const aside = /** @type {[number, number]} */ (pointer.map((each, i) => each - here[i]));
    this.held = { grip, pointer: event.pointerId, aside, at: here, places: [] };
    this.svg.setPointerCapture(event.pointerId);
    this.svg.classList.add("held");
    this.hint.hidden = true;
    event.preventDefault();
    this.#grasp();
    return true;
  }

  /** Let what is held lead, unless the server still answers for another slider: until then the frames are those of before. */
  #grasp() {
    const { held } = this;
    if (!held || (this.wish && this.wish.slider !== held.grip.slider)) return;
    const reel = /** @type {Unrolled | Lacking} */ (this.reels.find(({ slider }) => slider === held.grip.slider));
    if (!isHere(reel)) return this.#ask([reel]);
    if (this.leads && this.leads !== reel.slider) return;
    const { trace, point, stop } = held.grip;
    this.wish = { slider: reel.slider, stop: stop ?? this.#stop(reel), was: stopOf(reel) };
    if (stop === undefined) {
      held.places = Array.from({ length: reel.stops }, (_, k) => {
        const { figure } = reel.frame(k);
        return placeOf(figure, framed(figure, this.width), trace, point);
      });
    }
    this.#follow();
    this.#draw(); // and the way that it can go
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    if (!this.held || event.pointerId !== this.held.pointer) return;
    const { aside } = this.held;
    this.held.at = /** @type {[number, number]} */ (this.#at(event).map((each, i) => each - aside[i]));
    this.#follow();
  }

  /** Show what is held where it is taken to. */
  #follow() {
    if (!this.held || !this.wish) return;
    const at = nearestOn(this.held.places, ...this.held.at, this.wish.at ?? this.wish.stop);
    Object.assign(this.wish, { at, stop: Math.round(at) });
    say(STOP, [this.wish.slider, this.wish.stop, at]); // to other films of the same slider
    this.#look();
  }

  /** @param {PointerEvent} event @param {boolean} keep */
  #release(event, keep) {
    if (!this.held || event.pointerId !== this.held.pointer) return;
    const reel = /** @type {ReelShown} */ (this.reels.find(({ slider }) => slider === this.held?.grip.slider));
    this.held = null;
    this.svg.classList.remove("held");
    if (keep && this.wish && this.wish.stop !== reel.now) {
      this.wish.at = undefined; // it comes to rest at the stop
      say(STOP, [this.wish.slider, this.wish.stop]);
      this.tell("change", [reel.slider, this.wish.stop]);
    } else if (this.wish?.slider === reel.slider) this.#forget(reel);
    this.#look();
    this.#draw();
  }

  /** The grip is let go where it was: other films as well. @param {ReelShown} reel */
  #forget(reel) {
    this.wish = null;
    say(STOP, [reel.slider, reel.now]);
  }

  // --- what is told

  /** Say what the nearest point says. @param {PointerEvent} event */
  #point(event) {
    if (!this.shown || !this.frame) return;
    const near = nearest(places(this.shown.figure, this.frame), ...this.#at(event), NEAR);
    this.hint.hidden = !near;
    if (!near) return;
    this.hint.replaceChildren(...runs(near.tell()).map((line) => element("div", {}, ...line.map(said))));
    const beyond = near.x > this.frame.width / 2;
    const place = `left: ${near.x * this.unit}px; top: ${near.y * this.unit}px; --edge: ${ink(near.color)}`;
    set(this.hint, { class: beyond ? "hint before" : "hint", style: place });
  }
}

/** @param {Unrolled | Lacking} reel @returns {reel is Unrolled} */
function isHere(reel) {
  return reel.frame !== undefined;
}

/** @param {Way} way @param {number} time */
function onWay({ from, to, began }, time) {
  return from + (to - from) * clamp((time - began) / GLIDE_MS, 0, 1);
}

/**
 * Where among the stops a grip is nearest to the pointer, on the straight ways between them too; of places that are as near,
 * the nearest to where it is.
 * @param {Spot[]} places @param {number} x @param {number} y @param {number} now
 */
export function nearestOn(places, x, y, now) {
  let best = now;
  let least = Infinity;
  places.forEach((place, stop) => {
    if (!place) return;
    const at = stop + along(place, places[stop + 1] ?? place, x, y);
    const [left, top] = /** @type {[number, number]} */ (between(place, places[stop + 1] ?? place, at - stop, place));
    const distance = Math.hypot(left - x, top - y);
    const closer = distance < least - 0.05 || (distance < least + 0.05 && Math.abs(at - now) < Math.abs(best - now));
    if (closer) [best, least] = [at, Math.min(distance, least)];
  });
  return best;
}

/** How much of the way from one place to another lies before the point on it that is nearest to the pointer. @param {[number, number]} from @param {[number, number]} to @param {number} x @param {number} y */
function along(from, to, x, y) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = dx * dx + dy * dy;
  return length ? clamp(((x - from[0]) * dx + (y - from[1]) * dy) / length, 0, 1) : 0;
}

/** @param {import("./drawing.js").Place[]} places @param {number} x @param {number} y @param {number} reach */
export function nearest(places, x, y, reach) {
  /** @type {import("./drawing.js").Place | null} */
  let best = null;
  let least = reach;
  for (const place of places) {
    const distance = Math.hypot(place.x - x, place.y - y);
    if (distance < least) [best, least] = [place, distance];
  }
  return best;
}

/** @param {import("./drawing.js").Run} run */
function said(run) {
  const tag = run.raised > 0 ? "sup" : run.raised < 0 ? "sub" : run.bold ? "b" : run.italic ? "i" : "span";
  return element(tag, run.color ? { style: `color: ${ink(run.color)}` } : {}, run.text);
}

// --- elements of a tree ---

/** @typedef {Element & {was?: Record<string, string | number>, says?: string, tree?: import("./drawing.js").Tree}} Drawn what an element has, as it was last set */

/** Make an element's inside what a tree says; what is already there keeps its elements. @param {Element} parent @param {import("./drawing.js").Tree[]} trees */
export function patch(parent, trees) {
  while (parent.children.length > trees.length) parent.children[parent.children.length - 1].remove();
  trees.forEach((tree, k) => {
    const [tag, attributes, inside] = tree;
    let child = /** @type {Drawn | undefined} */ (parent.children[k]);
    if (child?.localName !== tag) {
      const made = drawn(tag);
      if (child) child.replaceWith(made);
      else parent.append(made);
      child = made;
    }
    if (child.tree === tree) return;
    child.tree = tree;
    attribute(child, attributes);
    if (typeof inside === "string") {
      if (child.says !== inside) child.replaceChildren(inside);
      child.says = inside;
    } else {
      if (child.says !== undefined) child.replaceChildren();
      child.says = undefined;
      patch(child, inside);
    }
  });
}

/** @param {Drawn} element @param {Record<string, string | number>} attributes */
function attribute(element, attributes) {
  const was = element.was ?? {};
  for (const name in attributes) if (was[name] !== attributes[name]) element.setAttribute(name, String(attributes[name]));
  for (const name in was) if (!(name in attributes)) element.removeAttribute(name);
  element.was = attributes;
}

export default mount(Film);
