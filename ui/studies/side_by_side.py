"""One feature under every convention, batch by batch; computed once for all numbers of batches, since that is what moves."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from bn import CONVENTIONS, BatchNorm, Convention, FloatArray, History, feed, resample
from bn.arrays import read_only
from ui.figures import conventions
from ui.figures.reels import Reel, Shot, reel

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


def steps_reel(x: FloatArray, of_mean: bool) -> Reel:
    """The moving mean or variance of one feature, (N, 1), under every convention, after each number of batches: 10 kB."""
    return _steps_reel(np.ascontiguousarray(x, dtype=np.float64).tobytes(), of_mean)


@lru_cache(maxsize=64)
def _steps_reel(values: bytes, of_mean: bool) -> Reel:
    x = np.frombuffer(values)[:, None]
    whole = {each.name: _history(values, each) for each in CONVENTIONS.values()}
    paths = {name: (each.mean if of_mean else each.var)[:, 0] for name, each in whole.items()}
    truth = float(x.mean() if of_mean else x.var())

    def shoot(steps: int) -> Shot:
        return conventions.draw(paths, truth, steps), conventions.describe(paths, truth, steps)

    return reel("fw_steps", 0, MOST_STEPS, 1, shoot)
