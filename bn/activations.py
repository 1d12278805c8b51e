"""Activation functions and their derivatives, side by side."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, as_floats


@dataclass(frozen=True)
class Activation:
    """f(x) elementwise, and f'(x) as a function of x. Both keep the shape and the precision of x.

    steep  the open interval of x outside which f is flat: its slope is below 19 percent of its largest there. For
           sigmoid and tanh that is where f lies within 5 percent of its height from one of its ends, for ReLU where x <= 0

    derivative_at_value  f'(x) as a function of f(x): y (1 - y) for sigmoid, 1 - y^2 for tanh, 1 where y > 0 for ReLU.
                         Faster in a backward pass, where f(x) is known; less exact where y is close to 1
    """

    name: str
    function: Callable[[npt.ArrayLike], FloatArray]
    derivative: Callable[[npt.ArrayLike], FloatArray]
    derivative_at_value: Callable[[FloatArray], FloatArray]
    steep: tuple[float, float]

    def __call__(self, x: npt.ArrayLike) -> FloatArray:
        """f(x)."""
        return self.function(x)


def sigmoid(x: npt.ArrayLike) -> FloatArray:
    """1 / (1 + exp(-x)), elementwise; where the exponential overflows, 1 / infinity is 0 as it should be."""
    with np.errstate(over="ignore"):
        powers: FloatArray = np.exp(-as_floats(x))
        powers += 1
        return 1 / powers


def sigmoid_derivative(x: npt.ArrayLike) -> FloatArray:
    """sigmoid(x) * (1 - sigmoid(x)) = e / (1 + e)^2 with e = exp(-|x|), elementwise: 1/4 at 0, toward 0 on both sides."""
    small = np.exp(-np.abs(as_floats(x)))
    result: FloatArray = small / (1 + small) ** 2
    return result


def tanh(x: npt.ArrayLike) -> FloatArray:
    """Hyperbolic tangent, elementwise."""
    return np.tanh(as_floats(x))


def tanh_derivative(x: npt.ArrayLike) -> FloatArray:
    """1 - tanh(x)^2 = 4 e / (1 + e)^2 with e = exp(-2 |x|), elementwise: 1 at 0, toward 0 on both sides."""
    small = np.exp(-2 * np.abs(as_floats(x)))
    result: FloatArray = 4 * small / (1 + small) ** 2
    return result


def relu(x: npt.ArrayLike) -> FloatArray:
    """max(x, 0), elementwise."""
    x = as_floats(x)
    result: FloatArray = np.zeros(x.shape, x.dtype)  # with a single 0 NumPy takes more than twice as long
    return np.maximum(x, result, out=result)


def relu_derivative(x: npt.ArrayLike) -> FloatArray:
    """1 where x > 0, else 0. At 0, where no derivative exists, 0: what PyTorch and TensorFlow return."""
    x = as_floats(x)
    return (x > 0).astype(x.dtype)


def _sigmoid_derivative_at_value(y: FloatArray) -> FloatArray:
    slope: FloatArray = 1 - y
    slope *= y
    return slope


def _tanh_derivative_at_value(y: FloatArray) -> FloatArray:
    return 1 - y * y


# sigmoid(log 19) = 19/20, and tanh(x) = 2 sigmoid(2x) - 1.
ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": Activation(
        "sigmoid", sigmoid, sigmoid_derivative, _sigmoid_derivative_at_value, (-math.log(19), math.log(19))
    ),
    "tanh": Activation("tanh", tanh, tanh_derivative, _tanh_derivative_at_value, (-math.log(19) / 2, math.log(19) / 2)),
    "relu": Activation("ReLU", relu, relu_derivative, relu_derivative, (0.0, math.inf)),
}
