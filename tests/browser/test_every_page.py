"""What holds for each page in a browser: themes, narrow screens, requests, keyboard."""

import re
from urllib.parse import urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from ui.chapters import CHAPTERS

PATHS = [chapter.url for chapter in CHAPTERS]

every_page = pytest.mark.parametrize("path", PATHS)


@every_page
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 320])
def test_the_page_fits_its_width_in_both_themes(reader, path, scheme, width):
    """And has no finding of the WCAG 2.1 A and AA rules, which depend on both."""
    page = reader.open(path, scheme=scheme, width=width)
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 1
    background = page.locator("[data-testid=stApp]").evaluate("app => getComputedStyle(app).backgroundColor")
    brightness = sum(int(channel) for channel in re.findall(r"\d+", background)[:3])
    assert (brightness > 600) == (scheme == "light")
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    findings = Axe().run(page, options=rules).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in findings] == []


@every_page
def test_a_cold_deep_link_shows_heading_and_no_error(reader, path):
    page = reader.open(path, fresh=True)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)


@every_page
def test_every_chart_has_a_name_that_says_what_it_shows(reader, path):
    page = reader.open(path)
    for chart in page.locator("[data-testid=stPlotlyChart]").all():
        expect(chart).to_have_attribute("aria-label", re.compile(r"\d"))


@every_page
def test_the_page_asks_nobody_but_its_own_server(reader, path):
    page = reader.open()
    hosts = set()
    page.on("request", lambda request: hosts.add(urlparse(request.url).netloc))
    page.goto(reader.url + path)
    reader.wait_until_drawn(page)
    assert {host for host in hosts if host} == {urlparse(reader.url).netloc}


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
