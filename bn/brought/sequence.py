"""Batches in the order they came: what the moving averages are after each, and what they should be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bn.arrays import FloatArray, read_only, require_finite
from bn.conventions import Convention


@dataclass(frozen=True, eq=False)
class Averages:
    """Moving averages over T batches.

    mean, var              (T + 1, C) before the first batch and after each; they start at 0 and 1
    batch_mean, batch_var  (T, C) what was averaged of each batch; var with the convention's divisor
    refused                which batches, by their place, the framework does not train on; they leave the averages as they are
    """

    mean: FloatArray
    var: FloatArray
    batch_mean: FloatArray
    batch_var: FloatArray
    refused: tuple[int, ...]


def follow_batches(
    batches: Sequence[FloatArray], convention: Convention, eps: float, decay: float | None, *, weighed: bool = False
) -> Averages:
    """The moving averages of a fresh layer while it sees batches (N_t, C), which may differ in size, one after another.

        average = keep * average + (1 - keep) * batch,    keep = decay, or t / (t + 1) for a plain mean (decay None)

    As every framework does, each batch counts the same, however small. weighed: it counts by its rows instead,

        1 - keep = (1 - decay) * N_t / max N,    or N_t / (N_0 + ... + N_t) for a plain mean

    Raises ValueError for no batch, for batches that are not (N, C) with the same C, NaN or infinity, a decay outside [0, 1],
    and as `Convention.correction` does.
    """
    _check(batches)
    if decay is not None and not 0 <= decay <= 1:
        raise ValueError(f"decay is {decay}; the weight of the old average must lie between 0 and 1")
    most = max(map(len, batches))
    mean, var = [np.zeros(batches[0].shape[1])], [np.ones(batches[0].shape[1])]
    means, variances, refused = [], [], []
    rows = seen = 0
    moments: dict[int, tuple[FloatArray, FloatArray]] = {}  # of a batch that comes again
    for t, x in enumerate(batches):
        if id(x) not in moments:
            moments[id(x)] = x.mean(axis=0), x.var(axis=0) * convention.correction(len(x), eps)
        of_mean, of_var = moments[id(x)]
        means.append(of_mean)
        variances.append(of_var)
        if not convention.takes(len(x)):
            refused.append(t)
            mean.append(mean[-1])
            var.append(var[-1])
            continue
        seen, rows = seen + 1, rows + len(x)
        if decay is None:
            take = len(x) / rows if weighed else 1 / seen
        else:
            take = (1 - decay) * (len(x) / most if weighed else 1)
        mean.append((1 - take) * mean[-1] + take * of_mean)
        var.append((1 - take) * var[-1] + take * of_var)
    of_all = [read_only(np.array(each)) for each in (mean, var, means, variances)]
    return Averages(of_all[0], of_all[1], of_all[2], of_all[3], tuple(refused))


def moments_of_all(batches: Sequence[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """The mean and the variance (÷ their number) of all rows of all batches together, both (C,).

    Raises ValueError as `follow_batches` does.
    """
    _check(batches)
    together = np.concatenate(list(batches))
    return read_only(together.mean(axis=0)), read_only(together.var(axis=0))


def within_batches(batches: Sequence[FloatArray]) -> FloatArray:
    """The mean of the batches' own variances (÷ N), (C,): where a moving variance ÷ N heads for, whatever lies between batches.

    Raises ValueError as `follow_batches` does.
    """
    _check(batches)
    return read_only(np.mean([x.var(axis=0) for x in batches], axis=0))


def without_padding(x: FloatArray, mask: FloatArray | None = None) -> FloatArray:
    """The rows of x (N, C) that count: those where the mask (N,) is not 0; without a mask those that are not all zeros.

    Raises ValueError for a mask of another length, or where nothing is left.
    """
    if mask is not None and mask.shape != (len(x),):
        raise ValueError(f"mask has shape {mask.shape}; it needs one value for each of {len(x)} rows")
    kept = x[(x != 0).any(axis=1) if mask is None else mask != 0]
    if not len(kept):
        raise ValueError(f"all {len(x)} rows are padding; at least one must count")
    return read_only(kept)


def as_rows(x: FloatArray, channel_axis: int) -> FloatArray:
    """An array with more than two axes as rows of one value for each channel, (N, C): every position is a row.

    The mean and the variance of a channel are over all other axes, so nothing else is lost than what is beside what.
    Raises ValueError for an axis that x does not have.
    """
    if not -x.ndim <= channel_axis < x.ndim:
        raise ValueError(f"x has shape {x.shape}; it has no axis {channel_axis}")
    return read_only(np.moveaxis(x, channel_axis, -1).reshape(-1, x.shape[channel_axis]))


def _check(batches: Sequence[FloatArray]) -> None:
    """Raise ValueError unless there is a batch, all are (N, C) with the same C and not empty, and all values are finite."""
    if not batches:
        raise ValueError("there is no batch; at least one is needed")
    for t, x in enumerate(batches):
        if x.ndim != 2 or x.size == 0 or x.shape[1] != batches[0].shape[1]:
            raise ValueError(
                f"batch {t} has shape {x.shape} and batch 0 {batches[0].shape}; all need (N, C) with one C"
            )
        require_finite(x, f"batch {t}")
