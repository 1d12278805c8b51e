"""The backward pass in a browser: a cold link, the way back by keyboard, the prediction."""

import re

from playwright.sync_api import expect

from tests.browser.lab import chart, expect_described, press

PATH = "/backward_pass"


def test_a_cold_link_opens_on_its_step_and_the_reader_goes_on(reader):
    page = reader.open(f"{PATH}?bp_step=5&bp_feature=F1&bp_row=2&bp_dy=1+0+0+0+0+0+0+0")
    expect_described(page, "bp_graph", r"row 2.*Step 5 of 8")
    expect(page.locator(".st-key-bp_step")).to_be_in_viewport(ratio=1)
    page.locator(".st-key-bp_graph .grip").nth(-3).click()  # of the step before the last but one
    expect_described(page, "bp_graph", "Step 6 of 8")
    expect(page).to_have_url(re.compile("bp_step=6"))
    press(page, "bp_step", "End")
    expect_described(page, "bp_graph", "Step 8 of 8.*at xᵢ")
    expect(page.get_by_text("All steps in one")).to_be_visible()
    expect(page).to_have_url(re.compile("bp_step=8"))
    expect(chart(page, "bp_pushed")).to_have_count(0)
    page.locator(".st-key-bp_guess").get_by_text("it is shared out").click()
    expect(page.get_by_text("It is nothing.")).to_be_visible()
    expect(chart(page, "bp_pushed")).to_be_visible()
    press(page, "bp_add", "End")
    expect_described(page, "bp_pushed", "their sum 25.000")
    reader.wait_until_drawn(page)
    press(page, "bp_h", "Home")
    expect(page).to_have_url(re.compile("bp_h=-12"))
    reader.wait_until_drawn(page)
    expect_described(page, "bp_check", "At h = 1e−12")
