// A film: the frame under the hand of a native slider, what happens on release, and what is taken in the picture.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { deflateSync } from "node:zlib";

import { Node, draw as frame, fire, grow, page, settled, shown } from "./page.js";
import film, { between, nearest, nearestOn, patch, unrolled } from "../../assets/live/film.js";

/** Frames as Python packs them, each as a whole. */
function packed(frames, still = null, more = []) {
  const moving = frames.length ? [[[], { kind: "each", at: frames.map((_, k) => k), of: frames }]] : more;
  const text = Buffer.from(JSON.stringify({ still, moving }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text]);
}
const deflated = (bytes) => deflateSync(bytes).toString("base64");

/** A picture with one dot, which stands where the slider does: 0 to 10 on 400 px from 40 on. */
const picture = (x, alt) => ({
  figure: {
    data: [{ type: "scatter", mode: "markers", name: "dot", x: [x], y: [5], marker: { size: 10, color: "#D55E00" }, hoverinfo: "text", text: [`at ${x}`] }],
    layout: { height: 250, margin: { l: 40, r: 160, t: 10, b: 40 }, xaxis: { range: [0, 10], visible: false }, yaxis: { range: [0, 10], visible: false } },
    grips: [{ slider: "a", trace: "dot", point: 0 }],
  },
  alt,
});
const STOPS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const reel = (slider, now, places = STOPS, name = slider) => ({
  slider, now, low: 0, step: 1, stops: places.length, name, frames: deflated(packed(places.map((x) => picture(x, `${name} ${x}`)))),
});

/** A native slider on the page. */
function slider(key, value) {
  const input = new Node("input");
  input.setAttribute("type", "range");
  input.setAttribute("value", String(value));
  const host = new Node();
  host.className = `st-key-${key}`;
  host.append(input);
  page.document.append(host);
  return { host, move: (to) => input.setAttribute("value", String(to)), input };
}

/** A film with these reels, and sliders where the server has them. */
async function opened(...reels) {
  page.document.children = [];
  page.observers = [];
  page.frames = [];
  const sliders = Object.fromEntries(reels.map((each) => [each.slider, slider(each.slider, each.now)]));
  const { root, told, answer } = shown(film);
  answer({ height: 250, reels });
  await unpacked(root, reels);
  const svg = root.querySelector("svg");
  svg.getBoundingClientRect = () => ({ left: 0, top: 0, bottom: 250, width: 600 });
  return {
    root, told, sliders, svg,
    send: (...news) => answer({ height: 250, reels: news }),
    answer: async (...news) => {
      answer({ height: 250, reels: news });
      await unpacked(root, news);
    },
    says: () => svg.getAttribute("aria-label"),
    grip: () => root.querySelector("circle"),
    at: (x) => ({ clientX: x, clientY: 110, pointerId: 1, button: 0 }),
  };
}

/** Wait until a part has unpacked what it was given. */
async function unpacked(root, reels) {
  const named = (list) => JSON.stringify(list.map(({ slider, now, frames }) => [slider, now, frames]));
  while (named(root.live.reels) !== named(reels)) await settled();
}

test("numbers come as differences, at the stop before or in their list, with gaps where there are none", async () => {
  const track = { kind: "numbers", size: 3, unit: 0.5, log: false, gaps: [1], along: "ps" };
  // [[2, 0, 5], [3, 0, 7]]: along the list, then along the stops; the sign is the lowest bit.
  const steps = [2, -2, 5, 1, -1, 2].map((n) => (n < 0 ? -2 * n - 1 : 2 * n));
  const planes = Buffer.alloc(24);
  steps.forEach((step, i) => (planes[i] = step));
  const bytes = Buffer.concat([packed([], { y: null, z: 1 }, [[["y"], track]]), planes]);
  const made = await unrolled({ slider: "a", low: 0, step: 1, stops: 2, now: 0, name: "a", frames: deflated(bytes) });
  assert.deepEqual(made.frame(0), { y: [1, null, 2.5], z: 1 });
  assert.deepEqual(made.frame(1), { y: [1.5, null, 3.5], z: 1 });
  assert.equal(made.frame(1), made.frame(1), "a frame is made once");
});

