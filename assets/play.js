// One button, reached by keyboard, that plays the animations of several charts together, in the browser alone.
// Plotly's own buttons cannot be focused; they are hidden, and this button presses them.

/**
 * @typedef {{charts: string[], play: string, stop: string, end: string}} Data
 * @typedef {HTMLElement & {once?: (event: string, then: () => void) => void}} Chart
 */

const STILL = "(prefers-reduced-motion: reduce)";

/** @param {{parentElement: ShadowRoot | HTMLElement, data: [Data]}} component */
export default function ({ parentElement, data: [data] }) {
  const button = /** @type {HTMLButtonElement} */ (parentElement.querySelector("button"));
  const still = window.matchMedia(STILL).matches;

  /** @param {string} name */
  function press(name) {
    for (const chart of found(data.charts)) {
      const own = [...chart.querySelectorAll(".updatemenu-button")].find((each) => each.textContent === name);
      own?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    }
  }

  /** @param {boolean} playing */
  function show(playing) {
    button.dataset.playing = String(playing);
    button.textContent = playing ? "■ Stop" : still ? "▶ To the last step" : "▶ Play the steps";
  }

  show(button.dataset.playing === "true");
  button.onclick = () => {
    if (button.dataset.playing === "true") {
      quietly(() => press(data.stop));
      show(false);
    } else if (still) {
      press(data.end);
    } else {
      for (const chart of found(data.charts)) {
        for (const event of ["plotly_animated", "plotly_animationinterrupted"]) chart.once?.(event, () => show(false));
      }
      press(data.play);
      show(true);
    }
  };
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

/** @param {string[]} keys @returns {Chart[]} */
function found(keys) {
  return keys.flatMap((key) => [.../** @type {NodeListOf<Chart>} */ (document.querySelectorAll(`.st-key-${key} .js-plotly-plot`))]);
}
