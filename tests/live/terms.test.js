// What a term means, beside it: under the pointer, in focus or tapped, until Escape or something else.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Node, draw, fire, page, press, shown } from "./page.js";
import terms from "../../assets/live/terms.js";

const text = new Node("p");
page.document.append(text);

let part;

beforeEach(() => {
  text.replaceChildren();
  part?.root.live.destroy();
});

function open() {
  part = shown(terms);
  part.answer({ meanings: { "#flat": "Where it hardly answers.", "#fold": "To multiply into." } });
  const words = document.body.children.at(-1);
  return { ...part, words };
}

function link(href) {
  const made = new Node("a");
  made.setAttribute("href", href);
  text.append(made);
  return made;
}

test("under the pointer a term says what it means, and nothing once the pointer has left", () => {
  const { words } = open();
  const flat = link("#flat");
  assert.equal(words.hidden, true);
  fire(flat, "pointerover");
  assert.equal(words.hidden, false);
  assert.equal(words.textContent, "Where it hardly answers.");
  assert.equal(flat.getAttribute("aria-describedby"), words.getAttribute("id"));
  fire(page.document, "pointerover", { target: words }); // to read on
  assert.equal(words.hidden, false);
  fire(text, "pointerover");
  assert.equal(words.hidden, true);
  assert.equal(flat.getAttribute("aria-describedby"), null);
});

test("in focus it says it until the focus goes on, or Escape", () => {
  const { words } = open();
  const fold = link("#fold");
  fold.focus();
  assert.equal(words.textContent, "To multiply into.");
  press(fold, "Escape");
  assert.equal(words.hidden, true);
  fold.focus();
  assert.equal(words.hidden, false);
  fire(fold, "focusout");
  assert.equal(words.hidden, true);
});

test("tapped it says it and leads nowhere; other links lead where they lead", () => {
  const { words } = open();
  const tap = fire(link("#flat"), "click");
  assert.equal(tap.prevented, true);
  assert.equal(words.hidden, false);
  assert.equal(fire(link("https://arxiv.org"), "click").prevented, false);
  assert.equal(fire(link("#elsewhere"), "click").prevented, false);
});

test("when the text is drawn anew, the words of what is gone go too", () => {
  const { words } = open();
  const flat = link("#flat");
  fire(flat, "pointerover");
  draw();
  assert.equal(words.hidden, false);
  flat.isConnected = false;
  draw();
  assert.equal(words.hidden, true);
});

test("what leaves the page listens no more, and takes its words along", () => {
  const { root, words } = open();
  root.live.destroy();
  const flat = link("#flat");
  const tap = fire(flat, "click");
  assert.equal(tap.prevented, false);
  assert.equal(flat.getAttribute("aria-describedby"), null);
  assert.equal(document.body.children.includes(words), false);
});