test("numbers of a logarithmic axis come as their logarithms, and a list that grows comes once", async () => {
  const track = { kind: "numbers", size: 2, grows: true, lengths: [1, 2], unit: 1, log: true, gaps: [], along: "" };
  const planes = Buffer.alloc(8);
  [2, 4].forEach((step, i) => (planes[i] = step));
  const bytes = Buffer.concat([packed([], { y: null }, [[["y"], track]]), planes]);
  const made = await unrolled({ slider: "a", low: 0, step: 1, stops: 2, now: 0, name: "a", frames: deflated(bytes) });
  assert.deepEqual([made.frame(0), made.frame(1)], [{ y: [10] }, { y: [10, 100] }]);
});

test("at rest the frame of the stop that the server has is shown, under the slider's name", async () => {
  const it = await opened(reel("a", 3));
  assert.equal(it.says(), "a 3");
  assert.ok(it.root.querySelector('[data-live="a"]').contains(it.svg));
  assert.equal(it.root.querySelector("path").getAttribute("d").slice(0, 10), "M155 110a5");
});

test("while the slider is held its frames are shown, and nothing is told", async () => {
  const it = await opened(reel("a", 3));
  for (const stop of [4, 5, 9, 0]) {
    it.sliders.a.move(stop);
    assert.equal(it.says(), `a ${stop}`);
  }
  it.sliders.a.move(99);
  assert.equal(it.says(), "a 10");
  assert.deepEqual(it.told, []);
});

/** A film of one slider whose numbers glide, as Python packs them: the dot is at its stop. */
function gliding() {
  const { figure } = picture(0, "");
  const track = { kind: "numbers", size: 1, unit: 1, log: false, gaps: [], along: "s" };
  const words = { kind: "each", at: STOPS, of: STOPS.map((stop) => `a ${stop}`) };
  const planes = Buffer.alloc(44);
  STOPS.forEach((stop) => (planes[stop] = stop ? 2 : 0)); // one more than at the stop before
  const moving = [[["figure", "data", 0, "x"], track], [["alt"], words]];
  return { ...reel("a", 3), frames: deflated(Buffer.concat([packed([], { figure, alt: null }, moving), planes])) };
}

test("from stop to stop the picture glides, and says at once what it will show", async () => {
  const it = await opened(gliding());
  const x = () => Number(it.grip().getAttribute("cx"));
  assert.equal(x(), 160);
  it.sliders.a.move(5);
  assert.ok(x() > 160 && x() < 240, `${x()}`);
  assert.equal(it.says(), "a 5");
  await new Promise((done) => setTimeout(done, 80));
  frame();
  assert.equal(x(), 240);
  assert.equal(page.frames.length, 0);
  page.calm = true;
  it.sliders.a.move(9);
  assert.equal(x(), 400);
  page.calm = false;
});

test("what is held does not glide", async () => {
  const it = await opened(gliding());
  fire(it.grip(), "pointerdown", it.at(160));
  fire(it.svg, "pointermove", it.at(280));
  assert.equal(it.grip().getAttribute("cx"), "280");
});

test("of what is not a number, or has no partner, there is nothing in between", () => {
  assert.equal(between(1, 2, 0.5, 2), 1.5);
  assert.deepEqual(between([1, null], [3, null], 0.5, [3, null]), [2, null]);
  assert.deepEqual(between([1], [3, 4], 0.5, [3, 4]), [3, 4]);
  assert.equal(between("a", "b", 0.5, "b"), "b");
});

test("an answer that comes late does not take the picture back", async () => {
  const it = await opened(reel("a", 3));
  it.sliders.a.move(5);
  it.sliders.a.move(7);
  await it.answer(reel("a", 5));
  assert.equal(it.says(), "a 7");
  await it.answer(reel("a", 7));
  assert.equal(it.says(), "a 7");
});

test("of two answers that come one upon the other the second counts, though the first takes longer to unpack", async () => {
  const it = await opened(reel("a", 3));
  it.send(reel("a", 3, STOPS, "first"));
  await it.answer(reel("a", 3));
  await new Promise((done) => setTimeout(done, 100));
  it.sliders.a.move(4);
  assert.equal(it.says(), "a 4");
});

test("of two sliders the one that was moved first is shown, until the server has answered it", async () => {
  const it = await opened(reel("a", 3), reel("b", 2));
  assert.ok(it.root.querySelector('[data-live="a"] [data-live="b"]').contains(it.svg));
  it.sliders.a.move(5);
  it.sliders.b.move(8); // its frames still have the other slider at 3
  assert.equal(it.says(), "a 5");
  await it.answer(reel("a", 5), reel("b", 2, STOPS, "b after a 5"));
  assert.equal(it.says(), "b after a 5 8");
  await it.answer(reel("a", 5), reel("b", 8, STOPS, "b after a 5"));
  it.sliders.a.move(6);
  assert.equal(it.says(), "a 6");
});

