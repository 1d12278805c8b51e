"""Why normalize in a browser: a cold link, the prediction, keys, and steps that play without the server."""

import re

from playwright.sync_api import Page, expect

from tests.browser.lab import chart, expect_described, press

PATH = "/why_normalize"
RIGHT = "fewer than a tenth"
NOW = "([...document.querySelectorAll('.st-key-wn_ravine .textpoint')].at(-1) || {}).textContent"


def button(page: Page):
    return page.locator(".st-key-wn_play button")


def test_a_cold_link_opens_on_the_revealed_picture(reader):
    page = reader.open(f"{PATH}?wn_guess=fewer+than+a+tenth&wn_ratio=9&wn_step=7", fresh=True)
    expect(page.get_by_text(f"Yes: {RIGHT}")).to_be_visible()
    expect_described(page, "wn_bowl", "After 7 steps")
    expect_described(page, "wn_ravine", "scale ratio 9: κ = 96.1")


def test_keys_move_ravine_and_dot_and_the_prediction_reveals_the_bowl(reader):
    page = reader.open(PATH)
    expect(page.locator(".updatemenu-button").first).to_be_hidden()  # Plotly's own, which no key reaches
    page.wait_for_function(f"{NOW} === 'step 3'")
    press(page, "wn_step", "ArrowRight")
    page.wait_for_function(f"{NOW} === 'step 4'")
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


def test_the_steps_play_from_the_keyboard_in_the_browser_alone(reader):
    page = reader.open(f"{PATH}?wn_guess=fewer+than+a+tenth&wn_step=0")
    page.wait_for_function(f"{NOW} === 'start'")
    sent = []
    page.on("websocket", lambda socket: sent.append(socket.url))
    runs = "document.querySelector('[data-testid=stApp]').dataset.testScriptState"
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
    page.wait_for_function(f"/^step [1-9]/.test({NOW})")
    page.wait_for_function(f"/^step [2-9]/.test({NOW.replace('ravine', 'bowl')})")
    page.keyboard.press("Enter")
    expect(button(page)).to_have_text("▶ Play the steps")
    assert page.evaluate(NOW) != "step 40"
    assert page.evaluate("window.states.filter(state => state === 'running')") == []
    assert page.evaluate(runs) == "notRunning"
    assert sent == []
    button(page).click()
    page.wait_for_function(f"{NOW} === 'step 40'")
    expect(button(page)).to_have_text("▶ Play the steps")


def test_who_wants_less_motion_jumps_to_the_last_step(reader):
    page = reader.open(f"{PATH}?wn_step=0")
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    reader.wait_until_drawn(page)
    expect(button(page)).to_have_text("▶ To the last step")
    button(page).click()
    page.wait_for_function(f"{NOW} === 'step 40'")
