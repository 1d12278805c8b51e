"""Where in the one vector of a network's parameters each layer's are."""

import itertools
from functools import lru_cache
from typing import NamedTuple

from bn.arrays import FloatArray


class Parameters(NamedTuple):
    """What one layer learns, or the gradients of it; None for what the layer doesn't have.

    weights      (inputs, outputs), for x @ weights
    bias         (outputs,)
    gamma, beta  (outputs,) of the batch normalization that belongs to the layer
    """

    weights: FloatArray
    bias: FloatArray | None
    gamma: FloatArray | None
    beta: FloatArray | None


class Places(NamedTuple):
    """Where one layer's parameters are in the vector: slices, and the shape of the weights."""

    weights: slice
    shape: tuple[int, int]
    bias: slice | None
    gamma: slice | None
    beta: slice | None


class Layout(NamedTuple):
    """Where in the vector of parameters each layer's are.

    layers  the places of each layer's weights, bias, gamma and beta, in this order
    spans   for each layer, the slice of all it has
    length  of the vector
    """

    layers: tuple[Places, ...]
    spans: tuple[slice, ...]
    length: int

    def views(self, vector: FloatArray) -> tuple[Parameters, ...]:
        """Each layer's part of a vector (P,), as views; of S vectors (S, P), with S in front of every shape."""
        stacked = vector.shape[:-1]
        return tuple(
            [
                Parameters(
                    vector[..., weights].reshape(stacked + shape),
                    None if bias is None else vector[..., bias],
                    None if gamma is None else vector[..., gamma],
                    None if beta is None else vector[..., beta],
                )
                for weights, shape, bias, gamma, beta in self.layers
            ]
        )


@lru_cache(maxsize=64)
def layout_of(sizes: tuple[int, ...], norm: bool, before: bool) -> Layout:
    """The layout of a network with these numbers of inputs, units of each hidden layer, and classes.

    norm    whether batch normalization belongs to each hidden layer
    before  whether it stands before the activation function, where a bias would be removed, so there is none
    """
    layers, spans, end = [], [], 0

    def take(length: int, there: bool) -> slice | None:
        nonlocal end
        end += length if there else 0
        return slice(end - length, end) if there else None

    for i, (inputs, outputs) in enumerate(itertools.pairwise(sizes), start=2):
        normed = norm and i < len(sizes)
        begin = end
        end += inputs * outputs
        weights = slice(begin, end)
        bias = take(outputs, not (normed and before))
        layers.append(Places(weights, (inputs, outputs), bias, take(outputs, normed), take(outputs, normed)))
        spans.append(slice(begin, end))
    return Layout(tuple(layers), tuple(spans), end)
