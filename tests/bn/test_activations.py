"""The activation functions and their derivatives against PyTorch, central differences and their limits."""

import numpy as np
import pytest

from bn import ACTIVATIONS

EVERY = pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
LIMITS = {"sigmoid": (0, 1), "tanh": (-1, 1), "relu": (0, 1000)}
SLOPES = {"sigmoid": (0, 0), "tanh": (0, 0), "relu": (0, 1)}


def test_there_are_three():
    assert {key: activation.name for key, activation in ACTIVATIONS.items()} == {
        "sigmoid": "sigmoid",
        "tanh": "tanh",
        "relu": "ReLU",
    }


@EVERY
def test_value_and_derivative_are_pytorch_s(golden, name):
    expected = golden("pytorch")["activations"]
    activation, x = ACTIVATIONS[name], np.array(expected["x"])
    np.testing.assert_allclose(activation(x), expected[name]["value"], rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(activation.derivative(x), expected[name]["derivative"], rtol=1e-13, atol=1e-15)
    np.testing.assert_array_equal(activation.function(x), activation(x))


@EVERY
def test_derivative_is_the_central_difference(name):
    x = np.random.default_rng(3).uniform(-6, 6, 200)
    x = x[np.abs(x) > 1e-3]
    activation, step = ACTIVATIONS[name], 1e-5
    slope = (activation(x + step) - activation(x - step)) / (2 * step)
    np.testing.assert_allclose(activation.derivative(x), slope, rtol=1e-7, atol=1e-9)


@EVERY
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_out_the_limits_are_reached_without_a_warning(name, dtype):
    x = np.array([-1000, 1000], dtype)
    assert ACTIVATIONS[name](x).tolist() == list(LIMITS[name])
    assert ACTIVATIONS[name].derivative(x).tolist() == list(SLOPES[name])


@pytest.mark.parametrize("x", [-8.0, -15.0, -30.0, -100.0])
def test_the_tail_of_the_sigmoid_keeps_its_digits(x):
    """Left of 0, sigmoid(x) = exp(x) / (1 + exp(x)), and the derivative is symmetric."""
    exact = np.exp(x) / (1 + np.exp(x))
    sigmoid = ACTIVATIONS["sigmoid"]
    assert sigmoid(x) == pytest.approx(exact, rel=1e-12, abs=0)
    assert sigmoid.derivative(x) == pytest.approx(exact * (1 - exact), rel=1e-12, abs=0)
    assert sigmoid.derivative(-x) == pytest.approx(exact * (1 - exact), rel=1e-12, abs=0)


@pytest.mark.parametrize(("name", "value", "slope"), [("sigmoid", 0.5, 0.25), ("tanh", 0, 1), ("relu", 0, 0)])
def test_at_zero(name, value, slope):
    assert ACTIVATIONS[name](0) == value
    assert ACTIVATIONS[name].derivative(0) == slope


@EVERY
def test_shape_and_precision_stay(name):
    x = np.linspace(-2, 2, 6, dtype=np.float32).reshape(2, 3)
    for function in (ACTIVATIONS[name], ACTIVATIONS[name].derivative):
        assert function(x).dtype == np.float32
        assert function(x).shape == (2, 3)
        assert function([1, 2]).dtype == np.float64


@EVERY
def test_the_input_stays(name):
    x = np.array([-2.0, 0.0, 3.0])
    ACTIVATIONS[name](x)
    ACTIVATIONS[name].derivative(x)
    assert x.tolist() == [-2, 0, 3]


@EVERY
def test_text_is_refused(name):
    with pytest.raises(ValueError, match="real numbers"):
        ACTIVATIONS[name](["a"])
