"""Two files of what should be one model, or grew out of it: whether vectors, ε or the order of layers were exchanged, or how far it moved."""

import math
from dataclasses import dataclass

import numpy as np

from bn.arrays import FloatArray
from bn.checkup.finding import Finding, counted, names, number, percent, sentence
from bn.checkup.stored import StoredLayer, StoredModel
from bn.checkup.vectors import NOTED

SAME = 0.02  # how far vectors may be apart, as a share of their size, and still be the same ones rounded
MOVED = 0.01  # standard deviations of the output that are worth a word
ROLES = ("running_mean", "running_var", "gamma", "beta")
CALLED = {"running_mean": "mean", "running_var": "variance", "gamma": "γ", "beta": "β"}


@dataclass(frozen=True, eq=False)
class Pair:
    """A layer of the first file and the one of the second that belongs to it."""

    before: StoredLayer
    after: StoredLayer


@np.errstate(all="ignore")  # a file may hold anything
def compare(before: StoredModel, after: StoredModel) -> tuple[Finding, ...]:
    """What differs between two files, most first; () where all vectors and ε are the same.

    Layers are held against each other by name where all names of one file are in the other, and else by their place.
    """
    matched = pairs(before, after)
    if not matched:
        return (_other_shapes(before, after),)
    order = _order(before, after, matched)
    if order is not None:
        return (order,)
    found = [
        _missing(before, after, matched),
        _eps(before, after, matched),
        _changed_variance(matched),
        _how_far(after, matched),
    ]
    found += [_exchanged(pair) or _shuffled(pair) for pair in matched]
    strange = {finding.layer for finding in found if finding and finding.kind in ("roles_swapped", "channels_shuffled")}
    if strange:  # then that, and not the distance, is what there is to say
        found[3] = _how_far(after, [pair for pair in matched if pair.after.name not in strange])
    return tuple(sorted((finding for finding in found if finding), key=lambda finding: -finding.rank))


def pairs(before: StoredModel, after: StoredModel) -> tuple[Pair, ...]:
    """The layers that belong together: by name, or else by their place if as many channels stand there. () if none do."""
    named = {layer.name: layer for layer in before.layers}
    shared = [layer for layer in after.layers if layer.name in named]
    if len(shared) in (len(before.layers), len(after.layers)):
        matched = [Pair(named[layer.name], layer) for layer in shared]
        return tuple(pair for pair in matched if pair.before.channels == pair.after.channels)
    if len(before.layers) != len(after.layers) or _channels(before) != _channels(after):
        return _in_order(before, after)
    return tuple(Pair(one, other) for one, other in zip(before.layers, after.layers, strict=True))


def _in_order(before: StoredModel, after: StoredModel) -> tuple[Pair, ...]:
    """Layers by their place among those with as many channels, if all of the shorter file find one."""
    if sorted(_channels(before)) != sorted(_channels(after)):
        return ()
    left: dict[int, list[StoredLayer]] = {}
    for layer in before.layers:
        left.setdefault(layer.channels, []).append(layer)
    return tuple(Pair(left[layer.channels].pop(0), layer) for layer in after.layers)


def _channels(model: StoredModel) -> list[int]:
    return [layer.channels for layer in model.layers]


def _other_shapes(before: StoredModel, after: StoredModel) -> Finding:
    return Finding(
        kind="other_shapes",
        layer=None,
        channels=(),
        title="Two different networks",
        evidence=f"One file has {len(before.layers)} layers with {sum(_channels(before)):,} channels, the other {len(after.layers)} with "
        f"{sum(_channels(after)):,}; neither names nor numbers of channels agree.",
        certainty="proof",
        weight=1.0,
        todo="Compare two files of one network: before and after fine-tuning, or original and port.",
        chapter="frameworks",
    )


