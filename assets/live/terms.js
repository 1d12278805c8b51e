// What a symbol or a word means, beside it. Texts link to the terms of the glossary, [flat](#flat); such a link leads nowhere:
// under the pointer, in focus or tapped it shows the meaning, and Escape takes it away.

import { Live, clamp, element, mount, set } from "./shared.js";

/**
 * @typedef {{meanings: Record<string, string>}} Data
 */

const EDGE = 8; // px between the words and the edge of the window
const ID = "bn-meaning";

/** @extends {Live<Data>} */
class Terms extends Live {
  /** @param {HTMLElement} root @param {Data} data */
  constructor(root, data) {
    super(root, data);
    this.words = element("div", { id: ID, class: ID, role: "tooltip" });
    this.words.hidden = true;
    this.shown = /** @type {Element | undefined} */ (undefined);
    this.on(document, "pointerover", ({ target }) => this.#look(target));
    this.on(document, "focusin", ({ target }) => this.#look(target));
    this.on(document, "focusout", () => this.#hide());
    this.on(document, "click", (event) => this.#press(event));
    this.on(document, "keydown", (/** @type {KeyboardEvent} */ { key }) => key === "Escape" && this.#hide());
    (document.querySelector("[data-testid=stApp]") ?? document.body).append(this.words); // where the theme is known
  }

  destroy() {
    super.destroy();
    this.words.remove();
  }

  /** The link to a term that this is, or is in. @param {EventTarget | null} target */
  #termAt(target) {
    const link = /** @type {Element} */ (target).closest?.("a[href]");
    return link && (link.getAttribute("href") ?? "") in this.data.meanings ? link : null;
  }

  /** @param {EventTarget | null} target */
  #look(target) {
    if (target === this.words) return; // who reads may point at the words
    const term = this.#termAt(target);
    if (term) this.#show(term);
    else if (this.shown !== document.activeElement) this.#hide();
  }

  /** @param {Event} event */
  #press(event) {
    const term = this.#termAt(event.target);
    if (!term) return;
    event.preventDefault();
    this.#show(term);
  }

  /** @param {Element} term */
  #show(term) {
    if (this.shown === term) return;
    this.#hide();
    this.shown = term;
    this.words.textContent = this.data.meanings[term.getAttribute("href") ?? ""];
    this.words.hidden = false;
    set(term, { "aria-describedby": ID });
    this.#follow(term);
  }

  /** Stay at the term, whatever scrolls; below it, where there is room. @param {Element} term */
  #follow(term) {
    if (this.shown !== term) return;
    if (!term.isConnected) {
      this.#hide();
      return;
    }
    const { left, top, bottom } = term.getBoundingClientRect();
    const { width, height } = this.words.getBoundingClientRect();
    const x = clamp(left, EDGE, Math.max(EDGE, window.innerWidth - width - EDGE));
    this.words.style.setProperty("left", `${x}px`);
    this.words.style.setProperty("top", `${bottom + height < window.innerHeight ? bottom : top - height}px`);
    requestAnimationFrame(() => this.#follow(term));
  }

  #hide() {
    this.shown?.removeAttribute("aria-describedby");
    this.shown = undefined;
    this.words.hidden = true;
  }
}

export default mount(Terms);
