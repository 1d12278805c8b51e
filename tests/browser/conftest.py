"""A running app and a real Chromium for the browser tests."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.lab import PATIENCE_MS
from tools.serving import CHROMIUM_FLAGS, DRAWN, ROOT, find_chromium, served

# Their time limits of a second or two are short for a machine that tests other things as well: `make replicas`.
collect_ignore = [] if "REPLICAS" in os.environ else ["test_replicas.py"]

expect.set_options(timeout=PATIENCE_MS / 2)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    if found := find_chromium():
        return found
    message = "no Chromium on this machine: the browser tests did not run (apt-get install chromium)"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    with served(ROOT / "app.py") as (url, _):
        yield url


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromium_path, args=[*CHROMIUM_FLAGS, "--process-per-site"]
        )
        yield chromium
        chromium.close()


class Reader:
    """Somebody who opens pages, each in a session of its own, and whose consoles must stay free of errors."""

    def __init__(self, browser: Browser, url: str, visited: BrowserContext | None = None) -> None:
        self.browser = browser
        self.url = url
        self.visited = visited
        self.pages: list[Page] = []
        self.complaints: list[str] = []

    def open(
        self,
        path: str = "/",
        *,
        scheme: str = "light",
        width: int = 1400,
        height: int = 1000,
        fresh: bool = False,
        calm: bool = False,
    ) -> Page:
        """Open a page and wait until its finished picture is there.

        fresh: in a browser that was never here; calm: the reader wants nothing to move by itself.
        """
        context = self.browser.new_context() if fresh or self.visited is None else self.visited
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce" if calm else "no-preference")
        self.pages.append(page)
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.url + path)
        self.wait_until_drawn(page)
        return page

    def hear(self, message: ConsoleMessage) -> None:
        """Remember an error, unless it is Streamlit looking for its server below the page's own path first."""
        looking = message.location["url"].endswith(("/_stcore/health", "/_stcore/host-config"))
        if message.type == "error" and not looking:
            self.complaints.append(message.text)

    @staticmethod
    def wait_until_drawn(page: Page) -> None:
        page.wait_for_function(DRAWN)


@pytest.fixture(scope="session")
def visited(browser: Browser, app_url: str) -> BrowserContext:
    """A browser that was here before, and still is: one page that stays open keeps the scripts of the others compiled."""
    context = browser.new_context()
    context.new_page().goto(f"{app_url}/_stcore/health")
    return context


@contextmanager
def somebody(browser: Browser, url: str, visited: BrowserContext) -> Iterator[Reader]:
    """A reader whose pages are closed at the end, and who then has nothing to complain of."""
    someone = Reader(browser, url, visited)
    yield someone
    for page in someone.pages:
        if page.context is visited:
            page.close()
        else:
            page.context.close()
    assert someone.complaints == [], "the browser's console has errors"


@pytest.fixture
def reader(browser: Browser, visited: BrowserContext, app_url: str) -> Iterator[Reader]:
    with somebody(browser, app_url, visited) as someone:
        yield someone