def _missing(before: StoredModel, after: StoredModel, matched: tuple[Pair, ...]) -> Finding | None:
    lost = [layer.name for layer in before.layers if all(pair.before is not layer for pair in matched)]
    new = [layer.name for layer in after.layers if all(pair.after is not layer for pair in matched)]
    if not lost and not new:
        return None
    said = [
        f"{len(some)} only in the {which} ({names(some)})" for some, which in ((lost, "first"), (new, "second")) if some
    ]
    return Finding(
        kind="layers_missing",
        layer=(lost + new)[0] if len(lost + new) == 1 else None,
        channels=(),
        title="Layers that only one file has",
        evidence=f"{len(matched)} layers are in both files; {' and '.join(said)}.",
        certainty="proof",
        weight=0.5,
        todo="Proved is that they differ, and what that means depends: as it should be if a part was replaced; else see which "
        "names a port has missed.",
        chapter="frameworks",
        layers=len(lost) + len(new),
    )


# --- distances ---------------------------------------------------------------------------------------------------


def _vectors(layer: StoredLayer) -> dict[str, FloatArray]:
    return {
        "running_mean": layer.running_mean,
        "running_var": layer.running_var,
        "gamma": layer.scale,
        "beta": layer.shift,
    }


def _apart(one: FloatArray, other: FloatArray) -> float:
    """How far two vectors are apart, as a share of the larger; 0 for the same, infinite where one has no number."""
    size = max(float(np.linalg.norm(one)), float(np.linalg.norm(other)))
    distance = float(np.linalg.norm(one - other))
    if np.array_equal(one, other, equal_nan=True):
        return 0.0
    return distance / size if 0 < size < math.inf and math.isfinite(distance) else math.inf


def _same(one: StoredLayer, other: StoredLayer) -> bool:
    """Whether all four vectors are the same but for rounding."""
    mine, theirs = _vectors(one), _vectors(other)
    return one.channels == other.channels and all(_apart(mine[role], theirs[role]) < SAME for role in ROLES)


# --- what a port may have done -----------------------------------------------------------------------------------


def _order(before: StoredModel, after: StoredModel, matched: tuple[Pair, ...]) -> Finding | None:
    """Layers that are the same as another one of the first file and not as the one in their place."""
    strange = [pair for pair in matched if not _same(pair.before, pair.after)]
    own = {id(pair.after): pair.before.name for pair in matched}
    sizes = {layer.name: float(np.linalg.norm(layer.running_mean)) for layer in before.layers}  # rules most twins out
    found = []
    for pair in strange:
        size = float(np.linalg.norm(pair.after.running_mean))
        near = [
            layer for layer in before.layers if abs(sizes[layer.name] - size) <= SAME * max(sizes[layer.name], size)
        ]
        twins = [layer for layer in near if layer is not pair.before and _same(layer, pair.after)]
        if len(twins) == 1:
            found.append((pair.after.name, twins[0].name))
    if not found:
        return None
    listed = ", ".join(f"{name} holds {twin}" for name, twin in found[:3])
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    off = [_off(pair) for pair in strange]
    return Finding(
        kind="order_differs",
        layer=found[0][0] if len(found) == 1 else None,
        channels=(),
        title="The order of the layers differs",
        evidence=f"{sentence(counted(len(found), len(own), 'layer'))} of the second file have the vectors of another layer of the first: {listed}"
        f"{more}. Outputs there move by up to {number(max(off))} standard deviations.",
        certainty="proof",
        weight=max(off) + 1,
        todo="Match layers by name, or by the order in which the model calls them; frameworks list them in the order of creation.",
        chapter="frameworks",
        layers=len(found),
    )


