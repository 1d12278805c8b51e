// One button that plays the stops of a slider, from the first to the last, in the films that listen to it: in the browser
// alone. Where it ends, or is stopped, the server is told, and slider and words say so too.

import { Live, STOP, calm, element, mount, say, write } from "./shared.js";

/**
 * @typedef {{slider: string, last: number}} Data
 */

const STOP_MS = 180;

/** @extends {Live<Data>} */
class Player extends Live {
  /** @param {HTMLElement} root @param {Data} data */
  constructor(root, data) {
    super(root, data);
    this.clock = this.timer();
    this.at = 0;
    this.button = element("button", { type: "button" });
    this.on(this.button, "click", () => this.#press());
    // A hand on the slider ends it.
    for (const event of ["pointerdown", "keydown"]) this.on(document, event, (/** @type {Event} */ { target }) => this.#taken(target));
    root.replaceChildren(this.button);
  }

  /** @param {Data} data */
  update(data) {
    super.update(data);
    this.#name();
  }

  #press() {
    if (this.clock.running) this.#end();
    else if (calm()) this.#show(this.data.last);
    else this.#show(0);
  }

  /** @param {number} stop */
  #show(stop) {
    this.at = stop;
    say(STOP, [this.data.slider, stop]);
    if (stop === this.data.last) this.#end();
    else this.clock.start(STOP_MS, () => this.#show(stop + 1));
    this.#name();
  }

  #end() {
    this.clock.stop();
    this.tell("change", this.at);
    this.#name();
  }

  /** @param {EventTarget | null} target */
  #taken(target) {
    if (!this.clock.running || !(/** @type {Element} */ (target).closest?.(`.st-key-${this.data.slider}`))) return;
    this.clock.stop();
    this.#name();
  }

  #name() {
    write(this.button, this.clock.running ? "■ Stop" : calm() ? "▶ To the last step" : "▶ Play the steps");
  }
}

export default mount(Player);
