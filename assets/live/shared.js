// What the live components share: elements, keys, timers, numbers, late answers, and how a part comes and goes.

/**
 * What Streamlit hands a component at each run of its page: where it is drawn, its data in a list of one, and a way to
 * tell the server.
 * @template Data
 * @typedef {{parentElement: ShadowRoot | HTMLElement, data: [Data], setTriggerValue: (name: string, value: unknown) => void}} Component
 */

/**
 * The element of a part, which carries it.
 * @template Data
 * @typedef {HTMLElement & {live?: Live<Data>, leaving?: ReturnType<typeof setTimeout>}} Root
 */

// --- how a part comes and goes ---

/**
 * A part of a page that lives as long as its element. A component is a class of its own with `update(data)`, which takes up
 * what the server sent. What is started with `on`, `timer` and `watch` ends with the part.
 * @template Data
 */
export class Live {
  #end = new AbortController();
  /** Tell the server. @type {(name: string, value: unknown) => void} */
  tell = () => {};

  /** @param {HTMLElement} root @param {Data} data */
  constructor(root, data) {
    this.root = root;
    this.data = data;
  }

  /** Take up what the server sent. @param {Data} data */
  update(data) {
    this.data = data;
  }

  /** End what was started. */
  destroy() {
    this.#end.abort();
  }

  /** Whether the part has gone. */
  get gone() {
    return this.#end.signal.aborted;
  }

  /**
   * Listen. @template {Event} E
   * @param {EventTarget} target @param {string} name @param {(event: E) => void} act
   */
  on(target, name, act) {
    target.addEventListener(name, /** @type {EventListener} */ (act), { signal: this.#end.signal });
  }

  /** Act whenever an element's size changes, and once at the beginning. @param {Element} element @param {() => void} act */
  watch(element, act) {
    const observer = new ResizeObserver(act);
    observer.observe(element);
    this.#whenGone(() => observer.disconnect());
  }

  /** A timer that begins anew whenever it is started: an arrow key that is held down asks the server once, at rest. */
  timer() {
    const timer = new Timer();
    this.#whenGone(() => timer.stop());
    return timer;
  }

  /**
   * Follow sliders of Streamlit's, by their keys: act when one moves, and when there is another in its place. Returned is a
   * function that looks for them anew, for when the keys are others.
   * @param {() => string[]} keys @param {() => void} act
   */
  follow(keys, act) {
    let inputs = /** @type {(Element | null)[]} */ ([]);
    const moves = new MutationObserver(act);
    const look = () => {
      const now = keys().map(sliderOf);
      if (now.length === inputs.length && now.every((input, k) => input === inputs[k])) return;
      inputs = now;
      for (const input of inputs) if (input) moves.observe(input, { attributeFilter: ["value"] });
      act();
    };
    const changes = new MutationObserver(look);
    changes.observe(document.body, { subtree: true, childList: true });
    this.#whenGone(() => [moves, changes].forEach((each) => each.disconnect()));
    return look;
  }

  /** @param {() => void} act */
  #whenGone(act) {
    this.#end.signal.addEventListener("abort", act);
  }
}

class Timer {
  #id = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);

  /** @param {number} ms @param {() => void} act */
  start(ms, act) {
    this.stop();
    this.#id = setTimeout(() => {
      this.#id = undefined;
      act();
    }, ms);
  }

  stop() {
    clearTimeout(this.#id);
    this.#id = undefined;
  }

  get running() {
    return this.#id !== undefined;
  }
}

const LOOK_MS = 1000; // how often an unmounted part looks whether its element is still there

/**
 * The default export of a component: it makes the part once for its element, hands it the data of each run, and ends it
 * when the element goes. Streamlit also unmounts parts in order to mount them again on the same element, at once or, on a
 * busy machine, seconds later; those live on, with what they have in focus and where they stand.
 * @template Data
 * @param {new (root: HTMLElement, data: Data) => Live<Data>} Part
 */
