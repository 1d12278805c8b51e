"""One number read twice: two lines that color, dash and words tell apart."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.colors import contrast
from ui.figures import same_number
from ui.figures.same_number import LOOKS, Interpretation
from ui.figures.style import INPUT, STAGES

BATCHES = np.linspace(8, 12, 20)
READINGS = (Interpretation("PyTorch", 0.9, np.linspace(0, 10, 21)), Interpretation("Keras", 0.1, np.full(21, 9.5)))


def drawn():
    figure = same_number.draw(BATCHES, 10.0, READINGS)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


def traces(figure):
    return {trace["name"]: trace for trace in figure["data"]}


def test_each_framework_has_a_line_from_before_the_first_batch():
    for reading in READINGS:
        line = traces(drawn())[f"{reading.framework}, decay {reading.decay:.2f}"]
        assert line["x"] == list(range(21))
        assert line["y"] == reading.moving.tolist()


def test_the_batches_are_dots_and_the_truth_is_a_line():
    found = traces(drawn())
    dots = found["mean of each batch"]
    assert (dots["x"], dots["y"]) == (list(range(1, 21)), BATCHES.tolist())
    assert dots["marker"]["color"] == INPUT.color
    assert found["true mean"]["y"] == [10, 10]


def test_the_lines_differ_in_color_and_in_dash_and_take_no_color_of_a_stage():
    (color, dash), (other_color, other_dash) = LOOKS
    assert color != other_color
    assert dash != other_dash
    assert not {color, other_color} & {stage.color for stage in STAGES}


@pytest.mark.parametrize("background", ["#FFFFFF", "#0F141A"])
@pytest.mark.parametrize("look", LOOKS)
def test_the_lines_are_seen_in_both_themes(look, background):
    assert contrast(look[0], background) >= 3


def test_the_legend_says_which_decay_each_takes_the_number_for():
    (legend,) = drawn()["layout"]["annotations"]
    assert "PyTorch: decay 0.90" in legend["text"]
    assert "Keras: decay 0.10" in legend["text"]


def test_the_height_and_the_range_are_fixed():
    layout = drawn()["layout"]
    assert layout["height"] == same_number.HEIGHT
    assert layout["yaxis"]["range"] == list(same_number.RANGE)


def test_the_description_follows_the_numbers():
    text = same_number.describe(BATCHES, 10.0, READINGS)
    for said in ("20 batches", "8.00 to 12.00", "decay 0.90", "decay 0.10", "moving mean is 5.00", "9.50 and 9.50"):
        assert said in text
