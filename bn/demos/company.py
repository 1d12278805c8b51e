"""What an example's output owes to the others in its batch, and what theirs owe to it."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, read_only
from bn.layer import BatchNorm


def in_company(
    images: FloatArray,
    rows: npt.NDArray[np.int_],
    normalize: Callable[[FloatArray], FloatArray],
    at: tuple[int, int, int],
) -> FloatArray:
    """One normalized value of the first example of each batch, (T,).

    images: (N, C, H, W); rows: (T, m), which of them are in each batch; normalize: one of `bn.relatives`; at: the channel
    and the place of the value. Raises ValueError as normalize does.
    """
    return read_only(np.array([normalize(images[batch])[(0, *at)] for batch in rows]))


def contagion(layer: BatchNorm, x: FloatArray, push: float, training: bool) -> FloatArray:
    """How far each output moves when the first example of a batch is pushed, the shape of x.

        change = y(x with push added to x[0]) - y(x)

    x: (m, C), where each column is pushed; training: normalized with the batch's own statistics, otherwise with the
    layer's moving averages. In training all of a column's outputs move: with mean' and std' after the push,

        change[i] = gamma * (x[i] - mean') / std' - gamma * (x[i] - mean) / std       for i > 0,

    which is linear in x[i]. In inference only the first one's does. Raises ValueError as the layer does.
    """
    pushed = np.array(x)
    pushed[0] += push
    before, after = ((layer.train(each)[0] if training else layer.infer(each)).y for each in (x, pushed))
    return read_only(after - before)