/** What the server says of a reel whose frames it does not send. */
const unsent = (each, name = each.name) => ({ ...each, name, frames: "" });

test("frames that are here already are shown without being sent again", async () => {
  const it = await opened(reel("a", 3), reel("b", 2));
  it.sliders.a.move(5);
  await it.answer(unsent(reel("a", 5)), unsent(reel("b", 2)));
  assert.equal(it.says(), "a 5");
  it.sliders.a.move(6);
  assert.equal(it.says(), "a 6");
  assert.deepEqual(it.told, []);
});

test("stale frames are asked for once the pointer is on their slider, and what was shown stays until they come", async () => {
  const it = await opened(reel("a", 3), reel("b", 2));
  it.sliders.a.move(5);
  await it.answer(unsent(reel("a", 5)), unsent(reel("b", 2), "b after a"));
  assert.deepEqual(it.told, []);
  const over = (target) => page.document.dispatchEvent({ type: "pointerover", target });
  over(it.sliders.a.input);
  assert.deepEqual(it.told, []);
  over(it.sliders.b.input);
  over(it.sliders.b.input);
  assert.deepEqual(it.told, [["ask", ["b"]]]);
  it.sliders.b.move(8);
  assert.equal(it.says(), "a 5");
  await it.answer(unsent(reel("a", 5)), reel("b", 2, STOPS, "b after a"));
  assert.equal(it.says(), "b after a 8");
  assert.deepEqual(it.told, [["ask", ["b"]]]);
});

test("a slider that moves before its frames were asked for, and a grip of it, ask for them", async () => {
  const it = await opened(reel("b", 2), reel("a", 3));
  await it.answer(unsent(reel("b", 2)), unsent(reel("a", 3), "other"));
  fire(it.grip(), "pointerdown", it.at(120));
  fire(it.svg, "pointermove", it.at(280));
  assert.deepEqual(it.told, [["ask", ["a"]]]);
  await it.answer(unsent(reel("b", 2)), reel("a", 3, STOPS, "other"));
  assert.equal(it.says(), "other 6");
  await it.answer(unsent(reel("b", 2), "anew"), unsent(reel("a", 3), "other"));
  fire(it.svg, "pointercancel", it.at(280));
  it.sliders.b.move(4);
  assert.deepEqual(it.told.at(-1), ["ask", ["b"]]);
});

test("what the server takes for known and is not is asked for", async () => {
  const it = await opened(reel("a", 3));
  await it.answer(unsent(reel("a", 3), "lost"));
  assert.deepEqual(it.told, [["ask", ["a"]]]);
  assert.equal(it.says(), "a 3");
});

test("which slider was moved first does not depend on their order", async () => {
  const it = await opened(reel("a", 3), reel("b", 2));
  it.sliders.b.move(8);
  it.sliders.a.move(5);
  assert.equal(it.says(), "b 8");
});

test("a slider that comes anew is listened to, and one that is gone leaves the picture at rest", async () => {
  const it = await opened(reel("a", 3));
  it.sliders.a.host.remove();
  const other = slider("a", 4);
  grow();
  assert.equal(it.says(), "a 4");
  other.move(6);
  assert.equal(it.says(), "a 6");
  other.host.remove();
  grow();
  assert.equal(it.says(), "a 3");
});

test("a dot that is taken follows the pointer from stop to stop, and the server is told on release", async () => {
  const it = await opened(reel("a", 3));
  assert.equal(it.grip().getAttribute("cx"), "160");
  const took = fire(it.grip(), "pointerdown", it.at(165));
  assert.ok(took.prevented);
  for (const [x, stop] of [[182, 3], [205, 4], [229, 5], [999, 10], [-50, 0], [285, 6]]) {
    fire(it.svg, "pointermove", it.at(x));
    assert.equal(it.says(), `a ${stop}`);
  }
  assert.deepEqual(it.told, []);
  fire(it.svg, "pointerup", it.at(285));
  assert.deepEqual(it.told, [["change", ["a", 6]]]);
  await it.answer(reel("a", 3)); // of something else
  assert.equal(it.says(), "a 6");
  it.sliders.a.move(6);
  await it.answer(reel("a", 6));
  assert.equal(it.says(), "a 6");
  it.sliders.a.move(2);
  assert.equal(it.says(), "a 2", "the slider leads again");
});

