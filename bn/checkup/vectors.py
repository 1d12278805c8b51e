"""What a layer's stored vectors alone tell: one rule for each thing that can be wrong with them.

A rule for a layer is a function of the model and the layer, one for the whole of the model alone; either gives what it
finds, or None. A rule speaks of what it measured, and where a trained model may well be so, its finding is "possible".
"""

import math
from collections import Counter

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray
from bn.averaging import shaking, weight_of_start
from bn.checkup import chapters
from bn.checkup.finding import Certainty, Finding, counted, names, number, percent, sentence
from bn.checkup.stored import StoredLayer, StoredModel
from bn.conventions import CONVENTIONS

RUINED = 100.0  # the weight of what turns every output into NaN
FEW = 8  # channels, below which signs that agree may be chance
DEAD = 0.1  # the share of a layer's channels above which dead ones are more than training leaves behind
BRANCH = 0.25  # of the usual γ: below it, the layer ends a branch whose γ started at 0
FLAT = 3.0902  # a Gaussian lies above so many standard deviations in 0.1 % of cases
FLAT_BY_CANTELLI = 9.9499  # any distribution in at most 1 %: 1 / (1 + k²)
Mask = npt.NDArray[np.bool_]
NOTED = 0.05  # share of the output that is worth a word


def _at(mask: Mask) -> tuple[int, ...]:
    """The channels where something is so; () where it is so in all."""
    return () if mask.all() else tuple(np.flatnonzero(mask).tolist())


# --- values that cannot be ---------------------------------------------------------------------------------------


def not_finite(model: StoredModel, layer: StoredLayer) -> Finding | None:
    """NaN or infinity in any of the four vectors. An infinite variance alone makes the output β, whatever comes in."""
    vectors = {"γ": layer.scale, "β": layer.shift, "mean": layer.running_mean, "variance": layer.running_var}
    bad = {name: ~np.isfinite(vector) for name, vector in vectors.items()}
    where = np.logical_or.reduce(list(bad.values()))
    if not where.any():
        return None
    said = "; ".join(_infinite(name, vectors[name]) for name, mask in bad.items() if mask.any())
    silent = where & np.isposinf(layer.running_var) & ~(bad["γ"] | bad["β"] | bad["mean"])
    half = " float16 has nothing between 65,504 and infinity." if np.isinf(layer.running_var).any() else ""
    becomes = (
        "gives β whatever comes in" if silent[where].all() else "makes NaN of every input, and of all that follows"
    )
    return Finding(
        kind="not_finite",
        layer=layer.name,
        channels=_at(where),
        title="NaN or infinite values",
        evidence=f"{sentence(said)}, of {layer.channels:,} channels. Such a channel {becomes}.{half}",
        certainty="proof",
        weight=RUINED,
        todo="Take an earlier checkpoint, or recompute the averages on data in float32; keep these vectors in float32.",
        chapter="frameworks",
    )


def _infinite(name: str, vector: FloatArray) -> str:
    nan, infinite = int(np.isnan(vector).sum()), int(np.isinf(vector).sum())
    parts = [f"{count} {what}" for count, what in ((nan, "NaN"), (infinite, "infinite")) if count]
    return f"{name}: {' and '.join(parts)}"


def swapped(model: StoredModel, layer: StoredLayer) -> Finding | None:
    """Mean and variance in each other's place: a variance is never negative, and a mean is in half of the channels."""
    if not looks_swapped(layer):
        return None
    below = int((layer.running_var < 0).sum())
    return Finding(
        kind="swapped",
        layer=layer.name,
        channels=(),
        title="Mean and variance are swapped",
        evidence=f"The variance is negative in {counted(below, layer.channels)}, down to {number(layer.running_var.min())}, "
        f"and the mean is negative in none, from {number(layer.running_mean.min())} to {number(layer.running_mean.max())}.",
        certainty="strong sign" if layer.channels >= FEW else "possible",
        weight=RUINED,
        todo="Exchange the two vectors of this layer. In a port, look at the order in which the four vectors are listed.",
        chapter="frameworks",
    )


def looks_swapped(layer: StoredLayer) -> bool:
    """Whether the variance has negative values, as a mean has, and the mean has none, as a variance."""
    mean, var = layer.running_mean, layer.running_var
    return bool((var < 0).any() and (var > 0).any() and (mean >= 0).all() and (mean > 0).any())


