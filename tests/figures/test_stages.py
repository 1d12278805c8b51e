"""One feature in three stages: its dots, its distribution, its mean and one standard deviation to each side."""

import json
import math
import re
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bn import EXAMPLE, BatchNorm, Feature, draw, feed
from ui.figures import stages
from ui.figures.style import BATCH_DASH, MOVING_DASH, STAGES
from ui.numbers import fixed

BASES = (2.0, 1.0, 0.0)
LAYER = replace(feed(BatchNorm.create(4), EXAMPLE[None]).layer, gamma=[1.5, -2.0, 0.0, 1.0], beta=[0.25, -1, 2, 0])
GRID = np.arange(9.0)[:, None] ** [[1.0, 2.0, 1.0, 0.0]]


def trained(x=EXAMPLE, feature=0, **changes):
    layer = replace(BatchNorm.create(x.shape[1]), **changes) if changes or x.shape[1] != 4 else LAYER
    return stages.column(layer.train(x)[0], feature, "age")


def inferred(feature=0):
    return stages.column(LAYER.infer(EXAMPLE), feature, "age")


def drawn(data, *, own_axes=False):
    figure = stages.draw(data, own_axes=own_axes)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


def trace(figure, name):
    return next((trace for trace in figure["data"] if trace["name"] == name), None)


def bands(figure):
    return [shape for shape in figure["layout"]["shapes"] if shape["type"] == "rect"]


def lines(figure, *, rules=False):
    """The lines at the mean, or the thin ones at zero."""
    every = [shape for shape in figure["layout"]["shapes"] if shape["type"] == "line"]
    return [line for line in every if (line["line"]["dash"] == "dot") == rules]


SETTINGS = pytest.mark.parametrize("feature", range(4), ids=["gamma 1.5", "gamma -2", "gamma 0", "fresh"])
MODES = pytest.mark.parametrize("column", [trained, inferred])


@MODES
@SETTINGS
def test_the_statistics_of_the_layer_are_carried_through_the_stages(column, feature):
    data = column(feature=feature)
    mean, var = (
        (EXAMPLE.mean(axis=0), EXAMPLE.var(axis=0)) if column is trained else (LAYER.running_mean, LAYER.running_var)
    )
    std = math.sqrt(var[feature])
    scaled = std / math.sqrt(var[feature] + 1e-5)
    gamma, beta = LAYER.gamma[feature], LAYER.beta[feature]
    assert data.centers == pytest.approx((mean[feature], 0, beta))
    assert data.spreads == pytest.approx((std, scaled, abs(gamma) * scaled))
    assert data.training is (column is trained)
    x_hat = (EXAMPLE[:, feature] - mean[feature]) / math.sqrt(var[feature] + 1e-5)
    for values, expected in zip(data.values, (EXAMPLE[:, feature], x_hat, gamma * x_hat + beta), strict=True):
        np.testing.assert_allclose(values, expected, rtol=1e-12, atol=1e-12)


def test_in_training_center_and_spread_are_the_mean_and_standard_deviation_of_what_is_drawn():
    data = trained()
    for values, center, spread in zip(data.values, data.centers, data.spreads, strict=True):
        assert values.mean() == pytest.approx(center, abs=1e-12)
        assert values.std() == pytest.approx(spread)


@MODES
@SETTINGS
def test_the_line_stands_at_the_mean_and_the_band_reaches_one_standard_deviation_to_each_side(column, feature):
    data = column(feature=feature)
    figure = drawn(data)
    for center, spread, line, band in zip(data.centers, data.spreads, lines(figure), bands(figure), strict=True):
        assert line["x0"] == line["x1"] == pytest.approx(center)
        assert (band["x0"], band["x1"]) == pytest.approx((center - spread, center + spread))
        assert band["x0"] <= band["x1"]


@MODES
def test_lines_and_bands_stand_in_their_stages(column):
    figure = drawn(column())
    for shapes in (lines(figure), bands(figure)):
        for shape, base in zip(shapes, BASES, strict=True):
            assert base - 0.25 <= shape["y0"] < base < shape["y1"] < base + 0.8


