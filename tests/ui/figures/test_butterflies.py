"""Distributions back to back: x upward, x̂ downward, each with its mean and deviation."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from ui.figures import butterflies
from ui.figures.style import INPUT, NORMALIZED

BEFORE = np.array([[0.1, 0.1, 0.1, 0.9], [-9.0, 5.0, 5.0, 5.0]])
AFTER = np.array([[-1.0, -1.0, 1.0, 1.0], [-2.0, 0.0, 0.0, 2.0]])
ARGUMENTS = (BEFORE, AFTER, ["blur", "edges"], "Each channel")


def figure(*arguments):
    made = butterflies.draw(*(arguments or ARGUMENTS))
    go.Figure(made)
    json.dumps(made, allow_nan=False)
    return made


def halves():
    return {trace["name"]: trace for trace in figure()["data"]}


def test_x_is_above_its_line_and_x_hat_below():
    found = halves()
    assert list(found) == ["blur, x", "blur, x̂", "edges, x", "edges, x̂"]
    for name, base in (("blur", 1), ("edges", 0)):
        up, down = (np.array(found[f"{name}, {symbol}"]["y"]) for symbol in ("x", "x̂"))
        assert up.min() == down.max() == base
        assert up.max() == pytest.approx(base + butterflies.TALL)
        assert down.min() == pytest.approx(base - butterflies.TALL)


def test_bins_hold_the_values_and_the_outermost_what_lies_beyond():
    up = halves()["edges, x"]
    x, y = np.array(up["x"]), np.array(up["y"]) / butterflies.TALL
    assert y[x < -2.9].max() == pytest.approx(1 / 3, abs=1e-3)
    assert y[x > 2.9].max() == pytest.approx(1)
    assert y[np.abs(x) < 2.5].max() == 0
    assert (x.min(), x.max()) == (-3, 3)


def test_the_mean_is_a_line_and_one_deviation_to_each_side_a_bar():
    shapes = figure()["layout"]["shapes"]
    bar = next(each for each in shapes if each["type"] == "rect" and each["fillcolor"] == INPUT.color)
    assert (bar["x0"], bar["x1"]) == pytest.approx((0.3 - BEFORE[0].std(), 0.3 + BEFORE[0].std()))
    lines = [each for each in shapes if each["type"] == "line" and each["line"]["color"] == NORMALIZED.color]
    assert [each["x0"] for each in lines] == [0, 0]


def test_a_mean_beyond_the_axis_is_not_drawn():
    shapes = figure(BEFORE + 10, AFTER, ["blur", "edges"], "t")["layout"]["shapes"]
    inputs = [each for each in shapes if each["type"] == "line" and each["line"]["color"] == INPUT.color]
    assert inputs == []
    assert all(abs(each["x1"]) <= 3 for each in shapes)


def test_numbers_stand_beside_each_line_and_in_the_words():
    ticks = figure()["layout"]["yaxis"]["ticktext"]
    assert ticks[0] == "<b>blur</b><br>x: μ 0.30, σ 0.35<br>x̂: μ 0.00, σ 1.00"
    words = butterflies.describe(*ARGUMENTS)
    assert "blur: mean 0.30 and standard deviation 0.35 become 0.00 and 1.00" in words
    assert "edges: mean 1.50" in words


def test_zero_has_no_sign():
    assert butterflies.hundredths(np.float64(-0.001)) == "0.00"
    assert butterflies.hundredths(np.float64(-0.256)) == "−0.26"
