"""One input through a trained layer, as it should go and with everything that can be wrong when it is used."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, read_only
from bn.layer import BatchNorm


@dataclass(frozen=True)
class Faults:
    """What is wrong; by default nothing.

    training    the layer is still in training mode
    batch_size  the rows come in batches of this many, the last one smaller if need be; None: all at once
    stale       the moving averages have seen too few batches
    shift       how far the data have moved since training, in standard deviations of the training data
    """

    training: bool = False
    batch_size: int | None = None
    stale: bool = False
    shift: float = 0.0

    def only(self, name: str) -> Self:
        """Nothing wrong but this."""
        return replace(type(self)(), **{name: getattr(self, name)})

    def mended(self, name: str) -> Self:
        """Everything else that is wrong, without this."""
        return replace(self, **{name: getattr(type(self)(), name)})


@dataclass(frozen=True, eq=False)
class Served:
    """What came out of a layer in use, row by row.

    x          what came in, (N, C)
    y          what came out, (N, C)
    mean, var  the statistics that each row was normalized with, (N, C); var ÷N where they are a batch's own
    batch      in which batch each row was, (N,)
    training   the statistics are the batches' own, not the moving averages
    """

    x: FloatArray
    y: FloatArray
    mean: FloatArray
    var: FloatArray
    batch: npt.NDArray[np.int_]
    training: bool


def serve(x: FloatArray, trained: BatchNorm, stale: BatchNorm, faults: Faults) -> Served:
    """Send x (N, C) through a layer that is in use, with these faults; with none, this is plain inference.

    trained: the layer whose moving averages are those of the training data; stale: the one to use in its place where
    that is the fault. The shift is added to x before the layer, sqrt(running_var) of `trained` being one unit. In
    training mode each batch is normalized with its own statistics, so a batch of one comes out as beta.
    Raises ValueError for x of another shape, a batch size below 1, and as the layer does: where its convention refuses to train on a
    batch of one (PyTorch), the last batch may be one too.
    """
    if x.ndim != 2 or x.shape[1] != len(trained.gamma):
        raise ValueError(
            f"x has shape {x.shape}; a layer of {len(trained.gamma)} features needs (N, {len(trained.gamma)})"
        )
    size = len(x) if faults.batch_size is None else faults.batch_size
    if size < 1:
        raise ValueError(f"batch_size is {size}; a batch needs at least one row")
    x = x + faults.shift * np.sqrt(trained.running_var)
    layer = stale if faults.stale else trained
    y, mean, var = (np.empty_like(x) for _ in range(3))
    for at in range(0, len(x), size):
        rows = slice(at, at + size)
        trace = layer.train(x[rows])[0] if faults.training else layer.infer(x[rows])
        y[rows], mean[rows], var[rows] = trace.y, trace.mean, trace.var
    for each in (x, y, mean, var):
        read_only(each)
    return Served(x, y, mean, var, np.arange(len(x)) // size, faults.training)


def off_by(right: FloatArray, wrong: FloatArray) -> tuple[float, float]:
    """How far outputs are from what they should be: the root of the mean square of the differences, and the largest.

    Raises ValueError for two shapes.
    """
    if right.shape != wrong.shape:
        raise ValueError(f"right has shape {right.shape}, wrong {wrong.shape}; they must be the same")
    difference = np.abs(wrong - right)
    return float(np.sqrt((difference**2).mean())), float(difference.max())
