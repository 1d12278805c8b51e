"""What a stored layer makes of rows in inference, what the usual mistakes would make of them, and which made an output."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from bn.arrays import FloatArray, read_only
from bn.layer import BatchNorm

FLOAT32 = 2.0**-24  # half a unit in the last place of 1
OPERATIONS = 4  # roundings between x and y


def with_statistics(layer: BatchNorm, x: FloatArray, mean: FloatArray, var: FloatArray) -> FloatArray:
    """The output with these statistics: gamma * (x - mean) / sqrt(var + eps) + beta, (N, C); NaN where var + eps is negative, or 0 by 0."""
    with np.errstate(all="ignore"):
        return read_only(layer.gamma * ((x - mean) / np.sqrt(var + layer.eps)) + layer.beta)


def _divided_by(layer: BatchNorm, x: FloatArray, std: FloatArray) -> FloatArray:
    with np.errstate(all="ignore"):
        return read_only(layer.gamma * ((x - layer.running_mean) / std) + layer.beta)


def _left_on(layer: BatchNorm, x: FloatArray) -> FloatArray:
    return with_statistics(layer, x, x.mean(axis=0), x.var(axis=0))


def _left_on_unbiased(layer: BatchNorm, x: FloatArray) -> FloatArray:
    return with_statistics(layer, x, x.mean(axis=0), x.var(axis=0, ddof=1))


def _corrected_again(layer: BatchNorm, x: FloatArray) -> FloatArray:
    return with_statistics(layer, x, layer.running_mean, layer.running_var * (len(x) / (len(x) - 1)))


def _eps_outside(layer: BatchNorm, x: FloatArray) -> FloatArray:
    return _divided_by(layer, x, np.sqrt(layer.running_var) + layer.eps)


def _eps_as_floor(layer: BatchNorm, x: FloatArray) -> FloatArray:
    return _divided_by(layer, x, np.sqrt(np.maximum(layer.running_var, layer.eps)))


def other_eps(layer: BatchNorm) -> float:
    """The default of other frameworks: 1e-3, or 1e-5 beside an eps of 1e-3."""
    return 1e-5 if layer.eps == 1e-3 else 1e-3


def _eps_of_others(layer: BatchNorm, x: FloatArray) -> FloatArray:
    return with_statistics(replace(layer, eps=other_eps(layer)), x, layer.running_mean, layer.running_var)


def _statistics_swapped(layer: BatchNorm, x: FloatArray) -> FloatArray:
    return with_statistics(layer, x, layer.running_var, layer.running_mean)


def _parameters_swapped(layer: BatchNorm, x: FloatArray) -> FloatArray:
    swapped = replace(layer, gamma=layer.beta, beta=layer.gamma)
    return with_statistics(swapped, x, layer.running_mean, layer.running_var)


def _momentum_turned(layer: BatchNorm, x: FloatArray) -> FloatArray:
    averages = next_averages(layer, x)
    return with_statistics(layer, x, averages.mean_turned, averages.var_turned)


class NextAverages(NamedTuple):
    """The moving averages after rows were taken in as one more training batch, all (C,).

    mean, var                with the layer's decay: decay * old + (1 - decay) * batch
    mean_turned, var_turned  with its momentum read the other way round: (1 - decay) * old + decay * batch
    """

    mean: FloatArray
    var: FloatArray
    mean_turned: FloatArray
    var_turned: FloatArray


def next_averages(layer: BatchNorm, x: FloatArray) -> NextAverages:
    """What the moving averages become if x (N, C) is one more training batch, with the decay and with 1 - decay.

    Raises ValueError where the layer has no decay, and as its convention does for a batch that it cannot average.
    """
    if layer.decay is None:
        raise ValueError("decay is None; a plain mean has no momentum to be read the other way round")
    var = x.var(axis=0) * layer.convention.correction(len(x), layer.eps)

    def moved(keep: float) -> tuple[FloatArray, FloatArray]:
        mean = keep * layer.running_mean + (1 - keep) * x.mean(axis=0)
        return read_only(mean), read_only(keep * layer.running_var + (1 - keep) * var)

    return NextAverages(*moved(layer.decay), *moved(1 - layer.decay))


def _can_average(layer: BatchNorm, x: FloatArray) -> bool:
    try:
        layer.convention.correction(len(x), layer.eps)
    except ValueError:
        return False
    return layer.decay is not None and layer.convention.takes(len(x))


@dataclass(frozen=True)
class Mistake:
    """A way in which outputs in inference go wrong.

    compute      layer, rows (N, C) -> what comes out, (N, C)
    of_averages  it acts in training, on what the averages become; the output then is that with those averages
    needs_two    it needs the variance of the rows
    """

    compute: Callable[[BatchNorm, FloatArray], FloatArray]
    of_averages: bool = False
    needs_two: bool = False

    def applies(self, layer: BatchNorm, x: FloatArray) -> bool:
        """Whether it can be made with this layer and these rows."""
        return (len(x) > 1 or not self.needs_two) and (not self.of_averages or _can_average(layer, x))


MISTAKES: dict[str, Mistake] = {
    "training": Mistake(_left_on, needs_two=True),
    "unbiased": Mistake(_left_on_unbiased, needs_two=True),
    "corrected": Mistake(_corrected_again, needs_two=True),
    "outside": Mistake(_eps_outside),
    "floor": Mistake(_eps_as_floor),
    "eps": Mistake(_eps_of_others),
    "statistics": Mistake(_statistics_swapped),
    "parameters": Mistake(_parameters_swapped),
    "momentum": Mistake(_momentum_turned, of_averages=True),
}


def stored_outputs(layer: BatchNorm, x: FloatArray) -> dict[str, FloatArray]:
    """What comes out of a stored layer for rows x (N, C): "right" in inference, then each mistake that can be made of them.

        right      gamma * (x - mean) / sqrt(var + eps) + beta    with the moving mean and variance
        training   with mean and variance (÷N) of the rows themselves
        unbiased   the same with their variance ÷(N-1)
        corrected  with the moving variance times N/(N-1), N being the number of rows
        outside    divided by sqrt(var) + eps
        floor      divided by sqrt(max(var, eps))
        eps        with the default eps of other frameworks
        statistics with mean and variance swapped: NaN where mean + eps is negative
        parameters with gamma and beta swapped
        momentum   with the averages after these rows were one more training batch, momentum read the other way round

    All (N, C), float64. Raises ValueError as `BatchNorm.infer` does.
    """
    right = layer.infer(np.asarray(x, dtype=np.float64)).y
    found = {"right": right}
    for name, mistake in MISTAKES.items():
        if mistake.applies(layer, x):
            found[name] = mistake.compute(layer, x)
    return found


# --- which of them made an output --------------------------------------------------------------------------------


class Fit(NamedTuple):
    """How well an output explains numbers that somebody got.

    fits  every number is as near as its digits can tell
    off   the largest difference; infinite where there is no number
    """

    name: str
    fits: bool
    off: float


def float32_error(layer: BatchNorm, x: FloatArray) -> FloatArray:
    """How far an output that was computed in float32 can be from the exact one, about: (N, C).

    4 roundings of |gamma| / std * (|x| + |mean|) + |beta|
    """
    with np.errstate(all="ignore"):
        scale = np.abs(layer.gamma) / np.sqrt(layer.running_var + layer.eps)
        size = scale * (np.abs(x) + np.abs(layer.running_mean)) + np.abs(layer.beta)
    return read_only(OPERATIONS * FLOAT32 * np.where(np.isfinite(size), size, 0.0))


class Unsure(NamedTuple):
    """How far each number of a layer may be off because it was rounded when it was printed; each (C,), or 0."""

    gamma: FloatArray | float = 0.0
    beta: FloatArray | float = 0.0
    mean: FloatArray | float = 0.0
    var: FloatArray | float = 0.0


NOT_ROUNDED = Unsure()


def printing_error(layer: BatchNorm, x: FloatArray, unsure: Unsure) -> FloatArray:
    """How far outputs for rows x (N, C) can be off because the layer's numbers were rounded, to first order: (N, C).

    |x_hat| dgamma + dbeta + |gamma| / std * (dmean + |x_hat| / (2 std) * dvar)
    """
    with np.errstate(all="ignore"):
        std = np.sqrt(layer.running_var + layer.eps)
        x_hat = np.abs(x - layer.running_mean) / std
        slope = np.abs(layer.gamma) / std
        off = x_hat * unsure.gamma + unsure.beta + slope * (unsure.mean + x_hat / (2 * std) * unsure.var)
    return read_only(np.where(np.isfinite(off), off, 0.0))


def explain_output(candidates: Mapping[str, FloatArray], got: FloatArray, within: FloatArray) -> list[Fit]:
    """How well each candidate explains numbers that somebody got, the nearest first; equally near ones in their order.

    got: of any shape, which all candidates have; NaN where that is what came out. within: how far each number may be off.
    Raises ValueError for two shapes.
    """
    fits = []
    for name, y in candidates.items():
        if y.shape != got.shape:
            raise ValueError(f"got has shape {got.shape} and {name} {y.shape}; they must be the same")
        with np.errstate(invalid="ignore"):
            off = np.abs(y - got)
        off = np.where(np.isnan(y) & np.isnan(got) | (y == got), 0.0, off)
        off = np.where(np.isnan(off), np.inf, off)
        fits.append(Fit(name, bool((off <= within).all()), float(off.max())))
    return sorted(fits, key=lambda fit: (not fit.fits, fit.off))


def apart(one: FloatArray, other: FloatArray) -> float:
    """The largest difference of two outputs; NaN is far from every number and equals NaN."""
    [fit] = explain_output({"": one}, other, np.zeros_like(other))
    return fit.off
