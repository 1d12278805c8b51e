"""One input in use: each batch beside its statistics, each output tied to where it should be."""

import json
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from ui.figures import mismatch
from ui.figures.mismatch import RIGHT_AT, WRONG_AT, Passage
from ui.figures.style import BATCH_DASH, INPUT, MOVING_DASH, OUTPUT

INFERENCE = Passage(
    x=np.array([4.0, 10.0, 13.0, 16.0]),
    mean=np.full(4, 7.0),
    std=np.full(4, 2.0),
    batch=np.array([0, 0, 1, 1]),
    training=False,
    true_mean=10.0,
    true_std=3.0,
    right=np.array([-2.0, 0.0, 1.0, 2.0]),
    wrong=np.array([-1.5, 1.5, 3.0, 4.5]),
)
TRAINING = replace(INFERENCE, training=True, mean=np.array([7.0, 7.0, 14.5, 14.5]), std=np.array([3.0, 3.0, 1.5, 1.5]))


def drawn(data=INFERENCE):
    figure = mismatch.draw(data)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


def traces(figure):
    return {trace["name"]: trace for trace in figure["data"]}


def shapes(figure, kind, dash=None):
    """The bands or lines of the statistics: those in the color of the input."""
    found = [shape for shape in figure["layout"]["shapes"] if shape["type"] == kind]
    found = [shape for shape in found if kind == "rect" or shape["line"]["color"] == INPUT.color]
    return [shape for shape in found if dash is None or shape["line"]["dash"] == dash]


def test_each_batch_has_a_lane_of_its_own():
    inputs = traces(drawn())["input"]
    assert (inputs["x"], inputs["y"]) == (INFERENCE.x.tolist(), [0, 0, 1, 1])
    assert inputs["marker"]["color"] == INPUT.color
    assert inputs["yaxis"] == "y2"


def test_moving_statistics_are_one_dashed_line_and_band_over_all_batches():
    (line,), (band,) = shapes(drawn(), "line", MOVING_DASH), shapes(drawn(), "rect")
    assert line["x0"] == line["x1"] == 7
    assert (band["x0"], band["x1"]) == (5, 9)
    assert (band["y0"], band["y1"]) == (-0.5, 1.5)
    assert band["line"]["dash"] == MOVING_DASH


def test_batch_statistics_are_a_solid_line_and_a_band_in_each_lane():
    figure = drawn(TRAINING)
    lines, bands = shapes(figure, "line", BATCH_DASH), shapes(figure, "rect")
    assert [line["x0"] for line in lines] == [7, 14.5]
    assert [(band["x0"], band["x1"]) for band in bands] == [(4, 10), (13, 16)]
    for lane, band in enumerate(bands):
        assert lane - 0.5 < band["y0"] < lane < band["y1"] < lane + 0.5


@pytest.mark.parametrize("data", [INFERENCE, TRAINING])
def test_the_training_data_are_thin_rules_at_mean_and_one_standard_deviation(data):
    rules = [shape["x0"] for shape in drawn(data)["layout"]["shapes"] if shape["line"].get("dash") == "dot"]
    assert sorted(rules) == [0, 7, 10, 13]


def test_every_output_is_tied_to_where_it_should_be():
    figure = drawn()
    ties = traces(figure)["from should be to is"]
    assert ties["x"] == [-2, -1.5, None, 0, 1.5, None, 1, 3, None, 2, 4.5, None]
    assert ties["y"] == [RIGHT_AT, WRONG_AT, None] * 4
    for name, values, at in (("should be", INFERENCE.right, RIGHT_AT), ("is", INFERENCE.wrong, WRONG_AT)):
        squares = traces(figure)[name]
        assert (squares["x"], squares["y"]) == (values.tolist(), [at] * 4)
        assert squares["marker"]["color"] == OUTPUT.color
        assert squares["customdata"] == [0, 1, 2, 3]
        assert squares["hovertemplate"] == f"example %{{customdata}}: y {name} %{{x:.2f}}"
    assert traces(figure)["should be"]["marker"]["symbol"] != traces(figure)["is"]["marker"]["symbol"]


@pytest.mark.parametrize(("furthest", "reach"), [(0.1, 4), (4, 4), (-4.1, 8), (9, 16), (-31, 32)])
def test_the_axis_of_the_outputs_holds_them_and_grows_by_doubling(furthest, reach):
    data = replace(INFERENCE, wrong=np.array([furthest, 0, 0, 0]), right=np.zeros(4))
    assert drawn(data)["layout"]["xaxis"]["range"] == [-reach, reach]


def test_the_axis_of_the_input_does_not_move():
    moved = replace(INFERENCE, x=INFERENCE.x - 9)
    assert drawn(moved)["layout"]["xaxis2"]["range"] == drawn()["layout"]["xaxis2"]["range"]


def test_the_panels_do_not_overlap_and_say_what_they_show():
    layout = drawn()["layout"]
    assert layout["yaxis"]["domain"][1] < layout["yaxis2"]["domain"][0]
    assert layout["height"] == mismatch.HEIGHT
    upper, lower = (annotation["text"] for annotation in layout["annotations"])
    assert "moving mean" in upper
    assert "output" in lower
    assert "of its batch" in drawn(TRAINING)["layout"]["annotations"][0]["text"]


def test_the_description_says_where_outputs_are_and_should_be():
    text = mismatch.describe(INFERENCE)
    for said in ("4 examples in 2 batches", "4.00 to 16.00", "moving averages", "−2.00 and 2.00", "−1.50 and 4.50"):
        assert said in text
    assert "batch's own" in mismatch.describe(TRAINING)
    assert "mean 7.00 to 14.50" in mismatch.describe(TRAINING)
    assert "1 batch," in mismatch.describe(replace(INFERENCE, batch=np.zeros(4, int)))
