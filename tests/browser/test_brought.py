"""A layer and batches of the reader's own, in a browser: typed by keyboard on a phone, pasted, kept in the link."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.lab import cell, wait_until

LAYER = {
    "γ": "1.5, 0.8, 1.2, 1",
    "β": "0.5, -0.3, 0, 1",
    "Moving mean": "0.4, 13.2, 18.3, 31.4",
    "Moving variance": "5.2 3.4 13.5 11.7",
}
PRINTED = (
    "OrderedDict({'weight': tensor([1.5000, 0.8000, 1.2000, 1.0000]), 'bias': tensor([0., 0., 0., 0.]), "
    "'running_mean': tensor([1., 2., 3., 4.]), 'running_var': tensor([4., 4., 4., 4.])})"
)


def asked(page: Page, key: str) -> str:
    return parse_qs(urlsplit(page.url).query).get(key, [""])[0]


def type_into(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.focus()
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")


def test_a_layer_is_typed_by_keyboard_on_a_phone(reader):
    page = reader.open(width=390, height=844)
    panel = page.get_by_test_id("stExpander").filter(has_text="Your layer")
    panel.locator("summary").focus()
    page.keyboard.press("Enter")
    wait_until(page, lambda: asked(page, "yl_open") == "true")
    for label, text in LAYER.items():
        type_into(page, label, text)
    expect(cell(page, "yl_y", 0, 0)).to_have_text("−0.395")
    type_into(page, "ε of your layer", "1.001e-5")
    wait_until(page, lambda: asked(page, "yl_eps") == "1.001e-5")
    cell(page, "yl_y", 0, 0).focus()
    page.keyboard.press("ArrowDown")
    expect(cell(page, "yl_wrong", 1, 0)).to_have_attribute("aria-selected", "true")
    wait_until(page, lambda: asked(page, "yl_row") == "1")
    type_into(page, "What did you get? One number, a row, a column or the whole table", "-0.4467")
    expect(page.get_by_text("that of one mistake: training mode left on").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wait_until(page, lambda: asked(page, "yl_got") == "-0.4467")
    again = reader.open(page.url.removeprefix(reader.url), width=390, height=844)
    expect(cell(again, "yl_y", 0, 0)).to_have_text("−0.395")
    expect(again.get_by_text("that of one mistake: training mode left on").first).to_be_visible()


def test_a_printout_is_pasted_and_a_bad_field_leaves_the_answer(reader):
    page = reader.open("/frameworks")
    paste = page.get_by_label("Or paste all four at once")
    paste.fill(PRINTED)
    paste.press("Control+Enter")
    expect(page.get_by_label("Moving mean", exact=True)).to_have_value("1., 2., 3., 4.")
    expect(page.get_by_text("Read by their names")).to_be_visible()
    expect(cell(page, "yl_y", 0, 0)).to_have_text("−1.470")
    wait_until(page, lambda: asked(page, "yl_mean") == "1., 2., 3., 4.")
    variance = page.get_by_label("Moving variance", exact=True)
    variance.fill("4, 4, -4, 4")
    variance.press("Control+Enter")
    expect(page.get_by_role("alert").filter(has_text="entry 2 is −4")).to_be_visible()
    expect(cell(page, "yl_y", 0, 0)).to_have_text("−1.470")


def test_batches_in_order_by_keyboard(reader):
    link = urlencode({"ti_own": "true"})
    page = reader.open(f"/training_vs_inference?{link}", width=390, height=844)
    rows = page.get_by_label(re.compile("^Your batches, a blank line"))
    rows.fill("0\n4\n\n10\n14")
    rows.press("Control+Enter")
    expect(page.get_by_text("Read: 2 batches of 2 rows, 1 feature.")).to_be_visible()
    page.get_by_role("radio", name="mixed into one batch").focus()
    page.keyboard.press("Enter")
    wait_until(page, lambda: asked(page, "ti_way") == "mixed into one batch")
    expect(page.get_by_text(re.compile("All rows together have mean 7.000 and variance 29.000"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    again = reader.open(page.url.removeprefix(reader.url), width=390, height=844)
    expect(again.get_by_text("Read: 2 batches of 2 rows, 1 feature.")).to_be_visible()
