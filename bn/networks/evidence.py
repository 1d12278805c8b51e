"""The same measurements on several networks that train side by side: how inputs shift, how smooth the loss is."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, read_only
from bn.networks.network import Labels, Network, Pass, checked_images, checked_labels, forward_unchecked
from bn.networks.probes import (
    PERCENTILES,
    CovariateShift,
    MomentShift,
    Smoothness,
    covariate_shift_of_each,
    moment_shifts_of_each,
    smoothness_of_each,
)
from bn.networks.together import Batch, StepTogether, chosen, or_alone, shape_of, train_together


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
    seed: int | Sequence[int] = 0,
    sparing: bool = False,
) -> Iterator[tuple[Evidence | None, ...]]:
    """Train networks and probe each after 0, every, 2 every, ..., steps steps.

    Each item has one `Evidence` for each network, in their order; None once a run has ended. Each network trains as
    it does alone, to rounding; those of one shape train side by side.
    images: (N, inputs), labels: (N,) to train on; fixed: (M, inputs) on which the shift of the values is measured;
    held_out: images and labels for the accuracy; multiples: at how many times the learning rate to look ahead; seed:
    of batches and noise, one for all, so that all see the same batches, or one for each; sparing: only what a summary
    says of losses, inputs and accuracy, which takes a third of the time: no percentiles, no accuracy before the last
    probe, and nothing about gradients, which counts as not known.
    Raises ValueError, at once, for what `train` refuses, images and labels among them, and if every is below 1 or
    steps not a multiple of it.
    Source: Santurkar et al. 2018 (arXiv 1805.11604), sections 2 and 3.
    """
    if every < 1 or steps % every:
        raise ValueError(
            f"steps is {steps} and every is {every}; steps must be a multiple of every, which is at least 1"
        )
    seeds = list(seed) if isinstance(seed, Sequence) else [seed] * len(networks)
    groups: dict[object, list[int]] = {}
    for k, network in enumerate(networks):
        groups.setdefault(shape_of(network), []).append(k)
    # One step more than asked for: a probe looks at the step that comes next.
    runs = [
        train_together(
            [networks[k] for k in group],
            images,
            labels,
            steps=steps + 1,
            batch_size=batch_size,
            learning_rates=[learning_rate] * len(group),
            seeds=[seeds[k] for k in group],
        )
        for group in groups.values()
    ]
    network = networks[0]
    x = checked_images(fixed, network, "fixed")
    network.require_batch(len(x))
    held_x = checked_images(held_out[0], network, "held_out")
    held_y = checked_labels(held_out[1], len(held_x), network.sizes[-1])
    lengths = read_only(np.array([learning_rate * multiple for multiple in multiples], np.float64))

    def probe(step: StepTogether) -> list[Probe]:
        everyone = range(len(step.members))
        accuracies: list[float | None] = [None] * len(everyone)
        if not sparing or step.number > steps:
            accuracies = or_alone(lambda some: _accuracies(chosen(step.before, some), held_x, held_y), everyone)
        values = or_alone(lambda some: _values(step, x, some, spread=not sparing), everyone)
        noises = step.before.noises(len(step.images), *step.noise_seeds)
        batch = Batch(step.before, step.images, step.labels, noises, step.losses, step.gradients)
        turned = [()] * len(everyone) if sparing else covariate_shift_of_each(batch, step.after.parameters)
        ahead = smoothness_of_each(batch, lengths, sparing)
        return [
            Probe(*(seen or (None, ())), turns, smooth, accuracy)
            for seen, turns, smooth, accuracy in zip(values, turned, ahead, accuracies, strict=True)
        ]

    return _watch([_Group(*each) for each in zip(groups.values(), runs, strict=True)], probe, len(networks), every)


class _Group(NamedTuple):
    """Networks that train side by side: which of all they are, and their run."""

    members: list[int]
    run: Iterator[StepTogether]


def _watch(
    groups: Sequence[_Group], probe: Callable[[StepTogether], list[Probe]], count: int, every: int
) -> Iterator[tuple[Evidence | None, ...]]:
    losses: list[list[float]] = [[] for _ in range(count)]
    parts: list[Evidence | None] = [None] * count
    number = 0
    # All groups take each step at the same time, for which the noise of all is drawn once.
    while True in [_advance(group, losses, parts, None if number % every else probe) for group in groups]:
        if number % every == 0:
            yield _handed_over(parts)
        number += 1
    if any(parts):  # all that were left have ended since
        yield tuple(parts)


def _handed_over(parts: list[Evidence | None]) -> tuple[Evidence | None, ...]:
    """The parts, which the list no longer holds: a run may rest behind them for long."""
    done = tuple(parts)
    parts[:] = [None] * len(parts)
    return done


def _advance(
    group: _Group,
    losses: list[list[float]],
    parts: list[Evidence | None],
    probe: Callable[[StepTogether], list[Probe]] | None,
) -> bool:
    """Take one step, note losses and ends, and where a probe is due, what it says. False where the run is over."""
    step = next(group.run, None)
    if step is None:
        return False
    for i, loss in zip(step.members, step.losses.tolist(), strict=True):
        losses[group.members[i]].append(loss)
    for i, end in step.ended:
        k = group.members[i]
        parts[k] = Evidence(end.number - 1, (*losses[k], end.loss), None, end.stopped)
    if probe and step.members:
        for i, probed in zip(step.members, probe(step), strict=True):
            k = group.members[i]
            parts[k] = Evidence(step.number - 1, tuple(losses[k]), probed)
            losses[k].clear()
    return True


def _values(
    step: StepTogether, fixed: FloatArray, members: Sequence[int], spread: bool
) -> list[tuple[FloatArray | None, tuple[MomentShift, ...]]]:
    """`percentiles` and `moved` of the probes of some of the networks."""
    count = len(members)
    x = read_only(np.tile(fixed, (1, count)))

    def passed(stack: Network, later: int) -> Pass:
        seeds = [(step.noise_seeds[i][0], step.number + later) for i in members]
        with np.errstate(over="ignore", invalid="ignore"):
            noises = stack.noises(len(x), *seeds)
            return forward_unchecked(chosen(stack, members), x, training=True, noises=noises)[0]

    one = passed(step.before, 0)
    if not one.hidden:
        return [(None, ())] * count
    z = one.hidden[-1].into_activation.reshape(len(x), count, -1)
    finite = np.logical_and.reduce(np.isfinite(z), axis=(0, 2))
    spread_of: dict[int, FloatArray] = {}
    if spread:
        spreads = np.percentile(z[:, finite], PERCENTILES, axis=0).transpose(1, 2, 0)  # (finite ones, units, 3)
        spread_of = dict(zip(np.flatnonzero(finite).tolist(), spreads, strict=True))
    try:
        shifts = moment_shifts_of_each(one, passed(step.after, 1), "into_activation", count)
    except ValueError:
        if count > 1:
            raise
        shifts = [()]
    return [
        (
            read_only(spread_of[k].copy()) if k in spread_of else None,
            moved if finite[k] and all(math.isfinite(shift.mean) for shift in moved) else (),
        )
        for k, moved in enumerate(shifts)
    ]


def _accuracies(stack: Network, images: FloatArray, labels: Labels) -> list[float]:
    """The share of right answers of each of the networks, in inference mode."""
    count = len(stack.parameters)
    with np.errstate(over="ignore", invalid="ignore"):
        passed, _ = forward_unchecked(stack, np.tile(images, (1, count)), training=False)
    guesses = passed.logits.reshape(len(images), count, -1).argmax(axis=2)
    accuracies: list[float] = (guesses == labels[:, None]).mean(axis=0).tolist()
    return accuracies


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
