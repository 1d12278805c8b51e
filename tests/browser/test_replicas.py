"""Two replicas behind the nginx of deploy/: readers stay where they are, and move when their replica dies."""

import os
import re
import urllib.request
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Reader
from tests.browser.lab import cell, expect_to_go_on, press, show_setup
from tools.replicas import NGINX, two_replicas


@pytest.fixture
def replicas() -> Iterator[tuple[str, dict[str, int]]]:
    """The URL of nginx, and the process id of each replica by its address."""
    if NGINX is None:
        message = "no nginx on this machine: deploy/nginx.conf was not tried (apt-get install nginx-light)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with two_replicas() as started:
        yield started


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

    page = Reader(browser, url).open()
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
    with page.expect_websocket():  # the browser has noticed, and found the other
        os.kill(processes[home], 9)
    expect_to_go_on(page, "gamma_1", 2, 1, "310000")
    page.context.close()
