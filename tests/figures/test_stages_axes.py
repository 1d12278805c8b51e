"""The axis of the stages: one for all three that stands still, or one for each with its ends written beneath."""

from dataclasses import replace

import numpy as np
import pytest

from bn import EXAMPLE, BatchNorm
from ui.figures import stages
from ui.figures.style import STAGES
from ui.numbers import fixed


def column(gamma=1.0, beta=0.0, feature=0, x=EXAMPLE):
    count = x.shape[1]
    layer = replace(BatchNorm.create(count), gamma=[gamma] * count, beta=[beta] * count)
    return stages.column(layer.train(x)[0], feature, "age")


def drawn(*, own_axes=False, **settings):
    return stages.draw(column(**settings), own_axes=own_axes)


def ends(**settings):
    return drawn(**settings)["layout"]["xaxis"]["range"]


def shape_of(figure, kind, dash):
    return [shape for shape in figure["layout"]["shapes"] if (shape["type"], shape["line"]["dash"]) == (kind, dash)]


def trace(figure, name):
    return next(trace for trace in figure["data"] if trace["name"] == name)


@pytest.mark.parametrize("feature", range(4))
def test_the_shared_axis_holds_input_and_normalized_values_with_room_around_zero(feature):
    data = column(feature=feature)
    low, high = ends(feature=feature)
    for values in data.values[:2]:
        assert low < values.min()
        assert values.max() < high
    assert low < -3
    assert high > 3


@pytest.mark.parametrize(("gamma", "beta"), [(1, 0), (0, 0), (-1, 0), (1.5, 0.5), (0.5, -2), (-1.2, 1)])
def test_the_shared_axis_stands_still_while_the_output_stays_inside(gamma, beta):
    assert ends(gamma=gamma, beta=beta) == ends()


@pytest.mark.parametrize(("gamma", "beta"), [(3, 2), (1, 20), (1, -20), (-50, 0), (1, 5000)])
def test_the_shared_axis_doubles_around_its_middle_until_the_output_is_inside(gamma, beta):
    (low, high), (left, right) = ends(), ends(gamma=gamma, beta=beta)
    doublings = np.log2((right - left) / (high - low))
    assert doublings == pytest.approx(round(doublings))
    assert doublings >= 1
    assert (left + right) / 2 == pytest.approx((low + high) / 2)
    y = column(gamma, beta).values[2]
    assert left <= y.min()
    assert y.max() <= right
    half = (right - left) / 4
    assert max(abs(y - (left + right) / 2)) > half, "one doubling fewer would have done"


def test_the_shared_axis_shows_its_numbers_and_a_rule_at_zero_in_each_stage():
    figure = drawn()
    assert figure["layout"]["xaxis"]["showticklabels"] is True
    rules = shape_of(figure, "line", "dot")
    assert [(rule["x0"], rule["x1"]) for rule in rules] == [(0, 0)] * 3
    for rule, base in zip(rules, (2, 1, 0), strict=True):
        assert rule["y0"] < base < rule["y1"]


def test_a_unit_has_the_same_length_in_all_stages_of_the_shared_axis():
    figure, data = drawn(gamma=2.0), column(gamma=2.0)
    for stage, values in zip(STAGES, data.values, strict=True):
        assert trace(figure, f"{stage.name} values")["x"] == values.tolist()


@pytest.mark.parametrize(("gamma", "beta", "feature"), [(1, 0, 0), (2, 5, 1), (-0.5, 100, 2), (0, 3, 3)])
def test_with_own_axes_each_stage_fills_the_width(gamma, beta, feature):
    data = column(gamma, beta, feature)
    figure = drawn(own_axes=True, gamma=gamma, beta=beta, feature=feature)
    assert figure["layout"]["xaxis"]["range"] == [0, 1]
    assert figure["layout"]["xaxis"]["showticklabels"] is False
    bands, lines = shape_of(figure, "rect", "solid"), shape_of(figure, "line", "solid")
    numbers = trace(figure, "numbers")
    for k, (stage, values) in enumerate(zip(STAGES, data.values, strict=True)):
        low, high = own_ends(data, k)
        places = [
            (trace(figure, f"{stage.name} values")["x"], values),
            ([lines[k]["x0"], lines[k]["x1"]], [data.centers[k]] * 2),
            ([bands[k]["x0"], bands[k]["x1"]], [data.centers[k] - data.spreads[k], data.centers[k] + data.spreads[k]]),
        ]
        for drawn_at, at in places:
            np.testing.assert_allclose(drawn_at, (np.array(at) - low) / (high - low), atol=1e-9)
            assert min(drawn_at) >= 0
            assert max(drawn_at) <= 1
        assert fixed(low, 2) in numbers["text"]
        assert fixed(high, 2) in numbers["text"]
        ridge = trace(figure, stage.name)["x"]
        assert values.min() == values.max() or max(ridge) - min(ridge) > 0.5


def own_ends(data, k):
    """Values and band with 8 percent of room to each side; half a unit or more around a single point."""
    values, center, spread = data.values[k], data.centers[k], data.spreads[k]
    low, high = min(values.min(), center - spread), max(values.max(), center + spread)
    pad = 0.08 * (high - low) if high > low else 0.5 * max(1, abs(low))
    return low - pad, high + pad


def test_with_own_axes_zero_is_marked_only_where_it_lies_inside():
    figure = drawn(own_axes=True, gamma=1.0, beta=100.0, feature=3)
    (rule,) = shape_of(figure, "line", "dot")
    assert rule["y0"] < 1 < rule["y1"], "only the normalized stage has a zero"
    low, high = own_ends(column(1.0, 100.0, 3), 1)
    assert rule["x0"] == rule["x1"] == pytest.approx(-low / (high - low))


def test_scales_far_apart_are_crushed_on_the_shared_axis_and_not_on_their_own():
    x = 1e6 + 1e5 * EXAMPLE
    shared = trace(drawn(x=x), "normalized")["x"]
    low, high = ends(x=x)
    assert np.ptp(shared) / (high - low) < 0.01
    assert np.ptp(trace(drawn(x=x, own_axes=True), "normalized")["x"]) > 0.5
