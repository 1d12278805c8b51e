// One button that plays the stops of a slider: it says each to the films, and where it ends to the server.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Node, fire, page, shown } from "./page.js";
import play from "../../assets/live/play.js";

let said = [];
page.document.addEventListener("bn-stop", (event) => said.push(event.detail));

beforeEach(() => {
  page.calm = false;
  said = [];
});

function open() {
  const part = shown(play);
  part.answer({ slider: "step", last: 3 });
  const button = part.root.querySelector("button");
  return { ...part, button, press: () => fire(button, "click") };
}

test("it says one stop after the other, and tells the server the last", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { button, press, told } = open();
  assert.equal(button.textContent, "▶ Play the steps");
  press();
  assert.equal(button.textContent, "■ Stop");
  for (let k = 0; k < 10; k++) t.mock.timers.tick(180);
  assert.deepEqual(said, [0, 1, 2, 3].map((stop) => ["step", stop]));
  assert.deepEqual(told, [["change", 3]]);
  assert.equal(button.textContent, "▶ Play the steps");
});

test("where it is stopped the slider stands", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { button, press, told } = open();
  press();
  t.mock.timers.tick(180);
  press();
  assert.deepEqual(told, [["change", 1]]);
  assert.equal(button.textContent, "▶ Play the steps");
});

test("who takes the slider ends it, and the server is not told", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { button, press, told } = open();
  const [box, slider] = [new Node(), new Node()];
  box.className = "st-key-step";
  box.append(slider);
  press();
  fire(page.document, "pointerdown", { target: new Node() });
  assert.equal(button.textContent, "■ Stop");
  fire(page.document, "pointerdown", { target: slider });
  assert.equal(button.textContent, "▶ Play the steps");
  t.mock.timers.tick(1000);
  assert.deepEqual(said, [["step", 0]]);
  assert.deepEqual(told, []);
});

test("what the server sends meanwhile leaves it playing", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { button, press, answer } = open();
  press();
  answer({ slider: "step", last: 3 });
  assert.equal(button.textContent, "■ Stop");
});

test("who wants less motion goes to the last step", () => {
  page.calm = true;
  const { button, press, told } = open();
  assert.equal(button.textContent, "▶ To the last step");
  press();
  assert.deepEqual(said, [["step", 3]]);
  assert.deepEqual(told, [["change", 3]]);
});
