// A page without a browser, as far as the live parts need one: elements, their events and attributes, and a few selectors.

import { setImmediate } from "node:timers/promises";

/** Children, attributes and listeners; what is drawn or laid out is not there. */
export class Node {
  parent = /** @type {Node | null} */ (null);
  children = /** @type {Node[]} */ ([]);
  attributes = /** @type {Record<string, string>} */ ({});
  listeners = /** @type {{name: string, act: (event: any) => void, signal?: AbortSignal}[]} */ ([]);
  properties = /** @type {Record<string, string>} */ ({});
  style = { setProperty: (/** @type {string} */ name, /** @type {string} */ value) => (this.properties[name] = value) };
  isConnected = true;
  hidden = false;
  tabIndex = 0;
  clientWidth = 600;
  scrollTop = 0;
  scrollLeft = 0;
  offsetTop = 0;
  offsetLeft = 0;
  offsetHeight = 0;
  offsetWidth = 0;
  clientHeight = 0;

  constructor(tag = "div", words = "") {
    this.tag = tag;
    this.words = words; // of a piece of text
  }

  // --- what is inside

  /** @param {...(Node | string)} inside */
  append(...inside) {
    for (const each of inside) {
      const node = each instanceof Node ? each : new Node("#text", each);
      node.parent = this;
      this.children.push(node);
    }
  }

  /** @param {...(Node | string)} inside */
  replaceChildren(...inside) {
    for (const child of this.children) child.parent = null;
    this.children = [];
    this.append(...inside);
  }

  /** @param {Node} other */
  replaceWith(other) {
    const siblings = /** @type {Node} */ (this.parent).children;
    other.parent = this.parent;
    siblings[siblings.indexOf(this)] = other;
    this.parent = null;
  }

  get localName() {
    return this.tag;
  }

  remove() {
    if (this.parent) this.parent.children = this.parent.children.filter((each) => each !== this);
    this.parent = null;
  }

  get textContent() {
    return this.words + this.children.map((each) => each.textContent).join("");
  }

  set textContent(text) {
    this.replaceChildren(text);
  }

  /** @param {Node} child */
  appendChild(child) {
    this.append(child);
    return child;
  }

  /** @param {Node} other @returns {boolean} */
  contains(other) {
    return other === this || this.children.some((each) => each.contains(other));
  }

  get firstElementChild() {
    return this.children.find((each) => each.tag !== "#text") ?? null;
  }

  // --- attributes

  /** @param {string} name @param {string} value */
  setAttribute(name, value) {
    this.attributes[name] = value;
    for (const { target, act } of page.observers) if (target.contains(this)) act();
    if (name === "tabindex") this.tabIndex = Number(value);
    if (["min", "max", "value"].includes(name)) Object.assign(this, { [name]: value });
  }

  /** @param {string} name */
  removeAttribute(name) {
    delete this.attributes[name];
  }

  /** @param {string} name */
  getAttribute(name) {
    return this.attributes[name] ?? null;
  }

  get className() {
    return this.attributes.class ?? "";
  }

  set className(value) {
    this.attributes.class = value;
  }

  get classList() {
    const names = new Set(this.className.split(" ").filter(Boolean));
    const change = (/** @type {boolean} */ on, /** @type {string} */ name) => {
      if (on) names.add(name);
      else names.delete(name);
      this.className = [...names].join(" ");
    };
    return {
      contains: (/** @type {string} */ name) => names.has(name),
      add: (/** @type {string} */ name) => change(true, name),
      remove: (/** @type {string} */ name) => change(false, name),
      toggle: (/** @type {string} */ name, on = !names.has(name)) => change(on, name),
    };
  }

  get dataset() {
    const name = (/** @type {string} */ key) => `data-${key}`;
    return new Proxy(/** @type {Record<string, string>} */ ({}), {
      get: (_, key) => this.attributes[name(String(key))],
      set: (_, key, value) => ((this.attributes[name(String(key))] = value), true),
    });
  }

  // --- selectors: tags, classes and attributes, inside one another, several with commas