def negative_variance(model: StoredModel, layer: StoredLayer) -> Finding | None:
    """σ² < 0; where σ² + ε < 0 too, the root is NaN. Where mean and variance are swapped, that is the finding."""
    below = layer.running_var < 0
    if not below.any() or looks_swapped(layer):
        return None
    eps = model.eps(layer)
    no_root = int((layer.running_var + eps < 0).sum())
    return Finding(
        kind="negative_variance",
        layer=layer.name,
        channels=_at(below),
        title="A negative variance",
        evidence=f"The variance is negative in {counted(int(below.sum()), layer.channels)}, down to "
        f"{number(layer.running_var.min())}; with ε = {number(eps)} {no_root} of them have no root and give NaN.",
        certainty="proof",
        weight=RUINED if no_root else 1.0,
        todo="Recompute the averages on data. A variance computed as E[x²] − E[x]² in float32 can end below 0.",
        chapter="inside_the_layer",
    )


def swapped_affine(model: StoredModel, layer: StoredLayer) -> Finding | None:
    """γ and β in each other's place: γ starts at 1 and β at 0, and training does not turn that around."""
    gamma, beta = layer.gamma, layer.beta
    if gamma is None or beta is None or layer.channels < FEW:
        return None
    turned = (gamma < 0).mean() >= 0.2 and (beta > 0).all() and np.abs(np.median(gamma)) < 0.3 * np.median(beta)
    untouched = (gamma == 0).all() and (beta == 1).all()
    if not turned and not untouched:
        return None
    return Finding(
        kind="swapped_affine",
        layer=layer.name,
        channels=(),
        title="γ and β are swapped",
        evidence=f"β is positive in all {layer.channels:,} channels with median {number(np.median(beta))}; γ is negative in "
        f"{int((gamma < 0).sum())} with median {number(np.median(gamma))}. They start at 0 and at 1.",
        certainty="strong sign",
        weight=2.0,
        todo="Exchange the two vectors of this layer. PyTorch calls them weight (γ) and bias (β), Flax scale and bias.",
        chapter="frameworks",
    )


# --- averages that know too little -------------------------------------------------------------------------------


def is_untouched(layer: StoredLayer) -> bool:
    """Whether the averages are where every framework starts them, mean 0 and variance 1 in each channel."""
    return bool((layer.running_mean == 0).all() and (layer.running_var == 1).all())


def never_updated(model: StoredModel, layer: StoredLayer) -> Finding | None:
    """Mean 0 and variance 1 in every channel: what a layer starts with and no data have."""
    if not is_untouched(layer):
        return None
    learned = bool((layer.scale != 1).any() or (layer.shift != 0).any())
    counted_none = layer.batches_tracked == 0
    said = f" {layer.batches_tracked:,} batches were tracked." if layer.batches_tracked is not None else ""
    affine = "γ and β have learned." if learned else "γ is 1 and β is 0 everywhere, too: nothing was trained."
    certainty: Certainty = "proof" if counted_none or not learned else "strong sign"
    todo = "Send data through the model in training mode, without training it."
    if learned:  # what is folded is no longer 1 and 0
        meant = "if mean and variance were folded into γ and β on purpose, all is well; else in evaluation the layer does not normalize."
        todo += (
            f" Proved is that no batch was averaged, and what that means depends: {meant}"
            if counted_none
            else f" But {meant}"
        )
    chapter, query = chapters.stale(0)
    return Finding(
        kind="never_updated",
        layer=layer.name,
        channels=(),
        title="The averages were never updated",
        evidence=f"The mean is exactly 0 and the variance exactly 1 in {counted(layer.channels, layer.channels)}.{said} {affine}",
        certainty=certainty,
        weight=20.0,
        todo=todo,
        chapter=chapter,
        query=query,
    )


