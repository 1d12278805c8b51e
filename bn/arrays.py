"""The array type and the input checks that the whole core shares."""

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]


def as_floats(values: npt.ArrayLike) -> FloatArray:
    """Return values as a floating-point array: floats keep their precision, integers become float64.

    Raises ValueError if the values are not real numbers (text, complex, objects, ragged rows).
    """
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError("x must be a rectangular array of numbers; its rows differ in length") from error
    if np.issubdtype(array.dtype, np.floating):
        return array
    if np.issubdtype(array.dtype, np.integer) or array.dtype == np.bool_:
        return array.astype(np.float64)
    raise ValueError(f"x must hold real numbers, not {array.dtype}")


def require_finite(array: FloatArray, name: str) -> None:
    """Raise ValueError that names the first entry which is NaN or infinite, if there is one."""
    finite = np.isfinite(array)
    if not finite.all():
        where = tuple(int(i) for i in np.argwhere(~finite)[0])
        raise ValueError(f"{name}{list(where)} is {array[where]}; every value must be finite")


def read_only(array: FloatArray) -> FloatArray:
    """Mark an array that this package made as read-only, so that it can be shared, and return it."""
    array.setflags(write=False)
    return array


def channel_vector(values: npt.ArrayLike, num_features: int, name: str) -> FloatArray:
    """Return a read-only float64 copy of one value per feature, shape (C,).

    Raises ValueError if the shape is not (C,) or a value is NaN or infinite.
    """
    vector = np.array(values, dtype=np.float64)
    if vector.shape != (num_features,):
        raise ValueError(f"{name} has shape {vector.shape}; a layer of {num_features} features needs ({num_features},)")
    require_finite(vector, name)
    return read_only(vector)


def other_axes(ndim: int, channel_axis: int) -> tuple[int, ...]:
    """All axes but the channel axis: the ones that a statistic is taken over."""
    return tuple(axis for axis in range(ndim) if axis != channel_axis % ndim)


def shape_along(ndim: int, channel_axis: int, length: int) -> tuple[int, ...]:
    """The shape that broadcasts a (C,) vector against an array with C channels on channel_axis: (1, C, 1, 1)."""
    shape = [1] * ndim
    shape[channel_axis] = length
    return tuple(shape)
