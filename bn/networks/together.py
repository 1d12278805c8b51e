"""Networks of one shape, side by side: passed through and trained together, each as if it were alone.

S networks side by side are a `Network` with parameters (S, P) whose layers hold (N, S * C) values, those of the first
network in front. To batch normalization, activation function and noise that is one wide layer; only the products with
the weights keep the networks apart. NumPy is called as often as for one network, which takes a fraction of the time.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, all_finite, read_only
from bn.networks.network import Labels, Network, apart, forward_unchecked, gradients_unchecked, losses_unchecked
from bn.networks.noise import Noise
from bn.networks.training import Step, checked_settings, drawn_batches, one_step

T = TypeVar("T")

# So many of the pages' networks are worth a call; with more, memory is asked of the system and given back at every pass.
WIDEST = 10


# --- side by side, and apart again --------------------------------------------------------------------------------


def shape_of(network: Network) -> tuple[object, ...]:
    """What networks must have in common to stand side by side: all but parameters and moving averages."""
    norms = tuple((norm.eps, norm.decay, norm.convention, norm.batches_seen) for norm in network.norms)
    return network.sizes, network.activation, network.norm, network.placement, network.dtype, norms


def side_by_side(networks: Sequence[Network]) -> Network:
    """At least one network, side by side. Raises ValueError if they differ in `shape_of`."""
    if len({shape_of(network) for network in networks}) != 1:
        raise ValueError("networks side by side must differ in parameters and moving averages alone")
    norms = tuple(
        layer[0].with_unchecked(
            running_mean=read_only(np.concatenate([norm.running_mean for norm in layer])),
            running_var=read_only(np.concatenate([norm.running_var for norm in layer])),
        )
        for layer in zip(*[network.norms for network in networks], strict=True)
    )
    parameters = read_only(np.stack([network.parameters for network in networks]))
    return networks[0].with_unchecked(parameters, norms)


def chosen(stack: Network, members: Sequence[int]) -> Network:
    """Some of the networks, side by side; each may be chosen more than once."""
    rows, count = list(members), len(stack.parameters)
    norms = tuple(
        norm.with_unchecked(
            running_mean=read_only(norm.running_mean.reshape(count, -1)[rows].ravel()),
            running_var=read_only(norm.running_var.reshape(count, -1)[rows].ravel()),
        )
        for norm in stack.norms
    )
    return stack.with_unchecked(read_only(stack.parameters[rows]), norms)


def separate(stack: Network) -> tuple[Network, ...]:
    """Each network by itself."""
    alone = [chosen(stack, [k]) for k in range(len(stack.parameters))]
    return tuple(each.with_unchecked(each.parameters[0], each.norms) for each in alone)


def part(values: FloatArray, count: int, member: int) -> FloatArray:
    """What belongs to one of `count` networks, of values side by side."""
    return read_only(np.ascontiguousarray(apart(values, count)[member]))


def or_alone(compute: Callable[[Sequence[int]], Sequence[T]], members: Sequence[int]) -> list[T | None]:
    """What is computed for each of the networks: together, or where batch normalization refuses that, one by one.

    None for those which it refuses alone, because their numbers overflow.
    """
    try:
        return list(compute(members))
    except ValueError:
        if len(members) == 1:
            return [None]
        return [result for member in members for result in or_alone(compute, [member])]


def losses_and_gradients(
    stack: Network, x: FloatArray, labels: Labels, noises: tuple[Noise, ...]
) -> tuple[FloatArray, FloatArray]:
    """Forward and backward in training mode: losses (S,) and gradients (S, P), infinite and NaN where numbers overflow.

    x (N, S * inputs), labels (N, S), noises (N, S * units): what each network sees, side by side.
    """
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            passed, _ = forward_unchecked(stack, x, training=True, noises=noises)
            losses, gradients, _, _ = gradients_unchecked(passed, labels)
    except ValueError:  # numbers overflow in front of batch normalization
        if len(stack.parameters) == 1:
            return np.array([math.inf]), np.full_like(stack.parameters, math.nan)
        results = [losses_and_gradients(*one) for one in _each_alone(stack, x, labels, noises)]
        return np.concatenate([one for one, _ in results]), np.concatenate([other for _, other in results])
    computed = np.isfinite(losses)
    if not all_finite(gradients):
        computed &= np.isfinite(gradients).all(axis=1)
    return np.where(computed, losses, math.inf), gradients


def losses_together(stack: Network, x: FloatArray, labels: Labels, noises: tuple[Noise, ...]) -> FloatArray:
    """The losses (S,) in training mode of what `losses_and_gradients` is given, forward alone; infinite likewise."""
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            passed, _ = forward_unchecked(stack, x, training=True, noises=noises)
            losses = losses_unchecked(passed, labels)
    except ValueError:  # as above
        if len(stack.parameters) == 1:
            return np.array([math.inf])
        return np.concatenate([losses_together(*one) for one in _each_alone(stack, x, labels, noises)])
    return np.where(np.isfinite(losses), losses, math.inf)


def _each_alone(
    stack: Network, x: FloatArray, labels: Labels, noises: tuple[Noise, ...]
) -> Iterator[tuple[Network, FloatArray, Labels, tuple[Noise, ...]]]:
    count = len(stack.parameters)
    for k in range(count):
        own = tuple(Noise(part(scale, count, k), part(shift, count, k)) for scale, shift in noises)
        yield chosen(stack, [k]), part(x, count, k), labels[:, [k]], own


@dataclass(frozen=True, eq=False)
class Batch:
    """What S networks side by side make of a batch each, in training mode.

    stack      the networks
    images     (N, S * inputs), labels (N, S), noises (N, S * units): what each network sees
    losses     (S,)
    gradients  (S, P)
    """

    stack: Network
    images: FloatArray
    labels: Labels
    noises: tuple[Noise, ...]
    losses: FloatArray
    gradients: FloatArray


def of_variants(batch: Batch, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
    """`losses_and_gradients` of the same batch for V other sets of parameters (V, S, P): (V, S) and (V, S, P).

    Where they are the networks' own, the results are those of the batch, exactly.
    """
    variants, count = parameters.shape[:2]
    losses, gradients = np.empty((variants, count)), np.empty_like(parameters)
    for some in _stretches(variants, count):
        here, there = losses_and_gradients(*_widened(batch, parameters[some]))
        losses[some], gradients[some] = here.reshape(-1, count), there.reshape(parameters[some].shape)
    settled, unchanged = _settled(batch, parameters, losses)
    gradients[unchanged] = np.broadcast_to(batch.gradients, gradients.shape)[unchanged]
    return settled, gradients


def losses_of_variants(batch: Batch, parameters: FloatArray) -> FloatArray:
    """The losses of `of_variants` by themselves, (V, S): a third of the work. Here one is known whose gradient overflows."""
    variants, count = parameters.shape[:2]
    losses = np.empty((variants, count))
    for some in _stretches(variants, count):
        losses[some] = losses_together(*_widened(batch, parameters[some])).reshape(-1, count)
    return _settled(batch, parameters, losses)[0]


def _settled(batch: Batch, parameters: FloatArray, losses: FloatArray) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """The losses (V, S), infinite where parameters are, and the batch's own where nothing changed; and where that is."""
    losses = np.where(np.isfinite(parameters).all(axis=2), losses, math.inf)
    unchanged = (parameters == batch.stack.parameters).all(axis=2)
    return np.where(unchanged, batch.losses, losses), unchanged


