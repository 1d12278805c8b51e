"""Images and relatives in a browser: pointing at values, keys, links, and predictions."""

import re

from playwright.sync_api import Page, expect

from tests.browser.boxes import places
from tests.browser.lab import chart, place_of, press, slider, thumb_of, wait_until

PATH = "/images_and_relatives"
LINK = (
    f"{PATH}?ir_n=10&ir_c=64&ir_h=200&ir_w=200&ir_order=last+(N,+H,+W,+C)&ir_groups=32&ir_norm=instance+norm&ir_ink=0.5"
    "&ir_guess=Just+show+me&ir_seed=4"
)


def panel(page: Page, number: int):
    return page.locator(".st-key-ir_sharing figure").nth(number)


def family(page: Page, number: int) -> list[str]:
    """Where the outlined tiles of a panel are, as example and channel, counted from 0."""
    tiles = panel(page, number).locator("[data-at].same")
    return [tile.get_attribute("data-at") for tile in tiles.all()]


def test_a_cold_link_opens_on_its_own_picture(reader):
    page = reader.open(LINK)
    expect(panel(page, 0)).to_contain_text("64 means over 400,000 values each")
    expect(panel(page, 2)).to_contain_text("Group norm, 32 groups")
    expect(chart(page, "ir_after")).to_have_attribute("aria-label", re.compile("after instance norm"))
    expect(chart(page, "ir_before")).to_have_attribute("aria-label", re.compile("50% ink"))
    expect(page.get_by_text("It is only batch norm.")).to_be_visible()
    expect(chart(page, "ir_change")).to_have_attribute(
        "aria-label", re.compile(r"layer norm ≤ 0\.00: from 0\.00 to 0\.00")
    )
    expect(page.get_by_text("Largest difference from instance norm")).to_have_count(0)


def test_pointing_keys_and_groups_show_who_shares(reader):
    page = reader.open(PATH)
    for key in ("ir_groups", "ir_sharing"):
        expect(page.locator(f".st-key-{key}")).to_be_in_viewport(ratio=1)
    column = [f"{row} 2" for row in range(4)]
    assert family(page, 0) == column
    assert family(page, 1) == [f"1 {each}" for each in range(8)]
    assert family(page, 2) == [f"1 {each}" for each in range(4)]
    assert family(page, 3) == ["1 2"]
    panel(page, 1).locator("[data-at='3 6']").hover()
    status = page.locator(".st-key-ir_sharing [role=status]")
    expect(status).to_contain_text("Example 4, channel 7. Batch norm: mean no. 7 of 8")
    assert family(page, 0) == [f"{row} 6" for row in range(4)]
    page.locator(".st-key-ir_sharing .grids").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(status).to_contain_text("Example 3, channel 8.")
    assert family(page, 2) == [f"2 {each}" for each in range(4, 8)]
    press(page, "ir_groups", "Home")
    expect(panel(page, 2)).to_contain_text("Group norm, 1 group = layer norm")
    expect(panel(page, 2)).to_contain_text("4 means over 288 values each")
    assert family(page, 2) == family(page, 1) == [f"2 {each}" for each in range(8)]
    expect(page).to_have_url(re.compile(r"\?ir_groups=1$"))
    x, y = place_of(thumb_of(page, "ir_groups"))
    page.mouse.move(x, y)
    page.mouse.down()
    width = page.locator(".st-key-ir_groups").bounding_box()["width"]
    page.mouse.move(x + 2 / 3 * width, y, steps=3)  # the third of four stops
    expect(panel(page, 2)).to_contain_text("Group norm, 4 groups")  # while it is held
    expect(page).to_have_url(re.compile(r"\?ir_groups=1$"))
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"\?ir_groups=4$"))
    stood = places(page)
    press(page, "ir_groups", "End")
    expect(panel(page, 2)).to_contain_text("8 groups = instance norm")
    expect(slider(page, "ir_groups")).to_have_value("3")
    wait_until(page, lambda: places(page) == stood)
    page.locator(".st-key-ir_guess").get_by_text("all four", exact=True).click()
    expect(page.get_by_text("You said all four. It is only batch norm.")).to_be_visible()
    expect(page).to_have_url(re.compile("ir_guess=all"))
    page.locator(".st-key-ir_guess_one").get_by_text("what instance norm makes", exact=True).click()
    expect(page.get_by_text("Yes: what instance norm makes.")).to_be_visible()


def test_alt_and_left_is_left_to_the_browser_which_goes_back_a_page(reader):
    """Chromium without a window has no such key; what it would go by is whether the page has taken it."""
    page = reader.open("/")
    page.goto(reader.url + PATH)
    reader.wait_until_drawn(page)
    page.evaluate(
        """() => {
          window.taken = [];
          document.addEventListener('keydown', event => window.taken.push([event.key, event.defaultPrevented]));
        }"""
    )
    status = page.locator(".st-key-ir_sharing [role=status]")
    page.locator(".st-key-ir_sharing .grids").focus()
    for key in ("Alt+ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    expect(status).to_contain_text("Example 1, channel 3.")
    assert page.evaluate("window.taken") == [["Alt", False], ["ArrowLeft", False], ["ArrowUp", True]]
