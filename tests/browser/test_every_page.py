"""What holds for each page in a browser: themes, narrow screens, requests, keyboard."""

import re
from urllib.parse import urlparse

import pytest
from playwright.sync_api import expect

from ui.chapters import CHAPTERS

PATHS = [chapter.url for chapter in CHAPTERS]

every_page = pytest.mark.parametrize("path", PATHS)


@every_page
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 320])
def test_the_page_fits_its_width_in_both_themes(reader, path, scheme, width):
    page = reader.open(path, scheme=scheme, width=width)
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 1
    background = page.locator("[data-testid=stApp]").evaluate("app => getComputedStyle(app).backgroundColor")
    brightness = sum(int(channel) for channel in re.findall(r"\d+", background)[:3])
    assert (brightness > 600) == (scheme == "light")


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
def test_tab_reaches_every_control_and_the_focus_can_be_seen(reader, path):
    page = reader.open(path)
    controls = page.locator("[data-testid=stMain]").locator("input:visible, button:visible, textarea:visible")
    wanted = controls.count()
    reached = page.evaluate(
        """() => {
          window.__reached = new Set();
          document.addEventListener('focusin', event => window.__reached.add(event.target), true);
        }"""
    )
    for _ in range(3 * wanted + 40):
        page.keyboard.press("Tab")
    reached = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] input, [data-testid=stMain] textarea')]
          .filter(control => control.offsetParent && !window.__reached.has(control) && control.type !== 'radio'
            && control.tabIndex >= 0)
          .map(control => control.outerHTML)"""
    )
    assert reached == []
