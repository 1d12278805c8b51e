"""Train a network in a browser: a map to choose from, curves that grow without blinking and are read by keyboard, stopping."""

import re

from playwright.sync_api import Page, expect

from tests.browser.lab import place_of, thumb_of
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


def cell(page: Page, rate: str, depth: int, twin: str = "Without"):
    """A cell of one of the two maps."""
    grid = page.get_by_role("grid", name=re.compile(f"^{twin} batch norm"))
    return grid.get_by_role("gridcell", name=re.compile(f"^η = {re.escape(rate)}, {depth} layers?: "))


def dots(page: Page):
    return page.locator('.rate_map [data-map="0"] .dots i')


def count_messages_now(page: Page) -> None:
    """From now on window.sent counts what the page sends."""
    page.evaluate(
        """() => {
          window.sent = 0;
          const send = WebSocket.prototype.send;
          WebSocket.prototype.send = function (data) { window.sent++; return send.call(this, data); };
        }"""
    )


def test_the_prediction_uncovers_the_map_and_a_cell_is_trained_where_it_is_chosen(reader):
    page = reader.open(PATH, fresh=True)
    wait_until_trained(page)
    expect(cell(page, "0.5", 3)).to_have_attribute("aria-selected", "true")
    expect(cell(page, "0.5", 6)).to_have_text(re.compile(r"^\d+$"))
    expect(cell(page, "0.5", 6, "With")).to_have_text("")
    expect(loss(page)).not_to_have_attribute("aria-label", re.compile("with batch norm"))
    page.locator(".st-key-tn_guess").get_by_text("About as many").click()
    expect(page.get_by_text("You said About as many, or fewer. It is More than twice as many")).to_be_visible()
    expect(cell(page, "0.5", 6, "With")).to_have_text(re.compile(r"^9\d$"))
    expect(loss(page)).to_have_attribute("aria-label", re.compile("with batch norm from .* at step 500"))
    expect(page).to_have_url(re.compile("tn_guess=About"))
    expect(dots(page)).to_have_count(1)

    cell(page, "2", 6, "With").click()
    expect(page.get_by_text("Dotted: the run before").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"tn_rate=0\.3&.*tn_depth=6|tn_depth=6&.*tn_rate=0\.3"))
    wait_until_trained(page)
    expect(page.get_by_text("Dotted: the run before").first).to_be_hidden()
    expect(dots(page)).to_have_count(2)
    expect(cell(page, "2", 6)).to_have_attribute(
        "aria-label", re.compile(r"without \d+%\. Your run: without \d+\.\d%, with \d+\.\d%\.")
    )
    page.reload()
    expect(cell(page, "2", 6)).to_have_attribute("aria-selected", "true")


def test_the_map_is_reached_by_tab_once_and_chosen_from_by_keyboard(reader):
    page = reader.open(f"{PATH}?tn_guess=Just+show+me&tn_steps=200&tn_depth=1")
    wait_until_trained(page)
    expect(page.locator(".rate_map [tabindex='0']")).to_have_count(1)
    cell(page, "0.5", 1).focus()
    for key in ("ArrowRight", "ArrowUp", "End", "ArrowLeft"):
        page.keyboard.press(key)
    expect(cell(page, "10", 2, "With")).to_be_focused()
    expect(cell(page, "0.5", 1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(cell(page, "10", 2, "With")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("η = 10, 2 sigmoid layers")).to_be_visible()
    expect(cell(page, "10", 2, "With")).to_be_focused()
    expect(page).to_have_url(re.compile("tn_rate=1"))
    wait_until_trained(page)
    expect(dots(page)).to_have_count(2)


RING = "() => [...document.querySelectorAll('*')].find(e => e.shadowRoot?.querySelector('.now')).shadowRoot.querySelector('.now').style.left"


def test_while_a_slider_is_held_the_ring_goes_along_and_nothing_is_sent(reader):
    page = reader.open(f"{PATH}?tn_steps=200&tn_depth=1")
    wait_until_trained(page)
    page.locator(".st-key-tn_stop").wait_for(state="detached")
    count_messages_now(page)
    expect(cell(page, "0.5", 1)).to_have_attribute("aria-selected", "true")
    x, y = place_of(thumb_of(page, "tn_rate"))
    before = page.evaluate(RING)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=6)
    page.wait_for_function(f"({RING})() !== '{before}'")
    assert page.evaluate("window.sent") == 0
    held = page.evaluate(RING)
    page.mouse.up()
    page.wait_for_function("window.sent > 0")
    wait_until_trained(page)
    assert page.evaluate(RING) == held


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
    expect(reads).to_have_attribute("aria-valuetext", re.compile(r"step 5: without \d\.\d\d, with batch norm \d\.\d\d"))
    page.keyboard.press("ArrowRight")
    expect(reads).to_have_attribute("aria-valuetext", re.compile("step 10:"))
    page.keyboard.press("End")
    expect(page.get_by_text(re.compile(r"^step 500: without \d+\.\d%, with batch norm \d+\.\d%$"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(reads).to_have_attribute("aria-valuetext", re.compile("no step chosen"))
    reads.hover()
    expect(reads).to_have_attribute("aria-valuetext", re.compile(r"step \d+: without"))
    scrub = page.get_by_role("slider", name="Step looked at")
    gradient = page.get_by_role("group", name="Layers, ").get_by_role("row", name=re.compile("^1 ")).first
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


def test_a_map_of_ones_own_is_trained_when_asked_and_the_page_can_be_read_meanwhile(reader):
    page = reader.open(f"{PATH}?tn_guess=Just+show+me&tn_steps=200&tn_activation=ReLU&tn_batch=2", scheme="dark")
    wait_until_trained(page)
    page.locator(".st-key-tn_stop").wait_for(state="detached")
    page.get_by_role("button", name=re.compile("^Train the map with batches of 2")).click()
    expect(page.get_by_text("The map: 0 of 80 pairs of twins")).to_be_visible()
    page.locator(".st-key-tn_sweep_stop button").click()
    expect(page.locator(".st-key-tn_sweep_stop")).to_have_count(0)
    assert_it_fits_and_can_be_read(page)
    page.set_viewport_size({"width": 320, "height": 1000})
    put_on(page, "light")
    assert_it_fits_and_can_be_read(page)
