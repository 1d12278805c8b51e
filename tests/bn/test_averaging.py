"""Moving averages: against the layer that makes them, closed forms, and what all values say together."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bn import (
    CONVENTIONS,
    BatchNorm,
    Feature,
    batches_until,
    draw,
    feed,
    moving_average,
    pooled,
    shaking,
    weight_of_start,
    without_start,
)

STREAM = draw([Feature("normal", 10, 3), Feature("skewed", -4, 2)], 8, 40, seed=3)
DECAYS = pytest.mark.parametrize("decay", [0.0, 0.3, 0.9, 0.99, 1.0, None])


@DECAYS
@pytest.mark.parametrize("name", ["pytorch", "keras"])
def test_the_path_is_the_one_that_the_layer_takes(name, decay):
    layer = replace(BatchNorm.create(2, CONVENTIONS[name], channel_axis=1), decay=decay)
    history = feed(layer, STREAM.batches)
    for start, values, path in (
        (np.zeros(2), history.batch_mean, history.mean),
        (np.ones(2), history.batch_var, history.var),
    ):
        np.testing.assert_allclose(moving_average(start, values, decay), path, rtol=1e-13, atol=1e-14)


def test_a_path_of_single_numbers():
    np.testing.assert_allclose(moving_average(np.array(1.0), np.array([3.0, 5.0]), 0.5), [1, 2, 3.5])
    np.testing.assert_array_equal(moving_average(np.array(1.0), np.array([]), 0.5), [1])


@DECAYS
def test_the_weight_of_the_start_is_how_far_two_starts_stay_apart(decay):
    """The average is linear in its start, so two paths over the same values differ by the weight of the start."""
    values = STREAM.batches.mean(axis=1)
    gap = moving_average(np.ones(2), values, decay) - moving_average(np.zeros(2), values, decay)
    weights = [weight_of_start(decay, t) for t in range(len(values) + 1)]
    np.testing.assert_allclose(gap[:, 0], weights, atol=1e-13)


@DECAYS
def test_of_constant_values_the_average_is_the_weighted_mean_of_start_and_value(decay):
    path = moving_average(np.array(-2.0), np.full(30, 7.0), decay)
    weights = np.array([weight_of_start(decay, t) for t in range(31)])
    np.testing.assert_allclose(path, weights * -2 + (1 - weights) * 7, rtol=1e-12)


@pytest.mark.parametrize(
    ("decay", "weight", "batches"),
    [(0.5, 0.01, 7), (0.9, 0.01, 44), (0.99, 0.01, 459), (0.999, 0.01, 4603), (0.5, 0.25, 3), (0.0, 0.01, 1)],
)
def test_batches_until_the_start_is_forgotten(decay, weight, batches):
    """0.5² is 0.25 and not less, so that takes one more."""
    assert batches_until(decay, weight) == batches


def test_a_start_that_never_or_at_once_goes():
    assert batches_until(1.0, 0.01) is None
    assert batches_until(None, 0.01) == 1


@given(st.floats(0.001, 0.999), st.floats(1e-6, 0.999))
def test_batches_until_is_the_first_at_which_it_is_so(decay, weight):
    batches = batches_until(decay, weight)
    assert weight_of_start(decay, batches) < weight
    assert batches == 1 or weight_of_start(decay, batches - 1) >= weight


@pytest.mark.parametrize("decay", [0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_weight_that_is_reached_and_not_gone_below_takes_one_batch_more(decay):
    """Whichever way the logarithms round."""
    for batches in range(1, 60):
        assert batches_until(decay, weight_of_start(decay, batches)) == batches + 1


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.99, None])
def test_without_its_start_the_average_does_not_know_where_it_began(decay):
    values = STREAM.batches.mean(axis=1)
    near, far = (without_start(moving_average(np.full(2, at), values, decay), decay) for at in (0.0, 1e6))
    np.testing.assert_allclose(near, far, rtol=1e-6)


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.9, 0.99])
def test_without_its_start_it_is_the_mean_with_falling_weights(decay):
    values = STREAM.batches.mean(axis=1)
    corrected = without_start(moving_average(np.zeros(2), values, decay), decay)
    for t in (1, 2, 40):
        weights = decay ** np.arange(t - 1, -1, -1.0)
        np.testing.assert_allclose(corrected[t - 1], np.average(values[:t], axis=0, weights=weights), rtol=1e-11)


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.9, 0.99])
def test_shaking_is_the_root_of_the_sum_of_squared_weights(decay):
    weights = (1 - decay) * decay ** np.arange(5000.0)
    assert shaking(decay) == pytest.approx(np.sqrt((weights**2).sum()), rel=1e-12)


def test_shaking_is_seen_in_a_long_stream():
    values = np.random.default_rng(4).standard_normal(200_000)
    assert moving_average(np.array(0.0), values, 0.9)[1000:].std() == pytest.approx(shaking(0.9), rel=0.02)
    assert shaking(1.0) == 0


def test_pooled_is_mean_and_variance_of_all_values():
    mean, var = pooled(STREAM.batches.mean(axis=1), STREAM.batches.var(axis=1))
    everything = STREAM.batches.reshape(-1, 2)
    np.testing.assert_allclose(mean, everything.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(var, everything.var(axis=0), rtol=1e-12)


def test_a_path_cannot_be_written_to():
    path = moving_average(np.zeros(2), STREAM.batches.mean(axis=1), 0.9)
    assert not path.flags.writeable
    assert not without_start(path, 0.9).flags.writeable


@pytest.mark.parametrize("decay", [-0.1, 1.1, float("nan")])
def test_a_decay_that_is_no_weight_is_refused(decay):
    calls = [
        lambda: moving_average(np.array(0.0), np.ones(2), decay),
        lambda: weight_of_start(decay, 3),
        lambda: batches_until(decay, 0.01),
        lambda: without_start(np.ones(3), decay),
        lambda: shaking(decay),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="between 0 and 1"):
            call()


def test_what_cannot_be_computed_is_refused():
    with pytest.raises(ValueError, match="start has shape"):
        moving_average(np.zeros(3), np.ones((4, 2)), 0.9)
    with pytest.raises(ValueError, match="start has shape"):
        moving_average(np.zeros(()), np.array(1.0), 0.9)
    with pytest.raises(ValueError, match="at least 0"):
        weight_of_start(0.9, -1)
    for weight in (0, 1, 2, float("nan")):
        with pytest.raises(ValueError, match="weight is"):
            batches_until(0.9, weight)
    with pytest.raises(ValueError, match="decay is 1"):
        without_start(np.ones(3), 1.0)
    with pytest.raises(ValueError, match="at least one"):
        pooled(np.zeros((0, 2)), np.zeros((0, 2)))
    with pytest.raises(ValueError, match="shape"):
        pooled(np.zeros((3, 2)), np.zeros((3, 1)))
