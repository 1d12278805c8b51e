"""One feature under every convention, batch by batch; computed once for all numbers of batches, since that is what moves."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from bn import BatchNorm, Convention, FloatArray, History, feed, resample
from bn.arrays import read_only

MOST_STEPS = 300


def history(x: FloatArray, convention: Convention) -> History:
    """A fresh layer of one feature, (N, 1), that sees MOST_STEPS batches: x, then rows of it drawn with replacement.

    One that its convention does not train on batches of one row stays as it is.
    """
    return _history(np.ascontiguousarray(x, dtype=np.float64).tobytes(), convention)


@lru_cache(maxsize=64)
def _history(values: bytes, convention: Convention) -> History:
    x = np.frombuffer(values)[:, None]
    if not convention.takes(len(x)):
        return _kept(BatchNorm.create(1, convention, channel_axis=1))
    return feed(BatchNorm.create(1, convention, channel_axis=1), resample(x, MOST_STEPS, 0).batches)


def _kept(layer: BatchNorm) -> History:
    """The history of a layer that learned nothing from MOST_STEPS batches."""
    nothing = feed(layer, np.zeros((0, 1, 1)))
    always = [read_only(np.repeat(each, MOST_STEPS + 1, axis=0)) for each in (nothing.mean, nothing.var)]
    return replace(nothing, mean=always[0], var=always[1])


def after(x: FloatArray, convention: Convention, steps: int) -> BatchNorm:
    """The layer as it was after so many of these batches."""
    path = history(x, convention)
    return path.layer.with_unchecked(running_mean=path.mean[steps], running_var=path.var[steps], batches_seen=steps)
