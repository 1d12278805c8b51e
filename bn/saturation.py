"""On which part of an activation function a batch lies: where it is flat, where it is nearly a straight line."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bn.activations import Activation
from bn.arrays import FloatArray, as_floats, require_finite

ROUNDING = 1e-12


@dataclass(frozen=True)
class Regime:
    """How a batch of values meets an activation function f.

    count       how many values there are
    flat        how many of them lie where f is flat (saturated), see `is_flat`
    mean_slope  1/N sum(f'(z))
    middle      the mean of the values; 0 where it is nothing but rounding, which ReLU's kink would make much of
    bend        the largest distance |f(z) - t(z)| of a value from t, the tangent to f in the middle
    farthest    the value that has it, the largest of several
    """

    count: int
    flat: int
    mean_slope: float
    middle: float
    bend: float
    farthest: float


def is_flat(activation: Activation, z: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether f is flat at z, elementwise: f'(z) < 0.19 max f', that is z outside the open interval `activation.steep`.

    0.19 = 4 * 0.05 * 0.95, so for the sigmoid that is f outside 0.05 ... 0.95, for tanh outside -0.9 ... 0.9, and for
    ReLU z <= 0.
    """
    z = as_floats(z, "z")
    low, high = activation.steep
    return (z <= low) | (z >= high)


def tangent(activation: Activation, at: float, z: npt.ArrayLike) -> FloatArray:
    """The line t(z) = f(at) + f'(at) (z - at), elementwise. For ReLU at 0, where there is none, the level line."""
    line: FloatArray = activation(at) + activation.derivative(at) * (as_floats(z, "z") - at)
    return line


def regime(activation: Activation, z: npt.ArrayLike) -> Regime:
    """The regime of a batch z (N,) of at least one value.

    Raises ValueError if z has another shape, is empty, or holds NaN or infinity.
    """
    z = _batch(z)
    middle = float(z.mean())
    if abs(middle) < ROUNDING * float(np.abs(z).max()):
        middle = 0.0
    distance = np.abs(activation(z) - tangent(activation, middle, z))
    bend = float(distance.max())
    return Regime(
        count=len(z),
        flat=int(is_flat(activation, z).sum()),
        mean_slope=float(activation.derivative(z).mean()),
        middle=middle,
        bend=bend,
        farthest=float(z[distance >= (1 - ROUNDING) * bend].max()),
    )


def largest_share(activation: Activation, z: npt.ArrayLike, count: int) -> float:
    """The part of sum(f'(z)) that the `count` steepest values have, 0 to 1; 0 where every slope is 0.

    Raises ValueError as `regime` does, and for a count outside 1 ... N.
    """
    z = _batch(z)
    if not 1 <= count <= len(z):
        raise ValueError(f"count is {count}; it must lie between 1 and the number of values, {len(z)}")
    slopes = np.sort(activation.derivative(z))
    total = float(slopes.sum())
    return float(slopes[-count:].sum()) / total if total else 0.0


def _batch(z: npt.ArrayLike) -> FloatArray:
    z = as_floats(z, "z")
    if z.ndim != 1 or z.size == 0:
        raise ValueError(f"z has shape {z.shape}; it must be (N,) with at least one value")
    require_finite(z, "z")
    return z
