"""Images and relatives in a browser: a cold link, sizes by keyboard, the prediction."""

import re

from playwright.sync_api import expect

from tests.browser.lab import expect_described, press

PATH = "/images_and_relatives"


def test_a_cold_link_opens_on_its_tensor_and_the_reader_goes_on(reader):
    page = reader.open(f"{PATH}?ir_norm=Layer+norm&ir_n=3&ir_shown=Group+norm", fresh=True)
    expect_described(page, "ir_tensor", "3 by 6 tiles.*example 2: sets 3, 3, 3")
    for key in ("ir_c", "ir_norm", "ir_tensor"):
        expect(page.locator(f".st-key-{key}")).to_be_in_viewport(ratio=1)
    press(page, "ir_c", "ArrowRight")
    expect_described(page, "ir_tensor", "3 by 7 tiles")
    expect(page.get_by_text("each over 63 values")).to_be_visible()
    expect(page).to_have_url(re.compile("ir_c=7"))
    page.locator(".st-key-ir_guess").get_by_text("all four").click()
    expect(page.get_by_text("You said all four. It is batch norm's alone.")).to_be_visible()
    expect(page).to_have_url(re.compile("ir_guess=all"))
