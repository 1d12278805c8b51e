"""The array type and the input checks that the whole core shares."""

import math
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]


def as_floats(values: npt.ArrayLike, name: str = "x") -> FloatArray:
    """Return values as a floating-point array: floats keep their precision, integers become float64.

    Raises ValueError if the values are not real numbers (text, complex, objects, ragged rows).
    """
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} must be a rectangular array of numbers; its rows differ in length") from error
    if array.dtype.kind == "f":
        return array
    if array.dtype.kind in "iub":  # signed, unsigned, boolean
        return array.astype(np.float64)
    raise ValueError(f"{name} must hold real numbers, not {array.dtype}")


def require_finite(array: FloatArray, name: str) -> None:
    """Raise ValueError that names the first entry which is NaN or infinite, if there is one."""
    if not all_finite(array):
        finite = np.isfinite(array)
        where = tuple(int(i) for i in np.argwhere(~finite)[0])
        raise ValueError(f"{name}{list(where)} is {array[where]}; every value must be finite")


def all_finite(array: FloatArray) -> bool:
    """Whether no entry is NaN or infinite. Mostly told by the sum of squares, which is finite only if each of them is."""
    return math.isfinite(np.vdot(array, array)) or bool(np.isfinite(array).all())


def read_only(array: FloatArray) -> FloatArray:
    """Mark an array that this package made as read-only, so that it can be shared, and return it."""
    array.setflags(write=False)
    return array


def to_half(array: FloatArray) -> FloatArray:
    """Round to float16, read-only; what is larger than 65,504 becomes infinite, as in every framework."""
    with np.errstate(over="ignore"):
        return read_only(array.astype(np.float16))


def channel_vector(values: npt.ArrayLike, num_features: int, name: str) -> FloatArray:
    """Return a read-only float64 copy of one value per feature, shape (C,).

    Raises ValueError if the values are not real numbers, the shape is not (C,), or one of them is NaN or infinite.
    """
    vector = as_floats(values, name).astype(np.float64)
    if vector.shape != (num_features,):
        raise ValueError(f"{name} has shape {vector.shape}; a layer of {num_features} features needs ({num_features},)")
    require_finite(vector, name)
    return read_only(vector)


@lru_cache(maxsize=64)
def other_axes(ndim: int, channel_axis: int) -> tuple[int, ...]:
    """All axes but the channel axis: the ones that a statistic is taken over."""
    return tuple(axis for axis in range(ndim) if axis != channel_axis % ndim)


@lru_cache(maxsize=64)
def shape_along(ndim: int, channel_axis: int, length: int) -> tuple[int, ...]:
    """The shape that broadcasts a (C,) vector against an array with C channels on channel_axis: (1, C, 1, 1)."""
    shape = [1] * ndim
    shape[channel_axis] = length
    return tuple(shape)
