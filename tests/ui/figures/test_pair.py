"""A batch of two, over the distance of the two."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from bn import CONVENTIONS, BatchNorm
from ui.figures import pair
from ui.figures.style import NORMALIZED


def traces(distance=3.0, x_hat=(-1.0, 1.0), eps=1e-5):
    figure = pair.draw(distance, np.array(x_hat), eps)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return {trace["name"]: trace for trace in figure["data"]}


def test_the_curves_are_what_the_layer_gives():
    found = traces()
    larger, smaller = found["the larger of any two"], found["the smaller of any two"]
    distances = np.array(larger["x"])
    layer = BatchNorm.create(len(distances), CONVENTIONS["onnx"], channel_axis=1)
    x_hat = layer.train(np.stack([np.zeros(len(distances)), distances]))[0].x_hat
    np.testing.assert_allclose([smaller["y"], larger["y"]], x_hat, rtol=1e-9)


@pytest.mark.parametrize(("distance", "at"), [(3.0, 3.0), (0.0, 1e-5), (1e9, 1e5)])
def test_the_two_stand_at_their_distance_or_at_the_end_of_the_axis(distance, at):
    two = traces(distance, (0.5, -0.5))["these two"]
    assert (two["x"], two["y"]) == ([at, at], [0.5, -0.5])
    assert (two["marker"]["color"], two["marker"]["symbol"]) == (NORMALIZED.color, NORMALIZED.marker)


def test_without_epsilon_the_curves_are_flat():
    assert set(traces(eps=0.0)["the larger of any two"]["y"]) == {1.0}


def test_the_words_say_what_is_seen():
    words = pair.describe(3.0, np.array([-1.0, 1.0]), 1e-4)
    assert "3.000 apart are normalized to −1.0000 and 1.0000" in words
    assert "near 0.020" in words
