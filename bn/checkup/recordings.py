"""What recorded data tell of a model: whether the stored averages are theirs, where training and evaluation part, and why.

In training mode a layer normalizes with its own batch, so nothing that is stored earlier in the model reaches its inputs.
Each layer's averages are therefore held against its inputs in training mode: whose do not fit is known layer by layer.
"""

import math
from dataclasses import dataclass

import numpy as np

from bn.arrays import FloatArray, read_only
from bn.averaging import pooled, shaking, weight_of_start
from bn.checkup import chapters
from bn.checkup.finding import Finding, counted, names, number, percent
from bn.checkup.stored import Recorded, StoredLayer, StoredModel
from bn.checkup.vectors import is_untouched, looks_swapped, off_per_channel, over_channels

PARTED = 0.25  # standard deviations of the output; below it, a layer is as good as its averages can be
NOISY = 0.3  # the same, for what a batch's own statistics add in training mode
WIDER = math.log(1.2)  # of a variance; dropout that keeps 0.8 makes 1.37 times as much of it
EXACT = 2e-3  # float32 leaves so much of a mean that should be there
FEWEST = 16  # channels, to tell two factors apart
SURE = 10.0  # times that one explanation fits better than the other


@dataclass(frozen=True, eq=False)
class Drift:
    """How a layer's stored averages fit the recorded data; distances in standard deviations of the data.

    mean     (C,) of the data: the layer's inputs in training mode, all batches together
    var      (C,) the same, ÷N
    shift    (C,) how far the stored mean is from that of the data: (μ − μ_data) / √(σ²_data + ε)
    ratio    (C,) the stored standard deviation over that of the data: √(σ² + ε) / √(σ²_data + ε)
    off      (C,) by how much the output is off for that, in units of |γ|, root of the mean square
    total    the same for the layer, root of the mean square over channels, which count as their γ² does
    inputs   as total, but held against the inputs in evaluation mode, which everything earlier has changed
    noise    what a single batch's own statistics add to the output in training mode
    least    what total may be by chance alone, and by then is nothing
    frozen   in training mode, too, the layer uses its stored averages
    """

    layer: StoredLayer
    mean: FloatArray
    var: FloatArray
    shift: FloatArray
    ratio: FloatArray
    off: FloatArray
    total: float
    inputs: float
    noise: float
    least: float
    frozen: bool

    @property
    def parts(self) -> bool:
        """Whether the stored averages are not those of the data, by more than chance."""
        return self.total > self.least


@np.errstate(all="ignore")
def fits(model: StoredModel) -> tuple[Drift, ...]:
    """How each recorded layer fits its data, in the order of the model; () where nothing was recorded."""
    return tuple(_fit(model, layer, layer.recorded) for layer in model.layers if layer.recorded)


def _fit(model: StoredModel, layer: StoredLayer, recorded: Recorded) -> Drift:
    eps = model.eps(layer)
    # A moving average holds the mean of the batches' variances, ÷N or ÷(N−1); recomputed ones that of all values.
    mean, together = pooled(recorded.train_mean, recorded.train_var)
    each = np.asarray(recorded.train_var.mean(axis=0))
    candidates = [together, each]
    if 1 < recorded.rows < 256:  # else it makes no difference
        candidates.append(each * recorded.rows / (recorded.rows - 1))
    offs = [off_per_channel(layer, mean, var, eps) for var in candidates]
    totals = [over_channels(off, layer) for off in offs]
    best = int(np.argmin(totals))
    std = np.sqrt(candidates[best] + eps)
    shift, ratio = (layer.running_mean - mean) / std, np.sqrt(layer.running_var + eps) / std
    noise = _noise(layer, recorded, eps)
    decay = model.decay(layer)
    batches = len(recorded.train_mean)
    chance = noise * math.sqrt(1 / batches + (0 if decay is None else shaking(decay) ** 2))
    return Drift(
        layer,
        read_only(mean),
        read_only(together),
        read_only(shift),
        read_only(ratio),
        read_only(offs[best]),
        totals[best],
        over_channels(off_per_channel(layer, recorded.mean, recorded.var, eps), layer),
        noise,
        max(PARTED, 4 * chance),
        _is_frozen(layer, recorded, mean, eps),
    )