test("what is taken is under the pointer between stops too, says the nearest, and comes to rest there", async () => {
  const it = await opened(gliding());
  const others = [];
  page.document.addEventListener("bn-stop", ({ detail }) => others.push(detail));
  fire(it.grip(), "pointerdown", it.at(160));
  fire(it.svg, "pointermove", it.at(100));
  assert.equal(it.grip().getAttribute("cx"), "100");
  assert.deepEqual(others.at(-1), ["a", 2, 1.5]);
  fire(it.svg, "pointerup", it.at(100));
  assert.deepEqual(others.at(-1), ["a", 2]);
  assert.deepEqual(it.told, [["change", ["a", 2]]]);
});

test("a drag that is broken off changes nothing", async () => {
  const it = await opened(reel("a", 3));
  fire(it.grip(), "pointerdown", it.at(160));
  fire(it.svg, "pointermove", it.at(280));
  fire(it.svg, "pointercancel", it.at(280));
  assert.equal(it.says(), "a 3");
  assert.deepEqual(it.told, []);
});

test("what is taken while the server answers for another slider follows the pointer once it has", async () => {
  const it = await opened(reel("a", 3), reel("b", 2));
  it.sliders.b.move(3);
  fire(it.grip(), "pointerdown", it.at(160));
  fire(it.svg, "pointermove", it.at(280));
  assert.equal(it.says(), "b 3");
  await it.answer(reel("a", 3, STOPS, "a after b"), reel("b", 3));
  assert.equal(it.says(), "a after b 6");
  fire(it.svg, "pointerup", it.at(280));
  assert.deepEqual(it.told, [["change", ["a", 6]]]);
});

test("what is let go before the server has answered for another slider is where it was", async () => {
  const it = await opened(reel("a", 3), reel("b", 2));
  it.sliders.b.move(3);
  fire(it.grip(), "pointerdown", it.at(160));
  fire(it.svg, "pointermove", it.at(280));
  fire(it.svg, "pointerup", it.at(280));
  assert.equal(it.says(), "b 3");
  assert.deepEqual(it.told, []);
});

test("the nearest point says what it says", async () => {
  const it = await opened(reel("a", 3));
  const hint = it.root.querySelector(".hint");
  fire(it.svg, "pointermove", it.at(170));
  assert.equal(hint.textContent, "at 3");
  assert.ok(!hint.hidden);
  fire(it.svg, "pointermove", it.at(300));
  assert.ok(hint.hidden);
});

test("what leaves the page listens no more", async () => {
  const it = await opened(reel("a", 3));
  it.root.live.destroy();
  assert.deepEqual(page.observers, []);
  it.sliders.a.move(9);
  assert.equal(it.says(), "a 3");
});

test("what is taken is where on its way it is nearest to the pointer; of places that are as near, the nearest to where it is", () => {
  assert.equal(nearestOn([[0, 0], [10, 0], [20, 0]], 12, 3, 0), 1.2);
  assert.equal(nearestOn([[0, 0], [10, 0], null], 14, 3, 0), 1);
  assert.equal(nearestOn([[0, 0], [10, 0], [0, 0]], 5, 1, 0), 0.5);
  assert.equal(nearestOn([[0, 0], [10, 0], [0, 0]], 5, 1, 2), 1.5);
  assert.equal(nearestOn([[0, 0], [0, 0], [0, 0]], 5, 5, 2), 2);
  assert.equal(nearestOn([null, null], 5, 5, 1), 1);
  assert.equal(nearest([], 0, 0, 20), null);
});

test("elements are kept, and only what is another is set", () => {
  const parent = new Node("svg");
  patch(parent, [["text", { x: 1, fill: "red" }, "a"], ["g", {}, [["path", { d: "M0 0" }, []]]]]);
  const [text, group] = parent.children;
  patch(parent, [["text", { x: 2 }, [["tspan", {}, "a"]]], ["g", {}, []], ["rect", {}, []]]);
  assert.equal(parent.children[0], text);
  assert.deepEqual(text.attributes, { x: "2" });
  assert.equal(text.children[0].tag, "tspan");
  assert.deepEqual(group.children, []);
  patch(parent, [["text", { x: 2 }, "a"]]);
  assert.equal(parent.children.length, 1);
  assert.equal(text.children[0].tag, "#text");
  patch(parent, [["line", {}, []]]);
  assert.equal(parent.children[0].tag, "line");
});
