"""What holds for each page in a browser: themes, narrow screens, requests, keyboard."""

import re
from urllib.parse import urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from ui.chapters import CHAPTERS
from ui.predict import SHOW_ME

PATHS = [chapter.url for chapter in CHAPTERS]

every_page = pytest.mark.parametrize("path", PATHS)


@every_page
@pytest.mark.parametrize("width", [1400, 320])
def test_the_page_fits_its_width_in_both_themes(reader, path, width):
    """And has no finding of the WCAG 2.1 A and AA rules: light as it opens, dark with every answer given."""
    page = reader.open(path, width=width)
    app = page.locator("[data-testid=stApp]")
    assert_it_fits_and_can_be_read(page)
    page.emulate_media(color_scheme="dark")
    expect(app).to_have_css("background-color", "rgb(15, 20, 26)")
    for answer in page.get_by_role("radio", name=SHOW_ME).all():
        answer.check(force=True)
        expect(answer).to_be_checked()
        reader.wait_until_drawn(page)
    assert_it_fits_and_can_be_read(page)


def assert_it_fits_and_can_be_read(page):
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 1
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    findings = Axe().run(page, options=rules).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in findings] == []


@every_page
def test_a_cold_deep_link_shows_a_finished_page_from_this_server_alone(reader, path):
    page = reader.open(path, fresh=True)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    for chart in page.locator("[data-testid=stPlotlyChart]").all():
        expect(chart).to_have_attribute("aria-label", re.compile(r"\d"))
    hosts = page.evaluate("performance.getEntriesByType('resource').map(each => new URL(each.name).host)")
    assert set(hosts) == {urlparse(reader.url).netloc}


@every_page
def test_tab_alone_reaches_every_control(reader, path):
    """Of the options of one choice it reaches the chosen one; arrow keys lead to the others."""
    page = reader.open(path)
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
    for _ in range(150):
        page.keyboard.press("Tab")
        if not page.evaluate(missed):
            break
    assert page.evaluate(missed) == []
