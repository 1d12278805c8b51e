// One button that plays the animations of several charts: it presses their own, and says what it will do.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Node, fire, page, shown } from "./page.js";
import play from "../../assets/live/play.js";

let charts = [];
let pressed = [];

beforeEach(() => {
  page.calm = false;
  pressed = [];
  charts = ["ravine", "bowl", "other"].map((key) => {
    const [box, chart] = [new Node(), new Node()];
    box.className = `st-key-${key}`;
    chart.className = "js-plotly-plot";
    for (const name of ["Play", "Stop", "End"]) {
      const own = new Node();
      own.className = "updatemenu-button";
      own.append(name);
      own.addEventListener("click", () => pressed.push(`${key} ${name}`));
      chart.append(own);
    }
    const ends = {};
    Object.assign(chart, { once: (event, then) => (ends[event] = then), ends });
    box.append(chart);
    return box;
  });
  page.document.replaceChildren(...charts);
  globalThis.MouseEvent = class {
    constructor(type) {
      this.type = type;
    }
  };
});

function open() {
  const part = shown(play);
  part.answer({ charts: ["ravine", "bowl"], play: "Play", stop: "Stop", end: "End" });
  const button = part.root.querySelector("button");
  return { ...part, button, press: () => fire(button, "click") };
}

test("it plays the charts that it is for, and stops them", () => {
  const { button, press } = open();
  assert.equal(button.textContent, "▶ Play the steps");
  press();
  assert.deepEqual(pressed, ["ravine Play", "bowl Play"]);
  assert.equal(button.textContent, "■ Stop");
  press();
  assert.deepEqual(pressed.slice(2), ["ravine Stop", "bowl Stop"]);
  assert.equal(button.textContent, "▶ Play the steps");
});

test("at the end of an animation, or where it is interrupted, it can be played again", () => {
  for (const event of ["plotly_animated", "plotly_animationinterrupted"]) {
    const { button, press } = open();
    press();
    charts[0].children[0].ends[event]();
    assert.equal(button.textContent, "▶ Play the steps");
  }
});

test("what the server sends meanwhile leaves it playing", () => {
  const { button, press, answer } = open();
  press();
  answer({ charts: ["ravine"], play: "Play", stop: "Stop", end: "End" });
  assert.equal(button.textContent, "■ Stop");
});

test("who wants less motion goes to the last step", () => {
  page.calm = true;
  const { button, press } = open();
  assert.equal(button.textContent, "▶ To the last step");
  press();
  assert.deepEqual(pressed, ["ravine End", "bowl End"]);
  assert.equal(button.textContent, "▶ To the last step");
});
