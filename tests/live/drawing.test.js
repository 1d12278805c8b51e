// Drawing: each mark of ui/figures/marks.py as elements of SVG, where Plotly would have it.

import assert from "node:assert/strict";
import { test } from "node:test";

import "./page.js";
import { draw, filled, format, framed, marker, placeOf, places, runs } from "../../assets/live/drawing.js";

// What is inside the margins is 400 px wide and 200 px high, from (40, 10) on.
const layout = (more = {}) => ({
  height: 250, margin: { l: 40, r: 10, t: 10, b: 40 }, xaxis: { range: [0, 10] }, yaxis: { range: [0, 10] }, ...more,
});
const figure = (data = [], more = {}) => ({ data, layout: layout(more) });
const WIDTH = 450;

/** All elements with a tag, in order. */
function all(trees, tag) {
  return trees.flatMap(([name, attributes, inside]) => [
    ...(name === tag ? [{ ...attributes, inside }] : []),
    ...(typeof inside === "string" ? [] : all(inside, tag)),
  ]);
}
const elements = (tag, data, more) => all(draw(figure(data, more), WIDTH).tree, tag);
const said = (inside) => (typeof inside === "string" ? inside : inside.map(([, , each]) => said(each)).join(""));
const texts = (data, more) => elements("text", data, more).map((each) => said(each.inside));
const line = (more = {}) => ({ type: "scatter", mode: "lines", name: "l", x: [0, 5, 10], y: [0, 10, 5], line: { color: "#0072B2", width: 2 }, ...more });
const dots = (more = {}) => ({ type: "scatter", mode: "markers", name: "d", x: [0, 10], y: [0, 10], marker: { symbol: "circle", size: 10, color: "#D55E00" }, ...more });
const BARE = { xaxis: { range: [0, 10], visible: false }, yaxis: { range: [0, 10], visible: false } };

test("a line goes through its points, and a missing one leaves a gap", () => {
  const [path] = elements("path", [line()]);
  assert.equal(path.d, "M40 210L240 10L440 110");
  assert.equal(path.stroke, "var(--ink-0072b2, #0072B2)");
  assert.equal(path.fill, "none");
  assert.equal(elements("path", [line({ y: [0, null, 5] })])[0].d, "M40 210M440 110");
  assert.equal(elements("path", [line({ x: [], y: [] })])[0].d, "");
});

test("dashes grow with the line, and an area is closed and filled", () => {
  assert.equal(elements("path", [line({ line: { color: "#000000", width: 4, dash: "dash" } })])[0]["stroke-dasharray"], "12 12");
  assert.equal(elements("path", [line({ line: { color: "#000000", width: 1, dash: "dot" } })])[0]["stroke-dasharray"], "3 3");
  const [area] = elements("path", [line({ fill: "toself", fillcolor: "rgba(1,2,3,0.5)" })]);
  assert.equal(area.fill, "rgba(1,2,3,0.5)");
  assert.ok(area.d.endsWith("Z"));
});

test("a marker stands at its point, each with its own look or all with one", () => {
  const [first, second] = elements("path", [dots()]);
  assert.equal(first.d, "M35 210a5 5 0 1 0 10 0a5 5 0 1 0 -10 0");
  assert.equal(second.fill, "var(--ink-d55e00, #D55E00)");
  const own = elements("path", [dots({ marker: { symbol: ["square", "circle-open"], size: [4, 0], color: ["#111111", "#222222"] } })]);
  assert.equal(own.length, 1);
  assert.equal(own[0].d, "M38 208h4v4h-4z");
  const [open] = elements("path", [dots({ marker: { symbol: "circle-open", size: 9, color: "#7B8794" } })]);
  assert.deepEqual([open.fill, open.stroke, open["stroke-width"]], ["none", "var(--ink-7b8794, #7B8794)", 1]);
  const [rim] = elements("path", [dots({ marker: { symbol: "square", size: 9, color: "#7B8794", line: { color: "white", width: 2 } } })]);
  assert.deepEqual([rim.stroke, rim["stroke-width"]], ["white", 2]);
});

test("many markers that look alike are a few elements, and all are there", () => {
  const x = Array.from({ length: 200 }, (_, k) => k / 20);
  const marked = (marker) => elements("path", [dots({ x, y: x, marker: { size: 5, color: "#D55E00", ...marker } })]);
  const count = (paths) => paths.map((each) => each.d.split("M").length - 1).reduce((a, b) => a + b, 0);
  assert.equal(marked({ symbol: "circle" }).length, 1);
  assert.equal(count(marked({ symbol: "circle" })), 200);
  const pale = marked({ symbol: x.map((v) => (v > 9 ? "triangle-up" : "circle")), opacity: 0.5 });
  assert.equal(pale.length, 16);
  assert.equal(count(pale), 200);
  assert.equal(pale[0].opacity, 0.5);
});

