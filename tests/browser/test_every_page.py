"""What holds for each page in a browser, behind the nginx of deploy/: themes, narrow screens, requests, keyboard."""

import re
from collections.abc import Iterator
from functools import partial
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.boxes import assert_marks_stand_out, assert_words_are_whole_and_apart
from tests.browser.conftest import Reader, somebody
from tests.browser.lab import PATIENCE_MS
from tests.browser.reading import assert_focus_is_seen, assert_it_fits_and_can_be_read, put_on
from tools.replicas import in_front_of
from tools.serving import DRAWN
from ui.catalogue import CHAPTERS
from ui.links import SHOW_ME

PATHS = [chapter.url for chapter in CHAPTERS]

every_page = pytest.mark.parametrize("path", PATHS)


@pytest.fixture(scope="module")
def nginx(app_url: str) -> Iterator[str]:
    address = urlparse(app_url)
    with in_front_of([address.hostname], address.port) as (url, _):
        yield url


@pytest.fixture(scope="module")
def visited(browser: Browser, nginx: str) -> Iterator[BrowserContext]:
    """A browser that was here before."""
    context = browser.new_context()
    context.new_page().goto(f"{nginx}/_stcore/health")
    yield context
    context.close()


@pytest.fixture
def reader(browser: Browser, visited: BrowserContext, nginx: str) -> Iterator[Reader]:
    """Whose console also says what the content policy has kept from a page."""
    with somebody(browser, nginx, visited) as someone:
        yield someone


def test_a_first_visit_arrives_compressed(browser, nginx):
    page = browser.new_context().new_page()
    received = []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(nginx)
    page.wait_for_function(DRAWN, timeout=PATIENCE_MS)
    assert sum(received) < 4.5e6, "8.6 MB without compression"
    page.context.close()


@every_page
def test_a_deep_link_shows_a_finished_page_that_all_can_use(reader, path):
    """From this server alone; read as it opens in the light, and with every answer given in the dark, wide and narrow, and on paper."""
    page = reader.open(path)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    for chart in page.locator(":is([data-testid=stPlotlyChart], .film svg)").all():
        expect(chart).to_have_attribute("aria-label", re.compile(r"\d"))
    assert_it_fits_and_can_be_read(page)
    assert_words_are_whole_and_apart(page)
    assert_marks_stand_out(page)
    assert_focus_is_seen(page, partial(assert_tab_reaches_every_control, page))
    assert_a_term_is_explained(page)
    give_every_answer(reader, page)
    put_on(page, "dark")
    assert_it_fits_and_can_be_read(page)
    assert_marks_stand_out(page)
    page.set_viewport_size({"width": 320, "height": 1000})
    reader.wait_until_drawn(page)
    assert_it_fits_and_can_be_read(page)
    assert_words_are_whole_and_apart(page)
    put_on(page, "light")
    assert_it_fits_and_can_be_read(page)
    assert_light_on_paper(page)
    hosts = page.evaluate("performance.getEntriesByType('resource').map(each => new URL(each.name).host)")
    assert set(hosts) == {urlparse(reader.url).netloc}


@pytest.mark.thorough
@every_page
def test_with_every_answer_a_page_fits_and_can_be_read_at_each_width_in_each_light_and_on_the_wall(reader, path):
    page = reader.open(path)
    give_every_answer(reader, page)
    for theme in ("dark", "light"):
        put_on(page, theme)
        for width in (1400, 1366, 1024, 390, 320):
            page.set_viewport_size({"width": width, "height": 1000})
            reader.wait_until_drawn(page)
            assert_it_fits_and_can_be_read(page)
            assert_words_are_whole_and_apart(page)
        assert_marks_stand_out(page)
    project(page)
    reader.wait_until_drawn(page)
    assert_it_fits_and_can_be_read(page)
    assert_words_are_whole_and_apart(page)


def assert_a_term_is_explained(page: Page) -> None:
    """Beside it, inside the window, as long as it is in focus; and a tap on it leads nowhere."""
    meaning = page.locator(".bn-meaning")
    for term in page.locator("[data-testid=stMain] a[href^='#']").all()[:1]:
        address = page.url
        term.focus()
        expect(meaning).to_be_in_viewport(ratio=1)
        expect(term).to_have_accessible_description(meaning.inner_text())
        page.keyboard.press("Escape")
        expect(meaning).to_be_hidden()
        term.click()
        expect(meaning).to_be_visible()
        assert page.url == address
        page.keyboard.press("Escape")


def assert_light_on_paper(page: Page) -> None:
    """Printed in the dark it is as light as in the light: the page, its words, and what live parts take their colors from."""
    put_on(page, "dark")
    page.emulate_media(media="print")
    expect(page.locator("[data-testid=stApp]")).to_have_css("background-color", "rgb(255, 255, 255)")
    for words in ("h1", "[data-testid=stMain] [data-testid=stMarkdownContainer] p"):
        expect(page.locator(words).first).to_have_css("color", "rgb(31, 41, 51)")
    taken = page.locator("[data-testid=stBidiComponentRegular], .stBidiComponent").evaluate_all(
        "parts => parts.map(part => getComputedStyle(part).getPropertyValue('--st-text-color').trim())"
    )
    assert set(taken) <= {"#1f2933"}
    page.emulate_media(media="screen")


def project(page: Page) -> None:
    """Switch to the larger letters and pictures of a projector, where the switch stands open."""
    page.set_viewport_size({"width": 1400, "height": 1000})
    page.get_by_text("Larger type, for a projector").click()
    expect(page.locator("html")).to_have_css("font-size", "20px")


def give_every_answer(reader, page: Page) -> None:
    for answer in page.get_by_role("radio", name=SHOW_ME).all():
        answer.press("Space")  # a click may miss it: the page grows with each answer
        expect(answer).to_be_checked()
        reader.wait_until_drawn(page)


def assert_tab_reaches_every_control(page: Page) -> None:
    """Of the options of one choice it reaches the chosen one; arrow keys lead to the others."""
    page.evaluate(
        """() => {
          window.reached = new Set();
          document.addEventListener('focusin', event => window.reached.add(event.composedPath()[0]), true);
        }"""
    )
    missed = """() => [...document.querySelectorAll('[data-testid=stMain]')]
      .flatMap(main => [...main.querySelectorAll('input, button, textarea, summary')])
      .filter(each => each.checkVisibility() && each.tabIndex >= 0 && !each.disabled && !window.reached.has(each))
      .filter(each => each.type !== 'radio' && (each.role !== 'radio' || each.ariaChecked === 'true'))
      .map(each => each.outerHTML.slice(0, 200))"""
    for _ in range(15):
        for _ in range(10):
            page.keyboard.press("Tab")
        if not page.evaluate(missed):
            break
    assert page.evaluate(missed) == []
