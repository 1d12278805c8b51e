"""Dropout in front of the layer: the law against a closed form and against many draws."""

import math

import numpy as np
import pytest

from bn import CONVENTIONS, BatchNorm, dropped, variance_shift

# The ReLU of a standard normal, by integration: E[x] = 1 / sqrt(2 pi), E[x^2] = 1/2.
MEAN = 1 / math.sqrt(2 * math.pi)
VAR = 0.5 - 1 / (2 * math.pi)


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.8, 1.0])
def test_the_law_is_the_closed_form_for_a_rectified_normal(keep):
    """Var in training: E[x^2] / keep - E[x]^2."""
    assert variance_shift(MEAN, VAR, keep) == pytest.approx((0.5 / keep - 1 / (2 * math.pi)) / VAR, rel=1e-12)


def test_the_figures_that_are_told():
    assert f"{variance_shift(MEAN, VAR, 0.5):.2f}" == "2.47"
    assert f"{variance_shift(MEAN, VAR, 0.8):.2f}" == "1.37"
    assert variance_shift(0.0, 3.0, 0.25) == pytest.approx(4)


@pytest.mark.parametrize("keep", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("lift", [0.0, 2.0])
def test_the_law_holds_for_many_draws(keep, lift):
    x = np.random.default_rng(3).standard_normal(400_000).clip(min=0) + lift
    out = dropped(x, keep, seed=4)
    assert out.mean() == pytest.approx(x.mean(), rel=0.01)
    assert out.var() / x.var() == pytest.approx(variance_shift(x.mean(), x.var(), keep), rel=0.02)


def test_each_value_is_dropped_or_divided():
    x = np.random.default_rng(5).standard_normal((50, 3)).astype(np.float32) + 9
    out = dropped(x, 0.25, seed=6)
    assert out.dtype == np.float32
    assert set(np.unique((out / x).round(5))) == {0, 4}
    np.testing.assert_array_equal(dropped(x, 1.0, seed=6), x)


def test_a_layer_behind_it_meets_less_than_it_learned_and_one_in_front_does_not():
    x = np.random.default_rng(7).standard_normal((200_000, 1)).clip(min=0)
    layer = BatchNorm.create(1, CONVENTIONS["onnx"], channel_axis=1)
    _, behind = layer.train(dropped(x, 0.5, seed=8))
    moved = (behind.running_var - 0.9) / 0.1  # what one batch brought to a moving variance of 1
    assert float(moved[0]) / x.var() == pytest.approx(2.47, rel=0.02)
    _, before = layer.train(x)
    assert float((before.running_var[0] - 0.9) / 0.1) == pytest.approx(x.var())


@pytest.mark.parametrize("keep", [0.0, -0.5, 1.01, math.nan])
def test_a_share_that_is_none_is_refused(keep):
    with pytest.raises(ValueError, match="keep is"):
        dropped([1.0], keep, seed=0)
    with pytest.raises(ValueError, match="keep is"):
        variance_shift(0.0, 1.0, keep)


def test_values_and_a_variance_that_are_none_are_refused():
    with pytest.raises(ValueError, match="x\\[0\\] is nan"):
        dropped([math.nan], 0.5, seed=0)
    with pytest.raises(ValueError, match="var is"):
        variance_shift(1.0, 0.0, 0.5)
