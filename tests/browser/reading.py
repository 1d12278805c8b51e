"""What makes a page readable, checked on the page as it stands."""

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.lab import PATIENCE_MS
from tests.colors import contrast


def assert_it_fits_and_can_be_read(page: Page) -> None:
    """No sideways scrolling, and no finding of the WCAG 2.1 A and AA rules."""
    found = audit(page)
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 1
    assert found == [], found
    words, edges, background = page.evaluate(INKS)
    for inks, least in ((words, 4.5), (edges, 3)):
        pale = [ink for ink in inks if contrast(ink, background) < least]
        assert pale == [], (pale, background)


def audit(page: Page) -> list[tuple[str, str, str]]:
    """What axe finds on the page at rest; anew if a computation went on meanwhile, as what waits for the server is paler."""
    for _ in range(100):
        wait_until_nothing_fades(page)
        page.evaluate(WATCH)
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
        findings = Axe().run(page, options=rules).response["violations"]
        if not page.evaluate("window.changed"):
            return [(each["id"], each["nodes"][0]["html"], each["nodes"][0]["failureSummary"]) for each in findings]
        # A computation asks five times a second; axe takes all of a core, and would only find out that it goes on.
        page.wait_for_function("() => performance.now() - window.changed > 1000", polling=200, timeout=4 * PATIENCE_MS)
    raise AssertionError("the page does not come to rest")


WATCH = """() => {
  window.changed = 0;
  const watch = new MutationObserver(() => { window.changed = performance.now(); });
  watch.observe(document.body, { subtree: true, attributeFilter: ['data-stale', 'data-test-script-state'] });
}"""

# Which colors words have that axe passes over: along the axes of charts, in pale cells, and beside controls that rest;
# and the edges of what can be chosen or switched on.
INKS = """() => {
  const page = getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor;
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
  const ink = canvas.getContext('2d', { willReadFrequently: true });
  const seen = color => {
    for (const each of [page, color]) {
      ink.fillStyle = each;
      ink.fillRect(0, 0, 1, 1);
    }
    return '#' + [...ink.getImageData(0, 0, 1, 1).data.slice(0, 3)].map(each => each.toString(16).padStart(2, '0')).join('');
  };
  const words = document.querySelectorAll('.stPlotlyChart :is([class*=tick] text, text[class$=title], .heatmap-label text)');
  const labels = document.querySelectorAll('[data-testid=stWidgetLabel][disabled] p');
  const inks = [...[...words].map(each => getComputedStyle(each).fill), ...[...labels].map(each => getComputedStyle(each).color)];
  const circles = document.querySelectorAll('[data-testid=stRadioOption]:has(input:not(:checked)) > div > div:first-child');
  const switches = document.querySelectorAll('[data-testid=stCheckbox] label:has(input:not(:checked, :disabled)) > div:first-of-type');
  const edges = [...[...circles].map(each => getComputedStyle(each).borderTopColor), ...[...switches].map(each => getComputedStyle(each).backgroundColor)];
  return [...[inks, edges].map(each => [...new Set(each)].map(seen)), seen(page)];
}"""


def wait_until_nothing_fades(page: Page) -> None:
    """What waits for the server is paler until its answer is there."""
    page.wait_for_function("() => document.querySelectorAll('[data-stale=true]').length === 0")
    page.wait_for_function(
        "() => document.getAnimations().every(each => each.playState !== 'running' || each.effect.getTiming().iterations === Infinity)"
    )


def put_on(page: Page, theme: str) -> None:
    """Set the system's color scheme, and wait until the page has taken it over."""
    page.emulate_media(color_scheme=theme)
    background = {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 20, 26)"}[theme]
    expect(page.locator("[data-testid=stApp]")).to_have_css("background-color", background)


# How a control and what surrounds it look; the ring of a hidden input is drawn on its neighbors.
LOOK = """
window.look = control => {
  let around = control;
  for (let k = 0; k < 3; k++) around = around.parentElement ?? around.getRootNode().host ?? around;
  const looks = [];
  const near = [around, ...around.querySelectorAll('*')].slice(0, 80);
  for (const each of [control, ...control.querySelectorAll('*'), ...near]) {
    for (const part of [null, '::before', '::after']) {
      const style = getComputedStyle(each, part);
      looks.push([style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.borderColor,
        style.backgroundColor, style.textDecorationLine, style.stroke, style.fill].join());
    }
  }
  return looks.join(';');
};
window.focused = new Map();
for (const root of [document, ...[...document.querySelectorAll('*')].map(each => each.shadowRoot).filter(Boolean)]) {
  const style = document.createElement('style');
  style.textContent = '* { transition: none !important; }';
  (root.head ?? root).append(style);
}
document.addEventListener('keydown', event => {
  const control = event.composedPath()[0];
  if (event.key === 'Tab' && control !== document.body) window.focused.set(control, window.look(control));
}, true);
"""
UNSEEN = """() => [...window.focused]
  .filter(([control, look]) => control.isConnected && !control.matches(':focus') && window.look(control) === look)
  .map(([control]) => control.outerHTML.slice(0, 200))"""


def assert_focus_is_seen(page: Page, doing: Callable[[], None]) -> None:
    """While `doing` presses Tab: each control that has the focus looks different from when it has not."""
    page.evaluate(LOOK)
    doing()
    assert page.evaluate("window.focused.size") > 3
    assert page.evaluate(UNSEEN) == []
