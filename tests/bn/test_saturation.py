"""Where a batch meets an activation function: against closed forms and counts made by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bn import ACTIVATIONS, is_flat, largest_share, regime, tangent

SIGMOID, TANH, RELU = ACTIVATIONS.values()
RAW = np.arange(-10.0, 11.0)
NORMALIZED = RAW / math.sqrt(110 / 3)  # the variance of -10 ... 10 is n (n + 1) / 3 with n = 10
BATCHES = arrays(np.float64, st.integers(1, 30), elements=st.floats(-20, 20, allow_subnormal=False))


def test_the_raw_and_the_normalized_example_on_the_sigmoid():
    """16 of 21 to 0 of 21, 0.048 to 0.202, at most 0.074 from the tangent."""
    raw, normalized = regime(SIGMOID, RAW), regime(SIGMOID, NORMALIZED)
    assert (raw.count, raw.flat, normalized.flat) == (21, 16, 0)
    assert raw.mean_slope == pytest.approx(0.048, abs=5e-4)
    assert normalized.mean_slope == pytest.approx(0.202, abs=5e-4)
    assert normalized.bend == pytest.approx(0.074, abs=5e-4)
    assert normalized.farthest == pytest.approx(1.6514, abs=1e-4)


@pytest.mark.parametrize(("activation", "low", "high"), [(SIGMOID, 0.05, 0.95), (TANH, -0.9, 0.9)])
@given(z=BATCHES)
def test_flat_is_within_5_percent_of_the_height_from_an_end(activation, low, high, z):
    """Compared as counts in each direction with a hair's breadth of room: rounding may put the very edge on either side."""
    f = activation(z)
    assert is_flat(activation, z)[(f < low - 1e-12) | (f > high + 1e-12)].all()
    assert not is_flat(activation, z)[(low + 1e-12 < f) & (f < high - 1e-12)].any()


@pytest.mark.parametrize(("activation", "heights"), [(SIGMOID, (0.05, 0.95)), (TANH, (-0.9, 0.9))])
def test_the_flat_parts_begin_where_height_and_slope_say(activation, heights):
    ends = np.array(activation.steep)
    np.testing.assert_allclose(activation(ends), heights, rtol=1e-14)
    np.testing.assert_allclose(activation.derivative(ends), 0.19 * activation.derivative(0.0), rtol=1e-14)
    assert is_flat(activation, [*(1.000001 * ends), *(0.999999 * ends)]).tolist() == [True, True, False, False]


@pytest.mark.parametrize("activation", [SIGMOID, TANH, RELU])
@given(z=BATCHES)
def test_flat_is_less_than_19_percent_of_the_largest_slope(activation, z):
    share = activation.derivative(z) / activation.derivative(np.linspace(-1, 1, 2001)).max()
    flat = is_flat(activation, z)
    assert flat[share < 0.19 - 1e-12].all()
    assert not flat[share > 0.19 + 1e-12].any()


def test_relu_is_flat_up_to_and_at_0():
    assert is_flat(RELU, [-3.0, 0.0, 1e-300, 2.0]).tolist() == [True, True, False, False]
    assert regime(RELU, RAW).flat == 11


def test_the_tangent_touches_and_has_the_slope_of_the_central_difference():
    at, step = 0.7, 1e-5
    for activation in ACTIVATIONS.values():
        assert tangent(activation, at, at) == pytest.approx(activation(at), abs=1e-15)
        rise = float(tangent(activation, at, at + 1) - tangent(activation, at, at))
        slope = float(activation(at + step) - activation(at - step)) / (2 * step)
        assert rise == pytest.approx(slope, rel=1e-8)


def test_the_tangent_of_the_sigmoid_at_0_is_known():
    np.testing.assert_allclose(tangent(SIGMOID, 0.0, RAW), 0.5 + RAW / 4, rtol=1e-15)


@given(z=BATCHES)
def test_the_bend_of_relu_is_known(z):
    """On the right of 0 the tangent is z itself, on the left 0: what lies on the other side is that far away."""
    now = regime(RELU, z)
    middle = z.mean()
    if abs(middle) < 1e-9:
        return
    expected = np.maximum(-z, 0).max() if middle > 0 else np.maximum(z, 0).max()
    assert now.bend == pytest.approx(expected, abs=1e-12)


def test_a_mean_of_nothing_but_rounding_is_0():
    """For ReLU one digit in the sixteenth place would turn the level line into a steep one."""
    for scale in (0.1, 0.3, 1.7, 2.0, 1e6):
        z = scale * NORMALIZED
        now = regime(RELU, z)
        assert now.middle == 0
        assert (now.bend, now.farthest) == pytest.approx((z[-1], z[-1]))
    rounded = 1e5 * np.array([1.1, 2.2, -3.3])
    assert 1e-12 < rounded.mean() < 1e-10
    assert regime(RELU, rounded).middle == 0
    assert regime(RELU, np.array([1e-3, 1e-3])).middle == 1e-3


@given(z=BATCHES)
def test_the_regime_is_counted_and_averaged_one_by_one(z):
    now = regime(TANH, z)
    slopes = [1 - math.tanh(value) ** 2 for value in z.tolist()]
    assert now.count == len(z)
    assert now.mean_slope == pytest.approx(sum(slopes) / len(z), abs=1e-12)
    assert now.farthest in z
    t = math.tanh(now.middle) + (1 - math.tanh(now.middle) ** 2) * (z - now.middle)
    assert now.bend == pytest.approx(np.abs(np.tanh(z) - t).max(), abs=1e-9)


def test_the_shares_of_the_steepest():
    assert largest_share(RELU, RAW, 5) == 0.5
    assert largest_share(RELU, -np.ones(3), 2) == 0
    slopes = sorted((1 / (2 + math.exp(z) + math.exp(-z)) for z in RAW.tolist()), reverse=True)
    assert largest_share(SIGMOID, RAW, 5) == pytest.approx(sum(slopes[:5]) / sum(slopes))
    assert largest_share(SIGMOID, RAW, 21) == pytest.approx(1)


@pytest.mark.parametrize("z", [[], [[1.0, 2.0]], 3.0])
def test_what_is_no_batch_is_refused(z):
    with pytest.raises(ValueError, match="z has shape"):
        regime(SIGMOID, z)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_finite_is_named(bad):
    for function in (regime, lambda activation, z: largest_share(activation, z, 1)):
        with pytest.raises(ValueError, match=r"z\[1\] is"):
            function(SIGMOID, [0.0, bad])


@pytest.mark.parametrize("count", [0, 3])
def test_a_count_that_is_not_there_is_named(count):
    with pytest.raises(ValueError, match=f"count is {count}"):
        largest_share(SIGMOID, [1.0, 2.0], count)