def few_batches(model: StoredModel, layer: StoredLayer) -> Finding | None:
    """The start, mean 0 and variance 1, still weighs decay ** batches. Then no variance can be below that weight."""
    decay, batches = model.decay(layer), layer.batches_tracked
    if decay is None or not 0 <= decay <= 1 or not batches or is_untouched(layer):
        return None
    weight = weight_of_start(decay, batches)
    if weight < 0.01 or not (layer.running_var >= 0.99 * weight).all():  # else it did not start at 1
        return None
    off = _off_by_start(layer, weight, model.eps(layer))
    said = "" if layer.decay is not None else f" (a decay of {number(decay)} is assumed)"
    chapter, query = chapters.averaging(decay, batches)
    return Finding(
        kind="few_batches",
        layer=layer.name,
        channels=(),
        title="Too few batches for the decay",
        evidence=f"After {batches:,} batches with a decay of {number(decay)} the start still weighs {percent(weight)}{said}, and no "
        f"variance is below that ({number(layer.running_var.min())} is the least). It moves the output by {number(off)} standard "
        "deviations.",
        certainty="strong sign" if weight > 0.05 or off > 0.1 else "possible",
        weight=off,
        todo="Send more batches through in training mode, or take the start out: (average − w · start) / (1 − w).",
        chapter=chapter,
        query=query,
    )


def _off_by_start(layer: StoredLayer, weight: float, eps: float) -> float:
    """By how many standard deviations outputs are off while the start weighs so much, root of the mean square."""
    if weight >= 1:
        return 1.0
    mean = layer.running_mean / (1 - weight)
    var = np.maximum(layer.running_var - weight, 0) / (1 - weight)
    return float(np.sqrt((off_per_channel(layer, mean, var, eps) ** 2).mean()))


def off_per_channel(layer: StoredLayer, mean: FloatArray, var: FloatArray, eps: float) -> FloatArray:
    """How far a layer's outputs are from those that data with this mean and variance should have, (C,), in units of |γ|.

        x̂ = (x − μ) / √(σ² + ε):   √( ((μ_data − μ) / s)² + σ²_data (1/s − 1/s_data)² ),   s = √(σ² + ε)

    It is the root of the mean square over the data, at most 10.
    """
    s, right = np.sqrt(layer.running_var + eps), np.sqrt(var + eps)
    off = np.sqrt(((mean - layer.running_mean) / s) ** 2 + var * (1 / s - 1 / right) ** 2)
    return np.asarray(np.minimum(np.nan_to_num(off, nan=10.0, posinf=10.0), 10.0))


def variance_floor(model: StoredModel) -> Finding | None:
    """No variance below a common floor in any layer, and nobody counted the batches: the start may still weigh that much.

    The floor of data differs from layer to layer; that of a start of 1 is the same, decay ** batches.
    """
    layers = [layer for layer in model.layers if not is_untouched(layer) and layer.batches_tracked is None]
    if len(layers) < 4 or len(layers) < len(model.layers):
        return None
    floors = np.array([layer.running_var.min() for layer in layers])
    floor = float(floors.min())
    if not (0.6 <= floor < 1 and (floors < 1).all()):
        return None
    decay = model.decay(layers[0])
    if decay is None or not 0 < decay < 1:
        return None
    batches = math.floor(math.log(floor) / math.log(decay))
    chapter, query = chapters.averaging(decay, batches)
    return Finding(
        kind="few_batches",
        layer=None,
        channels=(),
        title="The averages may have seen too few batches",
        evidence=f"In none of {len(layers)} layers is a variance below {number(floor)}, and in each the least lies between that and 1, "
        f"where averages start. With a decay of {number(decay)} the start weighs so much after {batches:,} batches.",
        certainty="possible",
        weight=floor,
        todo="Send some hundred batches through in training mode and save again; record some batches, and the page will know.",
        chapter=chapter,
        query=query,
        layers=len(layers),
    )


def short_memory(model: StoredModel, layer: StoredLayer) -> Finding | None:
    """A decay near 0 keeps the last batch alone. PyTorch's momentum weighs the new value, that of Keras and Flax the old."""
    if layer.decay is None or not 0 <= layer.decay <= 0.5:
        return None
    shakes = shaking(layer.decay)
    chapter, query = chapters.typed(round(1 - layer.decay, 2))
    return Finding(
        kind="short_memory",
        layer=layer.name,
        channels=(),
        title="The average forgets at once",
        evidence=f"The old average weighs {number(layer.decay)} and the new batch {number(1 - layer.decay)}: the stored statistics "
        f"shake {percent(shakes)} as much as those of one batch, against {percent(shaking(0.9))} with a decay of 0.9.",
        certainty="strong sign",
        weight=shakes * 0.3,
        todo="Turn the number around: PyTorch's momentum is the weight of the new value, 1 minus that of Keras and Flax. Then "
        "let the averages run again.",
        chapter=chapter,
        query=query,
    )


