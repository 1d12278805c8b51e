"""The Jacobian as two heat maps."""

import json

import numpy as np
import plotly.graph_objects as go

from ui.figures import jacobian

DENSE = np.array([[0.5, -0.25], [-0.001, 0.4]])
DIAGONAL = np.diag([0.7, 0.7])


def maps(training=DENSE, inference=DIAGONAL):
    figure = jacobian.draw(training, inference)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure["data"]


def test_the_entries_are_drawn_on_one_scale_around_zero():
    one, other = maps()
    assert (one["z"], other["z"]) == (DENSE.tolist(), DIAGONAL.tolist())
    assert {(each["zmin"], each["zmax"]) for each in (one, other)} == {(-0.7, 0.7)}


def test_numbers_are_written_only_where_there_is_room():
    one, _ = maps()
    assert one["text"] == [["0.50", "-0.25"], ["-1e-03", "0.40"]]
    assert one["texttemplate"]
    assert not maps(np.eye(9), np.eye(9))[0]["texttemplate"]


def test_a_layer_that_hands_nothing_on_can_be_drawn():
    zero = np.zeros((3, 3))
    assert maps(zero, zero)[0]["zmax"] == 1.0


def test_it_is_described_with_its_counts():
    said = jacobian.describe(DENSE, DIAGONAL)
    assert "Training: on the diagonal from 0.400 to 0.500; off it 2 of 2" in said
    assert "Inference: on the diagonal from 0.700 to 0.700; off it 0 of 2" in said
