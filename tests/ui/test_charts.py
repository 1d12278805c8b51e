"""The one way to put a figure on a page: as it is, at its own height, with a description."""

import math
from unittest.mock import MagicMock

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_numbers_come_without_the_digits_that_no_screen_shows():
    x = np.linspace(-11, 11, 50) / 3
    sent = shown(data=[{"type": "scatter", "x": x.tolist(), "y": list(range(50)), "name": "n"}]).args[0].to_dict()
    (trace,) = sent["data"]
    np.testing.assert_allclose(trace["x"], x, rtol=5.1e-5)
    assert max(len(repr(value)) for value in trace["x"]) <= len("-0.0012345")
    assert trace["y"] == list(range(50))
    assert trace["name"] == "n"


@pytest.mark.parametrize("values", [[1, 2], [None, None], [0.0, 0.0], [math.inf, math.nan, 0.5], []])
def test_what_is_short_or_no_number_stays(values):
    np.testing.assert_array_equal(np.array(charts.fine_enough(values), float), np.array(values, float))


def test_gaps_stay_and_every_number_keeps_five_digits():
    assert charts.fine_enough([1 / 3, None, 2e5 / 3, -1e-7 / 3]) == [0.33333, None, 66667.0, -3.3333e-08]


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=20), st.floats(-1e12, 1e12))
def test_nothing_moves_that_can_be_seen(values, offset):
    values = [value + offset for value in values]
    span = max(values) - min(values)
    for before, after in zip(values, charts.fine_enough(values), strict=True):
        assert abs(after - before) <= max(1e-5 * (span or abs(before)), 1e-15)
        assert abs(after - before) <= 1e-4 * abs(before) + 1e-15


def test_for_a_projector_height_margins_letters_and_markers_grow_alike(monkeypatch):
    monkeypatch.setattr(charts, "magnification", lambda _: 1.25)
    trace = {"type": "scatter", "x": [1], "y": [2], "marker": {"size": 8, "color": "red"}, "line": {"width": 2}}
    layout = {
        "height": 100,
        "margin": {"l": 40, "b": 8},
        "annotations": [{"text": "a", "font": {"size": 12}}],
        "xaxis": {"range": [0, 1]},
    }
    spec = shown(data=[trace], layout=layout).args[0].to_dict()
    assert spec["data"] == [{**trace, "marker": {"size": 10, "color": "red"}}]
    assert {key: value for key, value in spec["layout"].items() if key != "template"} == {
        "height": 125,
        "margin": {"l": 50, "b": 10},
        "font": {"size": 15},
        "annotations": [{"text": "a", "font": {"size": 15}}],
        "xaxis": {"range": [0, 1]},
    }
