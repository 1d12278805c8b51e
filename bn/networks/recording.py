"""What is kept of a training run: a few numbers of each part of it, small enough to be remembered for all readers."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, all_finite
from bn.networks.network import Labels, Network
from bn.networks.probes import layer_states, percentiles
from bn.networks.training import train

REACH = 8.0  # histograms reach from -REACH to REACH; what lies beyond counts in the outermost bins
BINS = 32

Counts = npt.NDArray[np.uint32]
Three = tuple[float, float, float]


class Images(NamedTuple):
    """images (N, inputs) with their labels (N,)."""

    images: FloatArray
    labels: Labels


class LayerLook(NamedTuple):
    """One hidden layer of C units in a look; z is what goes into its activation function, N * C values.

    counts         (BINS,) how many z lie in each bin of equal width between -REACH and REACH
    percentiles    15, 50 and 85 of z
    saturated      the share of z where the activation is flat
    dead           ReLU units that are 0 for all N examples
    gradient_norm  |dL/dweights|
    spread         how far the examples are apart in what the next layer gets: the standard deviation of each unit over
                   the N examples, and of these the root mean square over the units
    gammas, betas  percentiles 15, 50 and 85 of gamma and beta over the units; None without batch normalization
    """

    counts: Counts
    percentiles: Three
    saturated: float
    dead: int
    gradient_norm: float
    spread: float
    gammas: Three | None
    betas: Three | None


class Look(NamedTuple):
    """How a network stands after some steps.

    loss, accuracy  on the held-out examples, in inference mode
    guesses         the classes it gives to some held-out examples
    layers          the hidden layers, on the same training examples at each look, in training mode
    """

    loss: float
    accuracy: float
    guesses: tuple[int, ...]
    layers: tuple[LayerLook, ...]


class Part(NamedTuple):
    """Some steps of a run.

    number   of the last of them; 0 before the first
    loss     the mean of their batches' losses, each before its update; None where there was none or none was finite
    look     at the network after them; None where none was due, or where its numbers are no longer finite
    stopped  why the run ended here; None if it did not
    """

    number: int
    loss: float | None
    look: Look | None
    stopped: str | None


def record(
    network: Network,
    training: Images,
    held_out: Images,
    *,
    steps: int,
    batch_size: int,
    learning_rate: float,
    seed: int,
    parts: int = 100,
    looks: int = 25,
    probed: int = 100,
    guessed: Sequence[int] = (),
) -> Iterator[Part]:
    """Train as `bn.train` does and yield a `Part` before the first step and after each of `parts` equal parts.

    looks   how many looks are taken after the one before the first step, equally far apart; the last is at the end
    probed  how many of the first training examples the layers are looked at with
    guessed rows of the held-out examples that guesses are kept of

    Raises ValueError as `train` does, at once; and if steps is not a multiple of parts, or parts not one of looks.
    """
    if parts < 1 or looks < 1 or steps % parts or parts % looks:
        raise ValueError(f"{steps} steps don't fall into {parts} equal parts with {looks} looks")
    run = train(network, *training, steps=steps, batch_size=batch_size, learning_rate=learning_rate, seed=seed)
    probe = Images(training.images[:probed], training.labels[:probed])

    def recorded() -> Iterator[Part]:
        yield Part(0, None, look(network, probe, held_out, guessed), None)
        losses: list[float] = []
        length = steps // parts
        for step in run:
            losses.append(step.loss)
            if step.number % length and not step.stopped:
                continue
            finite = [loss for loss in losses if math.isfinite(loss)]
            due = step.stopped or step.number // length % (parts // looks) == 0
            yield Part(
                step.number,
                sum(finite) / len(finite) if finite else None,
                look(step.network, probe, held_out, guessed) if due else None,
                step.stopped,
            )
            losses.clear()

    return recorded()


def look(network: Network, probe: Images, held_out: Images, guessed: Sequence[int]) -> Look | None:
    """Look at a network: see `Look`. None where its numbers overflow on the way.

    probe: the examples that its layers are looked at with; guessed: rows of the held-out
    examples whose guesses are kept.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            passed, _ = network.train(probe.images)
            gradients = passed.backward(probe.labels)
            judged = network.infer(held_out.images)
            states = layer_states(passed, gradients)
        except (
            ValueError
        ):  # numbers overflow in front of batch normalization, or of a sigmoid, which makes 1 of infinity
            return None
        loss = judged.loss(held_out.labels)
        if not (math.isfinite(gradients.loss) and math.isfinite(loss) and all_finite(gradients.vector)):
            return None
    layers = tuple(
        LayerLook(
            counts=_counts(hidden.into_activation),
            percentiles=state.percentiles,
            saturated=state.saturated,
            dead=state.dead,
            gradient_norm=state.gradient_norm or 0.0,
            spread=_spread(hidden.out),
            gammas=_of_units(parameters.gamma),
            betas=_of_units(parameters.beta),
        )
        for hidden, state, parameters in zip(passed.hidden, states, network.layers, strict=False)
    )
    return Look(loss, judged.accuracy(held_out.labels), tuple(judged.predictions[list(guessed)].tolist()), layers)


def _spread(out: FloatArray) -> float:
    return math.sqrt(float(out.var(axis=0, dtype=np.float64).mean()))


def _of_units(values: FloatArray | None) -> Three | None:
    return None if values is None else percentiles(values[:, None])


def _counts(z: FloatArray) -> Counts:
    inside = np.clip(z.ravel(), -REACH, REACH)
    bins = np.minimum((inside + REACH) * (BINS / (2 * REACH)), BINS - 1).astype(np.intp)
    counts: Counts = np.bincount(bins, minlength=BINS).astype(np.uint32)
    counts.setflags(write=False)
    return counts
