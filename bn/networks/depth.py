"""Deep stacks of ReLU layers before the first step: how signal and gradient grow, with batch normalization and skips."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bn.arrays import FloatArray, read_only
from bn.conventions import CONVENTIONS
from bn.layer import BatchNorm

# Yang et al. 2019 (arXiv 1902.08129): growth of a gradient's length for each layer backward, ReLU and batch normalization.
GROWTH_BACKWARD = math.sqrt(math.pi / (math.pi - 1))


class Stack(NamedTuple):
    """What a random stack of L layers does to signal and gradient, in front of each layer and behind the last.

    variance  (L + 1,) of the signal: over the examples, ÷N, on average over the units
    gradient  (L + 1,) length of dL/dsignal, for a random dL/dsignal behind the last layer, divided by its length
    """

    variance: FloatArray
    gradient: FloatArray


def stack(layers: int, *, norm: bool, skip: bool, units: int = 128, examples: int = 128, seed: int = 0) -> Stack:
    """Send a random batch through a stack of random layers, and a random gradient back.

        skip False:  x <- relu(norm(x W))          W ~ N(0, 2 / units)
        skip True:   x <- x + norm(relu(x) W)      the branch of a residual block; W as above

    norm False: without the norm. In training mode, with gamma 1 and beta 0; everything in float64.
    Raises ValueError for fewer than 1 layer, or a number of units or examples below 2.
    Source: He et al. 2015 (arXiv 1502.01852) for W; De & Smith 2020 (arXiv 2002.10444), section 2, for the blocks.
    """
    if layers < 1 or min(units, examples) < 2:
        raise ValueError(f"{layers} layers of {units} units, {examples} examples: at least 1, 2 and 2 are needed")
    rng = np.random.default_rng(seed)
    x, gradient = rng.standard_normal((2, examples, units))  # (N, C)
    weights = [math.sqrt(2 / units) * rng.standard_normal((units, units)) for _ in range(layers)]
    signals, gradients = stacked(x, weights, gradient, norm=norm, skip=skip)
    lengths = np.array([np.linalg.norm(each) for each in gradients])
    variances = np.array([each.var(axis=0).mean() for each in signals])
    return Stack(read_only(variances), read_only(lengths / lengths[-1]))


def stacked(
    x: FloatArray, weights: Sequence[FloatArray], gradient: FloatArray, *, norm: bool, skip: bool
) -> tuple[list[FloatArray], list[FloatArray]]:
    """The signal in front of each layer and behind the last, and dL/dsignal at the same places, all (N, C).

    x (N, C) goes in, gradient (N, C) is dL/dsignal behind the last layer; weights (C, C) for each layer. See `stack`.
    """
    layer = BatchNorm.create(x.shape[1], CONVENTIONS["onnx"], channel_axis=1)
    signals, branches = [x], []
    for each in weights:
        dense = (np.maximum(x, 0) if skip else x) @ each
        trace = layer.train(dense)[0] if norm else None
        branch = dense if trace is None else trace.y
        branches.append((trace, branch))
        x = x + branch if skip else np.maximum(branch, 0)
        signals.append(x)
    gradients = [gradient]
    for each, arrived, (trace, branch) in zip(weights[::-1], signals[-2::-1], branches[::-1], strict=True):
        through = gradient if skip else gradient * (branch > 0)
        back = (through if trace is None else trace.backward(through).x) @ each.T
        gradient = gradient + back * (arrived > 0) if skip else back
        gradients.append(gradient)
    return signals, gradients[::-1]
