"""Batch size, in a browser: links, predictions, keys, and trainings that go on by themselves."""

import re

from playwright.sync_api import expect

from tests.browser.lab import chart, expect_described, press, slider, take_along_its_way

PATH = "/batch_size"
LINK = (
    f"{PATH}?bs_m=4&bs_unit=7&bs_digit=12&bs_channel=diagonal+edges&bs_together=32&bs_push=-3&bs_guess_two=Just+show+me"
    "&bs_first=1&bs_second=1.01&bs_guess_sweep=Just+show+me"
)


def described(page, key, text):
    expect_described(page, key, re.escape(text))


def test_a_cold_link_opens_on_its_own_picture(reader):
    page = reader.open(LINK)
    described(page, "bs_cloud", "300 batches of 4:")
    described(page, "bs_law", "at 4 it is 0.500")
    described(page, "bs_contagion", "A batch of 32;")
    described(page, "bs_pair", "0.010 apart")
    expect(slider(page, "bs_push")).to_have_attribute("aria-valuetext", "-3.00")


def test_predictions_are_made_revealed_and_kept_in_the_link(reader):
    page = reader.open(PATH)
    expect(chart(page, "bs_pair")).to_have_count(0)
    expect(chart(page, "bs_sweep")).to_have_count(0)
    page.locator(".st-key-bs_guess_two").get_by_text("0 and 1", exact=True).click()
    expect(page.get_by_text("You said 0 and 1. It is −1 and +1.")).to_be_visible()
    expect(page).to_have_url(re.compile("bs_guess_two="))
    expect(chart(page, "bs_reported")).to_have_count(0)
    page.locator(".st-key-bs_guess_sweep").get_by_text("Without", exact=True).click()
    expect(chart(page, "bs_sweep")).to_be_visible()
    expect(page.get_by_text("of 30 trainings done")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("were not carried through")).to_be_visible()
    expect(page.get_by_role("button", name="Train again")).to_be_enabled()


def test_the_dial_by_keyboard_moves_cloud_law_sentence_and_link(reader):
    page = reader.open(PATH)
    for key in ("bs_m", "bs_cloud", "bs_law"):
        expect(page.locator(f".st-key-{key}")).to_be_in_viewport(ratio=1)
    press(page, "bs_m", "ArrowRight")
    described(page, "bs_cloud", "300 batches of 18:")
    described(page, "bs_law", "at 18 it is 0.236")
    expect(page.get_by_text("takes 72 examples")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?bs_m=18$"))
    press(page, "bs_m", "Home")
    expect(page.get_by_text("no variance")).to_be_visible()
    page.get_by_role("button", name="256", exact=True).click()
    described(page, "bs_cloud", "300 batches of 256:")
    expect(page).to_have_url(re.compile(r"\?bs_m=256$"))
    page.locator(".st-key-bs_unit").get_by_role("button").last.click()
    expect(page).to_have_url(re.compile("bs_unit=1"))
    take_along_its_way(page, "bs_cloud", [0.9, 0.5, 0.2])
    expect(page).to_have_url(re.compile(r"bs_m=\d\d?(&|$)"))
    [size] = re.findall(r"bs_m=(\d+)", page.url)
    expect(slider(page, "bs_m")).to_have_attribute("aria-valuetext", size)
    described(page, "bs_law", f"at {size} it is")
    expect(page.get_by_text(f"The mean of a batch of {size} strays")).to_have_count(1)
