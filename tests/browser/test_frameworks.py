"""Your framework in a browser: a cold link, batches by keyboard, the converter, a download."""

import io
import re

import numpy as np
from playwright.sync_api import expect

from tests.browser.lab import expect_described, press

PATH = "/frameworks"


def test_a_cold_link_opens_on_its_averages_and_the_reader_goes_on(reader):
    page = reader.open(f"{PATH}?fw_steps=10&fw_shown=moving+mean&fw_kind=convolution")
    expect_described(page, "fw_paths", "after 10 batches")
    for key in ("fw_steps", "fw_shown", "fw_paths"):
        expect(page.locator(f".st-key-{key}")).to_be_in_viewport(ratio=1)
    press(page, "fw_steps", "ArrowRight")
    expect_described(page, "fw_paths", "after 11 batches")
    expect(page).to_have_url(re.compile("fw_steps=11"))
    page.locator(".st-key-fw_guess").get_by_text("0.99", exact=True).click()
    expect(page.get_by_text("You said 0.99. It is 0.01.")).to_be_visible()
    expect(page.get_by_text("momentum=0.01").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="folded.npz").click()
    with np.load(io.BytesIO(download.value.path().read_bytes()), allow_pickle=False) as file:
        assert file["weight"].shape == (4, 4, 3, 3)
