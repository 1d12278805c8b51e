"""Ravine and bowl: rings of equal loss, the path where it is, arrows that point downhill."""

import json
import math
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from bn import descend, least_squares
from ui.figures import valley
from ui.figures.style import INPUT, NORMALIZED
from ui.numbers import fixed

X = np.random.default_rng(1).standard_normal((30, 2)) @ np.array([[1.0, 0.5], [0.0, 5.0]])
PROBLEM = least_squares(X, X @ np.array([-3.0, 2.0]))
STEPS = 12


def picture(share=0.9, step=4, stage=INPUT):
    descent = descend(PROBLEM, np.zeros(2), share * PROBLEM.limit, STEPS)
    window = valley.window_of(PROBLEM, np.zeros(2))
    return valley.View(PROBLEM, descent, step, STEPS, stage, "As counted", ("age", "distance"), window)


def drawn(**settings):
    figure = valley.draw(picture(**settings))
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


def trace(figure, name):
    return next(each for each in figure["data"] if each["name"] == name)


def points(each):
    return np.column_stack([each["x"], each["y"]])


@pytest.mark.parametrize("share", valley.SHARES)
def test_a_ring_joins_weights_of_equal_loss(share):
    ring = points(trace(drawn(), f"{share:.0%} of the loss at the start"))
    start = PROBLEM.above_lowest(np.zeros(2))
    np.testing.assert_allclose(PROBLEM.above_lowest(ring), share * start, rtol=5e-3)
    np.testing.assert_allclose(ring[0], ring[-1], atol=1e-9)


def test_the_first_ring_goes_through_the_start_and_fits_into_the_picture():
    figure = drawn()
    outer = points(figure["data"][0])
    assert np.hypot(*outer.T).min() < 0.3 * np.hypot(*PROBLEM.best)
    for axis, values in zip(("xaxis", "yaxis"), outer.T, strict=True):
        low, high = figure["layout"][axis]["range"]
        assert low < values.min()
        assert values.max() < high
    assert figure["layout"]["yaxis"]["scaleanchor"] == "x"


def test_the_path_goes_where_gradient_descent_goes():
    path = trace(drawn(), "path")
    np.testing.assert_allclose(points(path), picture().descent.w)
    assert path["text"] == [f"step {k}" for k in range(STEPS + 1)]
    assert path["marker"]["symbol"] == INPUT.marker
    assert trace(drawn(stage=NORMALIZED), "path")["marker"]["symbol"] == NORMALIZED.marker


def test_the_cross_marks_the_lowest_point():
    np.testing.assert_allclose(points(trace(drawn(), "lowest point")), [PROBLEM.best])


@pytest.mark.parametrize("step", range(STEPS + 1))
def test_the_arrows_are_the_parts_of_the_downhill_direction(step):
    data, figure = picture(step=step), drawn(step=step)
    at, down = data.descent.w[step], -data.descent.gradient[step]
    np.testing.assert_allclose(points(trace(figure, "now")), [at])
    parts = []
    for j, name in enumerate(data.names):
        (x0, y0), (x1, y1) = points(trace(figure, f"downhill along {name}"))
        np.testing.assert_allclose([x0, y0], at)
        assert (y1 - y0 if j == 0 else x1 - x0) == 0
        parts.append(x1 - x0 if j == 0 else y1 - y0)
    np.testing.assert_allclose(np.array(parts) / np.hypot(*parts), down / np.hypot(*down), atol=1e-3)


@pytest.mark.parametrize(
    ("sign", "heads"), [(1, ["triangle-left", "triangle-down"]), (-1, ["triangle-right", "triangle-up"])]
)
def test_the_heads_of_the_arrows_point_along(sign, heads):
    data = picture(step=0)
    data = replace(data, descent=replace(data.descent, gradient=sign * np.ones((STEPS + 1, 2))))
    figure = valley.draw(data)
    assert [trace(figure, f"downhill along {name}")["marker"]["symbol"] for name in data.names] == heads


def test_a_settled_descent_has_no_arrows():
    data = picture()
    still = replace(data.descent, gradient=np.zeros((STEPS + 1, 2)))
    figure = valley.draw(replace(data, descent=still))
    assert trace(figure, "downhill along age")["marker"]["size"] == [0, 0]
    assert trace(figure, "downhill along age")["text"] == ["", ""]


@pytest.mark.parametrize("share", [1.3, 5.0, 1e6, 1e150])
@pytest.mark.parametrize("step", [0, 1, STEPS])
def test_divergence_is_cut_off_outside_the_picture_and_said(share, step):
    figure = drawn(share=share, step=step)
    low, high = figure["layout"]["xaxis"]["range"]
    path = points(trace(figure, "path"))
    assert len(path) == STEPS + 1
    assert np.abs(path).max() < 50 * (high - low) * 10
    (label,) = trace(figure, "now")["text"]
    if share >= 5 and step == STEPS:
        assert label == ""
    if step == 0:
        assert label == "start"
    words = valley.describe(picture(share=share, step=step))
    assert "inf" not in words
    assert "nan" not in words


def test_a_path_that_was_given_up_is_described_as_leaving():
    assert "leaves the picture" in valley.describe(picture(share=1e6, step=STEPS))
    assert "leaves" not in valley.describe(picture(share=0.9, step=STEPS))


def test_the_description_says_how_far_it_has_come_and_where_downhill_is():
    data = picture(step=3)
    left = 100 * data.descent.above_lowest[3] / data.descent.above_lowest[0]
    words = valley.describe(data)
    assert f"After 3 steps of {STEPS} the loss above the lowest is {left:.3g} percent" in words
    age, distance = -data.descent.gradient[3]
    assert f"{fixed(age, 1)} along age and {fixed(distance, 1)} along distance" in words
    assert f"{math.sqrt(PROBLEM.condition):.1f} times as long as wide" in words
