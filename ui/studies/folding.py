"""Two layers, one of them batch norm, folded into one: a dense layer on the batch, convolutions on feature maps of digits."""

import io
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from bn import (
    BatchNorm,
    FloatArray,
    Folded,
    Kind,
    batch_rows,
    feed,
    fold,
    fold_forward,
    neutral_padding,
    resample,
)
from ui.studies.digits import digits
from ui.studies.filtered_digits import WEIGHT, through
from ui.studies.one_row import PATIENT

OUTPUTS = 4
BATCHES = 100
IMAGES = 6
FILTER = 3  # pixels to a side


@dataclass(frozen=True)
class Layer:
    """A kind of linear layer, and what its weights are called in both layouts."""

    kind: Kind
    groups: int
    pytorch: str
    keras: str


DENSE = "dense"
LAYERS = MappingProxyType(
    {
        DENSE: Layer("dense", 1, "(outputs, inputs)", "(inputs, outputs)"),
        "convolution": Layer("convolution", 1, "(outputs, inputs, H, W)", "(H, W, inputs, outputs)"),
        "grouped": Layer("convolution", 2, "(outputs, inputs / groups, H, W)", "(H, W, inputs / groups, outputs)"),
        "depthwise": Layer("depthwise", 1, "(inputs · multiplier, 1, H, W)", "(H, W, inputs, multiplier)"),
        "transposed": Layer("transposed", 1, "(inputs, outputs, H, W)", "(H, W, outputs, inputs)"),
        "transposed and grouped": Layer("transposed", 2, "(inputs, outputs / groups, H, W)", ""),
    }
)


@dataclass(frozen=True, eq=False)
class Example:
    """A linear layer without bias and a batch norm next to it, folded, and how far one is from two on data.

    weight      of the linear layer, in PyTorch's layout
    layer       the batch norm, its moving averages learned on data
    difference  the largest between one layer and two
    reach       the largest value that both give
    padded      in front of a convolution: the largest difference if that pads with zeros, and if it pads with what the
                batch norm turns into 0
    """

    weight: FloatArray
    layer: BatchNorm
    folded: Folded
    difference: float
    reach: float
    padded: tuple[float, float] | None = None


def dense(x: FloatArray, seed: int, forward: bool = False) -> Example:
    """A dense layer with random weights on the batch x, (N, inputs); the moving averages come from its resampled rows."""
    return _dense(x.tobytes(), x.shape, seed, forward)


@lru_cache(maxsize=32)
def _dense(values: bytes, shape: tuple[int, int], seed: int, forward: bool) -> Example:
    x = np.frombuffer(values).reshape(shape)
    rng = np.random.default_rng(seed)
    # Features in large units get small weights, as training would give them; behind a batch norm all are alike.
    spread = np.ones(shape[1]) if forward else x.std(axis=0)
    weight = rng.standard_normal((OUTPUTS, shape[1])) / np.where(spread > 0, spread, 1.0)
    before = x if forward else x @ weight.T
    layer = feed(_learned(before.shape[1], rng), resample(before, BATCHES, seed).batches).layer
    folded = (fold_forward if forward else fold)(weight, None, layer, "dense", "pytorch")
    two = layer.infer(x).y @ weight.T if forward else layer.infer(before).y
    return _compare(weight, layer, folded, two, x @ folded.weight.T + folded.bias)


