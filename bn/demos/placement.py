"""Batch normalization in front of the activation function or behind it."""

from dataclasses import dataclass

import numpy.typing as npt

from bn.activations import Activation
from bn.arrays import FloatArray, as_floats, read_only, require_finite
from bn.layer import BatchNorm, Trace


@dataclass(frozen=True, eq=False)
class Placed:
    """A batch on its way through the layer and an activation function f, in one of the two orders.

    activation  f
    trace       the pass through the layer, wherever it stands
    x           what comes in, (N, C)
    middle      between the two: y of the layer where it comes first, else f(x)
    out         what the next layer gets: f(y), or y of the layer
    first       the layer comes before f
    """

    activation: Activation
    trace: Trace
    x: FloatArray
    middle: FloatArray
    out: FloatArray
    first: bool

    @property
    def into_activation(self) -> FloatArray:
        """What f is applied to, (N, C)."""
        return self.middle if self.first else self.x


def before_activation(layer: BatchNorm, activation: Activation, x: npt.ArrayLike) -> Placed:
    """The layer, then f: out = f(y), y = gamma * x_hat + beta with the statistics of x (N, C).

    Raises ValueError as the layer's `train` does.
    Source: Ioffe & Szegedy 2015 (arXiv 1502.03167), section 3.2.
    """
    trace, _ = layer.train(x)
    return Placed(activation, trace, trace.x, trace.y, read_only(activation(trace.y)), first=True)


def after_activation(layer: BatchNorm, activation: Activation, x: npt.ArrayLike) -> Placed:
    """The activation f, then the layer: out = gamma * a_hat + beta with the statistics of a = f(x), x (N, C).

    Raises ValueError as the layer's `train` does, and for NaN or infinity in x.
    """
    x = as_floats(x)
    require_finite(x, "x")
    trace, _ = layer.train(read_only(activation(x)))
    return Placed(activation, trace, x, trace.x, trace.y, first=False)
