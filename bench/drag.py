"""What the hand feels: frames per second while something in the live stage is dragged, and the wait after letting go."""

import math
import statistics
import time
from pathlib import Path

from playwright.sync_api import Browser, Page

from bench.latency import settle
from tools.serving import DRAWN, served

HANDLES = ("beta-0", "gamma-0", "x-0-0")
SECONDS = 2.0
AWAY = 100  # pixels to both sides
MIDDLE = "each => { const box = each.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }"
# Counts the frames in which something has changed.
WATCH = """watched => {
  window.frames_seen = new Set();
  new MutationObserver(() => window.frames_seen.add(document.timeline.currentTime))
    .observe(watched, { subtree: true, childList: true, attributes: true, characterData: true });
}"""
# Remembers when table and link had the new value.
TOLD = """() => {
  const cell = () => [...document.querySelectorAll('*')].map(each => each.shadowRoot?.querySelector('[data-table=y] td'))
    .find(Boolean).textContent;
  const before = [cell(), location.href];
  window.waited = null;
  const start = performance.now();
  const look = () => {
    if (cell() !== before[0] && location.href !== before[1]) window.waited = performance.now() - start;
    else requestAnimationFrame(look);
  };
  look();
}"""


def drag(browser: Browser, script: Path, path: str, runs: int) -> dict[str, float]:
    """Frames per second for each handle, and milliseconds until table and link agree: `stage` and `slider`."""
    with served(script) as (url, _):
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(url + path)
        page.wait_for_function(DRAWN)
        page.locator("[data-live=x-0-0][aria-valuenow]").wait_for()
        figures = {handle: _frames(page, _live(handle), _live("output-0")) for handle in HANDLES}
        page.goto(url + path)
        page.wait_for_function(DRAWN)
        waits = [(_released(page, i), _keyed(page, i)) for i in range(runs)]  # by turns: a page gets faster with use
        figures["stage"], figures["slider"] = map(statistics.median, zip(*waits, strict=True))
        page.close()
    return figures


def slide(browser: Browser, script: Path, path: str, key: str) -> float:
    """Frames per second of the picture of a native slider while the slider is held."""
    with served(script) as (url, _):
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(url + path)
        page.wait_for_function(DRAWN)
        page.locator(f'[data-live="{key}"]').first.wait_for()
        found = _frames(page, f".st-key-{key} input[type=range]", f'[data-live="{key}"]')
        page.close()
    return found


def _frames(page: Page, grab: str, watch: str) -> float:
    x, y = _middle(page, grab)
    page.locator(watch).first.evaluate(WATCH)
    page.mouse.move(x, y)
    page.mouse.down()
    begin, moves = time.perf_counter(), 0
    while (now := time.perf_counter() - begin) < SECONDS:
        page.mouse.move(x + AWAY * math.sin(math.pi * now), y)
        moves += 1
        time.sleep(max(0.0, moves / 60 - (time.perf_counter() - begin)))
    frames: int = page.evaluate("window.frames_seen.size")
    page.keyboard.press("Escape")
    page.mouse.up()
    return frames / SECONDS


def _released(page: Page, i: int) -> float:
    x, y = _middle(page, _live("beta-0"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + (20 if i % 2 else -20), y, steps=4)
    page.evaluate(TOLD)
    page.mouse.up()
    return _waited(page)


def _keyed(page: Page, i: int) -> float:
    page.locator(".st-key-beta_0 input[type=range]").focus()
    page.evaluate(TOLD)
    page.keyboard.press("ArrowRight" if i % 2 else "ArrowLeft")
    return _waited(page)


def _waited(page: Page) -> float:
    page.wait_for_function("window.waited !== null")
    waited: float = page.evaluate("window.waited")
    page.evaluate("() => { window.changed = { first: 0, last: performance.now(), from: 0 }; }")
    settle(page)
    return waited


def _live(handle: str) -> str:
    return f'[data-live="{handle}"]'


def _middle(page: Page, css: str) -> tuple[float, float]:
    target = page.locator(css).first
    target.scroll_into_view_if_needed()
    x, y = target.evaluate(MIDDLE)
    return x, y
