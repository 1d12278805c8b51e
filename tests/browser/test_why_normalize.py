"""Why normalize in a browser: a cold link, the prediction, keys, a star that is dragged, steps that play in the browser."""

import math
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import (
    PATIENCE_MS,
    chart,
    expect_described,
    middle_of,
    place_of,
    press,
    slider,
    take_along_its_way,
    wait_until,
)

PATH = "/why_normalize"
RIGHT = "fewer than a tenth"


def words(page: Page, name: str, said: str | re.Pattern[str]):
    """Words in the picture of a valley."""
    return page.locator(f".st-key-wn_{name} svg text").get_by_text(said, exact=True)


def button(page: Page):
    return page.locator(".st-key-wn_play button")


def test_a_cold_link_opens_on_the_revealed_picture(reader):
    page = reader.open(f"{PATH}?wn_guess=fewer+than+a+tenth&wn_ratio=9&wn_step=7")
    expect(page.get_by_text(f"Yes: {RIGHT}")).to_be_visible()
    expect_described(page, "wn_bowl", "After 7 steps")
    expect_described(page, "wn_ravine", "scale ratio 9: κ = 96.1")
    # The start is taken along its ring in one picture, and in the other it goes along.
    other = page.locator(".st-key-wn_ravine .grip")
    before = middle_of(other)
    take_along_its_way(page, "wn_bowl", [0.6, 0.75, 0.9])
    assert math.dist(middle_of(other), before) > 5
    expect(page).to_have_url(re.compile("wn_turn=14[0-9]|wn_turn=15[0-9]"))
    press(page, "wn_turn", "Home")
    expect(page).to_have_url(re.compile("wn_turn=-180"))
    expect_described(page, "wn_bowl", "After 7 steps")


def test_keys_move_ravine_and_dot_and_the_prediction_reveals_the_bowl(reader):
    page = reader.open(PATH)
    expect(words(page, "ravine", "step 3")).to_be_visible()
    press(page, "wn_step", "ArrowRight")
    expect(words(page, "ravine", "step 4")).to_be_visible()
    expect_described(page, "wn_ravine", "scale ratio 6: κ = 42.9")
    press(page, "wn_ratio", "ArrowRight")
    expect_described(page, "wn_ravine", "scale ratio 7: κ = 58.3")
    expect(page).to_have_url(re.compile(r"wn_ratio=7"))
    expect(chart(page, "wn_ravine")).to_be_visible()
    expect(chart(page, "wn_bowl")).to_have_count(0)
    page.locator(".st-key-wn_guess").get_by_text("more than half as many").click()
    expect(chart(page, "wn_bowl")).to_be_visible()
    expect(page.get_by_text("You said more than half as many.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"wn_guess=more"))


def test_the_steps_play_from_the_keyboard_in_the_browser_alone_and_end_with_the_slider(reader):
    page = reader.open(f"{PATH}?wn_guess=fewer+than+a+tenth&wn_step=0")
    expect(words(page, "ravine", "start")).to_be_visible()
    page.evaluate(
        """() => {
          window.states = [];
          const app = document.querySelector('[data-testid=stApp]');
          new MutationObserver(() => window.states.push(app.dataset.testScriptState)).observe(app, {attributes: true});
        }"""
    )
    button(page).focus()
    page.keyboard.press("Enter")
    expect(button(page)).to_have_text("■ Stop")
    expect(words(page, "ravine", re.compile("^step [1-9]"))).to_be_visible()
    expect(words(page, "bowl", re.compile("^step [2-9]"))).to_be_visible()
    assert page.evaluate("window.states.filter(state => state === 'running')") == []
    page.keyboard.press("Enter")
    expect(button(page)).to_have_text("▶ Play the steps")
    says_one_step(page)
    button(page).click()
    expect(words(page, "ravine", "step 40")).to_be_visible(timeout=PATIENCE_MS)
    expect(button(page)).to_have_text("▶ Play the steps")
    assert says_one_step(page) == "40"


def says_one_step(page):
    """Picture, slider and words say the same step, the slider's; which it is."""
    expect(page).to_have_url(re.compile("wn_step=[1-9]"))
    step = re.search(r"wn_step=(\d+)", page.url)[1]
    expect(slider(page, "wn_step")).to_have_attribute("value", step)
    expect(words(page, "ravine", f"step {step}")).to_be_visible()
    expect(words(page, "bowl", f"step {step}")).to_be_visible()
    expect(page.get_by_text(f"At step {step}, downhill is")).to_have_count(2)
    return step


def test_who_wants_less_motion_jumps_to_the_last_step(reader):
    page = reader.open(f"{PATH}?wn_step=0")
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    reader.wait_until_drawn(page)
    expect(button(page)).to_have_text("▶ To the last step")
    button(page).click()
    expect(words(page, "ravine", "step 40")).to_be_visible()


@pytest.mark.parametrize("width", [1400, pytest.param(390, marks=pytest.mark.thorough)])
def test_the_star_is_taken_in_each_picture_stays_under_the_pointer_and_the_others_answer(reader, width):
    page = reader.open(f"{PATH}?wn_taxi=300")
    page.set_viewport_size({"width": width, "height": 1000})
    for i, by in ((0, 40), (1, -60), (2, -30)):
        grip = page.locator(f".st-key-wn_cars_{i} .grip")
        x, y = place_of(grip)
        others = [star(page, k) for k in range(3) if k != i]
        before = slider(page, "wn_taxi").get_attribute("value")
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y + by, steps=5)
        wait_until(page, lambda y=y, by=by, i=i: abs(star(page, i) - y - by) <= 2)
        assert all(abs(star(page, k) - was) > 1 for k, was in zip([k for k in range(3) if k != i], others, strict=True))
        page.mouse.up()
        expect(slider(page, "wn_taxi")).not_to_have_attribute("value", before)
        wait_until(page, lambda y=y, by=by, i=i: abs(star(page, i) - y - by) <= 2)
        if i < 2:
            press(page, "wn_taxi", "Home")
            expect(page).to_have_url(re.compile("wn_taxi=0"))


def star(page, i):
    """How far down the page the middle of the taxi's star is."""
    box = page.locator(f".st-key-wn_cars_{i} .grip").bounding_box()
    return box["y"] + box["height"] / 2
