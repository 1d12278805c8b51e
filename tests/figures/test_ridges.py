"""Distributions one above the other."""

import json

import numpy as np
import plotly.graph_objects as go

from bn import histograms
from ui.figures import ridges

EDGES = np.linspace(-4, 4, 9)
X = np.random.default_rng(0).standard_normal((3, 2, 4, 4))
SHARES = [tuple(histograms(each, axis, EDGES) for each in (X + 1, X)) for axis in (1, 0)]
NAMES = ("blur", "edges")


def test_each_channel_and_image_has_both_histograms_on_its_own_floor():
    figure = ridges.draw(EDGES, *SHARES, NAMES)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    assert len(figure["data"]) == 2 * (2 + 3)
    floors = [min(trace["y"]) for trace in figure["data"] if trace["name"] == "after"]
    assert floors == [1, 0, 2, 1, 0]


def test_heights_are_the_shares():
    after = ridges.draw(EDGES, *SHARES, NAMES)["data"][1]
    heights = (np.array(after["y"])[1:-1:2] - 1) / ridges.TALL * ridges.FULL
    np.testing.assert_allclose(heights, SHARES[0][1][0])


def test_a_spike_stays_in_its_row():
    one = np.eye(8)[:1]
    trace = ridges.draw(EDGES, (one, one), (one, one), ("blur",))["data"][0]
    assert max(trace["y"]) == ridges.TALL


def test_it_is_described_by_its_averages():
    assert "2 channels and 3 images" in ridges.describe(EDGES, *SHARES, NAMES)
