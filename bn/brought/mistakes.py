"""What a stored layer makes of rows in inference, what the usual mistakes would make of them, and which made an output."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Generic, Literal, NamedTuple, TypeVar

import numpy as np

from bn.arrays import FloatArray, read_only
from bn.conventions import CONVENTIONS
from bn.layer import BatchNorm

FLOAT32 = 2.0**-24  # half a unit in the last place of 1
OPERATIONS = 4  # roundings between x and y


class Way(NamedTuple):
    """How an output is made: gamma * (x - mean) / std + beta, with std by `root`; all vectors (C,).

    root: "under", sqrt(var + eps); "outside", sqrt(var) + eps; "floor", sqrt(max(var, eps)).
    """

    gamma: FloatArray
    beta: FloatArray
    mean: FloatArray
    var: FloatArray
    eps: float
    root: Literal["under", "outside", "floor"] = "under"

    def output(self, x: FloatArray) -> FloatArray:
        """What comes out for x (N, C); NaN where a root is that of a negative number, or 0 by 0."""
        with np.errstate(all="ignore"):
            if self.root == "outside":
                std = np.sqrt(self.var) + self.eps
            elif self.root == "floor":
                std = np.sqrt(np.maximum(self.var, self.eps))
            else:
                std = np.sqrt(self.var + self.eps)
            return read_only(self.gamma * ((x - self.mean) / std) + self.beta)


def _left_on(way: Way, layer: BatchNorm, x: FloatArray) -> Way:
    return way._replace(mean=x.mean(axis=0), var=x.var(axis=0))


def _left_on_unbiased(way: Way, layer: BatchNorm, x: FloatArray) -> Way:
    return way._replace(mean=x.mean(axis=0), var=x.var(axis=0, ddof=1))


def _corrected_again(way: Way, layer: BatchNorm, x: FloatArray) -> Way:
    return way._replace(var=way.var * (len(x) / (len(x) - 1)))


def _eps_outside(way: Way, layer: BatchNorm, x: FloatArray) -> Way:
    return way._replace(root="outside")


def _eps_as_floor(way: Way, layer: BatchNorm, x: FloatArray) -> Way:
    return way._replace(root="floor")


def _eps_of_others(eps: float, way: Way, layer: BatchNorm, x: FloatArray) -> Way:
    return way._replace(eps=eps)


def _statistics_swapped(way: Way, layer: BatchNorm, x: FloatArray) -> Way:
    return way._replace(mean=way.var, var=way.mean)


def _parameters_swapped(way: Way, layer: BatchNorm, x: FloatArray) -> Way:
    return way._replace(gamma=way.beta, beta=way.gamma)


def _momentum_turned(way: Way, layer: BatchNorm, x: FloatArray) -> Way:
    averages = next_averages(layer, x)
    return way._replace(mean=averages.mean_turned, var=averages.var_turned)


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

    change       way, layer, rows (N, C) -> another way
    of           what it acts on; of two mistakes that act on the same, one leaves nothing of the other
    of_averages  it acts in training, on what the averages become; the output then is that with those averages
    needs_two    it needs the variance of the rows
    eps          the eps that it takes, if any; to a layer that has it, it is no mistake
    """

    change: Callable[[Way, BatchNorm, FloatArray], Way]
    of: str
    of_averages: bool = False
    needs_two: bool = False
    eps: float | None = None

    def applies(self, layer: BatchNorm, x: FloatArray) -> bool:
        """Whether it can be made with this layer and these rows."""
        if self.eps is not None and math.isclose(layer.eps, self.eps, rel_tol=1e-2):
            return False
        return (len(x) > 1 or not self.needs_two) and (not self.of_averages or _can_average(layer, x))


def _of_eps(eps: float) -> Mistake:
    return Mistake(partial(_eps_of_others, eps), "eps", eps=eps)


DEFAULTS = sorted({convention.eps for convention in CONVENTIONS.values()})  # of eps


# In the order in which they are made where there are two: first the statistics are taken, then changed, then used.
MISTAKES: dict[str, Mistake] = {
    "training": Mistake(_left_on, "statistics", needs_two=True),
    "unbiased": Mistake(_left_on_unbiased, "statistics", needs_two=True),
    "corrected": Mistake(_corrected_again, "correction", needs_two=True),
    "outside": Mistake(_eps_outside, "root"),
    "floor": Mistake(_eps_as_floor, "root"),
    **{f"eps {eps:g}": _of_eps(eps) for eps in DEFAULTS},
    "statistics": Mistake(_statistics_swapped, "order of statistics"),
    "parameters": Mistake(_parameters_swapped, "order of parameters"),
    "momentum": Mistake(_momentum_turned, "statistics", of_averages=True),
}


def _made(names: Sequence[str], layer: BatchNorm, x: FloatArray) -> FloatArray:
    way = Way(layer.gamma, layer.beta, layer.running_mean, layer.running_var, layer.eps)
    for name in sorted(names, key=lambda name: MISTAKES[name].of != "statistics"):
        way = MISTAKES[name].change(way, layer, x)
    return way.output(x)


def stored_outputs(layer: BatchNorm, x: FloatArray) -> dict[str, FloatArray]:
    """What comes out of a stored layer for rows x (N, C): "right" in inference, then each mistake that can be made of them.

        right      gamma * (x - mean) / sqrt(var + eps) + beta    with the moving mean and variance
        training   with mean and variance (÷N) of the rows themselves
        unbiased   the same with their variance ÷(N-1)
        corrected  with the moving variance times N/(N-1), N being the number of rows
        outside    divided by sqrt(var) + eps
        floor      divided by sqrt(max(var, eps))
        eps ...    with each other default eps of the conventions: "eps 0.001"
        statistics with mean and variance swapped: NaN where mean + eps is negative
        parameters with gamma and beta swapped
        momentum   with the averages after these rows were one more training batch, momentum read the other way round

    All (N, C), float64. Raises ValueError as `BatchNorm.infer` does.
    """
    x = np.asarray(x, dtype=np.float64)
    found = {"right": layer.infer(x).y}
    for name in _applying(layer, x):
        found[name] = _made([name], layer, x)
    return found


def _applying(layer: BatchNorm, x: FloatArray) -> list[str]:
    return [name for name, mistake in MISTAKES.items() if mistake.applies(layer, x)]


def outputs_of_two(layer: BatchNorm, x: FloatArray) -> dict[tuple[str, str], FloatArray]:
    """What comes out of a stored layer for rows x (N, C) with two of the mistakes at once, those that act on different things.

    The variance of the rows corrected to ÷(N-1) is one mistake and no pair. All (N, C), float64.
    """
    pairs = combinations(_applying(layer, x), 2)
    return {
        (one, two): _made([one, two], layer, x)
        for one, two in pairs
        if MISTAKES[one].of != MISTAKES[two].of and (one, two) != ("training", "corrected")
    }


# --- which of them made an output --------------------------------------------------------------------------------


Name = TypeVar("Name")


class Fit(NamedTuple, Generic[Name]):
    """How well an output explains numbers that somebody got.

    fits  every number is as near as its digits can tell
    off   the largest difference; infinite where there is no number
    """

    name: Name
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


def explain_output(candidates: Mapping[Name, FloatArray], got: FloatArray, within: FloatArray) -> list[Fit[Name]]:
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
