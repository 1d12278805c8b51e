"""Films: the picture of a slider moves while it is held, with what the server has computed before, and nothing is sent."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.boxes import places
from tests.browser.lab import expect_described, place_of, press, slider, thumb_of, wait_until
from tests.browser.reading import wait_until_nothing_fades
from ui.catalogue import CHAPTERS

# Chapters whose main slider moves what is drawn otherwise, or trains.
OTHERWISE = {
    "images_and_relatives": "a part of its own; the page's test moves it",
    "lab": "the live stage previews it",
    "train_a_network": "a training that takes seconds",
    "why_it_works": "a training that takes seconds",
}
MAIN = [chapter for chapter in CHAPTERS if chapter.slider and chapter.name not in OTHERWISE]

SHOWN = """key => {
  const roots = [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')].map(each => each.shadowRoot);
  const svg = roots.map(root => root?.querySelector(`[data-live="${key}"] svg`)).find(Boolean);
  const { reels } = svg.getRootNode().querySelector('.film').live;
  const reel = reels.find(each => each.slider === key);
  const value = Number(document.querySelector(`.st-key-${key} input[type=range]`).getAttribute('value'));
  const stop = Math.round((value - reel.low) / reel.step);
  const said = at => { const { alt } = reel.frame(at); return Object.entries(typeof alt === "string" ? { all: alt } : alt); };
  const others = Object.fromEntries(said(stop ? 0 : reel.stops - 1));
  const says = svg.getAttribute('aria-label');
  // Of a picture whose parts sliders move each for itself, the slider's own part.
  const own = said(stop).filter(([part, words]) => part === 'all' || others[part] !== words).map(([, words]) => words);
  return { drawn: svg.innerHTML, says, stop, at_rest: reel.now, fits: own.every(words => says.includes(words)) };
}"""


# Whether the pictures of a slider's stops are there.
HERE = """key => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
  .flatMap(each => each.shadowRoot?.querySelector('.film')?.live.reels ?? []).some(each => each.slider === key && each.frame)"""


def shown(page: Page, key: str) -> dict:
    return page.evaluate(SHOWN, key)


def film(page: Page, key: str):
    return page.locator(f'[data-live="{key}"] svg').first


@pytest.mark.parametrize("chapter", MAIN, ids=lambda chapter: chapter.name)
def test_the_main_slider_of_a_chapter_moves_its_picture_while_it_is_held(reader, chapter):
    sent = []
    page = reader.open(chapter.url)
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.reload()
    reader.wait_until_drawn(page)
    key = chapter.slider
    expect(film(page, key)).to_be_visible()
    before, stood = shown(page, key), places(page)
    assert before["fits"]
    assert before["stop"] == before["at_rest"]
    x, y = place_of(thumb_of(page, key))
    way = -1 if before["stop"] else 1
    page.mouse.move(x, y)
    page.mouse.down()
    sent.clear()
    pictures, stops = {before["drawn"]}, {before["stop"]}
    for step in range(1, 9):
        page.mouse.move(x + 8 * way * step, y)
        now = shown(page, key)
        assert now["fits"]
        pictures.add(now["drawn"])
        stops.add(now["stop"])
    assert len(stops) > 1
    assert len(pictures) >= len(stops)
    page.wait_for_timeout(200)  # it glides to the last
    now = shown(page, key)
    assert sent == []
    page.mouse.up()
    wait_until(page, lambda: sent != [])
    wait_until_nothing_fades(page)
    wait_until(page, lambda: shown(page, key)["drawn"] == now["drawn"])
    assert shown(page, key)["says"] == now["says"]
    sent.clear()
    press(page, key, "End" if way < 0 else "Home")  # where the drag did not lead
    wait_until(page, lambda: sent != [])
    reader.wait_until_drawn(page)
    wait_until_nothing_fades(page)
    wait_until(page, lambda: places(page) == stood)


def test_keys_move_a_picture_at_once_and_sliders_take_turns(reader):
    """An answer brings no pictures: those of a slider come when it has the focus."""
    answers = []
    page = reader.open("/training_vs_inference")
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: answers.append(len(frame))))
    page.reload()
    reader.wait_until_drawn(page)
    for key, way in (("ti_decay", "ArrowLeft"), ("ti_n", "End"), ("ti_batches", "Home"), ("ti_decay", "Home")):
        slider(page, key).focus()
        wait_until(page, lambda key=key: page.evaluate(HERE, key))
        before = shown(page, key)
        answers.clear()
        page.keyboard.press(way)
        now = shown(page, key)
        assert now["stop"] != before["stop"]
        # What another slider moved is answered first.
        wait_until(page, lambda key=key: shown(page, key)["at_rest"] == shown(page, key)["stop"])
        assert sum(answers) < 12_000
        assert shown(page, key)["fits"]
    expect_described(page, "ti_stream", "^0 batches.* The start weighs less than 1% from batch 1 on")


def test_what_is_taken_in_the_picture_moves_its_slider(reader):
    page = reader.open("/training_vs_inference?ti_guess=Just+show+me&ti_training=false&ti_moved=true&ti_shift=0")
    grip = film(page, "ti_shift").locator(".grip").nth(3)
    x, y = place_of(grip)
    box = grip.bounding_box()
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 8):
        page.mouse.move(x + 10 * step, y)
        moved = grip.bounding_box()
        assert abs(moved["x"] - box["x"] - 10 * step) <= 2
    assert slider(page, "ti_shift").get_attribute("value") == "0"
    page.mouse.up()
    expect(slider(page, "ti_shift")).not_to_have_attribute("value", "0")
    wait_until_nothing_fades(page)
    assert abs(grip.bounding_box()["x"] - moved["x"]) <= 3  # to the nearest stop; they are 6 px apart
    assert shown(page, "ti_shift")["fits"]
