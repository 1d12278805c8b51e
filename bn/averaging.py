"""The arithmetic of a moving average: how long its start lasts, how much it shakes, and what all the data would say."""

import math

import numpy as np

from bn.arrays import FloatArray, read_only


def moving_average(start: FloatArray, values: FloatArray, decay: float | FloatArray | None) -> FloatArray:
    """The path of a moving average over values (T, ...), from before the first to after the last: (T + 1, ...).

        average[t + 1] = decay * average[t] + (1 - decay) * values[t],    average[0] = start

    decay: weight of the OLD average in [0, 1], or several that are broadcast over a value; None: the plain mean of the
    values so far (start where there are none). start: the shape of one value. Raises ValueError for another shape or a decay outside [0, 1].
    Source: the update that PyTorch, Keras, Flax and ONNX document; see `bn.conventions`.
    """
    start = np.asarray(start, dtype=np.float64)
    if values.ndim < 1 or start.shape != values.shape[1:]:
        raise ValueError(f"start has shape {start.shape} and values {values.shape}; start must be like one value")
    _check_decay(decay)
    path = np.empty((len(values) + 1, *start.shape))
    path[0] = start
    for t in range(len(values)):
        keep = t / (t + 1) if decay is None else decay
        path[t + 1] = keep * path[t] + (1 - keep) * values[t]
    return read_only(path)


def weight_of_start(decay: float | None, batches: int) -> float:
    """How much the start still weighs in the average after so many batches: decay ** batches.

    It weighs 1 before the first batch; for a plain mean (None) 0 after it. With d this weight, the average is on
    average d * start + (1 - d) * truth. Raises ValueError for a decay outside [0, 1] or fewer than 0 batches.
    """
    _check_decay(decay)
    if batches < 0:
        raise ValueError(f"batches is {batches}; it must be at least 0")
    return float((decay or 0.0) ** batches)


def batches_until(decay: float | None, weight: float) -> int | None:
    """The smallest number of batches after which the start weighs less than `weight`; None if that never happens.

        T = floor(ln(weight) / ln(decay)) + 1

    Raises ValueError for a decay outside [0, 1] or a weight that is not between 0 and 1.
    """
    _check_decay(decay)
    if not 0 < weight < 1:
        raise ValueError(f"weight is {weight}; it must lie between 0 and 1")
    if decay == 1:
        return None
    if not decay:
        return 1
    batches = math.floor(math.log(weight) / math.log(decay)) + 1
    # Where the quotient is a whole number, rounding of the logarithms may have missed it by one.
    while batches > 1 and weight_of_start(decay, batches - 1) < weight:
        batches -= 1
    while weight_of_start(decay, batches) >= weight:
        batches += 1
    return batches


def without_start(path: FloatArray, decay: float | None) -> FloatArray:
    """The same moving average without the weight of its start, after each of T batches: (T, ...).

        (average[t] - w * average[0]) / (1 - w),    w = decay ** t

    path: (T + 1, ...) as `moving_average` gives it. Its mean over many streams is the truth at every step. Raises
    ValueError for a decay outside [0, 1), since with 1 nothing but the start is in the average.
    Source: Kingma & Ba 2015 (arXiv 1412.6980), section 3, who correct Adam's averages so.
    """
    _check_decay(decay)
    if decay == 1:
        raise ValueError("decay is 1; the average holds nothing but its start")
    steps = np.arange(1, len(path)).reshape(-1, *[1] * (path.ndim - 1))
    weight = (decay or 0.0) ** steps
    return read_only((path[1:] - weight * path[0]) / (1 - weight))


def shaking(decay: float) -> float:
    """The standard deviation of a moving average that has forgotten its start, where that of single batches is 1.

        sqrt((1 - decay) / (1 + decay))

    For independent batches; it is the root of the sum of the squared weights (1 - decay)² decay^(2k), k = 0, 1, ….
    Raises ValueError for a decay outside [0, 1].
    """
    _check_decay(decay)
    return math.sqrt((1 - decay) / (1 + decay))


def pooled(batch_mean: FloatArray, batch_var: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The mean and the variance of all values together, from those of T batches of one size, both (T, ...).

        mean = average of the means
        var  = average of the variances + variance of the means    each ÷ how many there are

    batch_var: ÷N. The result is then ÷(T·N). Raises ValueError for no batches or two shapes.
    """
    if len(batch_mean) == 0 or batch_mean.shape != batch_var.shape:
        raise ValueError(f"means of shape {batch_mean.shape}, variances {batch_var.shape}: at least one of each needed")
    mean = np.asarray(batch_mean.mean(axis=0))
    return mean, np.asarray(batch_var.mean(axis=0) + batch_mean.var(axis=0))


def _check_decay(decay: float | FloatArray | None) -> None:
    if decay is not None and not np.all((np.asarray(decay) >= 0) & (np.asarray(decay) <= 1)):
        raise ValueError(f"decay is {decay}; the weight of the old average must lie between 0 and 1")