def age(model: StoredModel) -> Finding | None:
    """Layers that have counted different numbers of batches: not all of them have followed the weights to the end."""
    layers = [layer for layer in model.layers if layer.batches_tracked is not None and not is_untouched(layer)]
    counts = Counter(layer.batches_tracked for layer in layers)
    if len(counts) < 2:
        return None
    usual, _ = max(counts.items(), key=lambda each: (each[1], each[0] or 0))
    others = [layer for layer in layers if layer.batches_tracked != usual]
    said = sorted({layer.batches_tracked for layer in others if layer.batches_tracked is not None})
    listed = ", ".join(f"{count:,}" for count in said[:4]) + (" …" if len(said) > 4 else "")
    return Finding(
        kind="age",
        layer=others[0].name if len(others) == 1 else None,
        channels=(),
        title="Averages of different age",
        evidence=f"{counts[usual]} of {sum(counts.values())} layers have tracked {usual:,} batches, {len(others)} have tracked "
        f"{listed}: {names([layer.name for layer in others])}.",
        certainty="possible",
        weight=0.5,
        todo="As it should be if these layers were frozen, added later or shared; else recompute all averages on the same data.",
        chapter="training_vs_inference",
        layers=len(others),
    )


# --- variances and ε ---------------------------------------------------------------------------------------------


def is_constant(layer: StoredLayer, eps: float) -> Mask:
    """Where the input never varied, (C,): σ² = 0, or far below ε and a millionth of what is usual in the layer."""
    var = layer.running_var
    usual = float(np.median(var))
    return np.asarray((var == 0) | ((var > 0) & (var < 1e-6 * usual) & (var < 1e-4 * eps)))


def constant(model: StoredModel, layer: StoredLayer) -> Finding | None:
    """Channels whose input never varied: they give β, and what does move there later is multiplied by up to |γ| / √ε."""
    eps = model.eps(layer)
    still = is_constant(layer, eps)
    if not still.any():
        return None
    share = float(still.mean())
    gain = float(np.abs(layer.scale[still]).max() / math.sqrt(eps)) if eps > 0 else math.inf
    zero = int((layer.running_var[still] == 0).sum())
    chapter, query = chapters.two_values(math.sqrt(float(layer.running_var[still].max())), eps)
    return Finding(
        kind="constant",
        layer=layer.name,
        channels=_at(still),
        title="Channels whose input never varies",
        evidence=f"{sentence(counted(int(still.sum()), layer.channels))} have a variance of at most {number(layer.running_var[still].max())} "
        f"({zero} exactly 0), against a median of {number(np.median(layer.running_var))}. They give β; should anything move there, it "
        f"is multiplied by up to {number(gain)} = |γ| / √ε.",
        certainty="strong sign" if share >= DEAD else "possible",
        weight=share,
        todo="Look at the weights before this layer: a filter of zeros, or a ReLU that nothing passes. Such channels can be cut out.",
        chapter=chapter,
        query=query,
    )


def eps_counts(model: StoredModel, layer: StoredLayer) -> Finding | None:
    """Variances so near ε that another framework's ε would change the output; with an unusual ε, that it does now."""
    eps = model.eps(layer)
    var = np.maximum(layer.running_var, 0)
    if not eps > 0 or not np.isfinite(var).all() or looks_swapped(layer):
        return None
    usual = CONVENTIONS["pytorch"].eps if eps > 2 * CONVENTIONS["pytorch"].eps else CONVENTIONS["keras"].eps
    change = np.sqrt((var + eps) / (var + usual)) - 1  # of the output about β, (C,)
    off = over_channels(change, layer)
    if off < NOTED:
        return None
    near = int((var < 10 * eps).sum())
    large = eps > 2 * CONVENTIONS["keras"].eps
    sure = large and off > 0.2
    keep = "take it along to another framework."
    median = float(np.median(var))
    whose = "PyTorch's, Flax's and ONNX's" if usual < 1e-4 else "Keras's"
    assumed = "" if layer.eps is not None else " (assumed: the file does not say)"
    chapter, query = chapters.two_values(math.sqrt(median), eps)
    return Finding(
        kind="eps_large" if large else "eps_counts",
        layer=layer.name,
        channels=(),
        title="ε drowns the variance" if large else "ε counts here",
        evidence=f"The median variance is {number(median)}, and in {counted(near, layer.channels)} it is below ten times ε = "
        f"{number(eps)}{assumed}. With {whose} {number(usual)} the output, less β, would change by {percent(off)}; no gain exceeds "
        f"|γ| / √ε = {number(float(np.abs(layer.scale).max()) / math.sqrt(eps))}.",
        certainty="strong sign" if sure else "possible",
        weight=min(off, 1.0),
        todo=f"No framework starts with such an ε: see whether the model was trained with it. If so, {keep}"
        if sure
        else f"Nothing, as long as the model keeps the ε that it was trained with: {keep}",
        chapter=chapter,
        query=query,
    )