test("every marker of the figures is a shape of its own", () => {
  const names = ["circle", "square", "diamond", "cross", "x", "star", "cross-thin"].concat(["up", "down", "left", "right"].map((side) => `triangle-${side}`));
  assert.equal(new Set(names.map((name) => marker(name, 5, [0, 0]))).size, names.length);
  assert.equal(marker("diamond-open", 5, [0, 0]), marker("diamond", 5, [0, 0]));
  assert.equal(marker("of another time", 5, [0, 0]), marker("circle", 5, [0, 0]));
});

test("words stand beside their points", () => {
  const mode = { mode: "markers+text", text: ["a", ""], textposition: "middle left", textfont: { size: 13, color: "#FFFFFF" } };
  const [word] = elements("text", [dots(mode)], BARE);
  assert.deepEqual([word.x, word["text-anchor"], word["font-size"], word.inside], [32, "end", 13, "a"]);
  assert.equal(word.fill, "var(--ink-ffffff, #FFFFFF)");
  assert.deepEqual(texts([dots({ mode: "text", text: ["over", "x"], textposition: ["top center", "bottom right"] })], BARE), ["over", "x"]);
});

test("axes have as many numbers as fit, written as briefly as they can be", () => {
  assert.deepEqual(texts([line()], { yaxis: { range: [0, 1], nticks: 3 }, xaxis: { range: [-5, 5], nticks: 3 } }), ["−5", "0", "5", "0", "0.5", "1"]);
  assert.deepEqual(texts([line()], { ...BARE, xaxis: { range: [0, 10], tickvals: [2, 99], ticktext: ["two", "far"] } }), ["two"]);
  assert.deepEqual(texts([line()], { ...BARE, xaxis: { range: [10.2, 12], dtick: 0.5 } }), ["10.5", "11", "11.5", "12"]);
  assert.deepEqual(texts([line()], { ...BARE, yaxis: { range: [0, 1e6], tickformat: "~s", nticks: 3 } }), ["0", "500k", "1M"]);
  assert.deepEqual(texts([line()], { ...BARE, xaxis: { range: [0, 1], showticklabels: false, title: { text: "<b>t</b>" } } }), ["t"]);
});

test("on a logarithmic axis each power of ten is as long", () => {
  const log = { type: "log", range: [0, 2], tickvals: [1, 10, 100], ticktext: ["1", "10", "100"] };
  assert.equal(elements("path", [line({ x: [1, 10, 100] })], { xaxis: log })[0].d, "M40 210L240 10L440 110");
  assert.equal(elements("path", [line({ x: [0, 10, 100] })], { xaxis: log })[0].d, "M240 10L440 110");
  assert.deepEqual(texts([line()], { ...BARE, xaxis: { type: "log", range: [-3, 0], dtick: 3, exponentformat: "power" } }), ["10−3", "1"]);
});

test("lines of the grid lie at the numbers: across unless they are not wanted, upright only if they are", () => {
  const grid = (more) => elements("line", [line()], more).map(({ x1, x2, y1, y2 }) => [x1, y1, x2, y2]);
  const ticks = { xaxis: { range: [0, 10], tickvals: [5] }, yaxis: { range: [0, 10], tickvals: [5] } };
  assert.deepEqual(grid(ticks), [[40, 110, 440, 110]]);
  const asked = { xaxis: { ...ticks.xaxis, showgrid: true }, yaxis: { ...ticks.yaxis, showgrid: false } };
  assert.deepEqual(grid(asked), [[240, 210, 240, 10]]);
});

test("axes share the picture by their domains, and each trace stands on its own", () => {
  const two = { yaxis: { range: [0, 10], domain: [0, 0.4] }, yaxis2: { range: [0, 10], domain: [0.5, 1] } };
  const paths = elements("path", [line(), line({ yaxis: "y2" })], two);
  assert.deepEqual(paths.map((each) => each.d), ["M40 210L240 130L440 170", "M40 110L240 10L440 60"]);
  const { tree } = draw(figure([line(), line({ yaxis: "y2" })], two), WIDTH);
  assert.deepEqual(all(tree, "clipPath").map((each) => each.id), ["clip-xy", "clip-xy2"]);
});

