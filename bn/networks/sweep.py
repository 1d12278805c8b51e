"""The same training in batches of several sizes, with batch normalization and without."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy.typing as npt

from bn.arrays import FloatArray
from bn.networks.network import Labels, Network
from bn.networks.training import train

PART = 40  # training steps between two signs of life


@dataclass(frozen=True)
class Outcome:
    """How one training ended.

    size        of its batches
    normalized  with batch normalization
    seed        of its first weights, and of the order of the examples
    steps       taken
    accuracy    share right of the held-out examples in inference, 0 to 1; None where the training broke off
    recomputed  the same after mean and variance of each layer were taken anew, from all training examples at once; None
                without batch normalization, where the training broke off, and where that overflows
    stopped     None, or why it broke off
    """

    size: int
    normalized: bool
    seed: int
    steps: int
    accuracy: float | None
    recomputed: float | None
    stopped: str | None


@dataclass(frozen=True)
class Underway:
    """A training that goes on: after so many steps of so many."""

    size: int
    normalized: bool
    seed: int
    step: int
    steps: int


def sweep(
    layers: Sequence[int],
    activation: str,
    learn: tuple[FloatArray, Labels],
    held_out: tuple[FloatArray, Labels],
    *,
    sizes: Sequence[int],
    rates: Sequence[float],
    examples: int,
    seed: int,
) -> Iterator[Underway | Outcome]:
    """Train a network and its twin without batch normalization in batches of each size; each sees as many examples.

    A training in batches of m takes examples // m steps, each with the learning rate that belongs to m. An `Outcome`
    ends it; before, an `Underway` comes every few steps, so that the caller can pause or stop. All start from the same
    weights, and twins see the same batches.
    layers: numbers of inputs, units of each hidden layer, classes; learn, held_out: images (N, inputs), labels (N,).
    Raises ValueError, at the first step, as `Network.create` and `train` do, and for another number of rates than sizes.
    """
    for size, rate in zip(sizes, rates, strict=True):
        for normalized in (True, False):
            network = Network.create(layers, activation, norm="batch" if normalized else None, seed=seed)
            yield from _train(network, learn, held_out, size, examples // size, rate, seed)


def average_anew(network: Network, images: npt.ArrayLike) -> Network:
    """The network with the mean and variance of all these images (N, inputs) in place of its moving averages.

    Raises ValueError as `Network.train` does.
    Source: Wu & Johnson 2021 (arXiv 2105.07576), section 3, who call it precise batch norm.
    """
    forgetful = replace(network, norms=tuple(replace(norm, decay=0.0) for norm in network.norms))
    averaged = forgetful.train(images)[1].norms
    decays = zip(averaged, network.norms, strict=True)
    return replace(network, norms=tuple(replace(new, decay=old.decay) for new, old in decays))


def _train(
    network: Network,
    learn: tuple[FloatArray, Labels],
    held_out: tuple[FloatArray, Labels],
    size: int,
    steps: int,
    rate: float,
    seed: int,
) -> Iterator[Underway | Outcome]:
    normalized = network.norm is not None
    taken, stopped = 0, None
    for step in train(network, *learn, steps=steps, batch_size=size, learning_rate=rate, seed=seed):
        network, taken, stopped = step.network, step.number, step.stopped
        if taken % PART == 0 and taken < steps:
            yield Underway(size, normalized, seed, taken, steps)
    if stopped:
        yield Outcome(size, normalized, seed, taken, None, None, stopped)
        return
    images, labels = held_out
    recomputed = None
    if normalized:
        with suppress(ValueError):  # finite weights can still be too large for all images at once
            recomputed = average_anew(network, learn[0]).infer(images).accuracy(labels)
    yield Outcome(size, normalized, seed, taken, network.infer(images).accuracy(labels), recomputed, None)
