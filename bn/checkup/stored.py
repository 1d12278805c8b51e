"""The batch norm layers of a trained model as a file holds them, and what was recorded of the data that went through."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bn.arrays import FloatArray, read_only
from bn.conventions import CONVENTIONS

UNTOLD = "pytorch"  # whose ε and decay are assumed where a file says nothing: files of bare tensors come from there


@dataclass(frozen=True, eq=False)
class Recorded:
    """What a layer saw of B batches of data, in both modes; per channel, every variance ÷N.

    rows                      how many values share a mean in one batch: N, or N·H·W behind a convolution
    mean, var                 (C,) of the layer's inputs, model in evaluation mode, all batches together
    train_mean, train_var     (B, C) of the inputs of each batch, model in training mode
    y_mean, y_var             (C,) of the layer's outputs, evaluation mode
    train_y_mean, train_y_var (C,) of the outputs, training mode, all batches together
    """

    rows: int
    mean: FloatArray
    var: FloatArray
    train_mean: FloatArray
    train_var: FloatArray
    y_mean: FloatArray
    y_var: FloatArray
    train_y_mean: FloatArray
    train_y_var: FloatArray


@dataclass(frozen=True, eq=False)
class StoredLayer:
    """One batch norm layer. Every vector is (C,), float64 and read-only, and may hold anything, NaN included.

    gamma, beta      None where the layer has none
    eps, decay       None where the file does not say; decay is the weight of the OLD average
    batches_tracked  how many batches the averages have seen; None where nobody counted
    """

    name: str
    running_mean: FloatArray
    running_var: FloatArray
    gamma: FloatArray | None = None
    beta: FloatArray | None = None
    eps: float | None = None
    decay: float | None = None
    batches_tracked: int | None = None
    recorded: Recorded | None = None

    @property
    def channels(self) -> int:
        """C, how many channels the layer has."""
        return len(self.running_mean)

    @property
    def scale(self) -> FloatArray:
        """γ, (C,); ones where the layer has none."""
        return np.ones(self.channels) if self.gamma is None else self.gamma

    @property
    def shift(self) -> FloatArray:
        """β, (C,); zeros where the layer has none."""
        return np.zeros(self.channels) if self.beta is None else self.beta

    def gain(self, eps: float) -> FloatArray:
        """By what the layer multiplies each channel in inference, γ / √(σ² + ε), (C,); NaN where there is no root."""
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            return read_only(self.scale / np.sqrt(self.running_var + eps))


@dataclass(frozen=True, eq=False)
class StoredModel:
    """The layers of a file in their order; source is the file's name, framework a key of CONVENTIONS or None."""

    source: str
    layers: tuple[StoredLayer, ...]
    framework: str | None = None

    def eps(self, layer: StoredLayer) -> float:
        """The layer's ε, or the framework's usual one where the file does not say."""
        return CONVENTIONS[self.framework or UNTOLD].eps if layer.eps is None else layer.eps

    def decay(self, layer: StoredLayer) -> float | None:
        """The weight of the old average, or the framework's usual one where the file says nothing.

        None: the plain mean over all batches; so it is where a file names an ε and no decay.
        """
        if layer.decay is not None or layer.eps is not None:
            return layer.decay
        return CONVENTIONS[self.framework or UNTOLD].decay

    @cached_property
    def usual_gamma(self) -> float:
        """The median over the layers of their median |γ|."""
        with np.errstate(invalid="ignore"):
            return float(np.median([np.median(np.abs(layer.scale)) for layer in self.layers]))
