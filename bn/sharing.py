"""Which values of a tensor share one mean and variance: batch norm and its relatives, counted and numbered."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, read_only
from bn.relatives import batch_norm, group_norm, instance_norm, layer_norm

BATCH, LAYER, INSTANCE, GROUP = "batch", "layer", "instance", "group"
NORMS = (BATCH, LAYER, INSTANCE, GROUP)


@dataclass(frozen=True)
class Sharing:
    """How many means (and as many variances) there are, and over how many values each is taken."""

    statistics: int
    values: int


def sharing(norm: str, shape: Sequence[int], groups: int = 1) -> Sharing:
    """Count the sets of values that share a mean and a variance.

        batch      C sets of N * H * W values
        layer      N sets of C * H * W
        instance   N * C sets of H * W
        group      N * groups sets of C / groups * H * W

    shape: (N, C) of a dense layer, where H * W is 1, or (N, C, H, W), or with more places than two axes; groups counts
    for group norm only. Raises ValueError for an unknown norm, fewer than two axes, an axis below 1, or groups that do
    not divide C.
    Sources: Ioffe & Szegedy 2015 (arXiv 1502.03167), Ba et al. 2016 (1607.06450), Ulyanov et al. 2016 (1607.08022),
    Wu & He 2018 (1803.08494, figure 2).
    """
    if len(shape) < 2 or min(shape) < 1:
        raise ValueError(f"shape is {tuple(shape)}; it needs (N, C) or more axes, each at least 1")
    n, c = shape[:2]
    places = math.prod(shape[2:])
    sets = int(shared(norm, n, c, groups).max()) + 1
    return Sharing(sets, n * c * places // sets)


def shared(norm: str, n: int, c: int, groups: int = 1) -> npt.NDArray[np.int_]:
    """Number the sets: which one each example and channel belongs to, (N, C), from 0. Raises ValueError as `sharing`."""
    rows, columns = np.indices((n, c))
    if norm == BATCH:
        return columns
    if norm == LAYER:
        return rows
    if norm == INSTANCE:
        return rows * c + columns
    if norm != GROUP:
        raise ValueError(f"norm is {norm!r}; it is one of {', '.join(NORMS)}")
    if groups < 1 or c % groups:
        raise ValueError(f"groups is {groups}; it must divide the {c} channels evenly")
    return rows * groups + columns // (c // groups)


def normalizer(norm: str, groups: int = 1) -> Callable[[FloatArray], FloatArray]:
    """The function of `bn.relatives` by its name. Raises ValueError for an unknown norm."""
    known: dict[str, Callable[[FloatArray], FloatArray]] = {
        BATCH: batch_norm,
        LAYER: layer_norm,
        INSTANCE: instance_norm,
        GROUP: lambda x: group_norm(x, groups),
    }
    if norm not in known:
        raise ValueError(f"norm is {norm!r}; it is one of {', '.join(NORMS)}")
    return known[norm]


def moved_by_company(
    image: FloatArray, company: FloatArray, others: FloatArray, normalize: Callable[[FloatArray], FloatArray]
) -> float:
    """How far an image's normalized values move at most when all other images of its batch are replaced.

    image: (C, H, W); company, others: (M, C, H, W) each. Raises ValueError as normalize does.
    """
    one, other = (normalize(np.concatenate([image[None], each]))[0] for each in (company, others))
    return float(np.abs(one - other).max())


def histograms(x: FloatArray, axis: int, edges: FloatArray) -> FloatArray:
    """The share of values in each bin, for each index of an axis of x: (x.shape[axis], len(edges) - 1).

    Values beyond the first and last edge count into the outer bins.
    """
    apart = np.moveaxis(x, axis, 0).reshape(x.shape[axis], -1)
    inside = np.clip(apart, edges[0], edges[-1])
    return read_only(np.array([np.histogram(each, edges)[0] / each.size for each in inside]))
