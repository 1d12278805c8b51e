"""Which values share one mean and one variance: batch norm and its relatives, counted and labeled."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Norm = Literal["batch norm", "layer norm", "group norm", "instance norm", "layer norm, each pixel"]
NORMS: tuple[Norm, ...] = ("batch norm", "layer norm", "group norm", "instance norm", "layer norm, each pixel")


@dataclass(frozen=True)
class Sharing:
    """How a norm divides the values of x into sets that share a mean and a variance.

    x has its examples on axis 0 and C channels on channel_axis, the rest are its pixels: (N, C), (N, C, H, W) or
    (N, H, W, C). Examples, channels and pixels that stand together are averaged over:

        batch norm               all examples, one channel, all pixels           C sets
        layer norm               one example, all channels, all pixels           N
        group norm               one example, C / groups channels, all pixels    N * groups
        instance norm            one example, one channel, all pixels            N * C
        layer norm, each pixel   one example, all channels, one pixel            N * H * W

    groups is for group norm alone. Raises ValueError for another norm, fewer than two axes, an empty axis, a
    channel axis that is not there or is that of the examples, groups that do not divide C.
    Source: Wu & He 2018 (arXiv 1803.08494), section 3.1; the last is what Keras's and Flax's LayerNorm do to an image
    unless told otherwise.
    """

    norm: Norm
    shape: tuple[int, ...]
    channel_axis: int = 1
    groups: int = 1

    def __post_init__(self) -> None:
        if self.norm not in NORMS:
            raise ValueError(f"{self.norm!r} is none of {', '.join(NORMS)}")
        if len(self.shape) < 2 or min(self.shape) < 1:
            raise ValueError(f"shape is {self.shape}; it needs two axes or more, none of them empty")
        if not -len(self.shape) <= self.channel_axis < len(self.shape) or self.channel_axis % len(self.shape) == 0:
            raise ValueError(
                f"channel_axis is {self.channel_axis}; in shape {self.shape} it must be another than that of N"
            )
        if self.norm == "group norm" and (self.groups < 1 or self.channels % self.groups):
            raise ValueError(f"groups is {self.groups}; it must divide the {self.channels} channels evenly")

    @property
    def examples(self) -> int:
        """N."""
        return self.shape[0]

    @property
    def channels(self) -> int:
        """C."""
        return self.shape[self.channel_axis]

    @property
    def pixels(self) -> int:
        """H * W, and 1 for a dense layer."""
        return math.prod(self.shape) // (self.examples * self.channels)

    @property
    def statistics(self) -> int:
        """How many means, and how many variances, there are."""
        sets = {
            "batch norm": self.channels,
            "layer norm": self.examples,
            "group norm": self.examples * self.groups,
            "instance norm": self.examples * self.channels,
            "layer norm, each pixel": self.examples * self.pixels,
        }
        return sets[self.norm]

    @property
    def values(self) -> int:
        """How many values share each of them."""
        return math.prod(self.shape) // self.statistics

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes that are averaged over; for group norm all of one example's, a group at a time."""
        channel = self.channel_axis % len(self.shape)
        pixels = [axis for axis in range(1, len(self.shape)) if axis != channel]
        averaged = {
            "batch norm": [0, *pixels],
            "layer norm": [*pixels, channel],
            "group norm": [*pixels, channel],
            "instance norm": pixels,
            "layer norm, each pixel": [channel],
        }
        return tuple(sorted(averaged[self.norm]))

    def label(self, example: int, channel: int, pixel: int = 0) -> int:
        """The number of the set that a value belongs to, from 0 on. Pixels are counted row by row."""
        per_example, per_group, per_pixel = self._steps
        return example * per_example + channel // self._together * per_group + pixel * per_pixel

    def in_memory(self, count: int) -> tuple[tuple[int, int, int], ...]:
        """(example, channel, pixel) of the first `count` values as they lie in memory, the last axis fastest."""
        found = []
        for place in range(min(count, math.prod(self.shape))):
            index = [int(i) for i in np.unravel_index(place, self.shape)]
            channel = index.pop(self.channel_axis % len(self.shape))
            pixel = int(np.ravel_multi_index(index[1:], self._pixel_shape)) if index[1:] else 0
            found.append((index[0], channel, pixel))
        return tuple(found)

    def labels(self) -> npt.NDArray[np.intp]:
        """The number of each value's set, in the shape of x and as large as x: for small shapes."""
        example = np.arange(self.examples)[:, None, None]
        channel = np.arange(self.channels)[None, :, None]
        pixel = np.arange(self.pixels)[None, None, :]
        per_example, per_group, per_pixel = self._steps
        made = example * per_example + channel // self._together * per_group + pixel * per_pixel
        whole = np.broadcast_to(made, (self.examples, self.channels, self.pixels))
        return np.moveaxis(whole.reshape(self.examples, self.channels, *self._pixel_shape), 1, self.channel_axis)

    @property
    def _steps(self) -> tuple[int, int, int]:
        """How far on in the numbers of the sets the next example, the next group of channels, the next pixel is."""
        steps = {
            "batch norm": (0, 1, 0),
            "layer norm": (1, 0, 0),
            "group norm": (self.groups, 1, 0),
            "instance norm": (self.channels, 1, 0),
            "layer norm, each pixel": (self.pixels, 0, 1),
        }
        return steps[self.norm]

    @property
    def _together(self) -> int:
        """How many neighboring channels are in one group."""
        return self.channels // self.groups if self.norm == "group norm" else 1

    @property
    def _pixel_shape(self) -> tuple[int, ...]:
        channel = self.channel_axis % len(self.shape)
        return tuple(length for axis, length in enumerate(self.shape) if axis not in (0, channel))


def dividing(groups: int, channels: int) -> int:
    """The largest number of groups, up to `groups`, that divides the channels evenly.

    Raises ValueError for groups or channels below 1.
    """
    if groups < 1 or channels < 1:
        raise ValueError(f"{channels} channels in {groups} groups: both must be at least 1")
    return next(each for each in range(min(groups, channels), 0, -1) if channels % each == 0)
