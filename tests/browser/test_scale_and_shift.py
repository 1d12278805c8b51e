"""Scale and shift in a browser: a cold link, both predictions, the main slider by keyboard."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.lab import chart, expect_described, wait_until

PATH = "/scale_and_shift"


def answer(page: Page, key: str, option: str) -> None:
    page.locator(f".st-key-{key} label").filter(has_text=re.compile(f"^{option}$")).click()


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has_text=name).get_by_role("cell")


def test_a_cold_link_opens_on_its_settings(reader):
    page = reader.open(f"{PATH}?ss_activation=tanh&ss_gamma=0.5&ss_center=2&ss_cost=less+than+0.1")
    expect(page.locator(".st-key-ss_gamma input[type=range]")).to_have_value("0.5")
    expect(row(page, "on the flat parts").nth(2)).to_have_text("0 of 21")
    expect(row(page, "off the straight line").nth(2)).to_have_text("0.148")
    expect(page.get_by_test_id("stAlert").filter(has_text="You said less than 0.1")).to_be_visible()
    expect(page.get_by_role("radio", name="tanh")).to_be_checked()


def test_both_predictions_are_revealed_and_gamma_moves_numbers_picture_and_link(reader):
    page = reader.open(PATH)
    for each in (chart(page, "ss_curve"), page.locator(".st-key-ss_gamma"), row(page, "mean slope").nth(2)):
        expect(each).to_be_in_viewport(ratio=1)
    expect(page.locator(".st-key-ss_cost")).to_be_in_viewport(ratio=1)
    expect(row(page, "off the straight line").nth(2)).to_have_text("?")
    answer(page, "ss_cost", "less than 0.1")
    expect(page.get_by_test_id("stAlert").filter(has_text="Yes: less than 0.1")).to_be_visible()
    expect(row(page, "off the straight line").nth(2)).to_have_text("0.074")
    expect_described(page, "ss_curve", r"0\.074")
    expect(page).to_have_url(re.compile(r"ss_cost=less\+than\+0\.1$"))
    page.locator(".st-key-ss_gamma input[type=range]").focus()
    page.keyboard.press("End")
    expect(row(page, "on the flat parts").nth(2)).to_have_text("16 of 21")
    expect_described(page, "ss_curve", r"from −11\.56 to 11\.56: 16 of 21")
    expect(page).to_have_url(re.compile(r"ss_gamma=7"))
    expect(chart(page, "ss_after")).not_to_have_attribute("aria-label", re.compile("flat"))
    answer(page, "ss_order", "fewer")
    expect(page.get_by_test_id("stAlert").filter(has_text="It is just as many")).to_be_visible()
    expect_described(page, "ss_after", "16 of 21 where sigmoid is flat")


def test_the_squares_at_the_ends_are_taken_to_set_gamma_and_the_middle_one_to_set_beta(reader):
    page = reader.open(PATH)
    for grip, key, by in ((5, "ss_gamma", 90), (0, "ss_beta", -60), (3, "ss_gamma", 40)):
        x, y = middle(page, grip)
        before = page.locator(f".st-key-{key} input[type=range]").get_attribute("value")
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + by, y, steps=5)
        wait_until(page, lambda x=x, by=by, grip=grip: abs(middle(page, grip)[0] - x - by) <= 2)
        page.mouse.up()
        expect(page.locator(f".st-key-{key} input[type=range]")).not_to_have_attribute("value", before)
        expect(page).to_have_url(re.compile(f"{key}="))
        wait_until(page, lambda x=x, by=by, grip=grip: abs(middle(page, grip)[0] - x - by) <= 2)


def middle(page: Page, grip: int) -> tuple[float, float]:
    """Where a square that can be taken is: β in strip and curve, then the left and the right end."""
    box = page.locator(f".st-key-ss_curve [data-grip='{grip}']").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
