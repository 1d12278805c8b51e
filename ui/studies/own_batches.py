"""The moving averages of every convention over batches of the reader's own, in the order they came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bn import CONVENTIONS, Averages, Convention, FloatArray, follow_batches, weight_of_start
from bn.arrays import read_only

MOST_STEPS = 1_000


@dataclass(frozen=True)
class Schedule:
    """How batches come: so many times through all of them, or mixed into one; and how they are averaged.

    decay: None: each framework's own default. weighed: by rows, as no framework does.
    """

    rounds: int = 1
    mixed: bool = False
    decay: float | None = None
    weighed: bool = False


def decay_of(convention: Convention, order: Schedule) -> float | None:
    """The weight of the old average under a convention; the paper's plain mean stays one."""
    return convention.decay if order.decay is None or convention.decay is None else order.decay


def in_order(batches: Sequence[FloatArray], order: Schedule) -> list[FloatArray]:
    """The batches that a layer sees, at most MOST_STEPS of them: all in turn, again and again, or their rows together."""
    turn = [read_only(np.concatenate(list(batches)))] if order.mixed else list(batches)
    return (turn * order.rounds)[:MOST_STEPS]


def averages(batches: Sequence[FloatArray], order: Schedule) -> Mapping[str, Averages]:
    """The averages after each batch under every convention, by its name; batches: each (N_t, C)."""
    return _averages(tuple((x.tobytes(), x.shape) for x in batches), order)


@lru_cache(maxsize=16)
def _averages(written: tuple[tuple[bytes, tuple[int, ...]], ...], order: Schedule) -> Mapping[str, Averages]:
    """Of 1,000 batches with 8 features 1.5 MB for each entry."""
    seen = in_order([np.frombuffer(data).reshape(shape) for data, shape in written], order)
    return {
        each.name: follow_batches(seen, each, each.eps, decay_of(each, order), weighed=order.weighed)
        for each in CONVENTIONS.values()
    }


def left_of_start(convention: Convention, order: Schedule, steps: int) -> float:
    """How much the start still weighs after so many batches that count the same."""
    return weight_of_start(decay_of(convention, order), steps)
