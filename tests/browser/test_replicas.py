"""Two replicas behind the nginx of deploy/: readers stay where they are, and move when their replica dies."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Reader
from tests.browser.lab import cell, press, show_setup, slider
from tools.serving import ROOT, free_port, served, wait_until

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@pytest.fixture
def replicas(monkeypatch, tmp_path) -> Iterator[tuple[str, dict[str, int]]]:
    """The URL of nginx, and the process of each replica by its address."""
    if NGINX is None:
        message = "no nginx on this machine: deploy/nginx.conf was not tried (apt-get install nginx-light)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    monkeypatch.setenv("STREAMLIT_SERVER_COOKIE_SECRET", "one for both")
    with served(ROOT / "app.py") as one, served(ROOT / "app.py") as other:
        addresses = {url.removeprefix("http://"): process for url, process in (one, other)}
        with in_front_of(list(addresses), tmp_path) as url:
            yield url, addresses


@contextlib.contextmanager
def in_front_of(addresses: list[str], folder: Path) -> Iterator[str]:
    """Run nginx with the configuration of deploy/, for these addresses, telling which of them has answered."""
    port = free_port()
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for name, address in zip(("app-1:8501", "app-2:8501"), addresses, strict=True):
        text = text.replace(name, address)
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};")
    text = text.replace("proxy_buffering off;", "proxy_buffering off; add_header X-Replica $upstream_addr always;")
    for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"):
        text = text.replace("access_log off;", f"access_log off;\n    {kind}_temp_path {folder}/{kind};")
    (folder / "nginx.conf").write_text(f"pid {folder}/pid;\ndaemon off;\n{text}", encoding="utf-8")
    log = (folder / "log").open("w")
    nginx = subprocess.Popen([str(NGINX), "-p", str(folder), "-c", "nginx.conf"], stderr=log)
    try:
        wait_until(lambda: nginx.poll() is not None or answers(port))
        assert nginx.poll() is None, (folder / "log").read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        nginx.terminate()
        nginx.wait(timeout=20)
        log.close()


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def replica_for(url: str, cookie: str = "") -> tuple[str, str]:
    """Which replica answers, and the cookie that the answer sets."""
    request = urllib.request.Request(f"{url}/_stcore/health", headers={"Cookie": cookie})  # noqa: S310
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        cookie = next(each for each in answer.headers.get_all("Set-Cookie") if each.startswith("bn_reader="))
        return answer.headers["X-Replica"], cookie.split(";")[0]


def test_readers_stay_on_their_replica_and_move_with_their_picture_when_it_dies(browser, replicas):
    url, processes = replicas
    firsts = [replica_for(url) for _ in range(40)]
    assert set(Counter(replica for replica, _ in firsts)) == set(processes), "all readers on one replica"
    for replica, cookie in firsts:
        assert {replica_for(url, cookie)[0] for _ in range(3)} == {replica}

    reader = Reader(browser, {}, url)
    page = reader.open(fresh=True)
    show_setup(page, "Your own")
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(
        [{"name": "cars.csv", "mimeType": "text/csv", "buffer": b"age,distance\n3,42000\n12,180000\n30,310000\n"}]
    )
    expect(cell(page, "x", 2, 1)).to_have_text("310000")
    page.get_by_text("Take it home").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="output.csv").click()
    assert download.value.path().read_text().startswith("age,distance\n")
    press(page, "gamma_1", "ArrowRight")
    expect(page).to_have_url(re.compile(r"gamma_1=1\.1"))

    cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    home, _ = replica_for(url, f"bn_reader={cookies['bn_reader']}")
    os.kill(processes[home], 9)
    press(page, "gamma_1", "ArrowRight")
    expect(slider(page, "gamma_1")).to_be_enabled(timeout=30_000)
    expect(page).to_have_url(re.compile(r"gamma_1=1\.2"), timeout=30_000)
    press(page, "gamma_1", "ArrowRight")
    expect(page).to_have_url(re.compile(r"gamma_1=1\.3"))
    expect(cell(page, "x", 2, 1)).to_have_text("310000")
    page.reload()
    expect(cell(page, "x", 2, 1)).to_have_text("310000")
    expect(slider(page, "gamma_1")).to_have_attribute("aria-valuetext", "1.30")
    page.close()
