"""The batch normalization layer: forward in both modes, backward in both modes, moving statistics."""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, as_floats, channel_vector, other_axes, read_only, require_finite, shape_along, to_half
from bn.conventions import CONVENTIONS, Convention
from bn.standardize import Standardized, divide, smallest_exact, standardize, sum_over


class Gradients(NamedTuple):
    """The gradients of a loss L with respect to what went into the layer.

    x      dL/dx, the shape of x
    gamma  dL/dgamma, (C,)
    beta   dL/dbeta, (C,)
    """

    x: FloatArray
    gamma: FloatArray
    beta: FloatArray


class Trace(NamedTuple):
    """Every step of one pass through the layer, in the order in which they are computed.

    x         the input; (N, C) or with its channels on channel_axis
    mean      the mean that was subtracted, (C,)
    var       the variance that was used, (C,): the batch's (÷N) in training, the moving one in inference; infinite where
              it exceeds the largest float
    centered  x - mean, the shape of x
    std       sqrt(var + eps), (C,); exact even where var overflows
    x_hat     centered / std, the shape of x
    y         gamma * x_hat + beta, the shape of x
    training  True: mean and var are the batch's own; False: they are the moving averages

    All in the precision of x, but for half: x and y of float16 are computed in float32, and so is what stands between
    them, for a variance above 65,504 or an eps of 1e-8 is no number in half.
    """

    x: FloatArray
    mean: FloatArray
    var: FloatArray
    centered: FloatArray
    std: FloatArray
    x_hat: FloatArray
    y: FloatArray
    gamma: FloatArray
    beta: FloatArray
    eps: float
    channel_axis: int
    training: bool

    def backward(self, dy: npt.ArrayLike) -> Gradients:
        """Carry the gradient of a loss from the output y back to x, gamma and beta.

            dbeta  = sum(dy)                    over all axes but the channels
            dgamma = sum(dy * x_hat)
            dx     = gamma / std * (dy - dbeta / n - x_hat * dgamma / n)   in training, n values per channel
            dx     = gamma / std * dy                                      in inference, where mean and std are constants

        dy has the shape of x. dx has the precision of x; of half it is computed in float32, and gamma's and beta's
        gradients stay so. Where std is 0 (eps = 0 and a constant feature) no derivative exists, and dx is 0.
        Raises ValueError for another shape, NaN or infinity.
        Source: Ioffe & Szegedy 2015 (arXiv 1502.03167), section 3, simplified.
        """
        dy = as_floats(dy, "dy").astype(self.x_hat.dtype, copy=False)
        if dy.shape != self.x.shape:
            raise ValueError(f"dy has shape {dy.shape}; it needs the shape of x, {self.x.shape}")
        require_finite(dy, "dy")
        axes = other_axes(dy.ndim, self.channel_axis)
        shape = shape_along(dy.ndim, self.channel_axis, len(self.mean))
        n = dy.size // len(self.mean)
        dbeta = sum_over(dy, axes, n)  # (C,)
        dgamma = sum_over(dy * self.x_hat, axes, n)  # (C,)
        # Where eps counts, no std is 0, and nobody has to look.
        slope = self.gamma / self.std if self.eps > smallest_exact(dy.dtype) else divide(self.gamma, self.std)  # (C,)
        if self.training:
            dx = self.x_hat * (dgamma / -n).reshape(shape)
            dx += dy
            dx -= (dbeta / n).reshape(shape)
            dx *= slope.reshape(shape)
        else:
            dx = dy * slope.reshape(shape)
        return Gradients(x=dx if dx.dtype == self.x.dtype else to_half(dx), gamma=dgamma, beta=dbeta)


