"""The backward pass against central differences of sum(dy * y), with a random dy."""

from dataclasses import replace

import numpy as np
import pytest

from bn import CONVENTIONS, BatchNorm

SHAPES = {"rows": ((5, 4), 1), "channels_first": ((2, 4, 2, 3), 1), "channels_last": ((2, 2, 3, 4), -1)}
GAMMA = [1.3, -0.7, 0.0, 2.5]
SPREAD = [1.0, 0.5, 2.0, 30.0]
STEP = 1e-5


def problem(name, eps):
    shape, axis = SHAPES[name]
    rng = np.random.default_rng([1502, *shape])
    layer = replace(
        BatchNorm.create(4, CONVENTIONS["pytorch"], channel_axis=axis),
        gamma=GAMMA,
        beta=rng.standard_normal(4),
        running_mean=rng.standard_normal(4),
        running_var=0.3 + rng.random(4),
        eps=eps,
    )
    columns = np.array(SPREAD).reshape([4 if i == axis % len(shape) else 1 for i in range(len(shape))])
    x = columns * (rng.standard_normal(shape) + 0.5)
    return layer, x, rng.standard_normal(shape)


def forward(layer, x, mode):
    return layer.train(x)[0] if mode == "train" else layer.infer(x)


def central_difference(function, at):
    gradient = np.zeros(at.shape)
    for index in np.ndindex(at.shape):
        below, above = at.copy(), at.copy()
        below[index] -= STEP
        above[index] += STEP
        gradient[index] = (function(above) - function(below)) / (2 * STEP)
    return gradient


@pytest.mark.parametrize("eps", [0.0, 1e-5, 1e-3, 0.1, 10.0])
@pytest.mark.parametrize("mode", ["train", "infer"])
@pytest.mark.parametrize("name", SHAPES)
class TestCentralDifferences:
    def test_x(self, name, mode, eps):
        layer, x, dy = problem(name, eps)
        expected = central_difference(lambda values: (dy * forward(layer, values, mode).y).sum(), x)
        actual = forward(layer, x, mode).backward(dy).x
        np.testing.assert_allclose(actual, expected, rtol=1e-6, atol=1e-8)
        assert np.abs(actual).max() > 0.1

    @pytest.mark.parametrize("parameter", ["gamma", "beta"])
    def test_parameter(self, name, mode, eps, parameter):
        layer, x, dy = problem(name, eps)
        expected = central_difference(
            lambda values: (dy * forward(replace(layer, **{parameter: values}), x, mode).y).sum(),
            np.array(getattr(layer, parameter)),
        )
        actual = getattr(forward(layer, x, mode).backward(dy), parameter)
        np.testing.assert_allclose(actual, expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("mode", ["train", "infer"])
def test_gamma_of_zero_stops_dx_but_not_dgamma(mode):
    layer, x, dy = problem("rows", 1e-5)
    gradients = forward(layer, x, mode).backward(dy)
    assert (gradients.x[:, 2] == 0).all()
    assert abs(gradients.gamma[2]) > 0.01


def test_negative_gamma_turns_dx_around():
    layer, x, dy = problem("rows", 1e-5)
    mirrored = replace(layer, gamma=-layer.gamma)
    np.testing.assert_array_equal(mirrored.train(x)[0].backward(dy).x, -layer.train(x)[0].backward(dy).x)


def test_backward_leaves_dy_and_the_trace_as_they_were():
    layer, x, dy = problem("channels_first", 1e-5)
    for mode in ("train", "infer"):
        trace = forward(layer, x, mode)
        before, x_hat = dy.copy(), trace.x_hat.copy()
        trace.backward(dy)
        np.testing.assert_array_equal(dy, before)
        np.testing.assert_array_equal(trace.x_hat, x_hat)
