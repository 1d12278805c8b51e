"""Laws of the layer that hold for every batch."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from bn import CONVENTIONS, BatchNorm

EPS = st.sampled_from([1e-5, 1e-3, 0.1, 1.0, 50.0])
NUMBERS = st.floats(-100, 100, allow_subnormal=False).map(lambda value: round(value, 4))
BATCHES = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=9), elements=NUMBERS)
SEEDS = st.integers(0, 2**32 - 1)


def layer_for(x, eps=1e-5, seed=0):
    """A layer whose gamma, beta and moving averages are random."""
    c = x.shape[1]
    rng = np.random.default_rng(seed)
    return replace(
        BatchNorm.create(c),
        gamma=2 * rng.standard_normal(c),
        beta=rng.standard_normal(c),
        running_mean=rng.standard_normal(c),
        running_var=0.1 + rng.random(c),
        eps=eps,
    )


def random_like(x, seed):
    return np.random.default_rng([seed, 1]).standard_normal(x.shape)


@given(BATCHES, EPS)
def test_mean_of_x_hat_is_zero(x, eps):
    x_hat = layer_for(x, eps).train(x)[0].x_hat
    np.testing.assert_allclose(x_hat.mean(axis=0), 0, atol=1e-11)


@given(BATCHES, EPS)
def test_variance_of_x_hat_is_the_share_that_eps_leaves(x, eps):
    x_hat = layer_for(x, eps).train(x)[0].x_hat
    var = x.var(axis=0)
    np.testing.assert_allclose(x_hat.var(axis=0), var / (var + eps), rtol=1e-10, atol=1e-12)


@given(BATCHES, EPS, SEEDS)
def test_dx_sums_to_zero_per_feature(x, eps, seed):
    dx = layer_for(x, eps, seed).train(x)[0].backward(random_like(x, seed)).x
    np.testing.assert_allclose(dx.sum(axis=0), 0, atol=1e-11 * max(1, np.abs(dx).max()))


@given(BATCHES, EPS, SEEDS)
def test_dx_along_x_hat_is_what_eps_lets_through(x, eps, seed):
    """sum(dx x_hat) = gamma / std * sum(dy x_hat) * eps / (var + eps)."""
    layer, dy = layer_for(x, eps, seed), random_like(x, seed)
    trace, _ = layer.train(x)
    var = x.var(axis=0)
    std = np.sqrt(var + eps)
    x_hat = (x - x.mean(axis=0)) / std
    expected = layer.gamma / std * (dy * x_hat).sum(axis=0) * eps / (var + eps)
    actual = (trace.backward(dy).x * x_hat).sum(axis=0)
    np.testing.assert_allclose(actual, expected, rtol=1e-8, atol=1e-10 * max(1, (1 / std).max()))


@given(SEEDS)
def test_dx_becomes_orthogonal_to_x_hat_as_eps_goes_to_zero(seed):
    x = np.random.default_rng([seed, 2]).standard_normal((6, 3))
    x = 3 * x / x.std(axis=0)
    dy = random_like(x, seed)
    along = []
    for eps in (1e-2, 1e-4, 1e-6):
        trace, _ = layer_for(x, eps, seed).train(x)
        along.append(np.abs((trace.backward(dy).x * trace.x_hat).sum(axis=0)))
    np.testing.assert_allclose(along[1], along[0] / 100, rtol=0.01, atol=1e-12)
    np.testing.assert_allclose(along[2], along[1] / 100, rtol=0.01, atol=1e-12)


@given(BATCHES, EPS, st.integers(-1000, 1000))
def test_x_hat_does_not_see_a_shift(x, eps, shift):
    layer = layer_for(x, eps)
    np.testing.assert_allclose(layer.train(x + shift)[0].x_hat, layer.train(x)[0].x_hat, atol=1e-8)


@given(BATCHES, EPS, st.floats(1e-3, 1e3))
def test_x_hat_does_not_see_the_unit_if_eps_is_in_the_same_unit(x, eps, unit):
    x_hat = layer_for(x, eps).train(x)[0].x_hat
    rescaled = layer_for(x, eps * unit**2)
    np.testing.assert_allclose(rescaled.train(x * unit)[0].x_hat, x_hat, atol=1e-9)
    np.testing.assert_allclose(rescaled.train(x * -unit)[0].x_hat, -x_hat, atol=1e-9)


@given(BATCHES, EPS)
def test_gamma_root_of_var_plus_eps_and_beta_mean_give_the_input_back(x, eps):
    layer = replace(layer_for(x), eps=eps, gamma=np.sqrt(x.var(axis=0) + eps), beta=x.mean(axis=0))
    np.testing.assert_allclose(layer.train(x)[0].y, x, atol=1e-11)


@given(BATCHES, EPS, SEEDS)
def test_mean_of_y_is_beta_and_its_deviation_the_size_of_gamma(x, eps, seed):
    layer = layer_for(x, eps, seed)
    y, var = layer.train(x)[0].y, x.var(axis=0)
    np.testing.assert_allclose(y.mean(axis=0), layer.beta, atol=1e-10)
    np.testing.assert_allclose(y.std(axis=0), np.abs(layer.gamma) * np.sqrt(var / (var + eps)), rtol=1e-9, atol=1e-10)


@given(BATCHES, SEEDS)
def test_in_inference_no_row_depends_on_another(x, seed):
    layer = layer_for(x, seed=seed)
    y = layer.infer(x).y
    for row in range(len(x)):
        np.testing.assert_array_equal(layer.infer(x[row : row + 1]).y[0], y[row])


@given(BATCHES, SEEDS)
def test_in_training_every_row_depends_on_each_other(x, seed):
    layer = layer_for(x, seed=seed)
    other = x.copy()
    other[0] += 50
    moved = layer.train(other)[0].centered - layer.train(x)[0].centered
    np.testing.assert_allclose(moved[1:], -50 / len(x), atol=1e-10)


@given(BATCHES, EPS, SEEDS)
def test_training_output_moves_with_the_rows(x, eps, seed):
    layer, dy = layer_for(x, eps, seed), random_like(x, seed)
    order = np.random.default_rng([seed, 3]).permutation(len(x))
    trace, after = layer.train(x)
    permuted, permuted_after = layer.train(x[order])
    scale = max(1, 1 / trace.std.min())
    np.testing.assert_allclose(permuted.y, trace.y[order], atol=1e-9)
    np.testing.assert_allclose(permuted.backward(dy[order]).x, trace.backward(dy).x[order], atol=1e-9 * scale)
    np.testing.assert_allclose(permuted_after.running_var, after.running_var, atol=1e-9)


@given(BATCHES, SEEDS)
def test_train_and_infer_change_neither_input_nor_layer(x, seed):
    layer = layer_for(x, seed=seed)
    names = ("gamma", "beta", "running_mean", "running_var")
    before, vectors = x.copy(), {name: getattr(layer, name).copy() for name in names}
    _, after = layer.train(x)
    layer.infer(x)
    np.testing.assert_array_equal(x, before)
    for name in names:
        np.testing.assert_array_equal(getattr(layer, name), vectors[name])
    assert (layer.batches_seen, after.batches_seen) == (0, 1)
    np.testing.assert_array_equal(after.gamma, layer.gamma)
    np.testing.assert_array_equal(after.beta, layer.beta)


@pytest.mark.parametrize("convention", CONVENTIONS.values(), ids=CONVENTIONS)
@given(x=BATCHES, decay=st.floats(0, 1), count=st.integers(1, 6), seed=SEEDS)
def test_moving_averages_of_a_repeated_batch_have_a_closed_form(convention, x, decay, count, seed):
    """running_T = decay^T * running_0 + (1 - decay^T) * batch."""
    start = replace(layer_for(x, seed=seed), convention=convention, decay=decay, channel_axis=1)
    layer = start
    for _ in range(count):
        _, layer = layer.train(x)
    kept = decay**count
    var = x.var(axis=0, ddof=convention.running_var_ddof + (start.eps if convention.divisor_takes_eps else 0))
    np.testing.assert_allclose(layer.running_mean, kept * start.running_mean + (1 - kept) * x.mean(axis=0), atol=1e-9)
    np.testing.assert_allclose(layer.running_var, kept * start.running_var + (1 - kept) * var, rtol=1e-11, atol=1e-9)
    assert layer.batches_seen == count
