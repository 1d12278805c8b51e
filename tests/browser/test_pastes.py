"""A table is pasted in a browser, and how it is read is chosen: by mouse, by keyboard, on a phone."""

from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.lab import cell, show_setup, wait_until

GERMAN = "Umsatz;Menge;Art\n8.250;2;A\n950;3;B\n12.000;4;A\n"
LINK = "/?" + urlencode({"source": "Your own", "batch": GERMAN})


def read(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("read", [""])[0]


def panel(page: Page):
    return page.get_by_test_id("stExpander").filter(has_text="How it is read")


def test_a_pasted_table_is_read_and_read_otherwise_by_mouse(reader):
    page = reader.open()
    show_setup(page, "Your own")
    page.get_by_label("Or paste a table").fill(GERMAN)
    page.get_by_label("Or paste a table").press("Control+Enter")
    expect(cell(page, "x", 0, 0)).to_have_text("8250")
    expect(page.get_by_text("Read: 3 rows, 2 columns; 2 things were assumed")).to_be_visible()
    expect(panel(page).locator("table")).to_have_count(0)
    panel(page).locator("summary").click()
    expect(panel(page).locator("td")).to_have_text(["8250", "2", "950", "3", "12000", "4"])
    expect(panel(page)).to_contain_text("“Art” is left out")
    panel(page).get_by_role("radio", name="1.5", exact=True).click()
    expect(cell(page, "x", 0, 0)).to_have_text("8.25")
    wait_until(page, lambda: read(page) == "point")
    panel(page).get_by_role("combobox").focus()
    page.keyboard.press("Backspace")
    expect(panel(page).locator("td")).to_have_text(["8.25", "950", "12"])
    wait_until(page, lambda: read(page) == "point_c0")
    again = reader.open(page.url.removeprefix(reader.url))
    expect(cell(again, "x", 0, 0)).to_have_text("8.25")
    expect(again.get_by_text("Read: 3 rows, 1 column.")).to_be_visible()


def test_a_choice_is_made_by_keyboard_and_a_bad_one_leaves_the_picture(reader):
    page = reader.open(LINK)
    expect(cell(page, "x", 0, 0)).to_have_text("8250")
    panel(page).locator("summary").focus()
    page.keyboard.press("Enter")
    first_line = panel(page).get_by_role("radio", name="data", exact=True)
    first_line.focus()
    page.keyboard.press("Enter")
    wait_until(page, lambda: read(page) == "data")
    expect(page.get_by_role("alert").filter(has_text="last good batch")).to_be_visible()
    expect(cell(page, "x", 0, 0)).to_have_text("8250")
    panel(page).get_by_role("radio", name="names", exact=True).focus()
    page.keyboard.press("Enter")
    wait_until(page, lambda: read(page) == "names")
    expect(page.get_by_role("alert").filter(has_text="last good batch")).to_have_count(0)


def test_on_a_phone_the_choices_fit_beside_what_they_change(reader):
    page = reader.open(LINK, width=390, height=844)
    page.get_by_test_id("stExpandSidebarButton").click()
    panel(page).locator("summary").click()
    point = panel(page).get_by_role("radio", name="1.5", exact=True)
    point.click()
    expect(panel(page).locator("td").first).to_have_text("8.25")
    box, outer = point.bounding_box(), panel(page).bounding_box()
    assert box["x"] + box["width"] <= outer["x"] + outer["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