test("a trace that is the same on the same axes is the same tree, so that nothing of it is set again", () => {
  const [still, moved] = [line(), line()];
  const drawnAt = (x, width = WIDTH) => draw(figure([still, { ...moved, x }]), width).tree.find(([, { class: name }]) => name === "traces")[2];
  const [before, after, wider] = [drawnAt([0, 1, 2]), drawnAt([0, 1, 3]), drawnAt([0, 1, 3], WIDTH + 9)];
  assert.equal(after[0], before[0]);
  assert.notEqual(after[1], before[1]);
  assert.notEqual(wider[0], before[0]);
});

test("what is not clipped hangs over the edge", () => {
  const clipped = (trace) => draw(figure([trace]), WIDTH).tree.flatMap((each) => all([each], "g")).filter((each) => each["clip-path"]);
  assert.equal(clipped(line()).length, 1);
  assert.equal(clipped(line({ cliponaxis: false })).length, 0);
});

test("a unit is as long on both axes where it has to be", () => {
  const square = { xaxis: { range: [0, 10] }, yaxis: { range: [0, 10], scaleanchor: "x" } };
  const { axes } = framed(figure([], square), WIDTH);
  assert.deepEqual([axes.x.ends, axes.y.ends], [[-5, 15], [0, 10]]);
  const shorter = { xaxis: { range: [0, 10], constrain: "domain", constraintoward: "left" }, yaxis: { range: [0, 10], scaleanchor: "x" } };
  const { x } = framed(figure([], shorter), WIDTH).axes;
  assert.deepEqual([x.from, x.to], [40, 240]);
});

test("shapes stand on axes or on the whole picture, under the traces or over them", () => {
  const shapes = [
    { type: "rect", x0: 2, x1: 4, y0: 0, y1: 1, yref: "paper", fillcolor: "rgba(0,0,0,0.1)", line: { width: 0 }, layer: "below" },
    { type: "line", x0: 0, x1: 1, xref: "paper", y0: 5, y1: 5, line: { color: "#7B8794", width: 1, dash: "dot" } },
    { type: "path", path: "M 0,0 L 10,-1.5e-0", line: { color: "#7B8794", width: 1 } },
    null,
  ];
  const { tree } = draw(figure([], { ...BARE, shapes }), WIDTH);
  const band = all(tree, "rect").find((each) => each.fill === "rgba(0,0,0,0.1)");
  assert.deepEqual([band.x, band.y, band.width, band.height, band.stroke], [120, 10, 80, 200, "none"]);
  assert.deepEqual(all(tree, "path").map((each) => each.d), ["M40 110L440 110", "M 40 210 L 440 240"]);
});

test("notes are held by their corners, and one beyond its axis is not shown", () => {
  const note = (more) => elements("text", [], { ...BARE, annotations: [{ text: "n", x: 5, y: 5, showarrow: false, ...more }] })[0];
  assert.ok(note({ yshift: 10 }).y < note({}).y);
  const [middle, corner] = [note({}), note({ x: 0, y: 1, xref: "paper", yref: "paper", xshift: -10, yshift: 4 })];
  assert.deepEqual([middle.x, middle["text-anchor"]], [240, "middle"]);
  assert.deepEqual([corner.x, corner["text-anchor"]], [30, "start"]);
  assert.ok(corner.y > 10 - 4 && corner.y < 10 + 14);
  assert.equal(note({ x: 99 }), undefined);
  const [first, second] = elements("text", [], { ...BARE, annotations: [{ text: "one<br>two", x: 5, y: 5, showarrow: false }] });
  assert.ok(Math.abs((first.y + second.y) / 2 - 114) < 2 && second.y - first.y > 12);
  assert.equal(note({ textangle: -90 }).transform, "rotate(-90 240 110)");
});

test("an arrow has a shaft and a head, unless it is too short to be seen", () => {
  const arrow = { text: "", showarrow: true, x: 10, y: 0, ax: 0, ay: 0, axref: "x", ayref: "y", arrowcolor: "#0072B2", arrowwidth: 2 };
  const paths = elements("path", [], { ...BARE, annotations: [arrow] });
  assert.deepEqual(paths.map((each) => each.d), ["M40 210L432 210", "M440 210L432 214L432 206Z"]);
  assert.deepEqual(elements("path", [], { ...BARE, annotations: [{ ...arrow, x: 0 }] }), []);
});