def over_channels(off: FloatArray, layer: StoredLayer) -> float:
    """The root of the mean square over a layer's channels, which count as their γ² does; all alike where γ is 0 or no number."""
    size = np.abs(layer.scale)
    largest = float(size.max())
    weights = (size / largest) ** 2 if 0 < largest < math.inf else np.ones_like(size)
    square = np.minimum(np.nan_to_num(off**2, nan=100.0, posinf=100.0), 100.0)
    return math.sqrt(float((square * weights).sum()) / float(weights.sum()))


def unusual_eps(model: StoredModel) -> tuple[float, tuple[StoredLayer, ...]]:
    """The ε that most layers have, and those that have another; 0 and () where no file says any."""
    counts = Counter(layer.eps for layer in model.layers if layer.eps is not None)
    if not counts:
        return 0.0, ()
    usual, _ = max(counts.items(), key=lambda each: (each[1], -each[0]))
    return usual, tuple(layer for layer in model.layers if layer.eps not in (None, usual))


def _have(count: int) -> str:
    return "1 layer has" if count == 1 else f"{count} layers have"


def eps_differs(model: StoredModel) -> Finding | None:
    """Layers that have another ε than most."""
    usual, others = unusual_eps(model)
    if not others:
        return None
    count = sum(layer.eps == usual for layer in model.layers)
    off = {
        layer.name: over_channels(
            np.sqrt((np.abs(layer.running_var) + layer.eps) / (np.abs(layer.running_var) + usual)) - 1, layer
        )
        for layer in others
        if layer.eps is not None
    }
    worst = max(off, key=lambda name: off[name])
    listed = ", ".join(number(eps) for eps in sorted({layer.eps for layer in others if layer.eps is not None})[:4])
    return Finding(
        kind="eps_differs",
        layer=others[0].name if len(others) == 1 else None,
        channels=(),
        title="ε differs between layers",
        evidence=f"{_have(count)} ε = {number(usual)}, {len(others)} {'has' if len(others) == 1 else 'have'} {listed}: "
        f"{names([x.name for x in others])}. "
        f"With ε = {number(usual)} the output of {worst}, less β, would be off by {percent(off[worst])}.",
        certainty="strong sign" if off[worst] >= NOTED else "possible",
        weight=off[worst] + NOTED,
        todo="See whether the model was trained so. A layer that was added later, or ported, often keeps its framework's own ε.",
        chapter="frameworks",
        layers=len(others),
    )


# --- γ and β -----------------------------------------------------------------------------------------------------


def zero_branch(model: StoredModel, layer: StoredLayer) -> Finding | None:
    """Every γ exactly 0: how the last layer of a residual branch starts (Goyal et al. 2017, arXiv 1706.02677, section 5.1)."""
    if layer.gamma is None or (layer.gamma != 0).any() or (layer.shift == 1).all():
        return None
    chapter, query = chapters.residual()
    return Finding(
        kind="zero_branch",
        layer=layer.name,
        channels=(),
        title="A branch that is switched off",
        evidence=f"γ is exactly 0 in {counted(layer.channels, layer.channels)}: the layer gives β alone. So starts a residual branch whose "
        "last γ is initialized to 0, and these have not moved since.",
        certainty="possible",
        weight=0.1,
        todo="As it should be at the start of training, at the end of a residual branch. Elsewhere nothing comes through.",
        chapter=chapter,
        query=query,
    )


