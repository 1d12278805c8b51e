"""A batch on the curve: every point where its number says, flat parts shaded, the line only when it is asked for."""

import json
import math
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from bn import ACTIVATIONS, BatchNorm
from ui.figures import curve
from ui.figures.style import INPUT, NORMALIZED, OUTPUT

X = np.arange(-10.0, 11.0)[:, None]
EACH = pytest.mark.parametrize("name", ACTIVATIONS)
SETTINGS = [(1, 0, 0), (0, 2, 0), (2, 0, -5), (7, 5, 5), (7, -5, 0), (3, -2, 1), (0.5, 5, 0)]


def trace(gamma=1.0, beta=0.0, center=0):
    return replace(BatchNorm.create(1), gamma=[gamma], beta=[beta]).train(X + center)[0]


def drawn(name="sigmoid", gamma=1.0, beta=0.0, center=0, *, line=True):
    figure = curve.draw(ACTIVATIONS[name], trace(gamma, beta, center), line=line)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


def traces(figure):
    return {each["name"]: each for each in figure["data"]}


@EACH
@pytest.mark.parametrize(("gamma", "beta", "center"), SETTINGS)
def test_x_and_y_lie_on_the_curve_and_on_its_slope(name, gamma, beta, center):
    parts, activation, data = traces(drawn(name, gamma, beta, center)), ACTIVATIONS[name], trace(gamma, beta, center)
    for stage, values in ((INPUT, data.x[:, 0]), (OUTPUT, data.y[:, 0])):
        for what, function, axis in (("output", activation, "y"), ("slope", activation.derivative, "y2")):
            points = parts[f"{what} at {stage.symbol}"]
            assert points["x"] == values.tolist()
            assert points["y"] == function(values).tolist()
            assert points["yaxis"] == axis
            assert (points["marker"]["color"], points["marker"]["symbol"]) == (stage.color, stage.marker)


def test_the_strip_holds_the_three_stages_from_top_to_bottom():
    figure, data = drawn(gamma=2.0, beta=1.0), trace(2.0, 1.0)
    rows = zip((INPUT, NORMALIZED, OUTPUT), (data.x, data.x_hat, data.y), (2, 1, 0), strict=True)
    for stage, values, row in rows:
        strip = traces(figure)[f"{stage.name} values"]
        assert strip["x"] == values[:, 0].tolist()
        assert set(strip["y"]) == {row}
    axis = figure["layout"]["yaxis3"]
    assert dict(zip(axis["tickvals"], axis["ticktext"], strict=True)) == {2: "x", 1: "x̂", 0: "y"}


@EACH
@pytest.mark.parametrize(("gamma", "beta", "center"), SETTINGS)
def test_everything_is_inside_the_picture(name, gamma, beta, center):
    figure = drawn(name, gamma, beta, center)
    layout = figure["layout"]
    left, right = layout["xaxis"]["range"]
    for each in figure["data"]:
        low, high = layout["yaxis" + each.get("yaxis", "y")[1:]]["range"]
        assert left <= min(each["x"])
        assert max(each["x"]) <= right
        assert low - 1e-9 <= min(each["y"])
        assert max(each["y"]) <= high + 1e-9


@EACH
def test_the_axis_stands_still(name):
    assert all(drawn(name, *setting)["layout"]["xaxis"]["range"] == [-curve.HALF, curve.HALF] for setting in SETTINGS)


def test_the_heights_do_not_follow_gamma_and_beta():
    for name in ACTIVATIONS:
        one, other = (drawn(name, *setting)["layout"] for setting in ((1, 0, 0), (4, -3, 0)))
        for axis in ("yaxis", "yaxis2", "yaxis3"):
            assert one[axis] == other[axis]


@pytest.mark.parametrize(
    ("name", "zones"),
    [
        ("sigmoid", [(-17, -math.log(19)), (math.log(19), 17)]),
        ("tanh", [(-17, -math.atanh(0.9)), (math.atanh(0.9), 17)]),
        ("relu", [(-17, 0)]),
    ],
)
def test_the_flat_parts_are_shaded_and_named(name, zones):
    layout = drawn(name)["layout"]
    assert [(zone["x0"], zone["x1"]) for zone in layout["shapes"]] == [pytest.approx(zone) for zone in zones]
    assert [note["text"] for note in layout["annotations"]].count("flat") == len(zones)


def test_the_mean_slopes_are_lines_with_their_numbers():
    parts = traces(drawn())
    for symbol, number in (("x", "0.048"), ("y", "0.202")):
        line = parts[f"mean slope at {symbol}"]
        assert f"{line['y'][0]:.3f}" == f"{line['y'][1]:.3f}" == number
        assert f"{symbol}: mean {number}" in "".join(line["text"])


def test_the_straight_line_is_the_tangent_and_the_distance_is_drawn_to_it():
    parts = traces(drawn())
    line, distance = parts["straight line"], parts["distance"]
    np.testing.assert_allclose(line["y"], 0.5 + np.array(line["x"]) / 4, atol=1e-12)
    z = 10 / math.sqrt(110 / 3)
    assert distance["x"] == pytest.approx([z, z], abs=1e-5)
    assert distance["y"] == pytest.approx([1 / (1 + math.exp(-z)), 0.5 + z / 4], abs=1e-5)
    assert parts["largest distance"]["text"] == [" 0.074 "]


def test_a_line_that_leaves_the_picture_is_cut_and_its_number_stays():
    figure = drawn("tanh", 5.0)
    low, high = figure["layout"]["yaxis"]["range"]
    assert traces(figure)["distance"]["y"][1] == high
    (height,) = traces(figure)["largest distance"]["y"]
    assert low < height < high
    assert traces(figure)["largest distance"]["text"] == [" 7.257 "]


@EACH
def test_without_the_line_nothing_gives_it_away(name):
    figure = drawn(name, line=False)
    assert not {"straight line", "distance", "largest distance"} & set(traces(figure))
    words = curve.describe(ACTIVATIONS[name], trace(), line=False)
    assert "straight" not in words
    assert "0.074" not in words + json.dumps(figure)


def test_the_description_holds_the_numbers_of_now():
    sigmoid = ACTIVATIONS["sigmoid"]
    words = curve.describe(sigmoid, trace(), line=True)
    for said in ("sigmoid", "16 of 21", "0 of 21", "0.048", "0.202", "0.074", "−10.00 to 10.00", "−1.65 to 1.65"):
        assert said in words
    others = {curve.describe(sigmoid, trace(*setting), line=True) for setting in SETTINGS}
    assert len(others) == len(SETTINGS)


def test_the_picture_has_its_fixed_height_and_names_its_parts():
    layout = drawn("relu")["layout"]
    assert layout["height"] == curve.HEIGHT
    assert {"<b>ReLU</b>", "<b>its slope</b>"} <= {note["text"] for note in layout["annotations"]}
