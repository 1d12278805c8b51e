"""Training against inference, in a browser: links, predictions, keys."""

import re

from playwright.sync_api import expect

from tests.browser.lab import chart, expect_described, press, slider

PATH = "/training_vs_inference"
LINK = (
    f"{PATH}?ti_decay=0.9&ti_batches=200&ti_n=4&ti_variance=%C3%B7+N&ti_guess=Just+show+me&ti_training=false&ti_few=false"
    "&ti_moved=true&ti_shift=-2&ti_guess_number=Just+show+me&ti_number=0.25"
)


def described(page, key, text):
    expect_described(page, key, re.escape(text))


def switch(page, key):
    page.locator(f".st-key-{key} label").first.click()


def test_a_cold_link_opens_on_its_own_picture(reader):
    page = reader.open(LINK)
    described(page, "ti_stream", "200 batches. Moving mean: from 0.00 to")
    described(page, "ti_stream", "less than 1% from batch 44 on")
    described(page, "ti_mismatch", "16 examples in 1 batch")
    described(page, "ti_mismatch", "normalized with moving averages")
    described(page, "ti_same_number", "PyTorch averages with decay 0.75")
    expect(page.get_by_text("heads for 6.75")).to_be_visible()


def test_the_decay_moves_the_stream_and_predictions_are_revealed(reader):
    page = reader.open(PATH)
    for key in ("ti_decay", "ti_batches", "ti_n", "ti_stream"):
        expect(page.locator(f".st-key-{key}")).to_be_in_viewport(ratio=1)
    expect(page.get_by_text("459 batches")).to_be_visible()
    press(page, "ti_decay", "ArrowLeft")
    expect(page.get_by_text("228 batches")).to_be_visible()
    described(page, "ti_stream", "from batch 228 on, beyond this picture")
    expect(page).to_have_url(re.compile(r"\?ti_decay=0\.98$"))
    expect(chart(page, "ti_mismatch")).to_have_count(0)
    expect(chart(page, "ti_same_number")).to_have_count(0)
    page.locator(".st-key-ti_guess").get_by_text("16 numbers, all a bit off").click()
    expect(page.get_by_text("It is 16 times the same number.")).to_be_visible()
    described(page, "ti_mismatch", "they lie between 0.50 and 0.50")
    expect(page).to_have_url(re.compile("ti_guess="))
    page.locator(".st-key-ti_guess_number").get_by_text("In Keras it jumps with every batch").click()
    expect(page.get_by_text("Yes: In Keras it jumps with every batch.")).to_be_visible()
    expect(chart(page, "ti_same_number")).to_be_visible()


def test_faults_are_mended_one_after_the_other(reader):
    page = reader.open(f"{PATH}?ti_guess=Just+show+me")
    expect(page.get_by_text("PyTorch says: “Expected more than 1 value per channel")).to_be_visible()
    switch(page, "ti_training")
    expect(page.get_by_text("off by 0.00")).to_be_visible()
    expect(page.get_by_text("does not matter how many come at a time")).to_be_visible()
    described(page, "ti_mismatch", "16 examples in 16 batches")
    switch(page, "ti_few")
    described(page, "ti_mismatch", "16 examples in 1 batch")
    switch(page, "ti_stale")
    expect(page.get_by_text("off by 0.00")).to_have_count(0)
    expect(slider(page, "ti_seen")).to_be_enabled()
    press(page, "ti_seen", "End")
    expect(page).to_have_url(re.compile("ti_seen=300"))
