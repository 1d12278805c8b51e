"""Digits through fixed filters, as a small convolution would see them; and what each norm makes of them in company."""

from collections.abc import Callable
from functools import lru_cache, partial
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from bn import FILTERS, BatchNorm, FloatArray, batch_norm, batch_rows, filtered, group_norm, instance_norm, layer_norm
from bn.arrays import read_only
from ui.figures import butterflies, feature_maps
from ui.figures.marks import colored
from ui.figures.reels import Reel, Shot, reel
from ui.figures.style import INPUT, NORMALIZED, Stage
from ui.numbers import percent
from ui.studies.digits import SIZE, digits

IMAGES = 4
GROUPS = 2
NAMES = tuple(FILTERS)
WEIGHT = read_only(np.stack(list(FILTERS.values())))  # (C, 3, 3)
SHORT = ("blur", "edges ↓", "edges →", "edges ↘")  # the filters, by where it gets brighter
REACH = 2.5  # where the colors of feature maps end
FAINTEST, STRONGEST, FINEST = 0.1, 2.0, 0.1  # ink, and its step
Normalize = Callable[[FloatArray], FloatArray]
BATCH, LAYER, INSTANCE = "batch norm", "layer norm", "instance norm"
GROUP = f"group norm, {GROUPS} groups"
NORMALIZERS = MappingProxyType[str, Normalize](
    {BATCH: batch_norm, LAYER: layer_norm, GROUP: lambda x: group_norm(x, GROUPS), INSTANCE: instance_norm}
)


def through(weight: FloatArray, images: npt.NDArray[np.float32], ink: float = 1.0, stride: int = 1) -> FloatArray:
    """Digits (N, 64) through filters (C, H, W), the first digit drawn with so much of its ink.

    (N, C, 9 - H, 9 - W) with a stride of 1.
    """
    squares = images.reshape(-1, SIZE, SIZE).astype(np.float64)
    squares[:1] *= ink
    return filtered(squares, weight, stride)


def company(digit: int, seed: int, size: int = IMAGES) -> tuple[int, ...]:
    """The rows of a batch among the training digits: this one, and others drawn by chance."""
    return tuple(batch_rows(len(digits().train.labels), size, 1, seed, first=digit)[0].tolist())


@lru_cache(maxsize=64)
def maps(rows: tuple[int, ...], ink: float = 1.0) -> FloatArray:
    """These training digits through the fixed filters, (N, C, 6, 6): at most 37 kB."""
    return through(WEIGHT, digits().train.images[list(rows)], ink)


@lru_cache(maxsize=64)
def changes(digit: int, ink: float, before: int, after: int) -> dict[str, FloatArray]:
    """How far each norm's output for the first image moves when the others are drawn anew, each (C, 6, 6): 6 kB."""
    one, other = (maps(company(digit, seed), ink) for seed in (before, after))
    return {name: read_only(normalize(other)[0] - normalize(one)[0]) for name, normalize in NORMALIZERS.items()}


@lru_cache(maxsize=64)
def change_in_inference(digit: int, ink: float, before: int, after: int) -> float:
    """The largest change of the first image's output by batch norm with moving averages, whatever those are."""
    one, other = (maps(company(digit, seed), ink) for seed in (before, after))
    _, layer = BatchNorm.create(len(NAMES)).train(one)
    return float(np.abs(layer.infer(other).y[0] - layer.infer(one).y[0]).max())


@lru_cache(maxsize=64)
def apart_by_size(digit: int, ink: float, sizes: tuple[int, ...]) -> tuple[float, ...]:
    """The largest difference between batch norm and instance norm on the first image, in batches of each size."""
    rows = company(digit, 0, max(sizes))
    each = [maps(rows[:size], ink) for size in sizes]
    return tuple(float(np.abs(batch_norm(x)[0] - instance_norm(x)[0]).max()) for x in each)


# --- what moves with the ink -------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def ink_reels(digit: int, norm: str) -> tuple[Reel, Reel, Reel, Reel]:
    """How maps before and after a norm, and the distributions by channel and by image, move with the ink: 20 to 40 kB."""
    rows = company(digit, 0)

    def film(shoot: Callable[[FloatArray, FloatArray, list[str]], Shot]) -> Reel:
        def at(ink: float) -> Shot:
            x = maps(rows, ink)
            return shoot(x, NORMALIZERS[norm](x), image_names(rows, ink))

        return reel("ir_ink", FAINTEST, STRONGEST, FINEST, at)

    return film(_before), film(partial(_after, norm)), film(_by_channel), film(_by_image)


def _before(x: FloatArray, _: FloatArray, images: list[str]) -> Shot:
    shown = (x, images, SHORT, f"{stage(INPUT)} before", REACH)
    return feature_maps.draw(*shown), feature_maps.describe(*shown)


def _after(norm: str, _: FloatArray, x_hat: FloatArray, images: list[str]) -> Shot:
    shown = (x_hat, images, SHORT, f"{stage(NORMALIZED)} after {norm}", REACH)
    return feature_maps.draw(*shown), feature_maps.describe(*shown)


def _by_channel(x: FloatArray, x_hat: FloatArray, _: list[str]) -> Shot:
    before, after = (values.transpose(1, 0, 2, 3).reshape(len(SHORT), -1) for values in (x, x_hat))
    shown = (before, after, SHORT, "Each channel, all images")
    return butterflies.draw(*shown), butterflies.describe(*shown)


def _by_image(x: FloatArray, x_hat: FloatArray, images: list[str]) -> Shot:
    before, after = (values.reshape(len(images), -1) for values in (x, x_hat))
    shown = (before, after, [image.replace("<br>", " ") for image in images], "Each image, all channels")
    return butterflies.draw(*shown), butterflies.describe(*shown)


def image_names(rows: tuple[int, ...], ink: float) -> list[str]:
    """What images show; of the first also its ink."""
    labels = [str(digits().train.labels[row]) for row in rows]
    return [
        f"1: a {labels[0]},<br>{percent(ink)} ink",
        *(f"{i}: a {label}" for i, label in enumerate(labels[1:], start=2)),
    ]


def stage(which: Stage) -> str:
    """The symbol of a stage, in its color."""
    return colored(which.symbol, which.color)