@lru_cache(maxsize=64)
def convolution(name: str, seed: int, forward: bool = False) -> Example:
    """A convolution of a kind on feature maps of digits, its batch norm having seen a hundred batches of digits.

    Raises ValueError where this kind does not fold forward.
    """
    train, test = digits()
    it, rng = LAYERS[name], np.random.default_rng(seed)
    inputs = len(WEIGHT)
    groups = inputs if it.kind == "depthwise" else it.groups
    outputs = 2 * inputs if it.kind == "depthwise" else OUTPUTS
    ends = (inputs, outputs // groups) if it.kind == "transposed" else (outputs, inputs // groups)
    weight = rng.standard_normal((*ends, FILTER, FILTER)) / FILTER

    def linear(x: FloatArray, weight: FloatArray, pad: FloatArray | None = None) -> FloatArray:
        return apply(x, weight, groups, transposed=it.kind == "transposed", pad=pad)

    layer = _learned(inputs if forward else outputs, rng)
    for rows in batch_rows(len(train.labels), IMAGES, BATCHES, seed):
        maps = through(WEIGHT, train.images[rows])
        _, layer = layer.train(maps if forward else linear(maps, weight))
    folded = (fold_forward if forward else fold)(weight, None, layer, it.kind, "pytorch", it.groups)
    bias = folded.bias[:, None, None]
    maps = through(WEIGHT, test.images[:IMAGES])
    if not forward:
        return _compare(weight, layer, folded, layer.infer(linear(maps, weight)).y, linear(maps, folded.weight) + bias)
    normalized = layer.infer(maps).y
    zeros = np.zeros(inputs)
    two = linear(normalized, weight, zeros)
    padded = [np.abs(linear(maps, folded.weight, pad) + bias - two).max() for pad in (zeros, neutral_padding(layer))]
    one = linear(maps, folded.weight) + bias
    return _compare(weight, layer, folded, linear(normalized, weight), one, padded=(float(padded[0]), float(padded[1])))


def apply(
    x: FloatArray, weight: FloatArray, groups: int, *, transposed: bool, pad: FloatArray | None = None
) -> FloatArray:
    """A convolution of maps (N, I, H, W) with weights in PyTorch's layout, stride 1: (N, O, H', W').

    pad: what stands around each input map, (I,), one pixel wide; None for no padding. A transposed one is the convolution
    with turned filters of maps that stand in zeros.
    """
    weight = weight.reshape(
        groups, len(weight) // groups, *weight.shape[1:]
    )  # (G, O / G, I / G, K, L) if not transposed
    if pad is not None:
        framed = np.broadcast_to(pad[:, None, None], (*x.shape[:2], x.shape[2] + 2, x.shape[3] + 2)).copy()
        framed[:, :, 1:-1, 1:-1] = x
        x = framed
    if transposed:
        weight = weight.swapaxes(1, 2)[..., ::-1, ::-1]
        around = [(length - 1, length - 1) for length in weight.shape[-2:]]
        x = np.pad(x, ((0, 0), (0, 0), *around))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[-2:], axis=(2, 3))  # (N, I, H', W', K, L)
    windows = windows.reshape(len(x), groups, -1, *windows.shape[2:])
    made: FloatArray = np.einsum("ngihwkl,goikl->ngohw", windows, weight, optimize=True)
    return made.reshape(len(x), -1, *made.shape[3:])


def rows_of(weight: FloatArray, name: str) -> FloatArray:
    """What is shown of each output's weights, (outputs, …): all of a dense layer, else its first filter's middle row."""
    it = LAYERS[name]
    if it.kind == "dense":
        return weight
    if it.kind == "transposed":
        parted = weight.reshape(it.groups, -1, *weight.shape[1:])[:, 0]  # (G, O / G, K, L)
        return parted.reshape(-1, *parted.shape[2:])[:, FILTER // 2]
    return weight[:, 0, FILTER // 2]


@lru_cache(maxsize=64)
def as_file(folded: Folded) -> bytes:
    """The folded weight and bias as a .npz file."""
    file = io.BytesIO()
    np.savez(file, weight=folded.weight, bias=folded.bias)
    return file.getvalue()


def _learned(features: int, rng: np.random.Generator) -> BatchNorm:
    """A layer whose gamma and beta are no longer 1 and 0."""
    layer = BatchNorm.create(features, PATIENT, channel_axis=1)
    gamma, beta = rng.uniform(0.5, 2, features).round(2), rng.normal(0, 1, features).round(2)
    return layer.with_unchecked(gamma=gamma, beta=beta)


def _compare(
    weight: FloatArray,
    layer: BatchNorm,
    folded: Folded,
    two: FloatArray,
    one: FloatArray,
    padded: tuple[float, float] | None = None,
) -> Example:
    return Example(weight, layer, folded, float(np.abs(two - one).max()), float(np.abs(two).max()), padded)