@pytest.mark.parametrize(("column", "dash"), [(trained, BATCH_DASH), (inferred, MOVING_DASH)])
def test_batch_statistics_are_solid_and_moving_ones_dashed(column, dash):
    figure = drawn(column())
    assert [line["line"]["dash"] for line in lines(figure)] == [dash] * 3
    edges = [band["line"] for band in bands(figure)]
    assert all(edge["width"] == 0 or edge["dash"] == dash for edge in edges)
    assert all(edge["width"] > 0 for edge in edges) or dash == BATCH_DASH


def test_every_stage_has_its_own_color_marker_and_symbol():
    figure = drawn(trained())
    for k, stage in enumerate(STAGES):
        assert trace(figure, stage.name)["line"]["color"] == stage.color
        assert trace(figure, f"{stage.name} values")["marker"]["color"] == stage.color
        assert trace(figure, f"{stage.name} values")["marker"]["symbol"] == stage.marker
        assert lines(figure)[k]["line"]["color"] == stage.color
        assert bands(figure)[k]["fillcolor"] == stage.tint(0.18)
    axis = figure["layout"]["yaxis"]
    assert dict(zip(axis["tickvals"], axis["ticktext"], strict=True)) == {2: "x", 1: "x̂", 0: "y"}


@MODES
@SETTINGS
def test_every_value_is_a_dot_at_its_place_that_says_its_row_and_number(column, feature):
    data = column(feature=feature)
    figure = drawn(data)
    for stage, values, base in zip(STAGES, data.values, BASES, strict=True):
        dots = trace(figure, f"{stage.name} values")
        assert dots["x"] == values.tolist()
        assert dots["y"] == [base] * 8
        assert dots["text"] == [f"row {i}: {stage.symbol} = {fixed(value)}" for i, value in enumerate(values)]


@MODES
@SETTINGS
def test_the_distribution_spans_the_values(column, feature):
    data = column(feature=feature)
    figure = drawn(data)
    for stage, values, base in zip(STAGES, data.values, BASES, strict=True):
        ridge = trace(figure, stage.name)
        assert (min(ridge["x"]), max(ridge["x"])) == pytest.approx((values.min(), values.max()))
        assert min(ridge["y"]) == base
        assert max(ridge["y"]) == base + stages.RIDGE


def areas(ridge, base):
    """Left ends, right ends and heights of the bars of a distribution."""
    x, y = np.array(ridge["x"]), np.array(ridge["y"]) - base
    return x[1:-1:2], x[2::2], y[1:-1:2]


def test_the_distribution_counts_the_values_in_each_bin():
    x = EXAMPLE[:, 0]
    left, right, heights = areas(trace(drawn(trained()), "input"), 2.0)
    counts = [
        np.sum((x >= low) & ((x < high) | (high == right[-1]) & (x <= high)))
        for low, high in zip(left, right, strict=True)
    ]
    assert sum(counts) == 8
    np.testing.assert_allclose(heights, stages.RIDGE * np.array(counts) / max(counts))


def assert_one_shape(x, feature, gamma):
    """The same bars in every stage, from right to left in the output if gamma is negative."""
    figure = drawn(trained(x, feature, gamma=[gamma] * x.shape[1], beta=[0.3] * x.shape[1]))
    bars = [areas(trace(figure, stage.name), base) for stage, base in zip(STAGES, BASES, strict=True)]
    for (left, right, heights), sign in zip(bars, (1, 1, np.sign(gamma)), strict=True):
        np.testing.assert_allclose(heights[:: int(sign)], bars[0][2], atol=1e-12)
        np.testing.assert_allclose(right - left, (right[-1] - left[0]) / len(left), rtol=1e-6)


@pytest.mark.parametrize("gamma", [3.0, -2.0])
@pytest.mark.parametrize("x", [EXAMPLE, GRID, 0.1 * GRID, 3 * GRID - 7], ids=["example", "grid", "tenths", "moved"])
@pytest.mark.parametrize("feature", [0, 1, 2])
def test_the_layer_leaves_the_shape_as_it_is(x, feature, gamma):
    assert_one_shape(x, feature, gamma)


@given(st.lists(st.integers(0, 99), min_size=3, max_size=30, unique=True), st.sampled_from([1.0, 10.0]))
@example([7, 4, 5], 1.0)
@example([6, 0, 2], 1.0)
def test_the_layer_leaves_the_shape_of_round_numbers_as_it_is(values, unit):
    """A round number lies on the edge of a bin, and rounding must not move it over the edge in one stage alone."""
    assert_one_shape(np.array(values)[:, None] / unit, 0, 2.0)
    assert_one_shape(np.array(values)[:, None] / unit, 0, -2.0)


