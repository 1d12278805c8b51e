"""The data of the chapter on batch size: one hidden unit over all digits, digits through filters, and the sweep.

Not in the page, which runs anew for every change: what is cached here is shared by all sessions.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from bn import (
    BatchNorm,
    FloatArray,
    Network,
    Outcome,
    Source,
    Underway,
    batch_norm,
    batch_rows,
    contagion,
    in_company,
    root_mean_square,
    sweep,
)
from bn.arrays import read_only
from ui.figures import cloud, root_law
from ui.figures import contagion as contagion_figure
from ui.figures import influence as influence_figure
from ui.figures.reels import Reel, Shot, reel, reel_of
from ui.links import BATCH_SIZES
from ui.studies.digits import digits
from ui.studies.filtered_digits import GROUP, GROUPS, INSTANCE, LAYER, NORMALIZERS, WEIGHT, through
from ui.studies.one_row import PATIENT

SIZES = tuple(2**k for k in range(9))  # 1 to 256: where the whole dial is drawn
LARGEST = SIZES[-1]
BATCHES = 300  # drawn of the size that is set
COMPANIES = 40  # drawn of each size, for one digit
FEWER = 4  # of these, for the norms that need no company
STRAYS = 1.5  # and more: how far from the truth the batch begins that can be dragged, in σ and σ²
SOME = 50  # batches of each size, for the influence of one example
LAYERS = (64, 50, 50, 10)
UNITS = LAYERS[1]
AT = (1, 1)  # the place in the filtered image that is watched: its middle
STRIDE = 2
SWEPT = (128, 32, 8, 4, 2)  # the quickest first
ROUNDS = 3  # how often a training sees each digit
SEEDS = 3
REFERENCE_SIZE = 32  # the learning rate is given for batches of this size


@dataclass(frozen=True, eq=False)
class Unit:
    """One hidden unit of a fresh network on all training digits.

    mean, std  of its values
    values     (N,) the values, measured from their mean, in standard deviations
    source     what batches of these values have for mean and variance
    """

    mean: float
    std: float
    values: FloatArray
    source: Source


@lru_cache(maxsize=UNITS)
def unit(number: int) -> Unit:
    """What comes out of the first dense layer of a fresh network, before any normalization, for one of its units."""
    dense = _dense()[:, number]
    mean, std = float(dense.mean()), float(dense.std())
    values = read_only((dense - mean) / std)
    return Unit(mean, std, values, Source.of(values))


@lru_cache(maxsize=1)
def _dense() -> FloatArray:
    network = Network.create(LAYERS, "relu", norm=None, seed=0, dtype=np.float64)
    return read_only(network.infer(digits().train.images).hidden[0].dense)


# --- statistics of batches ---------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def statistics(number: int, size: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Mean and variance ÷N of each of BATCHES batches of one unit's values, both (T,): 5 kB.

    Larger batches are the smaller ones with more examples, so that one can be followed while they grow.
    """
    trace, _ = _layer(BATCHES).train(_grown(number, size, BATCHES, seed))
    return read_only(trace.mean), read_only(trace.var)


