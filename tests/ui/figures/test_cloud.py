"""The cloud of batch statistics: its dots, its box, its words."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from bn import Source
from ui.figures import cloud
from ui.figures.style import INPUT

SOURCE = Source(0.0, 1.0, 3.0)
MEANS, VARIANCES = np.array([-0.5, 0.1, 0.3]), np.array([0.6, 1.4, 0.9])


def drawn(means=MEANS, variances=VARIANCES, size=4):
    figure = cloud.draw(means, variances, SOURCE, size, 1)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


def test_a_dot_for_each_batch_and_lines_at_the_truth():
    dots, mean, variance, one = drawn()["data"]
    assert (dots["x"], dots["y"]) == (MEANS.tolist(), VARIANCES.tolist())
    assert (dots["marker"]["symbol"], dots["marker"]["color"]) == (INPUT.marker, INPUT.color)
    assert mean["x"] == [0, 0]
    assert variance["y"] == [1, 1]
    assert (one["x"], one["y"]) == ([0.1], [1.4])


def test_the_box_is_one_spread_to_each_side_of_the_average():
    """Of a normal source in batches of 4: mean ± 1/2, variance 3/4 ± √(2·3)/4."""
    (box,) = drawn()["layout"]["shapes"]
    up = np.sqrt(6) / 4
    assert [box[end] for end in ("x0", "x1", "y0", "y1")] == pytest.approx([-0.5, 0.5, 0.75 - up, 0.75 + up])


def test_the_axes_stay_when_the_cloud_shrinks():
    layouts = [drawn(MEANS * k, VARIANCES, size)["layout"] for k, size in ((1, 4), (0.01, 256))]
    for axis in ("xaxis", "yaxis"):
        assert layouts[0][axis]["range"] == layouts[1][axis]["range"]


def test_what_lies_outside_is_a_triangle_at_the_edge():
    dots = drawn(np.array([-9.0, 9.0, 0.0, 0.0]), np.array([1.0, 1.0, 99.0, 1.0]))["data"][0]
    assert dots["marker"]["symbol"] == ["triangle-left", "triangle-right", "triangle-up", INPUT.marker]
    assert dots["x"][:2] == list(cloud.MEAN_RANGE)
    assert dots["y"][2] == cloud.VARIANCE_RANGE[1]


def test_the_words_say_what_is_seen():
    words = cloud.describe(MEANS, VARIANCES, SOURCE, 4, 1)
    assert "3 batches of 4: their means lie between −0.50 and 0.30 σ" in words
    assert "variances between 0.60 and 1.40 σ²" in words
    assert "67% of the batches are in it" in words
    assert "The ringed batch has 0.10 σ and 1.40 σ²" in words
