"""How far one moves all, against the batch size."""

import json

import numpy as np
import plotly.graph_objects as go

from ui.figures import influence
from ui.figures.style import OUTPUT

SIZES = (2, 4, 8)
MOVED = np.array([0.9, 0.7, 0.4])


def traces(moved=MOVED, size=5, here=0.6):
    figure = influence.draw(SIZES, moved, size, here)
    go.Figure({part: value for part, value in figure.items() if part != "grips"})
    json.dumps(figure, allow_nan=False)
    return {trace["name"]: trace for trace in figure["data"]}


def test_markers_stand_at_what_was_measured():
    markers = traces()["all others, training"]
    assert (markers["x"], markers["y"]) == (list(SIZES), MOVED.tolist())
    assert (markers["marker"]["color"], markers["marker"]["symbol"]) == (OUTPUT.color, OUTPUT.marker)


def test_the_line_through_the_last_falls_as_one_over_m():
    line = traces()["as 1/N"]
    assert np.multiply(line["x"], line["y"]).tolist() == [3.2, 3.2]


def test_the_size_that_is_set_is_marked():
    here = traces()["at the size that is set"]
    assert (here["x"], here["y"]) == ([5], [0.6])


def test_where_nothing_moves_nothing_is_drawn():
    assert traces(np.zeros(3), 1, None)["all others, training"]["x"] == []
    assert list(traces(np.zeros(3), 4, 0.0)) == ["all others, training"]


def test_the_words_say_what_is_seen():
    words = influence.describe(SIZES, MOVED, 5, 0.6)
    assert "In batches of 2 the others move by 0.90, in batches of 8 by 0.400" in words
    assert "In batches of 5 it is 0.600." in words
    assert "In batches of 1" not in influence.describe(SIZES, MOVED, 1, None)
