"""The one way to put a figure on a page: as it is, at its own height, with a description."""

from unittest.mock import MagicMock

import plotly.graph_objects as go

from ui import charts
from ui.figures.style import CONFIG

FIGURE = {"data": [{"type": "scatter", "x": [1], "y": [2]}], "layout": {"height": 123, "xaxis": {"range": [0, 1]}}}


def shown(**more):
    where = MagicMock()
    charts.show(where, {**FIGURE, **more}, key="k", alt="what it says")
    where.plotly_chart.assert_called_once()
    return where.plotly_chart.call_args


def test_the_figure_arrives_unchanged_but_for_the_template():
    spec = shown().args[0].to_dict()
    assert spec["data"] == FIGURE["data"]
    assert spec["layout"]["template"] == charts.TEMPLATE
    assert {key: value for key, value in spec["layout"].items() if key != "template"} == FIGURE["layout"]
    assert "template" not in FIGURE["layout"]


def test_height_key_description_and_configuration():
    given = shown().kwargs
    assert given["height"] == 123
    assert given["key"] == "k"
    assert given["alt"] == "what it says"
    assert given["config"] == dict(CONFIG)
    assert "theme" not in given


def test_plotly_accepts_the_template():
    go.Figure(shown().args[0].to_dict())


def test_the_frames_of_an_animation_come_along():
    frames = [{"name": "1", "data": [{"x": [2]}], "traces": [0]}]
    assert shown(frames=frames).args[0].to_dict()["frames"] == frames
    assert "frames" not in shown().args[0].to_dict()
