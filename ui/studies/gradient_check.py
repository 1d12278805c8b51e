"""Formula against central differences over many step sizes; remembered, since only the step moves under the hand."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bn import FloatArray, central_differences, layer_graph

# Steps in units of sqrt(var + eps) of the feature, so that years and kilometers are pushed alike.
STEPS = tuple(10.0 ** (k / 2) for k in range(-24, 1))


@dataclass(frozen=True)
class Check:
    """How far central differences are from the formula at each of STEPS.

    of_x  the largest difference of dL/dx, as a share of the largest |dL/dx|
    of_gamma, of_beta  the difference of dL/dgamma and dL/dbeta, as a share of sum |dL/dy|
    """

    of_x: tuple[float, ...]
    of_gamma: tuple[float, ...]
    of_beta: tuple[float, ...]


def check(x: FloatArray, dy: FloatArray, gamma: float, eps: float) -> Check:
    """Compare both for one feature, (N,). Raises ValueError as `bn.layer_graph` does."""
    return _check(tuple(x.tolist()), tuple(dy.tolist()), gamma, eps)


@lru_cache(maxsize=32)
def _check(x: tuple[float, ...], dy: tuple[float, ...], gamma: float, eps: float) -> Check:
    graph = layer_graph(x, dy, gamma=gamma, eps=eps)
    exact = graph.gradients
    largest = float(np.abs(exact["x"]).max()) or 1.0
    arrived = float(np.abs(dy).sum()) or 1.0
    unit = float(graph.values["std"])
    rows = []
    for step in STEPS:
        of_x, of_gamma, of_beta = central_differences(x, dy, gamma=gamma, eps=eps, h=step * unit)
        rows.append(
            (
                float(np.abs(of_x - exact["x"]).max()) / largest,
                abs(of_gamma - float(exact["gamma"])) / arrived,
                abs(of_beta - float(exact["beta"])) / arrived,
            )
        )
    return Check(*zip(*rows, strict=True))
