"""The same measurements on several networks that train side by side: how inputs shift, how smooth the loss is."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, read_only
from bn.network import Network
from bn.probes import (
    PERCENTILES,
    CovariateShift,
    MomentShift,
    Smoothness,
    covariate_shift,
    moment_shifts,
    smoothness,
)
from bn.training import Step, train

T = TypeVar("T")


class Reading(NamedTuple):
    """What one probe says in numbers, each as in `Probe` and `Smoothness`: all of it that a run has to keep."""

    accuracy: float | None
    input_shift: float
    gradient_shift: float
    gradient_cosine: float | None
    loss_spread: float
    gradient_change: float
    effective_beta: float


@dataclass(frozen=True, eq=False)
class Probe:
    """One network at one step.

    percentiles  (units, 3) of what goes into the activation function of each unit of the last hidden layer, over fixed
                 examples: the 15th, 50th and 85th; None where it was not finite
    moved        for each hidden layer how far the same values have moved when the step was done, with the noise of
                 either step; empty where it could not be computed
    turned       for each layer, the output layer's last, how its gradient changed when the layers in front of it were
                 updated; empty where it could not be computed
    smoothness   of the loss on the step's batch, along the step, at the learning rate times each multiple
    accuracy     on fixed held-out examples, in inference mode, before the step; None where it could not be computed
    """

    percentiles: FloatArray | None
    moved: tuple[MomentShift, ...]
    turned: tuple[CovariateShift, ...]
    smoothness: Smoothness
    accuracy: float | None

    @property
    def input_shift(self) -> float:
        """The change of a unit's mean in standard deviations, on average over the hidden layers; infinite if unknown.

        mean over layers of RMS(change of the units' means) / RMS(their standard deviations before the step).
        """
        if not self.moved:
            return math.inf
        return float(np.mean([shift.mean / shift.scale if shift.scale > 0 else math.inf for shift in self.moved]))

    @property
    def gradient_shift(self) -> float:
        """|G' - G|, on average over the layers that have another in front of them; infinite if unknown."""
        later = self.turned[1:]
        return float(np.mean([shift.distance for shift in later])) if later else math.inf

    @property
    def gradient_cosine(self) -> float | None:
        """G . G' / (|G| |G'|), on average over the same layers; None if unknown or a gradient is 0."""
        cosines = [shift.cosine for shift in self.turned[1:] if shift.cosine is not None]
        return float(np.mean(cosines)) if cosines else None

    @property
    def loss_spread(self) -> float:
        """The largest loss along the step minus the smallest, the loss at the start among them; infinite if any is."""
        low, high = self.smoothness.loss_range
        return max(high, self.smoothness.loss) - min(low, self.smoothness.loss)

    @property
    def gradient_change(self) -> float:
        """The largest |g(parameters + d) - g(parameters)| along the step, as a share of |g(parameters)|; 0 if that is 0."""
        return self.smoothness.distance_range[1] / self.smoothness.norm if self.smoothness.norm > 0 else 0.0

    @property
    def reading(self) -> Reading:
        """All its numbers."""
        return Reading(
            self.accuracy,
            self.input_shift,
            self.gradient_shift,
            self.gradient_cosine,
            self.loss_spread,
            self.gradient_change,
            self.smoothness.effective_beta,
        )


@dataclass(frozen=True, eq=False)
class Evidence:
    """A stretch of one network's training.

    taken    steps taken before the last of these batches
    losses   on each batch since the record before, in training, before the update
    probe    what was measured at the last of them; None where the run had ended
    stopped  None, or why the run ended, as a sentence
    """

    taken: int
    losses: tuple[float, ...]
    probe: Probe | None
    stopped: str | None = None


def watch(
    networks: Sequence[Network],
    images: npt.ArrayLike,
    labels: npt.ArrayLike,
    *,
    fixed: npt.ArrayLike,
    held_out: tuple[npt.ArrayLike, npt.ArrayLike],
    steps: int,
    every: int,
    batch_size: int,
    learning_rate: float,
    multiples: Sequence[float],
    seed: int = 0,
) -> Iterator[tuple[Evidence | None, ...]]:
    """Train networks on the same batches and probe each after 0, every, 2 every, ..., steps steps.

    Each item has one `Evidence` for each network, in their order; None once a run has ended. images: (N, inputs),
    labels: (N,) to train on; fixed: (M, inputs) on which the shift of the values is measured; held_out: images and
    labels for the accuracy; multiples: at how many times the learning rate to look ahead.
    Raises ValueError, at once, for what `train` refuses, and if every is below 1 or steps not a multiple of it.
    Source: Santurkar et al. 2018 (arXiv 1805.11604), sections 2 and 3.
    """
    if every < 1 or steps % every:
        raise ValueError(
            f"steps is {steps} and every is {every}; steps must be a multiple of every, which is at least 1"
        )
    # One step more than asked for: a probe looks at the step that comes next.
    runs = [
        train(each, images, labels, steps=steps + 1, batch_size=batch_size, learning_rate=learning_rate, seed=seed)
        for each in networks
    ]
    lengths = [learning_rate * multiple for multiple in multiples]
    return _watch(runs, lambda step: _probe(step, fixed, held_out, lengths), every)


def _watch(
    runs: Sequence[Iterator[Step]], probe: Callable[[Step], Probe], every: int
) -> Iterator[tuple[Evidence | None, ...]]:
    count = 1
    while any(parts := tuple(_stretch(run, probe, count) for run in runs)):
        yield parts
        count = every


def _stretch(run: Iterator[Step], probe: Callable[[Step], Probe], count: int) -> Evidence | None:
    losses: list[float] = []
    for step in run:
        losses.append(step.loss)
        if step.stopped:
            return Evidence(step.number - 1, tuple(losses), None, step.stopped)
        if len(losses) == count:
            return Evidence(step.number - 1, tuple(losses), probe(step))
    return None


def _probe(
    step: Step, fixed: npt.ArrayLike, held_out: tuple[npt.ArrayLike, npt.ArrayLike], lengths: Sequence[float]
) -> Probe:
    assert step.passed is not None  # noqa: S101 (a step that was not stopped has one)
    before, after, seed = step.passed.network, step.network, step.noise_seed
    moved: tuple[MomentShift, ...] = ()
    spread: FloatArray | None = None
    one = _unless_refused(lambda: before.train(fixed, seed)[0])
    other = _unless_refused(lambda: after.train(fixed, (*seed[:-1], seed[-1] + 1))[0])
    if one is not None and one.hidden and np.isfinite(values := one.hidden[-1].into_activation).all():
        spread = read_only(np.percentile(values, PERCENTILES, axis=0).T)
        if other is not None:
            shifts = moment_shifts(one, other, of="into_activation")
            moved = shifts if all(math.isfinite(shift.mean) for shift in shifts) else ()
    return Probe(
        percentiles=spread,
        moved=moved,
        turned=_unless_refused(lambda: covariate_shift(before, after, step.images, step.labels, seed)) or (),
        smoothness=smoothness(before, step.images, step.labels, lengths, seed),
        accuracy=_unless_refused(lambda: before.infer(held_out[0]).accuracy(held_out[1])),
    )


def _unless_refused(compute: Callable[[], T]) -> T | None:
    """What is computed, or None where numbers overflow on the way; all else `train` has checked."""
    try:
        return compute()
    except ValueError:
        return None


@dataclass(frozen=True)
class Summary:
    """What the probes of one run say, each the median over them; infinite where a run ended or nothing was measured.

    final_loss       mean loss on the last batches, infinite where the run ended early
    accuracy         at the last probe, None where that could not be computed
    input_shift, gradient_shift, gradient_cosine, loss_spread, gradient_change, effective_beta   as in `Probe` and
                     `Smoothness`
    """

    final_loss: float
    accuracy: float | None
    input_shift: float
    gradient_shift: float
    gradient_cosine: float | None
    loss_spread: float
    gradient_change: float
    effective_beta: float


def summarize(evidence: Sequence[Evidence], last: int) -> Summary:
    """Sum up one network's run, at least one `Evidence`; last: over how many batches the final loss is taken."""
    return sum_up(
        [loss for each in evidence for loss in each.losses],
        [each.probe.reading for each in evidence if each.probe],
        last,
        ended=any(each.stopped for each in evidence),
    )


def sum_up(losses: Sequence[float], readings: Sequence[Reading], last: int, ended: bool) -> Summary:
    """`summarize` from what was kept of a run: the loss on each batch, what each probe read, whether it ended early."""
    cosines = [each.gradient_cosine for each in readings if each.gradient_cosine is not None]

    def middle(of: Callable[[Reading], float]) -> float:
        # Not np.median, which averages two infinities to NaN with a warning.
        return median(of(each) for each in readings) if readings else math.inf

    return Summary(
        final_loss=math.inf if ended else float(np.mean(losses[-last:])),
        accuracy=None if ended or not readings else readings[-1].accuracy,
        input_shift=middle(lambda each: each.input_shift),
        gradient_shift=middle(lambda each: each.gradient_shift),
        gradient_cosine=median(cosines) if cosines else None,
        loss_spread=middle(lambda each: each.loss_spread),
        gradient_change=middle(lambda each: each.gradient_change),
        effective_beta=middle(lambda each: each.effective_beta),
    )
