"""Differences against the step of the differences."""

import json

import plotly.graph_objects as go

from ui.figures import differences

STEPS = (1e-8, 1e-4, 1.0)
FOUND = (1e-6, 0.0, 1e5)


def traces(chosen=1):
    figure = differences.draw(STEPS, FOUND, chosen)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return {trace["name"]: trace for trace in figure["data"]}


def test_what_cannot_stand_on_the_axis_stands_at_its_edge():
    assert traces()["largest difference"]["y"] == [1e-6, differences.FLOOR, differences.CEILING]
    assert traces()["largest difference"]["x"] == list(STEPS)


def test_the_chosen_step_is_marked():
    assert (traces(0)["this h"]["x"], traces(0)["this h"]["y"]) == ([1e-8], [1e-6])


def test_it_says_the_best_and_the_chosen_step():
    said = differences.describe(STEPS, FOUND, 0)
    assert "At h = 1e−8 it is 1.00e−6" in said
    assert "smallest at h = 1e−4" in said