export function mount(Part) {
  return (/** @type {Component<Data>} */ { parentElement, data: [data], setTriggerValue }) => {
    const root = /** @type {Root<Data>} */ (parentElement.querySelector("[data-part]"));
    clearTimeout(root.leaving);
    const part = (root.live ??= new Part(root, data)); // on the element, where tests find it
    part.tell = setTriggerValue;
    part.update(data);
    letGo(parentElement);
    const leave = () => {
      if (root.isConnected) {
        root.leaving = setTimeout(leave, LOOK_MS);
        return;
      }
      part.destroy();
      delete root.live;
    };
    return leave;
  };
}

/** What stands there now is as high as it is: the place that was kept for it (ui/live/component.py) goes. @param {ParentNode} place */
function letGo(place) {
  const kept = /** @type {HTMLElement | null | undefined} */ (
    /** @type {ShadowRoot} */ (place).host?.closest(".stElementContainer")
  );
  // Streamlit lets what has a fixed height scroll.
  for (const [name, value] of [["height", "auto"], ["overflow", "visible"]]) kept?.style.setProperty(name, value, "important");
}

/** What one part of the page points at, the others mark: [row, column]. */
export const POINT = "bn-point";
/** While something is held in one part, others show its numbers until the server answers: a column, and its cells by table. */
export const PREVIEW = "bn-preview";
/** A picture of a feature says what it draws now: a column, and the feature. */
export const DRAWN = "bn-drawn";
/** A slider of the page is being moved: {kind, column, value}. */
export const MOVED = "bn-moved";
/** Films show a slider's stop at which the slider is not yet: its key, and the stop. */
export const STOP = "bn-stop";

/** Say something to the other parts of the page. @param {string} name @param {unknown} detail */
export function say(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

/** The slider of Streamlit's with this key, if it is on the page now. @param {string} key */
export function sliderOf(key) {
  return /** @type {HTMLInputElement | null} */ (document.querySelector(`.st-key-${key} input[type=range]`));
}

/** Whether the reader wants nothing to move. */
export function calm() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** How much larger than usual the page's letters are; pictures grow with them. */
export function zoom() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;
}

/**
 * Answers that come late. The reader goes on while the server still answers an earlier wish; such an answer must not take
 * back what was done since.
 */
export class Wishes {
  /** What the server had, then what was wished for since, in order; empty when the server has answered the last. @type {string[]} */
  #open = [];

  /** @param {unknown} before what is shown @param {unknown} wish */
  add(before, wish) {
    if (!this.#open.length) this.#open.push(JSON.stringify(before));
    this.#open.push(JSON.stringify(wish));
  }

  /** Whether this answers what the reader has moved on from. If not, no wish is open any more. @param {unknown} answer */
  outdate(answer) {
    const place = JSON.stringify(answer);
    if (this.#open.includes(place) && this.#open.at(-1) !== place) return true;
    this.#open = [];
    return false;
  }
}

// --- elements ---

/** @param {string} tag @param {Record<string, string | number>} [attributes] @param {...(Node | string)} inside */
export function element(tag, attributes = {}, ...inside) {
  return filled(document.createElement(tag), attributes, inside);
}

/** @param {string} tag @param {Record<string, string | number>} [attributes] @param {...(Node | string)} inside */
export function drawn(tag, attributes = {}, ...inside) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, inside);
}

/** @param {string} tag @param {...(Node | string)} inside */
export function math(tag, ...inside) {
  return filled(document.createElementNS("http://www.w3.org/1998/Math/MathML", tag), {}, inside);
}

/** @template {Element} T @param {T} made @param {Record<string, string | number>} attributes @param {(Node | string)[]} inside */
function filled(made, attributes, inside) {
  set(made, attributes);
  made.append(...inside);
  return made;
}

/** A color of the figures, which page.css may make lighter in the dark. @param {string | undefined} color */
export function ink(color) {
  if (!color) return "currentcolor";
  return color.startsWith("#") ? `var(--ink-${color.slice(1).toLowerCase()}, ${color})` : color;
}

