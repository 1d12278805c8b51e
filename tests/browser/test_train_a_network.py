"""Train a network in a browser: curves that grow without blinking, reading them by keyboard, scrubbing, stopping."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.lab import press

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


def test_a_cold_link_trains_and_reveals(reader):
    page = reader.open(f"{PATH}?tn_guess=Clearly+fewer&tn_depth=6", fresh=True)
    wait_until_trained(page)
    expect(page.get_by_text("You said Clearly fewer. It is Hardly more than by guessing")).to_be_visible()
    expect(loss(page)).to_have_attribute("aria-label", re.compile("without from .* at step 500"))


def test_the_prediction_reveals_the_twin_and_goes_into_the_link(reader):
    page = reader.open(PATH)
    wait_until_trained(page)
    expect(loss(page)).not_to_have_attribute("aria-label", re.compile("without"))
    page.locator(".st-key-tn_guess").get_by_text("Clearly fewer").click()
    expect(page.get_by_text("Yes: Clearly fewer")).to_be_visible()
    expect(loss(page)).to_have_attribute("aria-label", re.compile("without"))
    expect(page).to_have_url(re.compile("tn_guess=Clearly"))


def test_the_learning_rate_by_keyboard_trains_anew(reader):
    page = reader.open(PATH)
    wait_until_trained(page)
    press(page, "tn_rate", "ArrowRight")
    expect(page.get_by_text("η = 0.631")).to_be_visible()
    expect(page).to_have_url(re.compile(r"tn_rate=-0\.2"))
    wait_until_trained(page)


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


def test_values_are_read_by_keyboard_and_by_pointing_in_all_panels(reader):
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


def test_looks_are_scrubbed_in_the_browser_alone(reader):
    page = reader.open(f"{PATH}?tn_guess=Just+show+me")
    wait_until_trained(page)
    page.locator(".st-key-tn_stop").wait_for(state="detached")
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


def test_where_it_brings_nothing_is_one_click_away(reader):
    page = reader.open(f"{PATH}?tn_guess=Just+show+me")
    wait_until_trained(page)
    page.get_by_role("button", name="Where it brings nothing").click()
    expect(page.get_by_text("Batch norm brings nothing here")).to_be_visible(timeout=30_000)


def test_a_stopped_page_asks_the_server_no_more(reader):
    page = reader.open(LONG)
    page.get_by_role("button", name="■ Stop").click()
    expect(page.get_by_role("button", name=ENDED)).to_be_visible()
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


def test_the_map_grows_when_asked(reader):
    page = reader.open(f"{PATH}?tn_batch=16")
    wait_until_trained(page)
    page.locator(".st-key-tn_stop").wait_for(state="detached")
    page.get_by_role("button", name=re.compile("^Train 42 pairs")).click()
    expect(page.get_by_role("table", name=re.compile("with batch norm: %"))).to_be_visible()
    page.wait_for_function("document.querySelectorAll('.bn-map td[style]').length >= 4")
    page.locator(".st-key-tn_sweep_stop button").click()
    expect(page.locator(".st-key-tn_sweep_stop")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 320])
def test_the_finished_page_with_its_map_is_accessible(reader, scheme, width):
    page = reader.open(f"{PATH}?tn_guess=Just+show+me&tn_steps=200&tn_activation=ReLU", scheme=scheme, width=width)
    wait_until_trained(page)
    page.locator(".st-key-tn_stop").wait_for(state="detached")
    page.get_by_role("button", name=re.compile("^Train 42 pairs")).click()
    page.wait_for_function("document.querySelectorAll('.bn-map td[style]').length >= 4")
    page.locator(".st-key-tn_sweep_stop button").click()
    expect(page.locator(".st-key-tn_sweep_stop")).to_have_count(0)
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 1
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    findings = Axe().run(page, options=rules).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in findings] == []
