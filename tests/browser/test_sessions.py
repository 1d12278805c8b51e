"""What a reader does not lose: by a reload, by a connection that goes for a while, to another tab; and embedding."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import cell, expect_to_go_on, press, slider, wait_until


class Line:
    """A reader's connection to the server, which can be cut. The page looks for its server again and again meanwhile."""

    def __init__(self, page: Page) -> None:
        self.up = True
        self.tries = 0
        self.sockets = []
        page.route_web_socket("**/_stcore/stream", self.connect)
        page.route("**/_stcore/health", self.look)
        page.route("**/_stcore/host-config", self.look)

    def connect(self, socket):
        if self.up:
            socket.connect_to_server()
            self.sockets.append(socket)
        else:
            socket.close()

    def look(self, route):
        if self.up:
            route.continue_()
        else:
            self.tries += 1
            route.abort()

    def cut(self):
        self.up = False
        for socket in self.sockets:
            socket.close()
        self.sockets.clear()


def type_into(page: Page, text: str) -> None:
    cell(page, "x", 0, 0).dblclick()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(cell(page, "x", 0, 0)).to_have_text(text)
    expect(page).to_have_url(re.compile("batch="))


@pytest.mark.thorough
def test_ten_seconds_without_a_connection_lose_nothing(reader):
    """Streamlit looks for its server after 0.5, 1, 2, 4 and then every 8 seconds or so."""
    page = reader.open()
    line = Line(page)
    page.reload()
    reader.wait_until_drawn(page)
    type_into(page, "12.5")
    press(page, "gamma_0", "ArrowRight")
    expect(page).to_have_url(re.compile(r"gamma_0=1\.1"))
    line.cut()
    wait_until(page, lambda: line.tries >= 5)
    expect(cell(page, "x", 0, 0)).to_have_text("12.5")
    line.up = True
    expect_to_go_on(page, "gamma_0", 0, 0, "12.5")
    reader.complaints.clear()  # of the connection that was not there


def test_two_tabs_do_not_mix(reader):
    one, other = reader.open(), reader.open()
    type_into(one, "12.5")
    press(one, "gamma_0", "ArrowRight")
    expect(one).to_have_url(re.compile(r"gamma_0=1\.1"))
    press(other, "gamma_0", "ArrowLeft")
    expect(other).to_have_url(re.compile(r"gamma_0=0\.9"))
    expect(cell(other, "x", 0, 0)).to_have_text("−0.96")
    expect(slider(one, "gamma_0")).to_have_attribute("aria-valuetext", "1.10")
    assert "batch=" not in other.url


def test_a_page_can_be_embedded(reader):
    """Without Streamlit's own bar, and with the picture that the link asks for."""
    page = reader.open("/why_normalize?embed=true&wn_ratio=10")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(slider(page, "wn_ratio")).to_have_attribute("aria-valuetext", "10")
    expect(page.locator("[data-testid=stToolbar]")).to_have_count(0)
    expect(page.get_by_text("could not be used")).to_have_count(0)