def _noise(layer: StoredLayer, recorded: Recorded, eps: float) -> float:
    """What a batch's own mean and variance add to the output, in units of |γ|: their spread over the recorded batches.

        √( Var(μ_B) / (σ² + ε) + Var(√(σ²_B + ε)) / (σ² + ε) )

    For a single batch, that of independent values: √(1/n + 1/(2n)).
    """
    if len(recorded.train_mean) < 2:
        return math.sqrt(1.5 / recorded.rows)
    std = np.sqrt(recorded.train_var + eps)
    spread = recorded.train_mean.var(axis=0, ddof=1) + std.var(axis=0, ddof=1)
    share = np.sqrt(spread / (std**2).mean(axis=0))
    return over_channels(np.nan_to_num(np.minimum(share, 10.0), nan=0.0), layer)


def _is_frozen(layer: StoredLayer, recorded: Recorded, mean: FloatArray, eps: float) -> bool:
    """Whether outputs in training mode follow the stored averages and not the batch: their mean is then not β."""
    stored, own = _off_predicted(layer, mean, recorded.train_y_mean, eps)
    return stored < EXACT and own > SURE * max(stored, EXACT / SURE)


def _off_predicted(layer: StoredLayer, mean: FloatArray, y_mean: FloatArray, eps: float) -> tuple[float, float]:
    """How far the outputs' means are from γ (μ_data − μ) / √(σ² + ε) + β, and from β alone, in units of |γ|."""
    size = np.abs(layer.scale)
    live = size > 1e-3 * float(size.max(initial=0))
    stored = layer.gain(eps) * (mean - layer.running_mean)
    off = [((y_mean - layer.shift - by) / size)[live] for by in (stored, 0.0)]
    if not live.any() or not all(np.isfinite(each).all() for each in off):
        return math.inf, 0.0
    first, second = (math.sqrt(float((each**2).mean())) for each in off)
    return first, second


# --- verdicts: what is wrong with the whole ----------------------------------------------------------------------


def wrong_mode(model: StoredModel, known: tuple[Drift, ...]) -> Finding | None:
    """In evaluation mode a layer's outputs have exactly mean β: it normalizes with its batch, and stored averages are not used."""
    found = []
    for layer in model.layers:
        if layer.recorded:
            stored, own = _off_predicted(layer, layer.recorded.mean, layer.recorded.y_mean, model.eps(layer))
            if own < EXACT and stored > max(SURE * own, 0.01):
                found.append((layer, layer.recorded, stored, own))
    if not found:
        return None
    layer, recorded, stored, own = max(found, key=lambda each: each[2])
    noise = max(fit.noise for fit in known)
    chapter, query = chapters.wrong_mode()
    return Finding(
        kind="wrong_mode",
        layer=layer.name if len(found) == 1 else None,
        channels=(),
        title="Training mode is on in evaluation",
        evidence=f"In evaluation mode the outputs of {layer.name} have mean β to within {number(own)} |γ|; with the stored averages "
        f"they would be {number(stored)} |γ| from it. So in {counted(len(found), len(model.layers), 'layer')}. An output depends on its "
        f"batch, and shakes by {number(noise)} standard deviations with {recorded.rows:,} values.",
        certainty="proof",
        weight=min(max(stored, noise), 10.0) + 1,
        todo="Look for training=True, use_running_average=False, track_running_stats=False, or a train() that is never taken back.",
        chapter=chapter,
        query=query,
        layers=len(found),
    )


def apart(model: StoredModel, known: tuple[Drift, ...]) -> Finding | None:
    """The layers whose averages are not those of the data, the first of them, and the cause as far as it shows.

    stale       all lie between the start and the data, at one share of the way: the start still weighs
    moved_data  from the first layer on: the model sees other data, or data on another scale
    averages_off  from a later layer on, whose inputs are as they were in training
    """
    parted = [fit for fit in known if fit.parts and not fit.frozen and not _told_already(fit.layer)]
    if not parted:
        return None
    first = parted[0]
    return _exchanged(first) or _stale(model, known, parted) or _moved(known, parted) or _off(known, parted)