@dataclass(frozen=True, eq=False)
class BatchNorm:
    """Batch normalization over every axis but the channels.

        x_hat = (x - mean) / sqrt(var + eps)
        y     = gamma * x_hat + beta

    A value, not an object with moods: `train` returns a new layer, nothing changes in place. Change a setting with
    `dataclasses.replace`.

    gamma, beta                (C,) scale and shift, learned by gradient descent
    running_mean, running_var  (C,) moving averages of the batch statistics, remembered and not learned
    eps                        added to the variance, at least 0
    decay                      weight of the OLD moving average, in [0, 1]; None: the plain mean of all batches seen
    channel_axis               the axis of x that holds the C channels
    batches_seen               how many batches the moving averages have taken in

    Raises ValueError, naming the value, for vectors of another length than gamma's, NaN, infinity, a negative running
    variance or eps, or a decay outside [0, 1].
    Source: Ioffe & Szegedy 2015 (arXiv 1502.03167).
    """

    gamma: FloatArray
    beta: FloatArray
    running_mean: FloatArray
    running_var: FloatArray
    eps: float
    decay: float | None
    convention: Convention
    channel_axis: int
    batches_seen: int = 0

    def __post_init__(self) -> None:
        num_features = np.size(self.gamma)
        for name in ("gamma", "beta", "running_mean"):
            object.__setattr__(self, name, channel_vector(getattr(self, name), num_features, name))
        # A variance above the largest float is infinite, and stays so in the average.
        var = np.array(self.running_var, dtype=np.float64)
        if var.shape != (num_features,) or not (var >= 0).all():
            raise ValueError(f"running_var is {var}; it needs {num_features} values of at least 0")
        object.__setattr__(self, "running_var", read_only(var))
        if not 0 <= self.eps < np.inf:
            raise ValueError(f"eps is {self.eps}; it must be finite and at least 0")
        if self.decay is not None and not 0 <= self.decay <= 1:
            raise ValueError(f"decay is {self.decay}; the weight of the old average must lie between 0 and 1")

    @classmethod
    def create(
        cls, num_features: int, convention: Convention = CONVENTIONS["pytorch"], channel_axis: int | None = None
    ) -> Self:
        """A fresh layer: gamma 1, beta 0, running mean 0, running variance 1, eps and decay of the convention.

        channel_axis defaults to the convention's. Raises ValueError for fewer than one feature.
        """
        if num_features < 1:
            raise ValueError(f"num_features is {num_features}; a layer needs at least 1")
        return cls(
            gamma=np.ones(num_features),
            beta=np.zeros(num_features),
            running_mean=np.zeros(num_features),
            running_var=np.ones(num_features),
            eps=convention.eps,
            decay=convention.decay,
            convention=convention,
            channel_axis=convention.channel_axis if channel_axis is None else channel_axis,
        )

    def train(self, x: npt.ArrayLike) -> tuple[Trace, Self]:
        """Normalize with the batch's own statistics; return the trace and the layer with updated moving averages.

            mean = 1/n sum(x),  var = 1/n sum((x - mean)^2)     n values per channel
            running_mean = decay * running_mean + (1 - decay) * mean
            running_var  = decay * running_var  + (1 - decay) * var * n / (n - ddof)   as the convention corrects it

        A batch of one value per channel has no unbiased variance; its biased variance, 0, is averaged instead.
        x: (N, C), or C channels on channel_axis, N of at least 1. Computed in the precision of x, half in float32.
        Raises ValueError as `infer` does, for one value per channel where the convention refuses it (PyTorch), and for
        an eps with which it cannot correct the variance (Keras 2).
        """
        x, axes, shape = self._checked(x)
        if x.dtype == np.float16:
            trace, layer = self.train(x.astype(np.float32))
            return trace._replace(x=x, y=to_half(trace.y)), layer
        n = x.size // len(self.gamma)
        if not self.convention.takes(n):
            raise ValueError(
                f"x has 1 value per channel (shape {x.shape}); {self.convention.name} refuses to train on it, "
                "because it would be normalized to 0 whatever it is"
            )
        step = standardize(x, axes, shape, self.eps)
        trace = self._scale_and_shift(x, step, training=True)
        correction = self.convention.correction(n, self.eps)
        keep = self.batches_seen / (self.batches_seen + 1) if self.decay is None else self.decay
        with np.errstate(over="ignore"):
            running_mean = _moved(self.running_mean, step.mean, keep, 1 - keep)
            running_var = _moved(self.running_var, step.var, keep, (1 - keep) * correction)
        averages = {"running_mean": read_only(running_mean), "running_var": read_only(running_var)}
        return trace, self.with_unchecked(**averages, batches_seen=self.batches_seen + 1)

    def infer(self, x: npt.ArrayLike) -> Trace:
        """Normalize with the moving averages; the layer does not change, and no example depends on another.

        x: (N, C), or C channels on channel_axis, N of at least 1. Computed in the precision of x, half in float32.
        Raises ValueError, naming the value: x is not numbers, not 2-D or more, empty, has another number of
        features than the layer, or holds NaN or infinity.
        """
        x, _, shape = self._checked(x)
        require_finite(x, "x")
        if x.dtype == np.float16:
            trace = self.infer(x.astype(np.float32))
            return trace._replace(x=x, y=to_half(trace.y))
        with np.errstate(over="ignore"):
            mean, var = self.running_mean.astype(x.dtype), self.running_var.astype(x.dtype)
        std = np.sqrt(var + x.dtype.type(self.eps))
        centered = x - mean.reshape(shape)
        x_hat = divide(centered, std.reshape(shape))
        return self._scale_and_shift(x, Standardized(mean, var, centered, std, x_hat), training=False)

    def _checked(self, x: npt.ArrayLike) -> tuple[FloatArray, tuple[int, ...], tuple[int, ...]]:
        """Return x as floats, the axes of its statistics, and the shape that broadcasts (C,) against it."""
        x = as_floats(x)
        if x.ndim < 2 or not -x.ndim <= self.channel_axis < x.ndim:
            raise ValueError(
                f"x has shape {x.shape}; it needs at least two axes, one of them (axis {self.channel_axis}) the channels"
            )
        if x.shape[self.channel_axis] != len(self.gamma):
            raise ValueError(
                f"x has {x.shape[self.channel_axis]} features (shape {x.shape}, axis {self.channel_axis}); "
                f"the layer has {len(self.gamma)}"
            )
        if x.size == 0:
            raise ValueError(f"x is empty (shape {x.shape}); a batch needs at least one row")
        return x, other_axes(x.ndim, self.channel_axis), shape_along(x.ndim, self.channel_axis, len(self.gamma))

    def with_unchecked(self, **changes: FloatArray | int) -> Self:
        """Return this layer with these fields changed, which are right already and read-only.

        `replace` would copy and check all four vectors again: a quarter of the time of a training step.
        """
        layer = object.__new__(type(self))
        layer.__dict__.update(self.__dict__, **changes)
        return layer

    def _scale_and_shift(self, x: FloatArray, step: Standardized, training: bool) -> Trace:
        gamma, beta = self.gamma.astype(x.dtype, copy=False), self.beta.astype(x.dtype, copy=False)
        shape = shape_along(x.ndim, self.channel_axis, len(gamma))
        y = step.x_hat * gamma.reshape(shape)
        y += beta.reshape(shape)
        for array in (*step, y, gamma, beta):
            array.setflags(write=False)
        return Trace(
            x, *step, y=y, gamma=gamma, beta=beta, eps=self.eps, channel_axis=self.channel_axis, training=training
        )


def _moved(old: FloatArray, new: FloatArray, keep: float, take: float) -> FloatArray:
    """Return keep * old + take * new in float64, where a weight of 0 drops its value even if that is infinite."""
    if keep == 0:
        return take * new.astype(np.float64)
    return keep * old + take * new.astype(np.float64) if take else old
