"""Gradient descent on a network, one step at a time."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, all_finite, read_only
from bn.networks.network import (
    Labels,
    Network,
    NetworkGradients,
    Pass,
    backward_unchecked,
    checked_images,
    checked_labels,
    forward_unchecked,
)


class Step(NamedTuple):
    """One step of training. It holds every array of its pass: keep numbers of it, not the step itself.

    number      1 for the first
    loss        on the step's batch, before the update; infinite or NaN only where `stopped` says so
    network     after the step; where the run was stopped, as it was before
    passed      the pass whose gradients were taken, None where it could not be finished; passed.network is the network
                before the step
    gradients   what was followed, None where it could not be computed
    images      the batch, (N, inputs)
    labels      of the batch, (N,)
    noise_seed  with which the pass can be repeated: passed.network.train(images, noise_seed)
    stopped     None; or why the run ended here, as a sentence
    """

    number: int
    loss: float
    network: Network
    passed: Pass | None
    gradients: NetworkGradients | None
    images: FloatArray
    labels: Labels
    noise_seed: tuple[int, int]
    stopped: str | None = None


def train(
    network: Network,
    images: npt.ArrayLike,
    labels: npt.ArrayLike,
    *,
    steps: int,
    batch_size: int,
    learning_rate: float,
    momentum: float = 0.0,
    seed: int = 0,
) -> Iterator[Step]:
    """Stochastic gradient descent with momentum, one `Step` at a time, as slowly as the caller takes them.

        velocity   = momentum * velocity + gradient     (in the first step, gradient)
        parameters = parameters - learning_rate * velocity

    Batches are drawn without replacement until fewer than batch_size examples are left, then all are shuffled anew.
    The order depends on seed and the number of images alone, so twins see the same batches. When loss or parameters
    are no longer finite, the last step says so in `stopped` and the iterator ends.

    images: (N, inputs), labels: (N,). Raises ValueError, at once and naming the value, for images or labels that the
    network doesn't take, a batch_size outside 1 ... N or refused by the norm's convention, negative steps or seed, a
    learning_rate that is negative or not finite, or a momentum outside 0 ... 1.
    Source: the form of torch.optim.SGD, without dampening.
    """
    images, labels = checked_settings(network, images, labels, steps, batch_size, learning_rate, momentum, seed)
    drawn = drawn_batches(len(images), steps, batch_size, seed)
    return _descend(network, _batches(images, labels, drawn), learning_rate, momentum, seed)


def checked_settings(
    network: Network,
    images: npt.ArrayLike,
    labels: npt.ArrayLike,
    steps: int,
    batch_size: int,
    learning_rate: float,
    momentum: float,
    seed: int,
) -> tuple[FloatArray, Labels]:
    """The images and labels as the network takes them. Raises ValueError as `train` says."""
    images = checked_images(images, network, "images")
    labels = checked_labels(labels, len(images), network.sizes[-1])
    if not 1 <= batch_size <= len(images):
        raise ValueError(f"batch_size is {batch_size}; it must lie between 1 and the number of images, {len(images)}")
    network.require_batch(batch_size)
    if steps < 0 or seed < 0:
        raise ValueError(f"steps is {steps} and seed is {seed}; neither may be negative")
    if not 0 <= learning_rate < math.inf:
        raise ValueError(f"learning_rate is {learning_rate}; it must be finite and at least 0")
    if not 0 <= momentum <= 1:
        raise ValueError(f"momentum is {momentum}; it must lie between 0 and 1")
    return images, labels


def drawn_batches(images: int, steps: int, batch_size: int, seed: int) -> Iterator[npt.NDArray[np.intp]]:
    """Which of the images each step takes, (N,)."""
    rng = np.random.default_rng(seed)
    per_round = images // batch_size
    for step in range(steps):
        begin = step % per_round * batch_size
        if begin == 0:
            # As small as it can be: a run that rests keeps it.
            order = rng.permutation(images).astype(np.min_scalar_type(images))
        yield order[begin : begin + batch_size]


def _batches(
    images: FloatArray, labels: Labels, draws: Iterator[npt.NDArray[np.intp]]
) -> Iterator[tuple[FloatArray, Labels]]:
    for drawn in draws:
        drawn_labels = labels[drawn]
        drawn_labels.setflags(write=False)
        yield read_only(images[drawn]), drawn_labels


def _descend(
    network: Network,
    batches: Iterator[tuple[FloatArray, Labels]],
    learning_rate: float,
    momentum: float,
    seed: int,
) -> Iterator[Step]:
    velocity: FloatArray | None = None
    for number, (x, y) in enumerate(batches, start=1):
        noise_seed = (seed, number)
        step, velocity = one_step(network, x, y, number, noise_seed, learning_rate, momentum, velocity)
        network, stopped = step.network, step.stopped
        # A run may rest here for as long as a session lives: what it does not need goes with the step.
        handed_over = [step]
        del step
        yield handed_over.pop()
        if stopped:
            return


def one_step(
    network: Network,
    x: FloatArray,
    y: Labels,
    number: int,
    noise_seed: tuple[int, int],
    learning_rate: float,
    momentum: float,
    velocity: FloatArray | None,
) -> tuple[Step, FloatArray | None]:
    """One step and the new velocity. Not part of the generator, whose caller would inherit the silence of errstate."""
    passed = gradients = None
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            passed, norms = forward_unchecked(network, x, training=True, noises=network.noises(len(x), noise_seed))
            gradients = backward_unchecked(passed, y)
        except ValueError:  # all else was checked before the first step
            loss = math.inf if passed is None else passed.loss(y)
            why = f"step {number}: in front of batch normalization, numbers are no longer finite"
            return Step(number, loss, network, passed, None, x, y, noise_seed, f"The run ended at {why}."), None
        loss = gradients.loss
        if not math.isfinite(loss):
            what = "is not a number any more" if math.isnan(loss) else "is infinite"
            why = f"The run ended at step {number}: the loss {what}."
            return Step(number, loss, network, passed, None, x, y, noise_seed, why), None
        # Without momentum, the velocity is the gradient.
        velocity = momentum * velocity + gradients.vector if momentum and velocity is not None else gradients.vector
        parameters = velocity * network.dtype.type(-learning_rate)
        parameters += network.parameters
        if not all_finite(parameters):
            why = f"The run ended at step {number}: the weights have grown beyond the largest number."
            return Step(number, loss, network, passed, gradients, x, y, noise_seed, why), None
        network = network.with_unchecked(read_only(parameters), norms)
    return Step(number, loss, network, passed, gradients, x, y, noise_seed), velocity
