"""Why a linear layer directly before needs no bias: the batch's own mean takes it away again. Elsewhere it counts."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bn.activations import Activation
from bn.arrays import FloatArray, as_floats, channel_vector, read_only
from bn.conventions import CONVENTIONS
from bn.layer import BatchNorm, Trace


@dataclass(frozen=True, eq=False)
class BiasProof:
    """The same batch without and with a bias, both through a fresh layer in training.

    bias        (C,) what was added to every row
    before      the trace of x
    after       the trace of x + bias
    difference  the largest |x_hat after - x_hat before|; 0 but for rounding
    rounding    what rounding alone can do to x_hat, a bound: 8 units in the last place of the largest |x|, |bias| or
                |x + bias|, in standard deviations
    """

    bias: FloatArray
    before: Trace
    after: Trace
    difference: float
    rounding: float

    @property
    def cancels(self) -> bool:
        """Whether x_hat moved no further than rounding can move it."""
        return self.difference <= self.rounding


def add_bias(x: npt.ArrayLike, bias: npt.ArrayLike, eps: float = 1e-5) -> BiasProof:
    """Normalize x (N, C) and x + bias, bias (C,), and compare.

        mean(x + b) = mean(x) + b,  so  (x + b) - mean(x + b) = x - mean(x):  x_hat(x + b) = x_hat(x)

    N of at least 1. Raises ValueError as `BatchNorm.train` does, and for a bias that is not (C,) or not finite.
    Source: Ioffe & Szegedy 2015 (arXiv 1502.03167), section 3.2.
    """
    x = as_floats(x)
    if x.ndim != 2:
        raise ValueError(f"x has shape {x.shape}; it needs two axes, (N, C)")
    bias = channel_vector(bias, x.shape[1], "bias").astype(x.dtype)
    layer = replace(BatchNorm.create(x.shape[1], CONVENTIONS["onnx"], channel_axis=1), eps=eps)
    before, _ = layer.train(x)
    after, _ = layer.train(read_only(x + bias))
    difference = float(np.abs(after.x_hat - before.x_hat).max())
    largest = np.maximum(np.abs(x).max(axis=0), np.abs(bias)) + np.abs(bias)  # (C,)
    std = np.where(before.std > 0, before.std, 1)
    rounding = float((8 * np.finfo(x.dtype).eps * largest / std).max())
    return BiasProof(bias, before, after, difference, rounding)


def bias_elsewhere(
    x: npt.ArrayLike, bias: npt.ArrayLike, activation: Activation, eps: float = 1e-5
) -> tuple[float, float]:
    """How far x_hat moves where a bias does not cancel: the largest change, x and bias as for `add_bias`.

        behind an activation f, in training:   |x_hat(f(x + b)) - x_hat(f(x))|
        in inference, with the averages of x:  |b| / sqrt(var + eps)

    The averages are those of the batch x itself, var ÷N. Raises ValueError as `add_bias` does.
    """
    proof = add_bias(x, bias, eps)
    one, other = (
        add_bias(activation(each.x), np.zeros(len(proof.bias)), eps).before for each in (proof.before, proof.after)
    )
    in_inference = np.abs(proof.bias) / proof.before.std
    return float(np.abs(other.x_hat - one.x_hat).max()), float(in_inference.max())
