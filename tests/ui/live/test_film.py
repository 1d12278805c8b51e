"""Films on a page: what they are sent, what a grip that was dragged does, and their colors in the dark."""

import re

import pytest

from tests.colors import contrast
from tests.pages.driving import films, open_page, tell
from ui.figures.reels import Reel
from ui.figures.style import ACTIVATED, STAGES
from ui.links import SHOW_ME
from ui.live import film
from ui.live.component import ROOT

SCRIPT = "pages/training_vs_inference.py"
USED = {"ti_guess": SHOW_ME, "ti_training": "false", "ti_moved": "true"}


def test_a_reel_has_the_stops_of_its_slider_and_stands_where_it_stands():
    at = open_page(SCRIPT, **USED, ti_guess_number=SHOW_ME, ti_stale="true")
    sliders = {slider.key: slider for slider in at.slider}
    shown = [reel for film in films(at).values() for reel in film.data["reels"]]
    assert len(shown) == 7
    for reel in shown:
        slider = sliders[reel["slider"]]
        assert reel["low"] == slider.min
        assert reel["low"] + (reel["stops"] - 1) * reel["step"] == pytest.approx(slider.max)
        assert reel["step"] == slider.step
        assert reel["low"] + reel["now"] * reel["step"] == pytest.approx(slider.value)


@pytest.mark.parametrize(
    ("sent", "asked", "apart", "due"),
    [
        ({"a": "1", "b": "2"}, (), False, set()),  # nothing is another
        ({"a": "1", "b": "1"}, (), False, set()),  # b has its frames when it is touched
        ({"a": "1", "b": "1"}, ("b", "c"), False, {"b"}),
        ({"a": "1", "b": "2"}, ("a",), False, {"a"}),  # the browser lost them
        ({}, (), False, {"a"}),
        ({}, ("b",), False, {"b"}),
        ({"a": "1", "b": "1"}, (), True, {"b"}),
    ],
)
def test_what_the_browser_has_or_may_not_need_is_not_sent(sent, asked, apart, due):
    assert film._due({"a": "1", "b": "2"}, sent, asked, apart) == due


def test_of_the_same_frames_the_name_is_the_same():
    one, other = (Reel("a", 0, 1, 2, 300, frames) for frames in ("x", "y"))
    assert one.name == Reel("b", 0, 1, 2, 300, "x").name != other.name


def test_a_grip_moves_its_slider():
    at = open_page(SCRIPT, **USED)
    tell(at, "ti_mismatch", "change", ["ti_shift", 50])
    assert at.slider(key="ti_shift").value == 2.0
    assert films(at)["ti_mismatch"].data["reels"][1]["now"] == 50
    tell(at, "ti_stream", "change", ["ti_batches", 3])
    assert at.slider(key="ti_batches").value == 30


@pytest.mark.parametrize(
    "message",
    [["ti_shift", -1], ["ti_shift", 61], ["ti_shift", 1.5], ["ti_shift"], ["ti_decay", 3], ["", 0], [3, 3], None, "x"],
)
def test_what_no_grip_sends_is_ignored(message):
    at = open_page(SCRIPT, **USED)
    tell(at, "ti_mismatch", "change", message)
    assert not at.exception
    assert at.slider(key="ti_shift").value == 1.5
    assert at.slider(key="ti_decay").value == 0.99


def test_the_colors_of_the_stages_are_lighter_in_the_dark():
    inks = dict(re.findall(r"--ink-(\w{6}): light-dark\(#\1, (#\w{6})\)", (ROOT / "assets" / "page.css").read_text()))
    for stage in (*STAGES, ACTIVATED):
        lighter = inks[stage.color.lower().removeprefix("#")]
        assert contrast(lighter, "#0F141A") > max(6, contrast(stage.color, "#0F141A"))