def gamma_zero(model: StoredModel, layer: StoredLayer) -> Finding | None:
    """γ exactly 0, or a thousandth of what is usual in the layer, in some channels: they give β whatever comes in."""
    if layer.gamma is None:
        return None
    size = np.abs(layer.gamma)
    known = size[np.isfinite(size) & (size > 0)]  # what is no number has a finding of its own
    if not len(known):
        return None
    none = size <= 1e-3 * float(np.median(known))
    if not none.any():
        return None
    share, zero = float(none.mean()), int((layer.gamma == 0).sum())
    chapter, query = chapters.stretched(0.0, float(layer.shift[none][0]))
    return Finding(
        kind="gamma_zero",
        layer=layer.name,
        channels=_at(none),
        title="Channels that γ switches off",
        evidence=f"γ is at most {number(size[none].max())} in {counted(int(none.sum()), layer.channels)} ({zero} exactly 0), against a "
        f"median of {number(np.median(size[~none]))}. They give β, from {number(layer.shift[none].min())} to "
        f"{number(layer.shift[none].max())}, whatever comes in.",
        certainty="strong sign" if share >= DEAD else "possible",
        weight=share,
        todo="Weight decay on γ or pruning does this; if neither was meant, take γ out of the weight decay. They can be cut out.",
        chapter=chapter,
        query=query,
    )


def off_behind_relu(model: StoredModel, layer: StoredLayer) -> Finding | None:
    """Channels with β so far below 0 that a ReLU right behind the layer lets hardly anything through.

        P(y > 0) ≤ 1 / (1 + k²),   k = −β / |γ|,   for any distribution of x̂ with mean 0 and variance 1 (Cantelli)

    A Gaussian x̂ has far less above 0: 1 − Φ(k).
    """
    if layer.gamma is None or layer.beta is None:
        return None
    size = np.abs(layer.gamma)
    live = size > 1e-3 * (float(np.median(size[size > 0])) if (size > 0).any() else 0.0)
    k = np.where(live, -layer.beta / size, 0.0)
    off, surely = k > FLAT, k > FLAT_BY_CANTELLI
    share = float(off.mean())
    # γ of a branch that started at 0 stays small, and what follows it is a sum and no ReLU.
    if share < DEAD or np.median(size) < BRANCH * model.usual_gamma:
        return None
    least = float(k[off].min())
    worst = int(np.argmax(k))
    bounds = f"at most {percent(1 / (1 + least * least))} whatever the distribution (Cantelli), {_above(least)} if it is Gaussian"
    chapter, query = chapters.stretched(float(size[worst]), float(layer.beta[worst]))
    return Finding(
        kind="off_behind_relu",
        layer=layer.name,
        channels=_at(off),
        title="Channels that a ReLU would hold back",
        evidence=f"In {counted(int(off.sum()), layer.channels)} β is at least {number(least)} |γ| below 0. If a ReLU follows at once, each "
        f"lets through {bounds}; these are bounds from γ and β, not counts.",
        certainty="strong sign" if surely.mean() >= DEAD else "possible",
        weight=share,
        todo="If no ReLU follows at once, nothing. Else these channels are dead: a lower learning rate keeps more alive.",
        chapter=chapter,
        query=query,
    )


def _above(k: float) -> str:
    """The share of a Gaussian above k standard deviations, in percent."""
    return f"{number(50 * math.erfc(k / math.sqrt(2)))} %"


def gamma_sign(model: StoredModel, layer: StoredLayer) -> Finding | None:
    """γ negative in every channel. Positive in every channel is usual: all start at 1."""
    if layer.gamma is None or layer.channels < FEW or not (layer.gamma < 0).all():
        return None
    return Finding(
        kind="gamma_sign",
        layer=layer.name,
        channels=(),
        title="Every γ is negative",
        evidence=f"γ lies between {number(layer.gamma.min())} and {number(layer.gamma.max())} in all {layer.channels:,} channels; it "
        "starts at 1, and training turns single ones around, not all.",
        certainty="strong sign",
        weight=2.0,
        todo="Look for a sign that a port has turned, or for a γ that is stored as a logarithm or as γ − 1.",
        chapter="scale_and_shift",
    )