/** @param {Element} element @param {Record<string, string | number>} attributes */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}

/** Write a text where it is another one: what does not change is not laid out. @param {Element} element @param {string} text */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The one element that a selector must find. @param {Element} root @param {string} css */
export function find(root, css) {
  return /** @type {HTMLElement} */ (root.querySelector(css));
}

// --- keys ---

/** Whether a key belongs to the browser or the system: Alt+← goes back. @param {KeyboardEvent} event */
export function isShortcut(event) {
  return event.ctrlKey || event.metaKey || event.altKey;
}

/**
 * Where a key leads in a grid, or null.
 * @param {KeyboardEvent} event @param {[number, number]} at row and column @param {number} rows @param {number} columns
 * @returns {[number, number] | null}
 */
export function gridKey(event, [row, column], rows, columns) {
  if (isShortcut(event)) return null;
  /** @type {Record<string, [number, number]>} */
  const places = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    Home: [row, 0],
    End: [row, columns - 1],
    PageUp: [0, column],
    PageDown: [rows - 1, column],
  };
  const place = places[event.key];
  return place ? [clamp(place[0], 0, rows - 1), clamp(place[1], 0, columns - 1)] : null;
}

// --- numbers, written as ui/numbers.py writes them ---

const NOISE = 1e-12; // what is left of a zero after rounding is written as 0

/** @param {number} value @param {number} low @param {number} high */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** With a fixed number of decimals, or a power of ten where that would be long or all zeros. @param {number} value */
export function fixed(value, digits = 3) {
  if (!Number.isFinite(value)) return forEyes(infinite(value));
  const size = Math.abs(value);
  if (size < NOISE) return (0).toFixed(digits);
  if (size >= 10 ** -digits && size < 1e6) return (value < 0 ? "−" : "") + size.toFixed(digits);
  return forEyes(value.toExponential(Math.max(digits - 1, 1)));
}

/** A number that was given, with all its digits: 15.85, 3, −0.5, 1e−5. @param {number} value */
export function exact(value) {
  return forEyes(shortest(value));
}

/** A real minus, and a power of ten as one says it: -1e-05 is −1e−5. @param {string} written */
export function forEyes(written) {
  const plain = written.includes("e") ? written.replace(/e\+?(-?)0*(?=\d)/, "e$1") : written;
  return plain.includes("-") ? plain.replaceAll("-", "−") : plain;
}

/** For machines, with the fewest digits that read back as the same number: 15.85, 3, -0.5. @param {number} value */
export function shortest(value) {
  if (!Number.isFinite(value)) return infinite(value);
  const [digits, power] = Math.abs(value).toExponential().replace(".", "").split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) return withPower(value.toExponential());
  const sign = value < 0 ? "-" : "";
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.padEnd(exponent + 1, "0");
  const fraction = whole.slice(exponent + 1);
  return sign + whole.slice(0, exponent + 1) + (fraction && `.${fraction}`);
}

/** @param {number} value */
function infinite(value) {
  return Number.isNaN(value) ? "nan" : value > 0 ? "∞" : "-∞";
}

/** A power of ten has two digits. @param {string} text */
function withPower(text) {
  return text.replace(/e([-+])(\d)$/, "e$10$2");
}

/** A number after an operator. @param {string} written */
export function operand(written) {
  return /^[-−]/.test(written) ? `(${written})` : written;
}

/** The multiple of a power of ten that is nearest, without the digits that rounding leaves. @param {number} value @param {number} unit */
export function rounded(value, unit) {
  return Number((Math.round(value / unit) * unit).toFixed(Math.max(0, Math.round(-Math.log10(unit)))));
}

/** Round numbers between two ends, about as many as asked for. @param {number} from @param {number} to @param {number} count */
export function ticks(from, to, count) {
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((m) => m * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  return Array.from({ length: Math.floor(to / step + 1e-9) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(10)));
}
