"""What a norm leaves of an image's contrast, and of the differences between its channels."""

import numpy as np

from bn.arrays import FloatArray, read_only


def map_stds(x: FloatArray) -> FloatArray:
    """The standard deviation (÷n) of each feature map over its pixels, (N, C), for x (N, C, H, W)."""
    return read_only(x.std(axis=(2, 3)))


def contrast_of_first(x: FloatArray) -> float:
    """How strong the maps of the first example are, compared with those of the others.

        mean over c of std(x[0, c]) / mean over n > 0 and c of std(x[n, c])

    x: (N, C, H, W). 1 where the first is like the others; infinite if all maps of the others are constant. Raises
    ValueError without others.
    """
    if len(x) < 2:
        raise ValueError(f"x has shape {x.shape}; the first example is compared with others, so N must be at least 2")
    stds = map_stds(x)
    return _ratio(float(stds[0].mean()), float(stds[1:].mean()))


def channel_ratio(x: FloatArray) -> float:
    """How much stronger the strongest channel is than the weakest, by the root mean square of their maps' deviations.

        s[c] = sqrt(mean over n of var(x[n, c])),  max s / min s

    x: (N, C, H, W). 1 where no channel stands out; infinite if all maps of a channel are constant, and others not.
    """
    strength = np.sqrt((map_stds(x) ** 2).mean(axis=0))  # (C,)
    return _ratio(float(strength.max()), float(strength.min()))


def _ratio(upper: float, lower: float) -> float:
    if lower > 0:
        return upper / lower
    return np.inf if upper > 0 else 1.0
