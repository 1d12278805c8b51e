"""Mistakes by batch size: a marker for each training, a line through the means."""

import json

import plotly.graph_objects as go
import pytest

from tests.colors import contrast
from ui.figures import by_size
from ui.figures.by_size import GROUPS, NORMED, PLAIN, Line

SIZES = [2, 4, 8]
LINES = (
    Line("batch norm", NORMED, {8: (4.0, 6.0), 4: (), 2: (30.0, 50.0)}),
    Line("none", PLAIN, {8: (), 4: (), 2: ()}),
)


def drawn(lines=LINES):
    figure = by_size.draw(lines, SIZES, "Title")
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return {trace["name"]: trace for trace in figure["data"]}, figure["layout"]


def test_each_training_has_a_marker_and_each_size_a_mean():
    traces, _ = drawn()
    markers, line = traces["batch norm"], traces["batch norm, mean"]
    assert list(zip(markers["x"], markers["y"], strict=True)) == [(2, 30), (2, 50), (8, 4), (8, 6)]
    assert (line["x"], line["y"]) == ([2, 8], [40, 5])
    assert traces["none"]["x"] == []


def test_no_mistakes_stand_at_the_edge():
    traces, _ = drawn((Line("batch norm", NORMED, {2: (0.0,)}),))
    assert traces["batch norm"]["y"] == [by_size.RANGE[0]]
    assert "0.0%" in traces["batch norm"]["text"][0]


def test_the_axes_do_not_depend_on_what_is_known():
    empty = tuple(Line(line.name, line.look, {}) for line in LINES)
    assert all(drawn()[1][axis] == drawn(empty)[1][axis] for axis in ("xaxis", "yaxis"))


def test_looks_differ_in_more_than_color():
    for one, other in ((NORMED, PLAIN), (NORMED, GROUPS)):
        assert one.marker != other.marker
        assert one.dash != other.dash


@pytest.mark.parametrize("background", ["#FFFFFF", "#0F141A"])
@pytest.mark.parametrize("look", [NORMED, PLAIN, GROUPS])
def test_looks_are_seen_in_both_themes(look, background):
    assert contrast(look.color, background) >= 3


def test_the_words_say_what_is_seen():
    words = by_size.describe(LINES, SIZES, "Title")
    assert words.startswith("Title. Wrong batch norm: 40.0% in batches of 2, 5.0% in batches of 8.")
    assert "Of none nothing is known yet" in words
