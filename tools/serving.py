"""A Streamlit server as a child process, and where to find a Chromium."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOWHERE = Path(os.devnull)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Headless in a container, and quiet: nothing here may ask the network for anything.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# The heading is there, the script has ended, every chart and film has been drawn.
DRAWN = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  const charts = [...document.querySelectorAll('[data-testid=stPlotlyChart]')];
  const parts = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
    .map(each => each.shadowRoot?.querySelector('[data-part]'));
  return document.querySelector('[data-testid=stMain] h1')
    && app.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid=stSkeleton]')
    && charts.every(chart => chart.querySelector('svg.main-svg'))
    && parts.every(part => part && (!part.matches('.film') || !part.clientWidth || part.querySelector('svg[aria-label]')));
}"""


def find_chromium() -> str | None:
    """The path of a Chromium, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@contextlib.contextmanager
def served(
    script: Path, log: Path = NOWHERE, /, *, host: str = "127.0.0.1", port: int | None = None, **environment: str
) -> Iterator[tuple[str, int]]:
    """Run a Streamlit script from its own folder, so that its configuration counts; yield its URL and process id.

    log: where what the server says is written; port: if None, one that is free; environment: variables for the server.
    """
    port = port or free_port()
    flags = {"port": port, "address": host, "headless": "true", "fileWatcherType": "none"}
    command = [sys.executable, "-m", "streamlit", "run", script.name, "--browser.gatherUsageStats=false"]
    command += [f"--server.{name}={value}" for name, value in flags.items()]
    with log.open("w") as said:
        server = subprocess.Popen(command, cwd=script.parent, env=os.environ | environment, stdout=said, stderr=said)
    url = f"http://{host}:{port}"
    try:
        wait_until(lambda: is_healthy(url))
        yield url, server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(ready: Callable[[], bool], seconds: float = 60) -> None:
    """Ask again and again; TimeoutError if it is not ready in time."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not ready within {seconds:g} s")
        time.sleep(0.1)


def is_healthy(url: str) -> bool:
    """Whether a Streamlit server answers there."""
    with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):  # noqa: S310
        return True
    return False