def _told_already(layer: StoredLayer) -> bool:
    """Whether the vectors alone say why they do not fit."""
    finite = np.isfinite(layer.running_mean).all() and np.isfinite(layer.running_var).all()
    return bool(is_untouched(layer) or not finite or looks_swapped(layer))


def _where(known: tuple[Drift, ...], parted: list[Drift]) -> str:
    first = parted[0]
    return (
        f"Training and evaluation part at {first.layer.name}, the {_ordinal(known.index(first) + 1)} of {len(known)} recorded layers: "
        f"its averages move the output by {number(first.total)} standard deviations. In {counted(len(parted), len(known), 'layer')} they "
        "do not fit the data."
    )


def _ordinal(place: int) -> str:
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


def _exchanged(fit: Drift) -> Finding | None:
    """Stored mean and variance, each in the other's place, are those of the data."""
    if fit.layer.channels < 4:
        return None
    right = _far(fit.layer.running_mean, fit.mean) + _far(fit.layer.running_var, fit.var)
    turned = _far(fit.layer.running_mean, fit.var) + _far(fit.layer.running_var, fit.mean)
    if not (turned < 0.3 and SURE * turned < right):
        return None
    return Finding(
        kind="swapped",
        layer=fit.layer.name,
        channels=(),
        title="Mean and variance are swapped",
        evidence=f"The stored mean is the data's variance and the stored variance their mean, to within {percent(turned)}; as they "
        f"stand they are off by {percent(right)}.",
        certainty="proof",
        weight=100.0,
        todo="Exchange the two vectors of this layer. In a port, look at the order in which the four vectors are listed.",
        chapter="frameworks",
    )


def _far(one: FloatArray, other: FloatArray) -> float:
    """How far two vectors are apart, as a share of the second."""
    size = float(np.linalg.norm(other))
    return float(np.linalg.norm(one - other)) / size if size > 0 else math.inf


def _stale(model: StoredModel, known: tuple[Drift, ...], parted: list[Drift]) -> Finding | None:
    """The share of the way from the start (mean 0, variance 1) to the data at which all stored averages lie."""
    found, data = [], []
    for fit in parted:
        std = np.sqrt(fit.var + model.eps(fit.layer))
        found.append(np.concatenate([fit.layer.running_mean / std, (fit.layer.running_var - 1) / (fit.var + 1)]))
        data.append(np.concatenate([fit.mean / std, (fit.var - 1) / (fit.var + 1)]))
    y, x = np.concatenate(found), np.concatenate(data)
    size = float(x @ x)
    if not (np.isfinite(y).all() and size > 0):
        return None
    share = float(x @ y) / size
    rest = float(np.linalg.norm(y - share * x) / np.linalg.norm(y))
    weight = 1 - share
    floor = min(float(fit.layer.running_var.min()) for fit in parted)
    if not (rest < 0.35 and 0.03 < weight < 1 and floor > 0.9 * weight):
        return None
    worst = max(parted, key=lambda fit: fit.total)
    chapter, query = chapters.stale(_batches(model, worst.layer, weight))
    return Finding(
        kind="stale",
        layer=worst.layer.name if len(parted) == 1 else None,
        channels=(),
        title="The averages are stale",
        evidence=f"The averages lie between their start and the data: the start, mean 0 and variance 1, still weighs "
        f"{percent(weight)}, which explains {percent(1 - rest**2)} of how they lie in {counted(len(parted), len(model.layers), 'layer')}. "
        f"{_counted_too(model, worst.layer)}{_where(known, parted)} Most are moved in {worst.layer.name}: by {number(worst.total)}.",
        certainty="proof",
        weight=worst.total + 1,
        todo="Load the recomputed statistics, or send more batches through in training mode.",
        chapter=chapter,
        query=query,
        layers=len(parted),
    )