def _exchanged(pair: Pair) -> Finding | None:
    """Vectors of a layer that hold what another of its vectors held."""
    mine, theirs = _vectors(pair.before), _vectors(pair.after)
    held = {}
    for role in ROLES:
        if _apart(mine[role], theirs[role]) > 10 * SAME:
            others = [other for other in ROLES if other != role and _apart(mine[other], theirs[role]) < SAME]
            if len(others) == 1:
                held[role] = others[0]
    if not held:
        return None
    said = ", ".join(f"{CALLED[role]} holds what was {CALLED[other]}" for role, other in held.items())
    return Finding(
        kind="roles_swapped",
        layer=pair.after.name,
        channels=(),
        title="Vectors in each other's place",
        evidence=f"In the second file {said}, to within {percent(max(_apart(mine[other], theirs[role]) for role, other in held.items()))}.",
        certainty="proof",
        weight=_off(pair) + 2,
        todo="Keras lists γ, β, mean, variance; PyTorch weight (γ), bias (β), running_mean, running_var. Match them by name.",
        chapter="frameworks",
    )


def _shuffled(pair: Pair) -> Finding | None:
    """The same numbers in every vector, in another order of the channels."""
    mine, theirs = _vectors(pair.before), _vectors(pair.after)
    if pair.before.channels < 2 or all(_apart(mine[role], theirs[role]) < SAME for role in ROLES):
        return None
    if not all(_apart(np.sort(mine[role]), np.sort(theirs[role])) < SAME / 10 for role in ROLES):
        return None
    same = [np.isclose(mine[role], theirs[role], rtol=1e-3, atol=1e-9) for role in ROLES]
    moved = np.flatnonzero(~np.logical_and.reduce(same))
    return Finding(
        kind="channels_shuffled",
        layer=pair.after.name,
        channels=tuple(moved.tolist()),
        title="Channels in another order",
        evidence=f"Each of the four vectors holds the same numbers in both files, and {counted(len(moved), pair.before.channels)} are at "
        "another place.",
        certainty="proof",
        weight=_off(pair) + 1,
        todo="Proved is the other order, and what that means depends: right if the weights before and after were reordered "
        "alike; else look where the channel axis was moved.",
        chapter="frameworks",
    )


def _eps(before: StoredModel, after: StoredModel, matched: tuple[Pair, ...]) -> Finding | None:
    """ε that is not the same; where a file does not say, nothing is said."""
    differ = [
        pair
        for pair in matched
        if pair.before.eps is not None and pair.after.eps is not None and pair.before.eps != pair.after.eps
    ]
    if not differ:
        return None
    changes = {pair.after.name: _by_eps(pair, before.eps(pair.before), after.eps(pair.after)) for pair in differ}
    worst = max(changes, key=lambda name: changes[name])
    pair = next(pair for pair in differ if pair.after.name == worst)
    return Finding(
        kind="eps_differs",
        layer=worst if len(differ) == 1 else None,
        channels=(),
        title="ε differs",
        evidence=f"ε differs in {counted(len(differ), len(matched), 'layer')}: {number(before.eps(pair.before))} became "
        f"{number(after.eps(pair.after))} in {worst}, where that alone changes the output, less β, by {percent(changes[worst])}.",
        certainty="proof" if changes[worst] >= NOTED else "strong sign" if changes[worst] >= NOTED / 10 else "possible",
        weight=changes[worst] + 0.5,
        todo="Give the layers of the port the ε that the model was trained with: PyTorch's and Flax's own is 1e-5, that of Keras 1e-3.",
        chapter="frameworks",
        layers=len(differ),
    )


def _by_eps(pair: Pair, before: float, after: float) -> float:
    var = np.maximum(np.nan_to_num(pair.before.running_var), 0)
    change = np.minimum(np.nan_to_num(np.abs(np.sqrt((var + before) / (var + after)) - 1), nan=0.0), 10.0)
    return math.sqrt(float((change**2).mean()))


