"""The pictures of a layer's arrays, of a network of layers, and of the bias that cancels, at every stop of their sliders."""

from functools import lru_cache

import numpy as np

from bn import BiasProof, FloatArray, add_bias, count_network
from bn.arrays import read_only
from ui.figures import bias, network, shapes
from ui.figures.reels import Reel, Shot, reel

PIXELS, DIGITS = 784, 10
WIDEST = 512  # neurons
BIASES = (-bias.MOST_BIAS, bias.MOST_BIAS, 0.5)  # from, to, by

Moved = list[tuple[Reel, float]]

# Of these two pictures each slider moves a part of its own, so there is one reel of each, whatever the others say.


@lru_cache(maxsize=1)
def _rows() -> Reel:
    return reel("il_n", 1, shapes.MOST_ROWS, 1, lambda n: _shapes_shot(n, 1))


@lru_cache(maxsize=1)
def _features() -> Reel:
    return reel("il_c", 1, shapes.MOST_FEATURES, 1, lambda c: _shapes_shot(1, c))


def _shapes_shot(n: int, c: int) -> Shot:
    return shapes.draw(n, c), shapes.said(n, c)


def shapes_reels(n: int, c: int) -> Moved:
    """The arrays for each number of rows and of features, 4 and 20 kB, and the numbers now."""
    return [(_rows(), n), (_features(), c)]


@lru_cache(maxsize=1)
def _layers() -> Reel:
    return reel("il_layers", 1, network.MOST, 1, lambda layers: _network_shot(layers, 1))


@lru_cache(maxsize=1)
def _widths() -> Reel:
    return reel("il_width", 1, WIDEST, 1, lambda width: _network_shot(1, width))


def _network_shot(layers: int, width: int) -> Shot:
    counts = count_network(PIXELS, [width] * layers, DIGITS)
    return network.draw(counts), network.said(counts)


def network_reels(layers: int, width: int) -> Moved:
    """The network for each number of layers and of neurons, 4 and 8 kB, and the numbers now."""
    return [(_layers(), layers), (_widths(), width)]


def with_bias(x: FloatArray, k: float) -> BiasProof:
    """The batch x (N, C) without and with a bias of k standard deviations, of k where a feature is constant."""
    spread = x.std(axis=0)
    return add_bias(x, k * np.where(spread > 0, spread, 1.0))


def bias_reel(x: FloatArray, name: str, *, revealed: bool) -> Reel:
    """How a feature, x (N,), moves with the bias: 2 to 6 kB."""
    return _biases(x.astype(np.float64).tobytes(), name, revealed)


@lru_cache(maxsize=32)
def _biases(values: bytes, name: str, revealed: bool) -> Reel:
    x = read_only(np.frombuffer(values)[:, None])

    def shoot(k: float) -> Shot:
        proof = with_bias(x, k)
        return (
            bias.draw(proof, 0, name=name, revealed=revealed),
            bias.describe(proof, 0, name=name, revealed=revealed),
        )

    return reel("il_bias", *BIASES, shoot)
