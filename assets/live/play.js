// One button, reached by keyboard, that plays the animations of several charts together, in the browser alone.
// Plotly's own buttons cannot be focused; they are hidden, and this button presses them.

import { Live, calm, element, mount, write } from "./shared.js";

/**
 * @typedef {{charts: string[], play: string, stop: string, end: string}} Data
 * @typedef {HTMLElement & {once?: (event: string, then: () => void) => void}} Chart
 */

/** @extends {Live<Data>} */
class Player extends Live {
  /** @param {HTMLElement} root @param {Data} data */
  constructor(root, data) {
    super(root, data);
    this.playing = false;
    this.button = element("button", { type: "button" });
    this.on(this.button, "click", () => this.#press());
    root.replaceChildren(this.button);
  }

  /** @param {Data} data */
  update(data) {
    super.update(data);
    this.#show(this.playing);
  }

  #press() {
    const { play, stop, end } = this.data;
    if (this.playing) {
      quietly(() => this.#pressOwn(stop));
      this.#show(false);
    } else if (calm()) {
      this.#pressOwn(end);
    } else {
      for (const chart of this.#charts()) {
        for (const event of ["plotly_animated", "plotly_animationinterrupted"]) chart.once?.(event, () => this.#show(false));
      }
      this.#pressOwn(play);
      this.#show(true);
    }
  }

  /** Press the button of this name in each chart. @param {string} name */
  #pressOwn(name) {
    for (const chart of this.#charts()) {
      const own = [...chart.querySelectorAll(".updatemenu-button")].find((each) => each.textContent === name);
      own?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    }
  }

  /** @param {boolean} playing */
  #show(playing) {
    this.playing = playing;
    write(this.button, playing ? "■ Stop" : calm() ? "▶ To the last step" : "▶ Play the steps");
  }

  /** @returns {Chart[]} */
  #charts() {
    return this.data.charts.flatMap((key) => [
      .../** @type {NodeListOf<Chart>} */ (document.querySelectorAll(`.st-key-${key} .js-plotly-plot`)),
    ]);
  }
}

/**
 * Plotly rejects the promise of an animation that is interrupted, without a reason and with nobody to catch it.
 * @param {() => void} stop
 */
function quietly(stop) {
  /** @param {PromiseRejectionEvent} event */
  const expected = (event) => event.reason === undefined && event.preventDefault();
  window.addEventListener("unhandledrejection", expected);
  stop();
  setTimeout(() => window.removeEventListener("unhandledrejection", expected), 1000);
}

export default mount(Player);