def _stretches(variants: int, count: int) -> Iterator[slice]:
    """So many variants of `count` networks at a time as are worth a call."""
    at_a_time = max(1, WIDEST // count)
    return (slice(begin, begin + at_a_time) for begin in range(0, variants, at_a_time))


def _widened(batch: Batch, parameters: FloatArray) -> tuple[Network, FloatArray, Labels, tuple[Noise, ...]]:
    """Networks with all these parameters (V, S, P) side by side, and what each of them sees."""
    variants, count = parameters.shape[:2]
    wide = chosen(batch.stack, [*range(count)] * variants)
    wide = wide.with_unchecked(parameters.reshape(wide.parameters.shape), wide.norms)

    def repeated(values: FloatArray) -> FloatArray:
        return read_only(np.tile(values, (1, variants))) if variants > 1 else values

    noises = tuple(Noise(repeated(scale), repeated(shift)) for scale, shift in batch.noises)
    return wide, repeated(batch.images), np.tile(batch.labels, (1, variants)), noises


# --- training -----------------------------------------------------------------------------------------------------


class StepTogether(NamedTuple):
    """One step of all networks that still train; S of them took it. It holds arrays of all: keep numbers, not the step.

    number       1 for the first
    members      (S,) who took it, as positions among all networks
    losses       (S,) on the batch of each, before the update
    before       the S networks before the step, side by side
    after        and after it
    gradients    (S, P) what each followed
    images       the batch of each, (N, S * inputs)
    labels       of the batches, (N, S)
    noise_seeds  (S,) with which each can repeat its pass
    ended        whose run ended at this step instead, each with the `Step` that says why
    """

    number: int
    members: tuple[int, ...]
    losses: FloatArray
    before: Network
    after: Network
    gradients: FloatArray
    images: FloatArray
    labels: Labels
    noise_seeds: tuple[tuple[int, int], ...]
    ended: tuple[tuple[int, Step], ...]


def train_together(
    networks: Sequence[Network],
    images: npt.ArrayLike,
    labels: npt.ArrayLike,
    *,
    steps: int,
    batch_size: int,
    learning_rates: Sequence[float],
    seeds: Sequence[int],
) -> Iterator[StepTogether]:
    """`train` for networks of one shape at once, each with a learning rate and a seed of its own, without momentum.

    Each goes the way that it goes alone, to rounding. Whose run ends leaves the others to go on; when all have ended,
    the iterator ends. images: (N, inputs), labels: (N,), the same for all.
    Raises ValueError, at once, as `train` does for each, and if the networks differ in more than parameters and moving
    averages or there is not one learning rate and one seed for each.
    """
    if not len(networks) == len(learning_rates) == len(seeds):
        raise ValueError(f"{len(networks)} networks need as many learning rates and seeds")
    stack = side_by_side(networks)
    for network, rate, seed in zip(networks, learning_rates, seeds, strict=True):
        x, y = checked_settings(network, images, labels, steps, batch_size, rate, 0.0, seed)
    draws = [drawn_batches(len(x), steps, batch_size, seed) for seed in seeds]
    return _descend(stack, x, y, draws, tuple(learning_rates), tuple(seeds))


def _descend(
    stack: Network,
    images: FloatArray,
    labels: Labels,
    draws: Sequence[Iterator[npt.NDArray[np.intp]]],
    rates: tuple[float, ...],
    seeds: tuple[int, ...],
) -> Iterator[StepTogether]:
    members = tuple(range(len(seeds)))
    for number, drawn in enumerate(zip(*draws, strict=True), start=1):
        rows = np.stack([drawn[k] for k in members], axis=1)  # (N, S)
        x = read_only(images.take(rows, axis=0).reshape(len(rows), -1))
        step = _step(stack, members, x, labels.take(rows), number, rates, seeds)
        stack, members = step.after, step.members
        handed_over = [step]  # and not kept here while the run rests
        del step, x, rows
        yield handed_over.pop()
        if not members:
            return


def _step(
    stack: Network,
    members: tuple[int, ...],
    x: FloatArray,
    y: Labels,
    number: int,
    rates: tuple[float, ...],
    seeds: tuple[int, ...],
) -> StepTogether:
    noise_seeds = tuple((seeds[k], number) for k in members)
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            passed, norms = forward_unchecked(stack, x, training=True, noises=stack.noises(len(x), *noise_seeds))
            losses, gradients, _, _ = gradients_unchecked(passed, y)
            lengths = np.array([-rates[k] for k in members], stack.dtype)
            parameters = gradients * lengths[:, None]  # (S, P)
            parameters += stack.parameters
        fine = bool(np.isfinite(losses).all()) and all_finite(parameters)
    except ValueError:  # numbers overflow in front of batch normalization
        fine = False
    if not fine:
        return _step_alone(stack, members, x, y, number, rates, noise_seeds)
    after = stack.with_unchecked(read_only(parameters), norms)
    return StepTogether(number, members, losses, stack, after, gradients, x, y, noise_seeds, ())


def _step_alone(
    stack: Network,
    members: tuple[int, ...],
    x: FloatArray,
    y: Labels,
    number: int,
    rates: tuple[float, ...],
    noise_seeds: tuple[tuple[int, int], ...],
) -> StepTogether:
    """Someone's numbers overflow: each takes this step alone, which says whose run ends and why."""
    count = len(members)
    alone = [
        one_step(network, part(x, count, i), y[:, i], number, noise_seeds[i], rates[members[i]], 0.0, None)[0]
        for i, network in enumerate(separate(stack))
    ]
    going = [i for i, step in enumerate(alone) if step.stopped is None]
    gradients = [step.gradients.vector for step in alone if step.stopped is None and step.gradients is not None]
    before = chosen(stack, going)
    return StepTogether(
        number=number,
        members=tuple(members[i] for i in going),
        losses=np.array([alone[i].loss for i in going], stack.dtype),
        before=before,
        after=side_by_side([alone[i].network for i in going]) if going else before,
        gradients=np.array(gradients, stack.dtype).reshape(before.parameters.shape),
        images=x.reshape(len(x), count, -1)[:, going].reshape(len(x), -1),
        labels=y[:, going],
        noise_seeds=tuple(noise_seeds[i] for i in going),
        ended=tuple((members[i], step) for i, step in enumerate(alone) if step.stopped is not None),
    )
