"""What makes a page readable, checked on the page as it stands."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect


def assert_it_fits_and_can_be_read(page: Page) -> None:
    """No sideways scrolling, and no finding of the WCAG 2.1 A and AA rules."""
    wait_until_nothing_fades(page)
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 1
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    findings = Axe().run(page, options=rules).response["violations"]
    found = [(each["id"], each["nodes"][0]["html"], each["nodes"][0]["failureSummary"]) for each in findings]
    assert found == [], found


def wait_until_nothing_fades(page: Page) -> None:
    """What waits for the server is paler until its answer is there."""
    page.wait_for_function("document.querySelectorAll('[data-stale=true]').length === 0")
    page.wait_for_function(
        "document.getAnimations().every(each => each.playState !== 'running' || each.effect.getTiming().iterations === Infinity)"
    )


def put_on(page: Page, theme: str) -> None:
    """Set the system's color scheme, and wait until the page has taken it over."""
    page.emulate_media(color_scheme=theme)
    background = {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 20, 26)"}[theme]
    expect(page.locator("[data-testid=stApp]")).to_have_css("background-color", background)