def _changed_variance(matched: tuple[Pair, ...]) -> Finding | None:
    """Every variance became its root, its inverse root, or the same multiple: a port that stores something else."""
    if any(_apart(pair.before.running_mean, pair.after.running_mean) > SAME for pair in matched):
        return None
    var = np.concatenate([pair.before.running_var for pair in matched])
    now = np.concatenate([pair.after.running_var for pair in matched])
    if (
        len(var) < 4
        or not all(np.isfinite(each).all() and (each > 0).all() for each in (var, now))
        or _apart(var, now) < 1e-3
    ):
        return None
    logs, logs_now = np.log(var), np.log(now)
    # The power by which variances became others; where they are all alike, any power fits, and 1 is taken.
    spread = float(logs.var())
    slope = float(((logs - logs.mean()) * (logs_now - logs_now.mean())).mean()) / spread if spread > 0.01 else 1.0
    height = float((logs_now - slope * logs).mean())
    rest = float(np.abs(logs_now - slope * logs - height).max())
    what = {
        0.5: "its root, the standard deviation",
        -0.5: "one over its root",
        -1.0: "one over itself",
        1.0: f"{number(float(np.exp(height)))} times",
    }
    nearest = min(what, key=lambda power: abs(power - slope))
    if rest > SAME or abs(nearest - slope) > 0.01:
        return None
    return Finding(
        kind="variance_changed",
        layer=matched[0].after.name if len(matched) == 1 else None,
        channels=(),
        title="Something else is stored as the variance",
        evidence=f"In all {len(matched)} layers the means are the same, and each of {len(var):,} variances became {what[nearest]}"
        f"{' itself' if nearest == 1 else ''}, to within {percent(rest)}.",
        certainty="proof",
        weight=max(_off(pair) for pair in matched) + 1,
        todo="Store σ² itself. A common factor n/(n − 1) changes ÷N into ÷(N−1); for inference copy the variance as it is.",
        chapter="frameworks",
        layers=len(matched),
    )


# --- how far a model has moved -----------------------------------------------------------------------------------


def _off(pair: Pair) -> float:
    """By how much the second layer's output differs on data for which the first one's averages are right, in units of |γ|.

        y − y' has mean γ x̂_mean + … ; here the root of the mean square over such data and all channels

    With μ, σ² of the first file, x̂' of the second has mean (μ − μ')/s' and slope s/s', s = √(σ² + ε).
    """
    eps = pair.before.eps if pair.before.eps is not None else 1e-5
    before, after = pair.before, pair.after
    slope, slope_now = before.gain(eps), after.gain(eps)
    middle = slope_now * (before.running_mean - after.running_mean) + after.shift - before.shift
    spread = (slope_now - slope) ** 2 * np.maximum(before.running_var, 0)
    size = np.maximum(np.abs(before.scale), 1e-3 * max(float(np.nanmax(np.abs(before.scale))), 1e-12))
    off = np.minimum(np.nan_to_num(np.sqrt(middle**2 + spread) / size, nan=10.0, posinf=10.0), 10.0)
    return math.sqrt(float((off**2).mean()))


def _how_far(after: StoredModel, matched: list[Pair] | tuple[Pair, ...]) -> Finding | None:
    """How far each layer has moved, and which most."""
    off = {pair.after.name: _off(pair) for pair in matched}
    moved = {name: value for name, value in off.items() if value > MOVED}
    if not moved:
        return None
    worst = sorted(moved, key=lambda name: -moved[name])[:3]
    pair = next(pair for pair in matched if pair.after.name == worst[0])
    mine, theirs = _vectors(pair.before), _vectors(pair.after)
    apart = sorted(((_apart(mine[role], theirs[role]), CALLED[role]) for role in ROLES), reverse=True)
    most = f"{apart[0][1]} by {percent(min(apart[0][0], 10))}"
    still = [layer for layer in after.layers if layer.name in off and layer.name not in moved]
    return Finding(
        kind="moved",
        layer=worst[0] if len(moved) == 1 else None,
        channels=(),
        title="How far the layers moved",
        evidence=f"{sentence(counted(len(moved), len(off), 'layer'))} moved: by {', '.join(f'{number(moved[name])} ({name})' for name in worst)} "
        f"standard deviations of their output, on data like the first file's. In {worst[0]} most of all {most}. {len(still)} did not move.",
        certainty="possible",
        weight=max(moved.values()),
        todo="As it should be after fine-tuning. In a port nothing should move: see the layer that moved first.",
        chapter="training_vs_inference",
        layers=len(moved),
    )
