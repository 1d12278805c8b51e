"""The data of the chapter on moving averages: streams of batches, and one layer that was trained on them.

Not in the page, which runs anew for every change: what is cached here is shared by all sessions.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from bn import (
    CONVENTIONS,
    BatchNorm,
    Faults,
    Feature,
    FloatArray,
    batches_until,
    draw,
    dropped,
    feed,
    moving_average,
    serve,
    variance_shift,
    without_start,
)
from bn.arrays import read_only
from ui.figures import mismatch, same_number, stream
from ui.figures.reels import Reel, Shot, reel

MEAN, STD = 10.0, 3.0  # far from the 0 and 1 at which every framework starts
SHAPES = {"normal": "Normal", "uniform": "Uniform", "skewed": "Skewed", "two_peaks": "Two peaks"}
MAX_BATCHES = 500
MAX_SIZE = 128
EXAMPLES = 16
STALE_DECAY = CONVENTIONS["keras"].decay or 0.0


FORGOTTEN = 0.01  # the start counts as forgotten when it weighs less than this
UNBIASED, BIASED = "÷ (N − 1)", "÷ N"


@lru_cache(maxsize=8)
def _values(shape: str, seed: int) -> FloatArray:
    """MAX_BATCHES batches of MAX_SIZE values, (T, N): 0.5 MB for each entry."""
    return read_only(draw([Feature(shape, MEAN, STD)], MAX_SIZE, MAX_BATCHES, seed).batches[:, :, 0])


@lru_cache(maxsize=512)
def stream_statistics(shape: str, batch_size: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """The mean and the variance ÷ N of each of MAX_BATCHES batches, both (T,): 8 kB for each entry.

    A larger batch holds the values of the smaller one, so the dots close in on the truth and do not jump about.
    """
    values = _values(shape, seed)[:, :batch_size]
    return read_only(values.mean(axis=1)), read_only(values.var(axis=1))


@dataclass(frozen=True)
class StreamSettings:
    """The settings of a stream of batches: of its data, of the variance that is averaged (ddof), and of the average."""

    shape: str
    seed: int
    size: int
    ddof: int
    decay: float
    count: int
    corrected: bool


START = np.array([0.0, 1.0])  # of the mean and the variance, whatever the data


def batches_of(setting: StreamSettings) -> FloatArray:
    """The mean and the variance, with its ddof, of each batch: (T, 2)."""
    mean, var = (each[: setting.count] for each in stream_statistics(setting.shape, setting.size, setting.seed))
    return np.stack([mean, var * setting.size / (setting.size - setting.ddof)], axis=1)


def stream_shot(setting: StreamSettings, batches: FloatArray, moving: FloatArray) -> Shot:
    """The picture of a stream: its batches, (T, 2), and their moving average from before the first on, (T + 1, 2)."""
    decay = setting.decay
    unbiased = without_start(moving, decay) if setting.corrected and decay < 1 else None
    truths = (("mean", MEAN), (f"variance {UNBIASED if setting.ddof else BIASED}", STD**2))
    mean, variance = (
        stream.Path(name, batches[:, k], moving[:, k], None if unbiased is None else unbiased[:, k], truth)
        for k, (name, truth) in enumerate(truths)
    )
    forgotten = batches_until(decay, FORGOTTEN)
    return stream.draw(mean, variance, forgotten), stream.describe(mean, variance, forgotten)


# In each of these the setting that the slider moves is 0. All averages of a reel are computed in one pass.


@lru_cache(maxsize=64)
def _decays(setting: StreamSettings) -> Reel:
    batches = batches_of(setting)
    decays = np.arange(101) / 100
    every = np.broadcast_to(batches[:, None], (len(batches), len(decays), 2))
    moving = moving_average(np.tile(START, (len(decays), 1)), every, decays[:, None])  # (T + 1, decays, 2)

    def shoot(decay: float) -> Shot:
        return stream_shot(replace(setting, decay=decay), batches, moving[:, round(100 * decay)])

    return reel("ti_decay", 0.0, 1.0, 0.01, shoot)


@lru_cache(maxsize=64)
def _counts(setting: StreamSettings) -> Reel:
    batches = batches_of(replace(setting, count=MAX_BATCHES))
    moving = moving_average(START, batches, setting.decay)

    def shoot(count: int) -> Shot:
        return stream_shot(replace(setting, count=count), batches[:count], moving[: count + 1])

    return reel("ti_batches", 0, MAX_BATCHES, 10, shoot)


@lru_cache(maxsize=64)
def _sizes(setting: StreamSettings) -> Reel:
    sizes = range(2, MAX_SIZE + 1, 2)
    batches = np.stack([batches_of(replace(setting, size=size)) for size in sizes], axis=1)  # (T, sizes, 2)
    moving = moving_average(np.tile(START, (len(sizes), 1)), batches, setting.decay)

    def shoot(size: int) -> Shot:
        k = sizes.index(size)
        return stream_shot(replace(setting, size=size), batches[:, k], moving[:, k])

    return reel("ti_n", 2, MAX_SIZE, 2, shoot)


def stream_reels(setting: StreamSettings) -> tuple[tuple[Reel, float], tuple[Reel, float], tuple[Reel, float]]:
    """How the picture moves with the decay, the batches seen and the batch size: 4 to 60 kB each, and the values now."""
    return (
        (_decays(replace(setting, decay=0.0)), setting.decay),
        (_counts(replace(setting, count=0)), setting.count),
        (_sizes(replace(setting, size=0)), setting.size),
    )


@lru_cache(maxsize=1)
def examples() -> FloatArray:
    """The rows that go through the layer in use, (EXAMPLES, 1)."""
    rows: FloatArray = draw([Feature("normal", MEAN, STD)], EXAMPLES, 1, seed=15).batches[0]
    return rows


def trained_layer() -> BatchNorm:
    """A layer whose averages have arrived at the truth; of a convention that takes a batch of one."""
    layer = BatchNorm.create(1, CONVENTIONS["keras"], channel_axis=1)
    return replace(layer, running_mean=np.array([MEAN]), running_var=np.array([STD**2]))


@lru_cache(maxsize=64)
def stale_layer(seen: int) -> BatchNorm:
    """The same layer when it has seen only so many batches, of EXAMPLES rows each."""
    stream = draw([Feature("normal", MEAN, STD)], EXAMPLES, max(seen, 1), seed=2)
    return feed(BatchNorm.create(1, CONVENTIONS["keras"], channel_axis=1), stream.batches[:seen]).layer


BETA_END, SHIFT_END, MOST_SEEN = 2.0, 3.0, 300


@dataclass(frozen=True)
class Use:
    """How a layer is used: its β, what is wrong with that, and how many batches stale averages have seen."""

    beta: float
    faults: Faults
    seen: int

    def layers(self) -> tuple[BatchNorm, BatchNorm]:
        """The layer as it was trained, and as it is after too few batches."""
        beta = np.array([self.beta])
        return replace(trained_layer(), beta=beta), replace(stale_layer(self.seen), beta=beta)


def use_shot(use: Use) -> Shot:
    """The examples on their way through the layer. Its inputs can be dragged, and what comes out."""
    trained, stale = use.layers()
    right = serve(examples(), trained, trained, Faults()).y[:, 0]
    wrong = serve(examples(), trained, stale, use.faults)
    x, mean, var, y = (each[:, 0] for each in (wrong.x, wrong.mean, wrong.var, wrong.y))
    passage = mismatch.Passage(x, mean, np.sqrt(var), wrong.batch, wrong.training, MEAN, STD, right, y)
    taken = (("input", "ti_shift"), ("is", "ti_beta"))
    grips = [{"slider": slider, "trace": trace, "point": i} for trace, slider in taken for i in range(EXAMPLES)]
    return {**mismatch.draw(passage), "grips": grips}, mismatch.describe(passage)


@lru_cache(maxsize=64)
def _betas(use: Use) -> Reel:
    return reel("ti_beta", -BETA_END, BETA_END, 0.1, lambda beta: use_shot(replace(use, beta=beta)))


@lru_cache(maxsize=64)
def _seen(use: Use) -> Reel:
    return reel("ti_seen", 0, MOST_SEEN, 10, lambda seen: use_shot(replace(use, seen=seen)))


@lru_cache(maxsize=64)
def _shifts(use: Use) -> Reel:
    def shoot(shift: float) -> Shot:
        return use_shot(replace(use, faults=replace(use.faults, shift=shift)))

    return reel("ti_shift", -SHIFT_END, SHIFT_END, 0.1, shoot)


def use_reels(use: Use, moved: bool) -> list[tuple[Reel, float]]:
    """How the picture moves with β, with the batches seen and with the shift, as far as there are such faults.

    4 to 8 kB each.
    """
    faults = use.faults
    if not faults.stale:
        use = replace(use, seen=0)
    found: list[tuple[Reel, float]] = [(_betas(replace(use, beta=0.0)), use.beta)]
    if faults.stale:
        found.append((_seen(replace(use, seen=0)), use.seen))
    if moved:
        found.append((_shifts(replace(use, faults=replace(faults, shift=0.0))), faults.shift))
    return found


TYPED_BATCHES = 60


@lru_cache(maxsize=1)
def typed_reel() -> Reel:
    """What two frameworks make of each number that is typed as momentum: 8 kB."""
    batches = stream_statistics("normal", EXAMPLES, 0)[0][:TYPED_BATCHES]

    def shoot(number: float) -> Shot:
        decays = {each.name: each.decay_for(number) for each in (CONVENTIONS["pytorch"], CONVENTIONS["keras"])}
        readings = [
            same_number.Interpretation(name, decay, moving_average(np.array(0.0), batches, decay))
            for name, decay in decays.items()
        ]
        return same_number.draw(batches, MEAN, readings), same_number.describe(batches, MEAN, readings)

    return reel("ti_number", 0.0, 1.0, 0.01, shoot)


DROPOUT_BATCHES, DROPOUT_ROWS = 100, 1000
# Mean and variance of the ReLU of a standard normal: E[x] = 1 / sqrt(2 pi), E[x^2] = 1/2.
RECTIFIED_MEAN = 1 / math.sqrt(2 * math.pi)
RECTIFIED_VAR = 0.5 - RECTIFIED_MEAN**2


class BehindDropout(NamedTuple):
    """A layer that was trained behind dropout, and used.

    law       how many times as large the variance is in training, calculated
    averaged  the moving variance, ÷N, after training
    met       the variance, ÷N, of the values that come in inference
    std       the standard deviation of x_hat then, ÷N
    """

    law: float
    averaged: float
    met: float
    std: float


@lru_cache(maxsize=64)
def behind_dropout(keep: float) -> BehindDropout:
    """Train a layer behind dropout on rectified normal values, then use it without dropout on as many new ones."""
    trained, met = np.random.default_rng(0).standard_normal((2, DROPOUT_BATCHES, DROPOUT_ROWS, 1)).clip(min=0)
    layer = replace(BatchNorm.create(1, CONVENTIONS["onnx"], channel_axis=1), decay=None)
    layer = feed(layer, dropped(trained, keep, seed=1)).layer
    x_hat = layer.infer(met.reshape(-1, 1)).x_hat
    law = variance_shift(RECTIFIED_MEAN, RECTIFIED_VAR, keep)
    return BehindDropout(law, float(layer.running_var[0]), float(met.var()), float(x_hat.std()))