def test_a_gamma_of_zero_leaves_one_line_at_beta():
    data = trained(feature=2)
    figure = drawn(data)
    assert trace(figure, "output")["x"] == [2.0, 2.0]
    assert lines(figure)[2]["x0"] == bands(figure)[2]["x0"] == bands(figure)[2]["x1"] == 2.0


@pytest.mark.parametrize("value", [0.0, 5.0, -1e9])
@pytest.mark.parametrize("own_axes", [False, True])
def test_a_constant_feature_is_one_line(value, own_axes):
    data = trained(np.full((8, 1), value))
    figure = drawn(data, own_axes=own_axes)
    ridge = trace(figure, "input")
    assert len(set(ridge["x"])) == 1
    assert ridge["y"] == [2.0, 2.0 + stages.RIDGE]
    low, high = figure["layout"]["xaxis"]["range"]
    assert all(low < place < high for place in ridge["x"])


@pytest.mark.parametrize(("rows", "dots"), [(2, True), (64, True), (65, False), (256, False)])
def test_many_rows_are_a_distribution_without_dots(rows, dots):
    x = draw([Feature("skewed", 3, 2)], rows, 1, seed=0).batches[0]
    figure = drawn(trained(x))
    assert (trace(figure, "input values") is not None) is dots
    assert (trace(figure, "output values") is not None) is dots
    assert len(trace(figure, "input")["x"]) < 40
    _, _, heights = areas(trace(figure, "input"), 2.0)
    assert max(heights) == pytest.approx(stages.RIDGE)


@MODES
@SETTINGS
def test_the_numbers_above_each_stage_are_those_of_its_values(column, feature):
    data = column(feature=feature)
    texts = trace(drawn(data), "numbers")["text"]
    for values, text in zip(data.values, texts, strict=True):
        assert text == f"mean {fixed(values.mean(), 2)}, std {fixed(values.std(), 2)}"


@MODES
@pytest.mark.parametrize("own_axes", [False, True])
def test_the_height_is_fixed_and_the_picture_explains_itself_to_the_hand(column, own_axes):
    figure = drawn(column(), own_axes=own_axes)
    assert figure["layout"]["height"] == stages.HEIGHT
    assert all(trace["hoverinfo"] in ("skip", "text") for trace in figure["data"])


@MODES
@SETTINGS
def test_the_description_holds_the_numbers_of_every_stage(column, feature):
    data = column(feature=feature)
    text = stages.describe(data, own_axes=False)
    assert text.startswith("age, 8 examples")
    parts = re.split(r"(?=\b(?:input|output|normalized) from )", text, flags=re.IGNORECASE)[1:]
    for stage, values, part in zip(STAGES, data.values, parts, strict=True):
        assert part.casefold().startswith(stage.name)
        for number in (values.min(), values.max(), values.mean(), values.std()):
            assert fixed(number, 2) in part


def test_the_description_says_whose_statistics_are_used():
    assert "batch's own statistics" in stages.describe(trained(), own_axes=False)
    assert "moving averages" in stages.describe(inferred(), own_axes=False)
    assert "moving averages" not in stages.describe(trained(), own_axes=False)


def test_the_description_changes_with_the_picture():
    texts = {
        stages.describe(data, own_axes=own_axes)
        for data in (trained(), inferred(), trained(feature=1), trained(gamma=[2.0] * 4), trained(beta=[2.0] * 4))
        for own_axes in (False, True)
    }
    assert len(texts) == 10


COLUMN = st.lists(st.one_of(st.floats(-1e9, 1e9), st.integers(-9, 9).map(float)), min_size=2, max_size=70)


@given(COLUMN, st.floats(-50, 50), st.floats(-1e9, 1e9), st.booleans())
def test_any_column_makes_a_picture_of_finite_numbers(values, gamma, beta, own_axes):
    data = trained(np.array(values)[:, None], gamma=[gamma], beta=[beta])
    figure = stages.draw(data, own_axes=own_axes)
    json.dumps(figure, allow_nan=False)
    low, high = figure["layout"]["xaxis"]["range"]
    assert low < high
    for stage in STAGES:
        ridge = trace(figure, stage.name)
        assert low <= min(ridge["x"])
        assert max(ridge["x"]) <= high
    assert "nan" not in stages.describe(data, own_axes=own_axes)
