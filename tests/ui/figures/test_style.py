"""The visual language: colors that are seen on both backgrounds, and never color alone."""

import itertools
import re
import tomllib
from pathlib import Path

import pytest

from tests.colors import DEFICIENCIES, contrast, difference
from ui.figures.style import (
    ABOVE,
    ACTIVATED,
    BATCH_DASH,
    BELOW,
    CONFIG,
    INPUT,
    MOVING_DASH,
    NORMALIZED,
    OUTPUT,
    RULE,
    STAGES,
    diverging,
    layout,
)

THEMES = tomllib.loads((Path(__file__).parents[3] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
BACKGROUNDS = pytest.mark.parametrize(
    "background", [THEMES[theme]["backgroundColor"] for theme in ("light", "dark")], ids=["light", "dark"]
)


@BACKGROUNDS
@pytest.mark.parametrize("color", [*(stage.color for stage in STAGES), RULE])
def test_lines_are_seen_on_both_backgrounds(color, background):
    assert contrast(color, background) >= 3


@pytest.mark.parametrize("deficiency", [None, *DEFICIENCIES])
@pytest.mark.parametrize(
    ("one", "other"), list(itertools.combinations((*STAGES, ACTIVATED), 2)), ids=lambda stage: stage.name
)
def test_colors_are_told_apart_with_any_color_vision(one, other, deficiency):
    """A difference of 2 can just be seen; lines and dots that lie apart need several times that."""
    assert difference(one.color, other.color, deficiency) > 15


def test_a_red_and_a_green_are_the_same_to_one_who_lacks_a_cone():
    """The simulation itself."""
    assert difference("#B07A00", "#7A8A00", None) > 30
    assert difference("#B07A00", "#7A8A00", "deuteranopia") < 15


def test_input_is_blue_normalized_vermilion_and_output_green():
    assert [stage.color for stage in STAGES] == ["#0072B2", "#D55E00", "#009E73"]
    assert tuple(STAGES) == (INPUT, NORMALIZED, OUTPUT)
    assert [stage.symbol for stage in STAGES] == ["x", "x̂", "y"]


@pytest.mark.parametrize("field", ["name", "symbol", "color", "marker"])
def test_stages_differ_in_more_than_their_color(field):
    assert len({getattr(stage, field) for stage in STAGES}) == len(STAGES)


def test_batch_statistics_are_solid_and_moving_ones_dashed():
    assert BATCH_DASH == "solid"
    assert MOVING_DASH == "dash"


def test_a_tint_is_the_same_color_and_lets_through_what_lies_under_it():
    assert INPUT.tint(0.25) == "rgba(0,114,178,0.25)"
    for stage in STAGES:
        channels = re.fullmatch(r"rgba\((\d+),(\d+),(\d+),0\.1\)", stage.tint(0.1)).groups()
        assert "#" + "".join(f"{int(channel):02X}" for channel in channels) == stage.color


@pytest.mark.parametrize("deficiency", [None, *DEFICIENCIES])
def test_above_zero_is_told_from_below(deficiency):
    assert difference(ABOVE, BELOW, deficiency) > 20
    assert diverging(0.7) == [(0, "rgba(181,159,0,0.7)"), (0.5, "rgba(123,135,148,0.06)"), (1, "rgba(204,121,167,0.7)")]


def test_tables_of_numbers_have_the_colors_of_heat_maps():
    css = (Path(__file__).parents[3] / "assets" / "live" / "tables.css").read_text(encoding="utf-8").upper()
    assert f"--ABOVE: {ABOVE}" in css
    assert f"--BELOW: {BELOW}" in css


def made_layout(**more):
    return layout(200, left=40, bottom=30, **{"xaxis": {}, "yaxis": {}, **more})


def test_no_chart_zooms_or_moves_under_the_hand():
    made = made_layout(xaxis={"range": [0, 1]}, yaxis={"range": [2, 3]}, shapes=[])
    assert made["height"] == 200
    assert made["dragmode"] is False
    assert made["shapes"] == []
    for axis, ends in (("xaxis", [0, 1]), ("yaxis", [2, 3])):
        assert made[axis]["fixedrange"] is True
        assert made[axis]["range"] == ends
    assert CONFIG["displayModeBar"] is False


def test_margins_are_fixed_so_that_a_chart_is_drawn_once():
    made = made_layout()
    assert (made["margin"]["l"], made["margin"]["b"]) == (40, 30)
    assert made["xaxis"]["automargin"] is made["yaxis"]["automargin"] is False


def test_the_theme_paints_background_and_text():
    assert not {"paper_bgcolor", "plot_bgcolor", "template", "font", "colorway"} & set(made_layout())


def test_axes_of_further_panels_are_held_like_the_first():
    made = made_layout(yaxis2={"domain": [0, 1]}, bargap=0.3, top=20, right=30)
    assert made["yaxis2"] == {"domain": [0, 1], **made["yaxis"]}
    assert made["bargap"] == 0.3
    assert (made["margin"]["t"], made["margin"]["r"]) == (20, 30)
