"""What can be seen of a page as it stands: words in boxes of their own, whole, and marks that stand out from what is beneath."""

from playwright.sync_api import Page

from tests.colors import contrast

# Charts, films and live parts have taken over the width of the window: they are told of it before a frame is painted.
TAKEN_OVER = """async () => {
  const fits = chart => Math.abs(chart.querySelector('svg.main-svg').clientWidth - chart.clientWidth) <= 1;
  do {
    for (let k = 0; k < 2; k++) await new Promise(requestAnimationFrame);
  } while (![...document.querySelectorAll('.js-plotly-plot')].filter(each => each.clientWidth).every(fits));
}"""

# Each line of words as a box, of which ascenders and descenders are left out, within what clips it.
CUT_OR_COVERED = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  const windows = new Map();
  const windowOf = each => {
    if (each === main) return { left: 0, right: innerWidth, top: -Infinity, bottom: Infinity, scrolls: false };
    if (!windows.has(each)) windows.set(each, clipped(each, windowOf(each.parentElement ?? each.getRootNode().host)));
    return windows.get(each);
  };
  const clipped = (each, around) => {
    const { display, opacity, visibility, clip, clipPath, overflowX, overflowY } = getComputedStyle(each);
    if (!around || display === 'none' || opacity < 0.05 || visibility === 'hidden' || clip === 'rect(0px, 0px, 0px, 0px)' || clipPath === 'inset(50%)') return null;
    if (overflowX + overflowY === 'visiblevisible' || (each instanceof SVGElement && each.tagName !== 'svg')) return around;
    const box = each.getBoundingClientRect();
    return { ...around,
      ...overflowX !== 'visible' && { left: Math.max(around.left, box.left), right: Math.min(around.right, box.right) },
      ...overflowY !== 'visible' && { top: Math.max(around.top, box.top), bottom: Math.min(around.bottom, box.bottom) },
      scrolls: around.scrolls || /auto|scroll/.test(overflowX) };
  };
  const lines = [];
  const read = node => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.trim() && measure(node, node.parentElement);
    if (node.matches?.('style, script, annotation, textarea, .katex-mathml')) return;
    if (node.matches?.('details:not([open])')) return node.querySelectorAll(':scope > summary').forEach(read);
    if (node.shadowRoot) read(node.shadowRoot);
    node.childNodes.forEach(read);
  };
  const measure = (node, parent) => {
    const within = windowOf(parent);
    if (!within) return;
    const range = document.createRange();
    range.selectNodeContents(node);
    const letters = 0.72 * parseFloat(getComputedStyle(parent).fontSize);
    const text = node.data.trim().slice(0, 40);
    for (const { left, right, top, bottom, width, height } of range.getClientRects()) {
      if (width < 2 || height < 2) continue;
      const upright = parent.closest('[transform*="rotate(-90"]');
      const spare = Math.max(0, ((upright ? width : height) - letters) / 2);
      const [aside, above] = upright ? [spare, 0] : [0, spare];
      lines.push({ node, text, within, formula: parent.closest('.katex, math'),
        left: left + aside, right: right - aside, top: top + above, bottom: bottom - above });
    }
  };
  read(main);
  const inView = (line, within = line.within) => ({
    left: Math.max(line.left, within.left), right: Math.min(line.right, within.right),
    top: Math.max(line.top, within.top), bottom: Math.min(line.bottom, within.bottom) });
  const seen = lines.map(line => ({ ...line, ...inView(line), whole: line }))
    .filter(({ left, right, top, bottom }) => left < right && top < bottom)
    .sort((one, other) => one.top - other.top);
  const cut = seen.filter(({ within, formula }) => !within.scrolls && !formula)
    .filter(({ whole, left, right, top, bottom }) =>
      Math.max(left - whole.left, whole.right - right, top - whole.top, whole.bottom - bottom) > 1.5);
  const covered = seen.flatMap((one, i) => {
    const found = [];
    for (let j = i + 1; j < seen.length && seen[j].top < one.bottom - 1.5; j++) {
      const other = seen[j];
      if (one.node === other.node || (one.formula && other.formula)) continue;
      if (Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1.5 && Math.min(one.bottom, other.bottom) - other.top > 1.5)
        found.push(`“${one.text}” and “${other.text}” on one another`);
    }
    return found;
  });
  return [...new Set([...cut.map(({ text }) => `“${text}” is cut`), ...covered])];
}"""

# The inks of all drawn marks with the ground beneath them: what encloses an area may stand out by its fill or by its edge.
# What is less than a third opaque lies under other things; a color of a heat map has its number or its scale beside it.
MARKS = """() => {
  const page = getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor;
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
  const paint = canvas.getContext('2d', { willReadFrequently: true });
  const mixed = layers => {
    paint.clearRect(0, 0, 1, 1);
    for (const [color, opacity] of layers) {
      paint.globalAlpha = opacity;
      paint.fillStyle = color;
      paint.fillRect(0, 0, 1, 1);
    }
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const hexes = new Map();
  const hex = layers => {
    const key = layers.join();
    if (!hexes.has(key)) hexes.set(key, written(layers));
    return hexes.get(key);
  };
  const written = layers => '#' + mixed(layers).slice(0, 3).map(each => each.toString(16).padStart(2, '0')).join('');
  const opacities = new Map();
  const opaque = color => {
    if (!opacities.has(color)) opacities.set(color, mixed([[color, 1]])[3] / 255);
    return opacities.get(color);
  };
  const through = new Map();
  const opacityOf = each => {
    if (!through.has(each)) {
      const around = each.parentElement ?? each.getRootNode().host;
      through.set(each, Number(getComputedStyle(each).opacity) * (around ? opacityOf(around) : 1));
    }
    return through.get(each);
  };
  const APART = 'defs *, clipPath *, .grid *, .gridlayer *, .ticks, .heatmaplayer *, .hoverlayer *, [shape-rendering=crispEdges] *, button *, [data-testid^=stIcon] *';
  const inksOf = (each, style) => {
    const box = each.getBBox();
    const kinds = [];
    if (!box.width && !box.height) return kinds;
    if (each.tagName !== 'line' && box.width && box.height) kinds.push([style.fill, style.fillOpacity]);
    if (each.tagName !== 'text' && parseFloat(style.strokeWidth) > 0) kinds.push([style.stroke, style.strokeOpacity]);
    return kinds.filter(([color]) => color.startsWith('rgb') || color.startsWith('color'))
      .map(([color, own]) => [color, own * opacityOf(each)])
      .filter(([color, opacity]) => opaque(color) * opacity >= 1 / 3);
  };
  const holds = ({ each, box }, x, y) => box.left < x && x < box.right && box.top < y && y < box.bottom
    && each.isPointInFill(new DOMPoint(x, y).matrixTransform(each.getScreenCTM().inverse()));
  const found = new Map();
  const look = root => {
    for (const each of root.querySelectorAll('*')) if (each.shadowRoot) look(each.shadowRoot);
    for (const svg of root.querySelectorAll('svg')) {
      const fills = [];  // of areas that are seen before what is drawn on them
      for (const each of svg.querySelectorAll('path, circle, rect, line, text, polygon, polyline, ellipse')) {
        if (each.matches(APART) || each.getAnimations().length || !each.checkVisibility({ visibilityProperty: true })) continue;
        const style = getComputedStyle(each);
        const inks = inksOf(each, style);
        if (!inks.length) continue;
        const box = each.getBoundingClientRect();
        const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
        const under = each.tagName !== 'text' ? [] : style.paintOrder.startsWith('stroke') && parseFloat(style.strokeWidth) >= 2
          ? [[style.stroke, 1]] : fills.filter(fill => holds(fill, x, y)).slice(-1).map(({ ink }) => ink);
        const ground = hex([[page, 1], ...under]);
        const where = (each.closest('[class*=st-key]') ?? root.host?.closest('[class*=st-key]'))?.className.match(/st-key-(\\S+)/)?.[1] ?? '';
        const kind = [where, each.parentElement.getAttribute('class') ?? '', each.tagName, each.getAttribute('class') ?? ''].join(' ');
        found.set([kind, style.fill, style.stroke, ground].join(), [kind, ground, inks.map(ink => hex([[page, 1], ...under, ink]))]);
        if (style.fill !== 'none' && each.tagName !== 'text' && inks[0][0] === style.fill) fills.push({ each, box, ink: inks[0] });
      }
    }
  };
  look(document.querySelector('[data-testid=stMain]'));
  return [...found.values()];
}"""


def assert_words_are_whole_and_apart(page: Page) -> None:
    page.evaluate(TAKEN_OVER)
    assert page.evaluate(CUT_OR_COVERED) == []


def assert_marks_stand_out(page: Page) -> None:
    """By 3:1, which is what WCAG 2.1 asks of all that carries meaning."""
    pale = {
        kind: (inks, ground, round(most, 2))
        for kind, ground, inks in page.evaluate(MARKS)
        if (most := max(contrast(ink, ground) for ink in inks)) < 3
    }
    assert pale == {}


# Where headings, pictures and rows of buttons stand on the page.
PLACES = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  const all = main.querySelectorAll('[data-testid=stHeading], [data-testid=stPlotlyChart], [data-testid^=stBidiComponent], [data-testid=stButtonGroup]');
  return [...all].filter(each => each.offsetParent).map(each => Math.round(each.getBoundingClientRect().top + main.scrollTop));
}"""


def places(page: Page) -> list[int]:
    """Of what would be seen to jump if something above it grew or shrank."""
    page.evaluate(TAKEN_OVER)
    found: list[int] = page.evaluate(PLACES)
    return found
