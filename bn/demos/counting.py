"""Shapes and counts: what batch normalization adds to a network, how much of it is learned and how much remembered."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["batch", "learned", "remembered"]


@dataclass(frozen=True)
class Array:
    """One array on the way through the layer: the step (1-5) that makes or uses it, its symbol and name, its shape.

    kind: "batch", gone with the batch; "learned", by gradient descent; "remembered", a moving average.
    """

    step: int
    symbol: str
    name: str
    shape: tuple[int, ...]
    kind: Kind

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


def layer_arrays(n: int, c: int) -> tuple[Array, ...]:
    """Every array of one training step on a batch (n, c), in the order of the five steps.

    The statistics are taken over the n rows, so each has one value per feature, (c,), whatever n is.
    Raises ValueError for n or c below 1.
    Source: Ioffe & Szegedy 2015 (arXiv 1502.03167), algorithm 1, and section 3.1 for the moving averages.
    """
    if n < 1 or c < 1:
        raise ValueError(f"a batch of shape ({n}, {c}) holds nothing; at least one row and one feature are needed")
    return (
        Array(1, "x", "input", (n, c), "batch"),
        Array(2, "μ", "mean", (c,), "batch"),
        Array(2, "σ²", "variance", (c,), "batch"),
        Array(3, "x̂", "normalized", (n, c), "batch"),
        Array(4, "γ", "scale", (c,), "learned"),
        Array(4, "β", "shift", (c,), "learned"),
        Array(4, "y", "output", (n, c), "batch"),
        Array(5, "moving μ", "moving mean", (c,), "remembered"),
        Array(5, "moving σ²", "moving variance", (c,), "remembered"),
    )


@dataclass(frozen=True)
class HiddenLayer:
    """A linear layer without bias from `inputs` to `features` values, and the batch normalization behind it.

    weights     inputs * features
    bias        features: the ones that a linear layer would have, and that cancel here
    learned     gamma and beta, 2 * features
    remembered  moving mean and moving variance, 2 * features
    """

    inputs: int
    features: int

    @property
    def weights(self) -> int:
        """Numbers in the weight matrix, inputs * features."""
        return self.inputs * self.features

    @property
    def bias(self) -> int:
        """Numbers in the bias that is left out, one per feature."""
        return self.features

    @property
    def learned(self) -> int:
        """Numbers in gamma and beta, 2 * features."""
        return 2 * self.features

    @property
    def remembered(self) -> int:
        """Numbers in the moving mean and the moving variance, 2 * features."""
        return 2 * self.features


@dataclass(frozen=True)
class NetworkCounts:
    """A network of hidden layers, each linear without bias and then normalized, and a linear output with its bias."""

    hidden: tuple[HiddenLayer, ...]
    outputs: int

    @property
    def inputs(self) -> int:
        """How many numbers go in."""
        return self.hidden[0].inputs

    @property
    def output_parameters(self) -> int:
        """Weights and bias of the last linear layer, which no normalization follows."""
        return (self.hidden[-1].features + 1) * self.outputs

    @property
    def weights(self) -> int:
        """Everything that is learned outside of the normalization: the weights, and the output's bias."""
        return sum(layer.weights for layer in self.hidden) + self.output_parameters

    @property
    def gamma_beta(self) -> int:
        """What the normalizations learn."""
        return sum(layer.learned for layer in self.hidden)

    @property
    def remembered(self) -> int:
        """What the normalizations remember."""
        return sum(layer.remembered for layer in self.hidden)

    @property
    def biases_saved(self) -> int:
        """The biases that are left out because they would cancel."""
        return sum(layer.bias for layer in self.hidden)

    @property
    def learned(self) -> int:
        """Everything that gradient descent moves."""
        return self.weights + self.gamma_beta


def count_network(inputs: int, widths: Sequence[int], outputs: int) -> NetworkCounts:
    """A network inputs → widths[0] → … → outputs with batch normalization after each hidden linear layer.

    Raises ValueError without a hidden layer, or for a size below 1.
    """
    sizes = [inputs, *widths, outputs]
    if not widths or min(sizes) < 1:
        raise ValueError(f"sizes {sizes}: at least one hidden layer is needed, and every size must be at least 1")
    hidden = tuple(HiddenLayer(a, b) for a, b in zip(sizes, widths, strict=False))
    return NetworkCounts(hidden, outputs)