@lru_cache(maxsize=64)
def spreads(number: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """The standard deviation over batches of their mean and of their variance, for each of SIZES, both (9,)."""
    each = [statistics(number, size, seed) for size in SIZES]
    means, variances = (np.array([values.std() for values in side]) for side in zip(*each, strict=True))
    return read_only(means), read_only(variances)


def _grown(number: int, size: int, batches: int, seed: int) -> FloatArray:
    """The first `size` values of batches of LARGEST of one unit's values, (m, T): each batch is a column."""
    values = unit(number).values
    grown: FloatArray = values[batch_rows(len(values), LARGEST, batches, seed)[:, :size]].T
    return grown


def straightest(number: int, seed: int) -> int:
    """Of the batches that begin far from the truth, the one whose way there is the most straight, as batches grow.

    It is the one to be dragged: no part of its way leaves the picture.
    """
    path = np.array([statistics(number, size, seed) for size in BATCH_SIZES])  # (sizes, 2, T)
    ends = np.array([cloud.MEAN_RANGE, cloud.VARIANCE_RANGE])[:, :, None]  # (2, ends, 1)
    seen = ((path > ends[:, 0]) & (path < ends[:, 1])).all(axis=(0, 1))
    far = np.linalg.norm(path[-1] - path[0], axis=0)
    detour = np.linalg.norm(np.diff(path, axis=0), axis=1).sum(axis=0) / far
    return int(np.where(seen & (far > STRAYS), detour, np.inf).argmin())


@lru_cache(maxsize=64)
def dial_reels(number: int, seed: int) -> tuple[Reel, Reel]:
    """How the cloud of statistics and the law of their spread move with the batch size: 30 and 4 kB."""
    source = unit(number).source
    measured = spreads(number, seed)
    followed = straightest(number, seed)
    grips = [{"slider": "bs_m", "trace": cloud.ONE, "point": 0}]

    def shoot(size: int) -> Shot:
        data = (*statistics(number, size, seed), source, size, followed)
        return {**cloud.draw(*data), "grips": grips}, cloud.describe(*data)

    def shoot_law(size: int) -> Shot:
        data = (SIZES, *measured, source, size)
        return root_law.draw(*data), root_law.describe(*data)

    return reel_of("bs_m", BATCH_SIZES, shoot), reel_of("bs_m", BATCH_SIZES, shoot_law)


# --- one digit in company ----------------------------------------------------------------------------------------

RELATIVES = {
    LAYER: NORMALIZERS[LAYER],
    INSTANCE: NORMALIZERS[INSTANCE],
    f"group norm ({GROUPS} groups)": NORMALIZERS[GROUP],
}


@dataclass(frozen=True, eq=False)
class Company:
    """One normalized value of one digit, in batches of each of SIZES with other digits drawn anew.

    batch      (9, COMPANIES) by batch norm
    relatives  by each of its relatives, (9, FEWER), from the first batches of each size
    """

    batch: FloatArray
    relatives: Mapping[str, FloatArray]


@lru_cache(maxsize=1)
def channels() -> FloatArray:
    """The training digits through the fixed filters, (N, C, 3, 3)."""
    return through(WEIGHT, digits().train.images, stride=STRIDE)


@lru_cache(maxsize=64)
def company(digit: int, channel: int, seed: int) -> Company:
    """The same digit in company that changes, with the same company for each way to normalize: 3 kB.

    Batch norm keeps channels apart, so that only the one that is watched is normalized.
    """
    images = channels()
    rows = [batch_rows(len(images), size, COMPANIES, seed, first=digit) for size in SIZES]
    alone = images[:, channel : channel + 1]
    batch = np.array([in_company(alone, each, batch_norm, (0, *AT)) for each in rows])
    relatives = {
        name: read_only(np.array([in_company(images, each[:FEWER], normalize, (channel, *AT)) for each in rows]))
        for name, normalize in RELATIVES.items()
    }
    return Company(read_only(batch), MappingProxyType(relatives))


# --- contagion ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Contagion:
    """A batch of one unit's values before the first of them is pushed, and how far each output then moves; all (m,)."""

    before: FloatArray
    training: FloatArray
    inference: FloatArray


@lru_cache(maxsize=512)
def infected(size: int, push: float) -> Contagion:
    """One batch of the first unit's values, of which the first is pushed by so many standard deviations: up to 6 kB."""
    x = _grown(0, size, 1, 0)  # (m, 1)
    layer = _layer(1)
    moved = [contagion(layer, x, push, training)[:, 0] for training in (True, False)]
    return Contagion(read_only(layer.train(x)[0].y[:, 0]), *moved)


@lru_cache(maxsize=4096)
def influence(size: int, push: float) -> float:
    """The root of the mean square of how far all others move, over SOME batches of one size, at least 2."""
    return root_mean_square(contagion(_layer(SOME), _grown(0, size, SOME, 0), push, training=True)[1:])


PUSHES = tuple(k / 2 for k in range(-20, 21))  # in standard deviations


@lru_cache(maxsize=64)
def together_reels(push: float) -> tuple[Reel, Reel]:
    """How the others' changes, and how large they are by size, move with the batch size: up to 15 and 2 kB."""
    one, other = zip(*(contagion_shots(size, push) for size in BATCH_SIZES), strict=True)
    return reel_of("bs_together", BATCH_SIZES, _one_after_another(one)), reel_of(
        "bs_together", BATCH_SIZES, _one_after_another(other)
    )


@lru_cache(maxsize=64)
def push_reels(size: int) -> tuple[Reel, Reel]:
    """The same with the push: up to 10 and 4 kB."""
    one, other = zip(*(contagion_shots(size, push) for push in PUSHES), strict=True)
    first, second = (reel("bs_push", PUSHES[0], PUSHES[-1], 0.5, _one_after_another(side)) for side in (one, other))
    return first, second


def contagion_shots(size: int, push: float) -> tuple[Shot, Shot]:
    """The picture of one batch, and that of all sizes."""
    batch = infected(size, push)
    spread = (batch.before, batch.training, batch.inference)
    moved = np.array([influence(each, push) for each in SIZES[1:]])
    by_size = (SIZES[1:], moved, size, influence(size, push) if size > 1 else None)
    return (
        (contagion_figure.draw(*spread), contagion_figure.describe(*spread)),
        (influence_figure.draw(*by_size), influence_figure.describe(*by_size)),
    )


def _one_after_another(shots: Sequence[Shot]) -> Callable[[float], Shot]:
    """Pictures that are there already, for a reel that asks for each."""
    left = iter(shots)
    return lambda _: next(left)


def _layer(columns: int) -> BatchNorm:
    """A fresh layer whose moving averages are the truth about values in standard deviations: mean 0, variance 1."""
    return BatchNorm.create(columns, PATIENT, channel_axis=1)


# --- the sweep ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Training:
    """The settings of a sweep; scaled: the learning rate grows in proportion to the batch size."""

    activation: str
    rate: float
    scaled: bool
    seed: int

    def rate_for(self, size: int) -> float:
        """The learning rate for batches of this size."""
        return self.rate * size / REFERENCE_SIZE if self.scaled else self.rate


def examples_seen() -> int:
    """How many examples each training of the sweep sees."""
    return ROUNDS * len(digits().train.labels)


def start_sweep(training: Training) -> Iterator[Underway | Outcome]:
    """Sweep over all sizes with one seed after the other, for ui/serving/jobs.py."""
    for seed in range(training.seed, training.seed + SEEDS):
        yield from sweep(
            LAYERS,
            training.activation,
            digits().train,
            digits().test,
            sizes=SWEPT,
            rates=[training.rate_for(size) for size in SWEPT],
            examples=examples_seen(),
            seed=seed,
        )


# --- a batch of two ----------------------------------------------------------------------------------------------


def two(first: float, second: float, eps: float) -> FloatArray:
    """The normalized values of a batch of two examples of one feature, (2,)."""
    layer = replace(BatchNorm.create(1, PATIENT, channel_axis=1), eps=eps)
    return layer.train(np.array([[first], [second]]))[0].x_hat[:, 0]
