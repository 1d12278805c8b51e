"""What is measured on a network while it trains: its layers, the smoothness of its loss, internal covariate shift."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from bn.activations import ACTIVATIONS
from bn.arrays import FloatArray, as_floats, read_only
from bn.networks.network import Network, NetworkGradients, Pass, checked_images, checked_labels
from bn.networks.noise import Seed
from bn.networks.together import Batch, losses_and_gradients, losses_of_variants, of_variants, side_by_side
from bn.saturation import is_flat

PERCENTILES = (15, 50, 85)  # those of Ioffe & Szegedy 2015, figure 1

Where = Literal["x", "dense", "into_activation", "activated", "out"]


@dataclass(frozen=True)
class LayerState:
    """How one hidden layer stands in a pass of N examples through its C units.

    percentiles    15, 50 and 85 of what goes into the activation function, of all N * C values or of one unit
    saturated      the share of these values where the activation is flat, see `is_flat`; for ReLU, where it is off
    dead           ReLU units that are 0 for all N examples; 0 for the other activations, which never are exactly
    units          C
    gradient_norm  the length of dL/dweights, sqrt(sum(squares)); None where no gradients were given
    """

    percentiles: tuple[float, float, float]
    saturated: float
    dead: int
    units: int
    gradient_norm: float | None


def layer_states(
    passed: Pass, gradients: NetworkGradients | None = None, unit: int | None = None
) -> tuple[LayerState, ...]:
    """The state of each hidden layer in a pass; unit: the one whose percentiles are taken, None for all values.

    Raises ValueError for a unit that a layer doesn't have, and where what goes into an activation is not finite.
    Source: the percentiles of Ioffe & Szegedy 2015 (arXiv 1502.03167), figure 1.
    """
    activation = ACTIVATIONS[passed.network.activation]
    states = []
    for i, hidden in enumerate(passed.hidden):
        z = hidden.into_activation
        units = z.shape[1]
        dead = int((hidden.activated <= 0).all(axis=0).sum()) if passed.network.activation == "relu" else 0
        states.append(
            LayerState(
                percentiles=percentiles(z, unit),
                saturated=float(is_flat(activation, z).mean()),
                dead=dead,
                units=units,
                gradient_norm=None if gradients is None else _length(gradients.layers[i].weights),
            )
        )
    return tuple(states)


def percentiles(values: npt.ArrayLike, unit: int | None = None) -> tuple[float, float, float]:
    """The 15th, 50th and 85th percentile of values (N, C), of all of them or of the column `unit`.

    Between two values, on the straight line between them. Raises ValueError if values is not (N, C) with at least one
    value, holds NaN or infinity, or has no such unit.
    """
    values = as_floats(values, "values")
    if values.ndim != 2 or values.size == 0 or not np.isfinite(values).all():
        raise ValueError(f"values has shape {values.shape}; it must be (N, C), not empty, and finite")
    if unit is not None:
        if not 0 <= unit < values.shape[1]:
            raise ValueError(f"unit is {unit}; it must lie between 0 and {values.shape[1] - 1}")
        values = values[:, unit]
    low, middle, high = np.percentile(values, PERCENTILES).tolist()
    return low, middle, high


@dataclass(frozen=True, eq=False)
class Smoothness:
    """The loss and its gradient g along the direction of a step of gradient descent.

    lengths    (T,) learning rates eta: each looks at parameters - eta * g
    losses     (T,) the loss there; infinite where it could not be computed
    distances  (T,) |g(parameters - eta * g) - g(parameters)|, how well g predicts the gradient; infinite likewise
    loss       at the parameters themselves
    norm       |g| there
    """

    lengths: FloatArray
    losses: FloatArray
    distances: FloatArray
    loss: float
    norm: float

    @property
    def loss_range(self) -> tuple[float, float]:
        """The smallest and the largest loss along the direction."""
        return float(self.losses.min()), float(self.losses.max())

    @property
    def distance_range(self) -> tuple[float, float]:
        """The smallest and the largest change of the gradient along the direction."""
        return float(self.distances.min()), float(self.distances.max())

    @property
    def effective_beta(self) -> float:
        """The effective beta-smoothness, max over eta of |g(parameters + d) - g(parameters)| / |d|, d = -eta * g.

        0 where the gradient is 0 or every eta is; infinite where a gradient could not be computed.
        """
        steps = self.lengths.astype(np.float64) * self.norm
        moved = steps > 0
        return float((self.distances[moved] / steps[moved]).max()) if moved.any() else 0.0


def smoothness(
    network: Network,
    images: npt.ArrayLike,
    labels: npt.ArrayLike,
    lengths: Sequence[float] | FloatArray,
    noise_seed: Seed = 0,
) -> Smoothness:
    """Look ahead from a network along its own gradient on one batch, in training mode with the same noise throughout.

    images: (N, inputs), labels: (N,), lengths: (T,) learning rates, at least 0. The gradient is that of all parameters.
    Raises ValueError as `Network.loss_and_gradients` does, if lengths is empty, not one-dimensional, negative or not
    finite, or where the network's own loss can't be computed.
    Source: Santurkar et al. 2018 (arXiv 1805.11604), section 3.2 and figure 4.
    """
    lengths = np.array(as_floats(lengths, "lengths"), dtype=np.float64)
    if lengths.ndim != 1 or lengths.size == 0 or not ((lengths >= 0) & np.isfinite(lengths)).all():
        raise ValueError(f"lengths is {lengths}; it needs at least one learning rate, each finite and at least 0")
    batch = _alone(network, images, labels, noise_seed)
    return smoothness_of_each(batch, lengths)[0]


def smoothness_of_each(batch: Batch, lengths: FloatArray, sparing: bool = False) -> list[Smoothness]:
    """`smoothness` of each of S networks side by side, at the same lengths (T,).

    sparing: only the losses, a third of the work; the distances are infinite, as what is not known.
    """
    stack, gradients = batch.stack, batch.gradients
    with np.errstate(over="ignore", invalid="ignore"):
        changes = -lengths.astype(stack.dtype)[:, None, None] * gradients  # (T, S, P)
        changes += stack.parameters
        if sparing:
            losses = losses_of_variants(batch, changes)
            distances = np.full(losses.shape, math.inf)
        else:
            losses, there = of_variants(batch, changes)
            distances = np.where(np.isfinite(losses), _lengths(there, gradients), math.inf)
    losses = losses.astype(np.float64)
    return [
        Smoothness(lengths, read_only(losses[:, k].copy()), read_only(distances[:, k].copy()), loss, norm)
        for k, (loss, norm) in enumerate(zip(batch.losses.tolist(), _lengths(gradients).tolist(), strict=True))
    ]


@dataclass(frozen=True)
class CovariateShift:
    """How one layer's gradient changes when the layers in front of it are updated.

    distance  |G' - G|, G = dL/dweights of the layer before the update of the preceding layers, G' after it; infinite
              where G' could not be computed
    cosine    G . G' / (|G| |G'|), 1 where they point the same way; None where one of them is 0 or not computed
    norm      |G|
    """

    distance: float
    cosine: float | None
    norm: float


def covariate_shift(
    before: Network, after: Network, images: npt.ArrayLike, labels: npt.ArrayLike, noise_seed: Seed = 0
) -> tuple[CovariateShift, ...]:
    """Internal covariate shift of each layer, the output layer's last, in the step from one network to the other.

        G_i  = dL/dW_i at (W_1, ..., W_k)
        G'_i = dL/dW_i at (W*_1, ..., W*_{i-1}, W_i, ..., W_k)        W before the step, W* after it

    on one batch, in training mode with the same noise. W_i is all that layer i learns; G_i is taken for its weight
    matrix, which every network has. The first layer has none in front of it: distance 0, cosine 1.
    images: (N, inputs), labels: (N,).
    Raises ValueError if the networks differ in more than their parameters, as `Network.loss_and_gradients` does, and
    where the loss before the step can't be computed.
    Source: Santurkar et al. 2018 (arXiv 1805.11604), definition 2.1.
    """
    if (before.sizes, before.norm, before.placement, before.activation) != (
        after.sizes,
        after.norm,
        after.placement,
        after.activation,
    ):
        raise ValueError(f"the networks differ: {before.sizes}, {before.norm} and {after.sizes}, {after.norm}")
    return covariate_shift_of_each(_alone(before, images, labels, noise_seed), after.parameters[None])[0]


def covariate_shift_of_each(batch: Batch, after: FloatArray) -> list[tuple[CovariateShift, ...]]:
    """`covariate_shift` of each of S networks side by side, in the step to the parameters after (S, P)."""
    stack, layout = batch.stack, batch.stack.layout
    mixed = np.repeat(stack.parameters[None], len(layout.spans) - 1, axis=0)  # (layers - 1, S, P)
    for i, span in enumerate(layout.spans[:-1]):
        mixed[i:, :, span] = after[:, span]
    losses, gradients = of_variants(batch, mixed)
    computed = np.isfinite(losses)
    layers = []
    for i, place in enumerate(layout.layers):
        g = batch.gradients[:, place.weights].astype(np.float64)
        g_after = gradients[i - 1][:, place.weights].astype(np.float64) if i else g
        with np.errstate(over="ignore", invalid="ignore"):
            norms, distances = _lengths(g), _lengths(g_after, g)
            products, both = np.einsum("sp,sp->s", g, g_after), norms * _lengths(g_after)
        layers.append(
            [
                CovariateShift(
                    distance=float(distances[k]) if known else math.inf,
                    cosine=float(np.clip(products[k] / both[k], -1, 1)) if known and both[k] > 0 else None,
                    norm=float(norms[k]),
                )
                for k, known in enumerate(computed[i - 1] if i else [True] * len(g))
            ]
        )
    return list(zip(*layers, strict=True))


@dataclass(frozen=True, eq=False)
class MomentShift:
    """How the mean and the standard deviation of one layer's values moved from one pass to the next.

    mean, std  the root mean square over the units of the change of each unit's mean and standard deviation
    scale      the root mean square of the units' standard deviations before, to compare with; 0 for constant values
    """

    mean: float
    std: float
    scale: float


def moment_shifts(before: Pass, after: Pass, of: Where = "out") -> tuple[MomentShift, ...]:
    """The shift of each hidden layer's values between two passes, which should be of the same images.

    of: which of its values, an array of `Hidden`. "out" is what the next layer sees, "x" what the layer itself sees,
    "into_activation" what the 2015 paper plots.
    Raises ValueError if the passes have different layers, or `of` is something else.
    Source: the first two moments of Santurkar et al. 2018 (arXiv 1805.11604), section 2.1.
    """
    if of not in ("x", "dense", "into_activation", "activated", "out"):
        raise ValueError(f"of is {of!r}; it must name an array of Hidden")
    if before.network.sizes != after.network.sizes:
        raise ValueError(f"the passes are of networks of sizes {before.network.sizes} and {after.network.sizes}")
    return moment_shifts_of_each(before, after, of, 1)[0]


def moment_shifts_of_each(before: Pass, after: Pass, of: Where, count: int) -> list[tuple[MomentShift, ...]]:
    """`moment_shifts` of each of `count` networks side by side."""
    layers = []
    with np.errstate(over="ignore", invalid="ignore"):
        for hidden in zip(before.hidden, after.hidden, strict=True):
            old, new = (getattr(each, of).astype(np.float64) for each in hidden)
            old_std = old.std(axis=0)
            changes = (new.mean(axis=0) - old.mean(axis=0), new.std(axis=0) - old_std, old_std)
            means = [np.sqrt((each * each).reshape(count, -1).mean(axis=1)).tolist() for each in changes]
            layers.append([MomentShift(*each) for each in zip(*means, strict=True)])
    return list(zip(*layers, strict=True)) if layers else [()] * count


def _alone(network: Network, images: npt.ArrayLike, labels: npt.ArrayLike, noise_seed: Seed) -> Batch:
    """One network and its batch; raises ValueError as `Network.loss_and_gradients`, and where that has no result."""
    x = checked_images(images, network)
    y = checked_labels(labels, len(x), network.sizes[-1])[:, None]
    network.require_batch(len(x))
    stack, noises = side_by_side([network]), network.noises(len(x), noise_seed)
    losses, gradients = losses_and_gradients(stack, x, y, noises)
    if not np.isfinite(losses).all():
        raise ValueError("the network's loss or gradient is not finite: there is nothing to measure")
    return Batch(stack, x, y, noises, losses, gradients)


def _length(values: npt.NDArray[np.floating[Any]]) -> float:
    return float(_lengths(values.ravel()))


def _lengths(values: FloatArray, origin: FloatArray | float = 0.0) -> FloatArray:
    """|values - origin| along the last axis, in float64."""
    apart = values.astype(np.float64) - origin
    lengths: FloatArray = np.sqrt(np.einsum("...p,...p->...", apart, apart))
    return lengths
