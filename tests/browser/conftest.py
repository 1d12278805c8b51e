"""A running app and a real Chromium for the browser tests."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 30_000


@pytest.fixture(scope="session")
def chromium_path() -> str:
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return found
    message = "no Chromium on this machine: the browser tests did not run (apt-get install chromium)"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flags = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
    }
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        *(f"--{name}={value}" for name, value in flags.items()),
    ]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(url)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_until_healthy(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):  # noqa: S310
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


class Reader:
    """Somebody who opens pages, each in a session of its own, and whose consoles must stay free of errors."""

    def __init__(self, browser: Browser, contexts: dict[tuple[str, int, int], BrowserContext], url: str) -> None:
        self.browser = browser
        self.contexts = contexts
        self.url = url
        self.pages: list[Page] = []
        self.complaints: list[str] = []

    def open(
        self, path: str = "/", *, scheme: str = "light", width: int = 1400, height: int = 1000, fresh: bool = False
    ) -> Page:
        """Open a page and wait until its finished picture is there; fresh: in a browser that was never here."""
        kind = (scheme, width, height)
        if fresh or kind not in self.contexts:
            context = self.browser.new_context(color_scheme=scheme, viewport={"width": width, "height": height})
            context.set_default_timeout(PATIENCE_MS)
            self.contexts[kind] = context
        page = self.contexts[kind].new_page()
        self.pages.append(page)
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.url + path)
        self.wait_until_drawn(page)
        return page

    @staticmethod
    def wait_until_drawn(page: Page) -> None:
        """Wait for the heading, the charts and the end of the script's run."""
        page.locator("[data-testid=stMain] h1").wait_for()
        page.wait_for_function(
            """() => {
              const app = document.querySelector('[data-testid=stApp]');
              const charts = [...document.querySelectorAll('[data-testid=stPlotlyChart]')];
              return app.dataset.testScriptState === 'notRunning'
                && !document.querySelector('[data-testid=stSkeleton]')
                && charts.every(chart => chart.querySelector('svg.main-svg'));
            }"""
        )


@pytest.fixture(scope="session")
def contexts() -> dict[tuple[str, int, int], BrowserContext]:
    """Browsers by theme and size, kept between tests: a page that was loaded once loads three times as fast."""
    return {}


@pytest.fixture
def reader(browser: Browser, contexts: dict[tuple[str, int, int], BrowserContext], app_url: str) -> Iterator[Reader]:
    someone = Reader(browser, contexts, app_url)
    yield someone
    for page in someone.pages:
        page.close()
    assert someone.complaints == [], "the browser's console has errors"
