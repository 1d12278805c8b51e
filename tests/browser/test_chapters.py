"""From chapter to chapter: the navigation leads everywhere, and what was set on a page is there on the way back."""

import itertools
import re

from playwright.sync_api import expect

from tests.browser.lab import cell, press, slider
from ui.catalogue import CHAPTERS


def test_next_leads_through_all_chapters_and_previous_back(reader):
    page = reader.open()
    for here, there in itertools.pairwise(CHAPTERS):
        page.get_by_role("link", name=f"→ {there.title}").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(there.title)
        expect(page).to_have_url(re.compile(rf"{there.url}(\?|$)"))
        expect(page.get_by_role("link", name=f"← {here.title}")).to_be_visible()
    page.get_by_role("link", name=f"← {CHAPTERS[-2].title}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(CHAPTERS[-2].title)


def test_what_was_set_on_a_page_is_there_on_the_way_back(reader):
    page = reader.open()
    cell(page, "x", 0, 0).dblclick()
    page.keyboard.type("12.5")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("batch="))
    press(page, "gamma_0", "ArrowRight")
    expect(page).to_have_url(re.compile("gamma_0=1.1"))
    expect(cell(page, "y", 0, 0)).not_to_have_text("−0.335")
    here = page.url
    page.get_by_role("link", name=CHAPTERS[1].title).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(CHAPTERS[1].title)
    page.get_by_role("link", name=CHAPTERS[0].title).first.click()
    expect(cell(page, "x", 0, 0)).to_have_text("12.5")
    expect(slider(page, "gamma_0")).to_have_attribute("aria-valuetext", "1.10")
    assert set(page.url.split("?")[1].split("&")) == set(here.split("?")[1].split("&"))