def _counted_too(model: StoredModel, layer: StoredLayer) -> str:
    """What the count of batches says of the same, where there is one: it is one cause, and so one finding."""
    decay, batches = model.decay(layer), layer.batches_tracked
    if decay is None or not 0 <= decay <= 1 or not batches:
        return ""
    return f"By the count of {batches:,} batches with a decay of {number(decay)} it should be {percent(weight_of_start(decay, batches))}. "


def _batches(model: StoredModel, layer: StoredLayer, weight: float) -> int:
    """After how many batches the start weighs so much."""
    decay = model.decay(layer)
    if layer.batches_tracked is not None:
        return layer.batches_tracked
    return 20 if decay is None or not 0 < decay < 1 else round(math.log(weight) / math.log(decay))


def _moved(known: tuple[Drift, ...], parted: list[Drift]) -> Finding | None:
    """From the very first layer on the data are others than those whose averages are stored."""
    first = parted[0]
    if first is not known[0]:
        return None
    scale = _common_scale(first)
    if scale is None and len(parted) == 1 < len(known):
        return None  # the averages of this one layer may as well be wrong
    typical = math.copysign(math.sqrt(float((first.shift**2).mean())), float(-first.shift.mean()))
    said = (
        f"There the inputs are {number(scale)} times as large as in training, the same in every channel: look at how pixels are scaled."
        f"{' In training mode this layer takes it out, and those behind it see nothing of it.' if len(parted) == 1 else ''}"
        if scale is not None
        else f"There the means of the data are {number(abs(typical))} stored standard deviations off (root of the mean square)."
    )
    chapter, query = chapters.moved(typical)
    return Finding(
        kind="moved_data",
        layer=first.layer.name if len(parted) == 1 else None,
        channels=(),
        title="The data have moved since training",
        evidence=f"{_where(known, parted)} {said}",
        certainty="strong sign",
        weight=max(fit.total for fit in parted) + 1,
        todo="Prepare the data as in training: scale, order of the color channels, mean and standard deviation. If the new data are "
        "meant, load the recomputed statistics.",
        chapter=chapter,
        query=query,
        layers=len(parted),
    )


def _common_scale(fit: Drift) -> float | None:
    """By what all channels of the data are larger than in training; None where that is not one number."""
    logs = -np.log(fit.ratio)
    logs = logs[np.isfinite(logs)]
    if len(logs) < 4:
        return None
    low, middle, high = np.percentile(logs, [25, 50, 75])
    return float(np.exp(middle)) if abs(middle) > 0.2 and high - low < 0.1 + 0.1 * abs(middle) else None


def _off(known: tuple[Drift, ...], parted: list[Drift]) -> Finding:
    first = parted[0]
    worst = np.argsort(-first.off)[:3]
    listed = ", ".join(str(int(channel)) for channel in worst)
    return Finding(
        kind="averages_off",
        layer=first.layer.name if len(parted) == 1 else None,
        channels=tuple(np.flatnonzero(first.off > first.least).tolist()) if len(parted) == 1 else (),
        title="Averages that are not those of the data",
        evidence=f"{_where(known, parted)} So: {names([fit.layer.name for fit in parted])}. In the first, channels {listed} are off most, "
        f"the worst by {number(first.off.max())}.",
        certainty="proof",
        weight=max(fit.total for fit in parted) + 1,
        todo="Load the recomputed statistics. Averages that lag are those of a layer that was frozen, skipped or taken from elsewhere.",
        chapter="training_vs_inference",
        layers=len(parted),
    )


