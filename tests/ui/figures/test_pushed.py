"""Gradients at the outputs and at the inputs."""

import json

import numpy as np
import plotly.graph_objects as go

from ui.figures import pushed

DY, BEFORE, DX = np.array([1.0, 2.0, -0.5]), np.array([0.1, -0.2, 0.1]), np.array([0.3, -0.2, -0.1])


def test_bars_and_rings_stand_at_their_values():
    figure = pushed.draw(DY, BEFORE, DX)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    drawn = {trace["name"]: trace["y"] for trace in figure["data"]}
    assert drawn == {"dL/dy": DY.tolist(), "dL/dx": DX.tolist(), "before": BEFORE.tolist()}


def test_the_axis_of_the_inputs_does_not_follow_what_is_added():
    layouts = [pushed.draw(DY, BEFORE, dx)["layout"] for dx in (DX, BEFORE)]
    assert layouts[0]["yaxis2"]["range"] == layouts[1]["yaxis2"]["range"] == [-0.25, 0.25]


def test_nothing_at_all_can_be_drawn():
    zero = np.zeros(3)
    assert pushed.draw(zero, zero, zero)["layout"]["yaxis"]["range"] == [-2.0, 2.0]


def test_it_is_described_with_what_moved():
    said = pushed.describe(DY, BEFORE, DX)
    assert "their sum 2.500" in said
    assert said.endswith("is 0.200.")
