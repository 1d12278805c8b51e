"""Why it works, in a browser: links, the prediction, keys, both themes once all is shown."""

import re

from playwright.sync_api import expect

from tests.browser.lab import press

PATH = "/why_it_works"
LINK = f"{PATH}?wi_rate=0.2&wi_depth=3&wi_activation=tanh&wi_seed=2&wi_unit=4&wi_taken=100&wi_guess=Just+show+me"


def wait_for_the_end(page):
    expect(page.get_by_text("all 200 steps")).to_be_visible(timeout=30_000)


def picture(page, text):
    """The picture whose description holds this text."""
    return page.get_by_role("img", name=re.compile(text))


def test_a_cold_link_opens_on_its_own_picture(reader):
    page = reader.open(LINK)
    wait_for_the_end(page)
    expect(picture(page, "^plain: after 200 steps the median of unit 4 is")).to_be_visible()
    expect(picture(page, "^Loss after 100 steps: plain from")).to_be_visible()
    expect(page.get_by_text("trained worst.")).to_be_visible()


def test_a_prediction_is_made_revealed_and_kept_in_the_link(reader):
    page = reader.open(PATH)
    for key in ("wi_rate", "wi_inputs"):
        expect(page.locator(f".st-key-{key}").first).to_be_in_viewport(ratio=0.9)
    wait_for_the_end(page)
    expect(picture(page, "^Loss in training")).to_have_count(0)
    page.locator(".st-key-wi_guess").get_by_text("batch norm", exact=True).click()
    expect(page.get_by_text("You said batch norm. It is plain")).to_be_visible()
    expect(picture(page, "^Loss in training: plain .* after 200 steps, batch norm")).to_be_visible()
    expect(page).to_have_url(re.compile("wi_guess=batch"))


def test_many_seeds_are_trained_on_request_dot_by_dot_and_stop(reader):
    page = reader.open(f"{PATH}?wi_guess=plain&wi_depth=1&wi_seed=1")
    page.get_by_role("button", name="Train all four").click(timeout=30_000)
    expect(page.locator(".st-key-wi_seeds_loss")).to_be_visible()
    expect(page.get_by_text(re.compile("^[1-9][0-9]? of 80 runs"))).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Train again")).to_be_visible()
    expect(page.get_by_text("of 80 runs")).not_to_have_text("80 of 80 runs")


def test_keys_train_anew_and_move_the_look_ahead(reader):
    page = reader.open(f"{PATH}?wi_guess=plain")
    wait_for_the_end(page)
    expect(picture(page, "^Loss after 50 steps")).to_be_visible()
    press(page, "wi_taken", "Home")
    expect(picture(page, "^Loss after 0 steps")).to_be_visible()
    expect(page).to_have_url(re.compile("wi_taken=0"))
    press(page, "wi_rate", "Home")
    expect(page).to_have_url(re.compile(r"wi_rate=0\.05"))
    wait_for_the_end(page)
