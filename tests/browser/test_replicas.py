"""Two replicas behind the nginx of deploy/: readers stay where they are, and move when theirs dies or hangs."""

import os
import re
import signal
import urllib.request
from collections import Counter

from playwright.sync_api import Page, expect

from tests.browser.conftest import Reader
from tests.browser.lab import cell, expect_to_go_on, press, show_setup
from tools.replicas import two_replicas

CARS = b"age,distance\n3,42000\n12,180000\n30,310000\n"
# Minutes in seconds: nginx bears less silence, and Streamlit, which is heard of every 30 s, is heard of more often.
HASTE = {"proxy_read_timeout 10s": "proxy_read_timeout 5s", "proxy_read_timeout 80s": "proxy_read_timeout 10s"}
PINGS = {"STREAMLIT_SERVER_WEBSOCKET_PING_INTERVAL": "4"}


def replica_for(url: str, cookie: str = "") -> tuple[str, str]:
    """Which replica answers, and the cookie that it is remembered by."""
    request = urllib.request.Request(f"{url}/_stcore/health", headers={"Cookie": cookie})  # noqa: S310
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        cookies = [each for each in answer.headers.get_all("Set-Cookie", []) if each.startswith("bn_reader=")]
        return answer.headers["X-Replica"], cookies[0].split(";")[0] if cookies else cookie


def home_of(page: Page, url: str) -> str:
    """The replica where a reader's session is."""
    cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    return replica_for(url, f"bn_reader={cookies['bn_reader']}")[0]


def upload_cars(page: Page) -> None:
    show_setup(page, "Your own")
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(
        [{"name": "cars.csv", "mimeType": "text/csv", "buffer": CARS}]
    )
    expect(cell(page, "x", 2, 1)).to_have_text("310000")


def download_output(page: Page) -> str:
    page.get_by_text("Take it home").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="output.csv").click()
    return download.value.path().read_text()


def test_readers_stay_on_their_replica_and_move_with_their_picture_when_it_dies(browser):
    with two_replicas() as (url, processes):
        firsts = [replica_for(url) for _ in range(20)]
        assert set(Counter(replica for replica, _ in firsts)) == set(processes), "all readers on one replica"
        for replica, cookie in firsts:
            assert {replica_for(url, cookie)[0] for _ in range(3)} == {replica}

        page = Reader(browser, url).open()
        upload_cars(page)
        assert download_output(page).startswith("age,distance\n")
        press(page, "gamma_1", "ArrowRight")
        expect(page).to_have_url(re.compile(r"gamma_1=1\.1"))
        with page.expect_websocket():  # the browser has noticed, and found the other
            os.kill(processes[home_of(page, url)], signal.SIGKILL)
        expect_to_go_on(page, "gamma_1", 2, 1, "310000")
        page.context.close()


def test_readers_of_a_replica_that_hangs_move_and_stay_where_they_went(browser):
    """When the other speaks again their session is not there: what they upload and fetch has to go where it is."""
    with two_replicas(HASTE, **PINGS) as (url, processes):
        page = Reader(browser, url).open()
        press(page, "gamma_1", "ArrowRight")
        expect(page).to_have_url(re.compile(r"gamma_1=1\.1"))
        home = home_of(page, url)
        try:
            with page.expect_websocket():
                os.kill(processes[home], signal.SIGSTOP)
            expect_to_go_on(page, "gamma_1", 0, 0, "−0.96")
        finally:
            os.kill(processes[home], signal.SIGCONT)
        assert home_of(page, url) != home
        upload_cars(page)
        assert download_output(page).startswith("age,distance\n")
        page.context.close()