def inputs_differ(model: StoredModel, known: tuple[Drift, ...]) -> Finding | None:
    """Every layer's averages fit its inputs in training mode, and yet not those in evaluation mode: something before it has two modes.

    Dropout before batch norm does this (Li et al. 2019, arXiv 1801.05134).
    """
    if any(fit.parts for fit in known):
        return None
    found = [
        (fit, ratio) for fit in known if not fit.frozen and (ratio := _wider_in_training(fit, model.eps(fit.layer)))
    ]
    if not found:
        return None
    first, ratio = found[0]
    chapter, query = chapters.dropout()
    return Finding(
        kind="inputs_differ",
        layer=first.layer.name,
        channels=(),
        title="Something before this layer has two modes",
        evidence=f"On the same batches the inputs' variance in training mode is {number(ratio)} times that in evaluation mode (median "
        f"of {first.layer.channels:,} channels), though all averages up to here fit: the stored ones are those of training mode. "
        f"Training and evaluation part here; in evaluation the output is off by {number(first.inputs)} standard deviations.",
        certainty="strong sign",
        weight=max(first.inputs, 1 - 1 / math.sqrt(ratio)),
        todo="Dropout in front of batch norm does this: put it behind the last one, or recompute the averages in evaluation mode.",
        chapter=chapter,
        query=query,
        layers=len(found),
    )


def _wider_in_training(fit: Drift, eps: float) -> float | None:
    """By what the variance of a layer's inputs is larger in training mode, if it clearly is; the batches are the same."""
    if fit.layer.recorded is None or fit.layer.channels < 2:
        return None
    logs = np.log((fit.var + eps) / (fit.layer.recorded.var + eps))
    if not np.isfinite(logs).all():
        return None
    middle, error = float(np.median(logs)), 1.25 * float(logs.std(ddof=1)) / math.sqrt(len(logs))
    return float(np.exp(middle)) if middle > max(WIDER, 4 * error) else None


def small_batches(model: StoredModel, known: tuple[Drift, ...]) -> Finding | None:
    """What the recorded batches' own statistics add to the outputs in training mode."""
    moving = [fit for fit in known if not fit.frozen]
    if not moving:
        return None
    noisiest = max(moving, key=lambda fit: fit.noise)
    recorded = noisiest.layer.recorded
    if noisiest.noise < NOISY or recorded is None:
        return None
    over = sum(fit.noise >= NOISY for fit in moving)
    where = counted(over, len(known), "layer")
    chapter, query = chapters.small_batches(recorded.rows)
    return Finding(
        kind="small_batches",
        layer=noisiest.layer.name if over == 1 else None,
        channels=(),
        title="Batches too small for their own statistics",
        evidence=f"In training mode an output of {noisiest.layer.name} shakes by {number(noisiest.noise)} standard deviations with the batch "
        f"it is in: {recorded.rows:,} values share a mean there. Above {number(NOISY)} it is in {where}.",
        certainty="strong sign",
        weight=noisiest.noise,
        todo="Larger batches, statistics shared between devices, or group norm. In evaluation mode it does not matter.",
        chapter=chapter,
        query=query,
        layers=over,
    )


def divisor(model: StoredModel, layer: StoredLayer) -> Finding | None:
    """Whether the stored variance is ÷N or ÷(N−1): told by its ratio to the recorded batches' where N is small.

    σ² / mean of σ²_B = 1 or n/(n − 1)
    """
    recorded = layer.recorded
    if recorded is None or not 2 <= recorded.rows <= 24 or layer.channels < FEWEST:
        return None
    logs = np.log(layer.running_var / recorded.train_var.mean(axis=0))
    logs = logs[np.isfinite(logs)]
    if len(logs) < FEWEST:
        return None
    middle, error = float(np.median(logs)), 1.25 * float(logs.std(ddof=1)) / math.sqrt(len(logs))
    whole = math.log(recorded.rows / (recorded.rows - 1))
    if not (abs(middle - whole) < 2 * error and abs(middle) > 3 * error):
        return None
    return Finding(
        kind="divisor",
        layer=layer.name,
        channels=(),
        title="The variance is stored ÷(N−1)",
        evidence=f"The stored variance is {number(np.exp(middle))} times that of the recorded batches (÷N), give or take "
        f"{number(np.exp(middle) * error)}; n/(n − 1) is {number(math.exp(whole))} with n = {recorded.rows}. Batches are normalized ÷N.",
        certainty="possible",
        weight=1 - math.exp(-whole / 2),
        todo="As PyTorch does it; nothing is wrong. With so few values, evaluation shrinks outputs by that much against training.",
        chapter="frameworks",
    )