  /** @param {string} css */
  matches(css) {
    return css.split(",").some((each) => {
      const steps = each.trim().split(/\s+(?![^[]*\])/);
      if (!this.#is(/** @type {string} */ (steps.pop()))) return false;
      for (let at = this.parent; steps.length && at; at = at.parent) {
        if (at.#is(steps[steps.length - 1])) steps.pop();
      }
      return steps.length === 0;
    });
  }

  /** @param {string} simple */
  #is(simple) {
    const tag = /^[a-z]\w*/.exec(simple)?.[0];
    const classes = [...simple.matchAll(/\.([\w-]+)/g)].map(([, name]) => name);
    const attributes = [...simple.matchAll(/\[([\w-]+)(?:="?([^"\]]+)"?)?\]/g)];
    return (
      this.tag !== "#text" &&
      (!tag || tag === this.tag) &&
      classes.every((name) => this.classList.contains(name)) &&
      attributes.every(([, name, value]) => (value === undefined ? name in this.attributes : this.attributes[name] === value))
    );
  }

  /** @param {string} css @returns {Node[]} */
  querySelectorAll(css) {
    return this.children.flatMap((each) => [...(each.matches(css) ? [each] : []), ...each.querySelectorAll(css)]);
  }

  /** @param {string} css */
  querySelector(css) {
    return this.querySelectorAll(css)[0] ?? null;
  }

  /** @param {string} css @returns {Node | null} */
  closest(css) {
    return this.matches(css) ? this : (this.parent?.closest(css) ?? null);
  }

  // --- events

  /** @param {string} name @param {(event: any) => void} act @param {{signal?: AbortSignal}} [options] */
  addEventListener(name, act, { signal } = {}) {
    this.listeners.push({ name, act, signal });
  }

  /** @param {any} event */
  dispatchEvent(event) {
    for (const { name, act, signal } of [...this.listeners]) {
      if (name === (event.name ?? event.type) && !signal?.aborted) act(event);
    }
    if (event.bubbles !== false) this.parent?.dispatchEvent(event);
  }

  focus() {
    page.focused = this;
    fire(this, "focusin");
  }

  select() {}

  // --- nothing has a place, and nothing moves

  getBoundingClientRect() {
    return { left: 0, top: 0, bottom: 0, width: 0 };
  }

  animate() {
    return {};
  }

  setPointerCapture() {}
}

/** What is the same everywhere on the page. */
export const page = {
  calm: false,
  focused: /** @type {Node | null} */ (null),
  frames: /** @type {((now: number) => void)[]} */ ([]), // what waits for the next one
  /** @type {Node} */ document: new Node("document"),
  observers: /** @type {{by: unknown, target: Node, act: () => void}[]} */ ([]), // of attributes; there and then
};

/** Something happens to a node; what the event was like then. @param {Node} target @param {string} name */
export function fire(target, name, more = {}) {
  const event = { name, target, prevented: false, preventDefault: () => (event.prevented = true), stopPropagation() {}, ...more };
  target.dispatchEvent(event);
  return event;
}

/** A key is pressed. @param {Node} target @param {string} key */
export function press(target, key, held = {}) {
  return fire(target, "keydown", { key, ctrlKey: false, metaKey: false, altKey: false, ...held });
}

/** An attribute of a node that somebody else owns becomes another one. @param {Node} node @param {string} name @param {string} value */
export function change(node, name, value) {
  node.setAttribute(name, value);
  fire(node, "attribute", { bubbles: false });
}

/** Streamlit puts elements on the page, or takes some off. */
export function grow() {
  for (const { target, act } of [...page.observers]) if (target.tag === "body") act();
}

/** A frame is drawn. @param {number} now */
export function draw(now = 0) {
  for (const act of page.frames.splice(0)) act(now);
}

/** What waits for nothing but its turn has been done. */
export const settled = () => setImmediate();

/**
 * A part of the page, and what it told the server.
 * @param {(component: any) => () => void} show the default export of the part's file
 */
export function shown(show) {
  const root = new Node();
  const told = /** @type {[string, any][]} */ ([]);
  const answer = (/** @type {unknown} */ data) =>
    show({
      parentElement: { querySelector: () => root },
      data: [data],
      setTriggerValue: (/** @type {string} */ name, /** @type {unknown} */ value) => told.push([name, value]),
    });
  return { root, told, answer };
}

Object.assign(globalThis, {
  Element: Node,
  document: Object.assign(page.document, {
    body: new Node("body"),
    documentElement: new Node("html"),
    createElement: (/** @type {string} */ tag) => new Node(tag),
    createElementNS: (/** @type {string} */ _, /** @type {string} */ tag) => new Node(tag),
    createTextNode: (/** @type {string} */ words) => new Node("#text", words),
  }),
  window: Object.assign(new Node("window"), { matchMedia: () => ({ matches: page.calm }), removeEventListener() {} }),
  requestAnimationFrame: (/** @type {(now: number) => void} */ act) => page.frames.push(act),
  getComputedStyle: () => ({ fontSize: "16px" }),
  MutationObserver: class {
    /** @param {() => void} act */
    constructor(act) {
      this.act = act;
    }
    /** @param {Node} target */
    observe(target) {
      const observed = { by: this, target, act: this.act };
      page.observers.push(observed);
      target.addEventListener("attribute", () => page.observers.includes(observed) && this.act()); // said by `change`
    }
    disconnect() {
      page.observers = page.observers.filter(({ by }) => by !== this);
    }
  },
  ResizeObserver: class {
    observe() {}
    disconnect() {}
  },
});
