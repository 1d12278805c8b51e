"""Gradients at the outputs and at the inputs."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from ui.figures import pushed

DY, BEFORE, DX = np.array([1.0, 2.0, -0.5]), np.array([0.1, -0.2, 0.1]), np.array([0.3, -0.2, -0.1])


def test_bars_and_rings_stand_at_their_values():
    figure = pushed.draw(DY, BEFORE, DX, 2.0)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    drawn = {trace["name"]: trace["y"] for trace in figure["data"]}
    assert drawn == {"dL/dy": DY.tolist(), "dL/dx": DX.tolist(), "before": BEFORE.tolist()}


def test_the_axis_of_the_inputs_does_not_follow_what_is_added():
    layouts = [pushed.draw(DY, BEFORE, dx, 2.0)["layout"] for dx in (DX, BEFORE)]
    assert layouts[0]["yaxis2"]["range"] == layouts[1]["yaxis2"]["range"] == pytest.approx([-0.25, 0.25])


def test_the_axis_of_the_outputs_has_room_for_the_most_that_can_be_added():
    ranges = [pushed.draw(DY + added, BEFORE, DX, 5.5)["layout"]["yaxis"]["range"] for added in (-3, 0, 3)]
    assert ranges == [pytest.approx([-6, 6])] * 3


def test_nothing_at_all_can_be_drawn():
    zero = np.zeros(3)
    assert pushed.draw(zero, zero, zero, 0.0)["layout"]["yaxis"]["range"] == [-1.2, 1.2]


def test_it_is_described_with_what_moved():
    said = pushed.describe(DY, BEFORE, DX, 2.0)
    assert "their sum 2.500" in said
    assert said.endswith("is 0.200.")
