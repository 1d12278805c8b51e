"""A measure over many seeds: a dot for each run, filled where it is the largest, and the counts."""

import json
import math

import plotly.graph_objects as go
import pytest

from tests.colors import contrast
from ui.figures import seeds
from ui.figures.seeds import SeedRow, Strip
from ui.studies.four_networks import CONTESTANTS

STRIP = Strip(
    "ends highest",
    (0.01, 10.0),
    (
        SeedRow("plain", "#0072B2", "circle", {0: 1.0, 1: 0.001, 2: math.inf}),
        SeedRow("other", "#D55E00", "diamond", {0: 0.5, 1: 3.0, 2: math.inf, 5: 2.0}),
    ),
)


def drawn(strip=STRIP, marked=1):
    figure = seeds.draw(strip, marked)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return {trace["name"]: trace for trace in figure["data"]}, figure["layout"]


def test_each_run_is_a_dot_in_its_row_and_what_is_outside_stands_at_the_edge():
    traces, _ = drawn()
    assert list(zip(traces["plain"]["x"], traces["plain"]["y"], strict=True)) == [(1.0, 0), (0.01, 0), (10.0, 0)]
    assert traces["other"]["x"] == [0.5, 3.0, 10.0, 2.0]
    assert traces["plain"]["text"] == ["plain, seed 0: 1", "plain, seed 1: 0.001", "plain, seed 2: ∞"]


def test_the_largest_of_a_complete_seed_is_filled_both_where_they_tie():
    traces, _ = drawn()
    assert traces["plain"]["marker"]["symbol"] == ["circle", "circle-open", "circle"]
    assert traces["other"]["marker"]["symbol"] == ["diamond-open", "diamond", "diamond", "diamond-open"]


def test_each_row_says_its_count():
    _, layout = drawn()
    assert [each["text"] for each in layout["annotations"]] == ["<b>ends highest</b>", "2 of 3", "2 of 3"]
    assert layout["yaxis"]["ticktext"] == ["plain", "other"]


def test_the_seed_on_the_screen_is_ringed():
    traces, _ = drawn(marked=1)
    assert list(zip(traces["ring"]["x"], traces["ring"]["y"], strict=True)) == [(0.01, 0), (3.0, 1)]
    assert drawn(marked=99)[0]["ring"]["x"] == []


def test_axes_do_not_depend_on_what_is_known():
    empty = Strip(STRIP.title, STRIP.axis, [SeedRow(row.name, row.color, row.marker, {}) for row in STRIP.rows])
    for axis in ("xaxis", "yaxis"):
        assert drawn()[1][axis] == drawn(empty)[1][axis]
    assert "plain: no run yet" in seeds.describe(empty, 0)


def test_the_words_say_what_is_seen():
    words = seeds.describe(STRIP, 1)
    assert words.startswith("ends highest, by seed; the ring is seed 1.")
    assert "plain: largest in 2 of 3, from 0.001 to ∞." in words


@pytest.mark.parametrize("background", ["#FFFFFF", "#0F141A"])
@pytest.mark.parametrize("each", CONTESTANTS)
def test_dots_are_seen_in_both_themes(each, background):
    assert contrast(each.color, background) >= 3