test("text is read in Plotly's markup, and nothing else is", () => {
  const [[bold, plain], [red]] = runs('<b>a&lt;b</b> x<sup>2</sup><br><span style="color:#D55E00;font-size:11px">y</span>');
  assert.deepEqual([bold.text, bold.bold, plain.bold], ["a<b", true, false]);
  assert.deepEqual([red.text, red.color, red.size], ["y", "#D55E00", 11]);
  assert.deepEqual(runs("<b>a<i>b</i>c</b>d")[0].map((run) => run.bold), [true, true, true, false]);
  const [[, raised]] = runs("x<sup>2</sup>");
  assert.equal(raised.raised, 1);
  assert.deepEqual(runs('<img src="x" onerror="1">y')[0].map((run) => run.text), ["y"]);
});

test("a heat map has a cell for each number, with words in it if it has them", () => {
  const map = { type: "heatmap", name: "m", z: [[0, null], [0.5, 1]], zmin: 0, zmax: 1, colorscale: [[0, "#000000"], [1, "#ffffff"]], xgap: 2, ygap: 2, text: [["a", "b"], ["c", "d"]], texttemplate: "%{text}", textfont: { size: 10 } };
  const axes = { xaxis: { visible: false }, yaxis: { visible: false, autorange: "reversed" } };
  const cells = elements("rect", [map], axes).filter((each) => each.fill);
  assert.deepEqual(cells.map((each) => each.fill), ["rgba(0,0,0,1)", "rgba(128,128,128,1)", "rgba(255,255,255,1)"]);
  assert.deepEqual([cells[0].x, cells[0].y, cells[0].width, cells[0].height], [41, 11, 198, 98]);
  assert.deepEqual(texts([map], axes), ["a", "c", "d"]);
});

test("a row of colors says what they stand for", () => {
  const map = { type: "heatmap", name: "m", z: [[0]], zmin: -1, zmax: 1, colorscale: [[0, "#000000"], [1, "#ffffff"]], colorbar: { len: 0.5, thickness: 8, ypad: 6, tickvals: [-1, 1], ticktext: ["≤ −1", "≥ 1"], outlinewidth: 1, outlinecolor: "#7B8794" } };
  const axes = { xaxis: { visible: false }, yaxis: { visible: false } };
  assert.deepEqual(texts([map], axes), ["≤ −1", "≥ 1"]);
  assert.equal(elements("rect", [map], axes).filter((each) => each.fill === "none").length, 1);
});

test("bars stand on zero", () => {
  const [bar] = elements("rect", [{ type: "bar", name: "b", x: [5], y: [5], width: 2, marker: { color: "#0072B2" } }], BARE).filter((each) => each.fill);
  assert.deepEqual([bar.x, bar.y, bar.width, bar.height], [200, 110, 80, 100]);
});

test("a point says its texts, its place, or its template, and what says nothing is passed over", () => {
  const tell = (trace) => {
    const picture = figure([trace]);
    return places(picture, framed(picture, WIDTH)).map((each) => each.tell());
  };
  assert.deepEqual(tell(dots({ hoverinfo: "text", text: ["one", ""] })), ["one"]);
  assert.deepEqual(tell(dots({ hoverinfo: "skip" })), []);
  assert.deepEqual(tell(dots({ hoverinfo: "name+x+y", x: [1.23456], y: [2] })), ["d<br>(1.23, 2)"]);
  assert.deepEqual(tell(dots({ hovertemplate: "%{x:.1f} and %{text}<extra></extra>", x: [1.26], y: [0], text: ["t"] })), ["1.3 and t"]);
  assert.deepEqual(tell(dots({ visible: false, hoverinfo: "x" })), []);
  const map = { type: "heatmap", z: [[0.256]], zmin: 0, zmax: 1, colorscale: [[0, "#000000"], [1, "#ffffff"]], hovertemplate: "%{z:.2f}<extra></extra>" };
  assert.deepEqual(tell(map), ["0.26"]);
});

test("a grip is where its point is", () => {
  const picture = figure([line(), dots()]);
  assert.deepEqual(placeOf(picture, framed(picture, WIDTH), "d", 1), [440, 10]);
  assert.equal(placeOf(picture, framed(picture, WIDTH), "gone", 1), null);
});

test("numbers are written as d3's formats say, with a real minus", () => {
  const cases = [["d", -3, "−3"], [".2f", -0.126, "−0.13"], [".0%", 0.5, "50%"], [",d", 12345, "12,345"], ["~s", 1200, "1.2k"], [".3g", 0.12345, "0.123"]];
  for (const [spec, value, written] of cases) assert.equal(format(spec, value), written);
  assert.equal(filled("%{x} %{customdata[1]} %{y:.1f}", { x: -1, customdata: ["a", "b"], y: 2 }), "−1 b 2.0");
});
