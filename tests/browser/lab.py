"""Where things are on the lab's page."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

PATIENCE_MS = 30_000  # of a reader whose connection was lost, or whose page opens

REST_LOOKS = 4  # that find something in the same place, 50 ms apart


def wait_until(page: Page, condition: Callable[[], bool]) -> None:
    """Let the page go on until something holds that the page itself does not know."""
    for _ in range(PATIENCE_MS // 50):
        if condition():
            return
        page.wait_for_timeout(50)
    raise AssertionError("waited in vain")


def cell(page: Page, table: str, row: int, column: int) -> Locator:
    return page.locator(f'[data-table="{table}"] [data-row="{row}"][data-column="{column}"]')


def chart(page: Page, key: str) -> Locator:
    """A picture, be it Plotly's or a film."""
    return page.locator(f".st-key-{key} :is([data-testid=stPlotlyChart], .film svg)")


def expect_described(page: Page, key: str, pattern: str) -> None:
    """Wait for a chart whose description matches; while it is replaced, the one before can still be there beside it."""
    name = re.compile(pattern)
    described = page.get_by_role("figure", name=name).or_(page.get_by_role("img", name=name))
    expect(chart(page, key).and_(described)).to_have_count(1)


def picture(page: Page, feature: int) -> Locator:
    """One of the features side by side."""
    return page.locator(".st-key-features .feature").nth(feature)


def bring_to_front(page: Page, feature: int) -> None:
    picture(page, feature).click()
    expect(page.locator(f"[data-live=beta-{feature}]")).to_be_attached()


def slider(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key} input[type=range]")


def place_of(target: Locator) -> tuple[float, float]:
    """The middle of what is to be taken, once nothing has shifted it for a while: what is still drawn above it could."""
    target.scroll_into_view_if_needed()
    before, at_rest = target.bounding_box(), 0
    for _ in range(PATIENCE_MS // 50):
        target.page.wait_for_timeout(50)
        box = target.bounding_box()
        at_rest = at_rest + 1 if box == before else 0
        if box and at_rest == REST_LOOKS:
            return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        before = box
    raise AssertionError("it never came to rest")


def middle_of(target: Locator) -> tuple[float, float]:
    """Where the middle of something is now."""
    box = target.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def take_along_its_way(page: Page, key: str, shares: list[float]) -> None:
    """Drag the first grip of a film to shares of the way that is drawn for it; it stays under the pointer."""
    grip = page.locator(f".st-key-{key} .grip").first
    page.mouse.move(*place_of(grip))
    page.mouse.down()
    for share in shares:
        x, y = page.locator(f".st-key-{key} .way").evaluate(
            """(way, share) => {
              const { x, y } = way.getPointAtLength(share * way.getTotalLength());
              const { a, d, e, f } = way.getScreenCTM();
              return [a * x + e, d * y + f];
            }""",
            share,
        )
        page.mouse.move(x, y, steps=4)
        now = middle_of(grip)
        assert abs(now[0] - x) <= 2, (share, now, (x, y))
        assert abs(now[1] - y) <= 2, (share, now, (x, y))
    page.mouse.up()


def thumb_of(page: Page, key: str) -> Locator:
    """What a hand takes of a slider."""
    return slider(page, key).locator("xpath=../..")


def press(page: Page, key: str, *keys: str) -> None:
    """Focus a slider and press keys on it."""
    slider(page, key).focus()
    for each in keys:
        page.keyboard.press(each)


def expect_to_go_on(page: Page, gamma: str, row: int, column: int, text: str) -> None:
    """A reader who had moved a γ to 1.1 moves it to 1.2, and finds it and this input after a reload."""
    expect(slider(page, gamma)).to_be_enabled(timeout=PATIENCE_MS)
    press(page, gamma, "ArrowRight")
    expect(page).to_have_url(re.compile(rf"{gamma}=1\.2"))
    expect(cell(page, "x", row, column)).to_have_text(text)
    page.reload()
    expect(cell(page, "x", row, column)).to_have_text(text, timeout=PATIENCE_MS)
    expect(slider(page, gamma)).to_have_attribute("aria-valuetext", "1.20")


def choose_mode(page: Page, mode: str) -> None:
    page.locator(".st-key-mode").get_by_text(mode, exact=True).click()


def show_setup(page: Page, tab: str) -> None:
    page.get_by_role("tab", name=tab, exact=True).click()


def expect_table(page: Page, table: str, expected: list[list[str]]) -> None:
    for i, row in enumerate(expected):
        for j, text in enumerate(row):
            expect(cell(page, table, i, j)).to_have_text(text)
