"""Train a network in a browser: curves that grow without blinking, reading them by keyboard, scrubbing, stopping."""

import re

from playwright.sync_api import Page, expect

from tests.browser.lab import press
from tests.browser.reading import assert_it_fits_and_can_be_read, put_on

PATH = "/train_a_network"
ENDED = "Rewind, train again"
# A run that takes seconds, so that it can be watched and stopped.
LONG = f"{PATH}?tn_guess=Just+show+me&tn_steps=2000&tn_depth=10&tn_batch=256"


def wait_until_trained(page: Page) -> None:
    expect(page.get_by_role("button", name=ENDED)).to_be_visible(timeout=60_000)


def loss(page: Page):
    return page.get_by_role("img", name=re.compile("^Training loss"))


def reader_of_loss(page: Page):
    return page.get_by_role("slider", name="Read values: Loss on the training batches")


def test_the_prediction_reveals_the_twin_and_a_preset_is_one_click_away(reader):
    page = reader.open(f"{PATH}?tn_depth=6", fresh=True)
    wait_until_trained(page)
    expect(loss(page)).not_to_have_attribute("aria-label", re.compile("without"))
    page.locator(".st-key-tn_guess").get_by_text("Clearly fewer").click()
    expect(page.get_by_text("You said Clearly fewer. It is Hardly more than by guessing")).to_be_visible()
    expect(loss(page)).to_have_attribute("aria-label", re.compile("without from .* at step 500"))
    expect(page).to_have_url(re.compile("tn_guess=Clearly"))
    press(page, "tn_rate", "ArrowRight")
    expect(page.get_by_text("η = 0.631")).to_be_visible()
    expect(page).to_have_url(re.compile(r"tn_rate=-0\.2"))
    wait_until_trained(page)
    page.get_by_role("button", name="Where it brings nothing").click()
    expect(page.get_by_text("Batch norm brings nothing here")).to_be_visible(timeout=30_000)


def test_curves_grow_in_the_same_element(reader):
    page = reader.open(LONG)
    svg = loss(page).element_handle()
    length = "svg => svg.isConnected ? svg.querySelector('path.line').getAttribute('d').length : -1"
    before = svg.evaluate(length)
    page.wait_for_function(f"svg => ({length})(svg) > {before} + 50", arg=svg)
    page.get_by_role("button", name="■ Stop").click()
    expect(page.get_by_role("button", name=ENDED)).to_be_visible()
    stopped = svg.evaluate(length)
    assert stopped > before
    page.get_by_role("button", name=ENDED).click()
    page.wait_for_function(f"svg => 0 < ({length})(svg) && ({length})(svg) < {stopped}", arg=svg)
    page.get_by_role("button", name="■ Stop").click()
    expect(page.get_by_role("button", name=ENDED)).to_be_visible()
    assert_the_server_is_asked_no_more(page)


def test_values_are_read_and_looks_scrubbed_in_the_browser_alone(reader):
    page = reader.open(f"{PATH}?tn_guess=Just+show+me")
    wait_until_trained(page)
    page.locator(".st-key-tn_stop").wait_for(state="detached")
    reads = reader_of_loss(page)
    reads.focus()
    page.keyboard.press("Home")
    expect(reads).to_have_attribute("aria-valuetext", re.compile(r"step 5: with batch norm \d\.\d\d, without \d\.\d\d"))
    page.keyboard.press("ArrowRight")
    expect(reads).to_have_attribute("aria-valuetext", re.compile("step 10:"))
    page.keyboard.press("End")
    expect(page.get_by_text(re.compile(r"^step 500: with batch norm \d+\.\d%, without \d+\.\d%$"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(reads).to_have_attribute("aria-valuetext", re.compile("no step chosen"))
    reads.hover()
    expect(reads).to_have_attribute("aria-valuetext", re.compile(r"step \d+: with batch norm"))
    scrub = page.get_by_role("slider", name="Step looked at")
    gradient = page.get_by_role("row", name=re.compile("^1 ")).first
    at_the_end = gradient.inner_text()
    page.evaluate(
        """() => {
          window.states = [];
          const app = document.querySelector('[data-testid=stApp]');
          new MutationObserver(() => window.states.push(app.dataset.testScriptState)).observe(app, {attributes: true});
        }"""
    )
    scrub.focus()
    page.keyboard.press("Home")
    expect(scrub).to_have_attribute("aria-valuetext", "step 0 of 500")
    assert gradient.inner_text() != at_the_end
    page.keyboard.press("ArrowRight")
    expect(scrub).to_have_attribute("aria-valuetext", "step 20 of 500")
    page.keyboard.press("End")
    expect(scrub).to_have_attribute("aria-valuetext", "step 500 of 500")
    assert gradient.inner_text() == at_the_end
    assert page.evaluate("window.states.filter(state => state === 'running')") == []


def assert_the_server_is_asked_no_more(page: Page) -> None:
    page.wait_for_function("document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'")
    page.evaluate(
        """() => new Promise(done => {
          window.runs = 0;
          const app = document.querySelector('[data-testid=stApp]');
          const count = () => { window.runs += app.dataset.testScriptState === 'running' };
          new MutationObserver(count).observe(app, {attributes: true, attributeFilter: ['data-test-script-state']});
          setTimeout(done, 1000);
        })"""
    )
    assert page.evaluate("window.runs") == 0


def test_the_map_grows_when_asked_and_can_be_read(reader):
    page = reader.open(f"{PATH}?tn_guess=Just+show+me&tn_steps=200&tn_activation=ReLU", scheme="dark")
    wait_until_trained(page)
    page.locator(".st-key-tn_stop").wait_for(state="detached")
    page.get_by_role("button", name=re.compile("^Train 42 pairs")).click()
    expect(page.get_by_role("table", name=re.compile("with batch norm: %"))).to_be_visible()
    page.wait_for_function("document.querySelectorAll('.bn-map td[style]').length >= 4")
    page.locator(".st-key-tn_sweep_stop button").click()
    expect(page.locator(".st-key-tn_sweep_stop")).to_have_count(0)
    assert_it_fits_and_can_be_read(page)
    page.set_viewport_size({"width": 320, "height": 1000})
    put_on(page, "light")
    assert_it_fits_and_can_be_read(page)
