"""What one reader waits for: the first finished picture in a warm browser, and a settled page after a key on a slider."""

import statistics
from pathlib import Path

from playwright.sync_api import Browser, Page

from tools.serving import DRAWN, served

QUIET_MS = 1_000
WARM_UP = 2

# Remembers when the main block last changed, from the start of the page or from the last key. What the moved slider
# itself shows does not count.
WATCH = """
window.changed = { first: null, last: null, from: 0 };
const note = records => {
  for (const record of records) {
    const node = record.target.nodeType === 1 ? record.target : record.target.parentElement;
    if (!node || !node.closest('[data-testid=stMain]') || node.closest('[data-testid=stSlider]')) continue;
    window.changed.first ??= performance.now();
    window.changed.last = performance.now();
  }
};
document.addEventListener('keydown', () => {
  window.changed = { first: null, last: null, from: performance.now() };
}, true);
new MutationObserver(note).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
"""
QUIET = f"() => window.changed.last !== null && performance.now() - window.changed.last > {QUIET_MS}"


def settle(page: Page) -> dict[str, float]:
    """Wait until nothing has changed for a second; milliseconds to the first and to the last change."""
    page.wait_for_function(QUIET)
    waits: dict[str, float] = page.evaluate(
        "() => ({first: changed.first - changed.from, last: changed.last - changed.from})"
    )
    return waits


def latency(browser: Browser, script: Path, path: str, slider: str | None, runs: int) -> dict[str, float]:
    """Medians in milliseconds: `paint` to the last change of a fresh page, `first` and `settled` after a key on a slider."""
    with served(script) as (url, _):
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        context.add_init_script(WATCH)
        paints = [_painted(context.new_page(), url + path) for _ in range(runs + WARM_UP)]
        figures = {"paint": statistics.median(paints[WARM_UP:])}
        if slider is not None:
            waits = _moved(context.pages[-1], slider, runs + WARM_UP)[WARM_UP:]
            figures["first"] = statistics.median(wait["first"] for wait in waits)
            figures["settled"] = statistics.median(wait["last"] for wait in waits)
        context.close()
    return figures


def _painted(page: Page, address: str) -> float:
    """Open a page; milliseconds to its last change. Of the pages before only the newest stays open."""
    for other in page.context.pages[:-1]:
        other.close()
    page.goto(address)
    page.wait_for_function(DRAWN)
    return settle(page)["last"]


def _moved(page: Page, slider: str, times: int) -> list[dict[str, float]]:
    """Press arrow keys on a slider."""
    thumb = page.locator(f".st-key-{slider} input[type=range]").first
    thumb.scroll_into_view_if_needed()
    thumb.focus()
    settle(page)
    waits = []
    for i in range(times):
        page.keyboard.press("ArrowRight" if i % 2 == 0 else "ArrowLeft")
        waits.append(settle(page))
    return waits
