"""A reader's layer from what was typed: what of it cannot be, what is strange, and in which order it more likely is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bn import NOT_ROUNDED, BatchNorm, Convention, FloatArray, Unsure, likely_order, negative_by
from ui.brought.reading import BETA, GAMMA, MEAN, TITLES, VAR, VECTORS, LayerError, read_printout, read_vector
from ui.numbers import exact, short

DEFAULTS = {GAMMA: 1.0, BETA: 0.0, MEAN: 0.0, VAR: 1.0}
# For each order that numbers can speak for: what it says of the fields, and what the button does.
WAYS = {
    "variance before mean": (
        "the moving variance stands before the moving mean",
        "Exchange moving mean and moving variance",
    ),
    "statistics first": ("mean and variance stand before γ and β", "Take them as mean, variance, γ, β"),
    "beta before gamma": ("β stands before γ", "Exchange γ and β"),
}
SAID_AT_MOST = 3  # entries of one vector


class Typed(NamedTuple):
    """What the fields of a layer say."""

    gamma: str = ""
    beta: str = ""
    mean: str = ""
    var: str = ""
    eps: str = ""
    decay: str = ""


@dataclass(frozen=True, eq=False)
class Checked:
    """layer: None while something is wrong. problems: a sentence for each; notes: for what is strange or was assumed.

    unsure: how far each number of the layer may be off where it was rounded.
    order: the one of `bn.brought.order.ORDERS` that is more likely than the given one, or "as given".
    """

    layer: BatchNorm | None
    unsure: Unsure
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    order: str = "as given"


def check(typed: Typed, convention: Convention, names: Sequence[str], x: FloatArray) -> Checked:
    """The layer that was typed for rows x (N, C) with these names."""
    problems: list[str] = []
    notes: list[str] = []
    vectors: dict[str, FloatArray] = {}
    off: dict[str, FloatArray] = {}
    for name in VECTORS:
        vector = _vector(name, getattr(typed, name), names, problems, notes)
        if vector is not None:
            vectors[name], off[name] = vector
    eps = _eps(typed.eps, convention, problems)
    decay = _decay(typed.decay, convention, problems, notes)
    order = "as given"
    if len(vectors) == len(VECTORS):
        if any(getattr(typed, name).strip() for name in VECTORS):
            order = likely_order([vectors[name] for name in VECTORS], x)
        for name in VECTORS:
            _check_finite(name, vectors[name], problems)
        _check_variance(vectors[VAR], vectors[MEAN], eps, problems)
    if problems:
        return Checked(None, NOT_ROUNDED, tuple(problems), tuple(notes), order)
    _note_small_variance(vectors[VAR], eps, notes)
    layer = BatchNorm(
        gamma=vectors[GAMMA],
        beta=vectors[BETA],
        running_mean=vectors[MEAN],
        running_var=vectors[VAR],
        eps=eps,
        decay=decay,
        convention=convention,
        channel_axis=1,
    )
    return Checked(layer, Unsure(**off), (), tuple(notes), order)


def _capital(name: str) -> str:
    title = TITLES[name]
    return title[0].upper() + title[1:] if title[0].isascii() else title


def _vector(
    name: str, text: str, names: Sequence[str], problems: list[str], notes: list[str]
) -> tuple[FloatArray, FloatArray] | None:
    """The numbers of a vector, and how far each may be off."""
    if not text.strip():
        return np.full(len(names), DEFAULTS[name]), np.zeros(len(names))
    try:
        values, _, unsure, said = read_vector(text)
    except LayerError as problem:
        problems.append(f"{_capital(name)}: {HOLDS_ALL if _holds_all(text) else problem}")
        return None
    if len(values) != len(names):
        problems.append(
            f"{_capital(name)} has {len(values)} {'value' if len(values) == 1 else 'values'} and the rows have "
            f"{len(names)} {'feature' if len(names) == 1 else 'features'} ({', '.join(names)}). Give one for each, or choose "
            f"as many columns. {' '.join(said)}".strip()
        )
        return None
    notes.extend(f"{_capital(name)}: {each}" for each in said)
    return np.array(values), np.array(unsure)


HOLDS_ALL = "These are several vectors. Paste them where all four go at once; they are put into their fields."


def _holds_all(text: str) -> bool:
    try:
        return len(read_printout(text).vectors) > 1
    except LayerError:
        return False


def _check_finite(name: str, vector: FloatArray, problems: list[str]) -> None:
    bad = np.flatnonzero(~np.isfinite(vector))
    if not len(bad):
        return
    where = _entries(vector, bad.tolist())
    if name == VAR:
        how = (
            "An average keeps a NaN for good: one batch with NaN or infinity in it, or a variance of it that overflowed "
            "(in half precision above 65,504), is enough."
        )
    elif name == MEAN:
        how = "An average keeps a NaN for good: one batch with NaN or infinity in it is enough."
    else:
        how = "A training that diverged leaves such parameters."
    problems.append(
        f"{_capital(name)}: {where}. {how} In every framework this feature's outputs are NaN. Give a finite number."
    )


def _entries(vector: FloatArray, at: Sequence[int]) -> str:
    shown = ", ".join(f"entry {j} is {_said(float(vector[j]))}" for j in at[:SAID_AT_MOST])
    return shown + (f", and {len(at) - SAID_AT_MOST} more" if len(at) > SAID_AT_MOST else "")


def _said(value: float) -> str:
    return "NaN" if math.isnan(value) else exact(value)


HOW_NEGATIVE = {
    "single": "Beside its mean it is as small as float32 rounds: E[x²] − E[x]², the fast variance, gives that where the mean "
    "is large beside the deviation.",
    "half": "Beside its mean it is as small as half precision rounds: E[x²] − E[x]², the fast variance, in float16 or "
    "bfloat16 gives that.",
    "other": "Rounding does not explain one of this size. Averaging of weights that goes past one of them, with a factor below "
    "0 or above 1, gives that, and so does a vector in the wrong field.",
}


def _check_variance(var: FloatArray, mean: FloatArray, eps: float, problems: list[str]) -> None:
    with np.errstate(invalid="ignore"):
        bad = np.flatnonzero(var < 0).tolist()
    if not bad:
        return
    first = bad[0]
    # An infinite one is said above; and beside a mean that is no number nothing can be compared.
    how = HOW_NEGATIVE[negative_by(float(var[first]), float(mean[first]))]
    would = "NaN" if var[first] + eps < 0 else f"divided by the root of {short(float(var[first]) + eps)}"
    problems.append(
        f"Moving variance: {_entries(var, bad)}, and no variance is negative. {how} A framework's output would be {would} "
        "there. Compute the statistics again from data, or correct the entry."
    )


def _note_small_variance(var: FloatArray, eps: float, notes: list[str]) -> None:
    small = np.flatnonzero(var < eps).tolist()
    if small:
        which = ", ".join(f"entry {j} ({exact(float(var[j]))})" for j in small[:SAID_AT_MOST])
        more = f" and {len(small) - SAID_AT_MOST} more" if len(small) > SAID_AT_MOST else ""
        notes.append(
            f"Moving variance: {which}{more} {'is' if len(small) == 1 else 'are'} below ε = {exact(eps)}, so ε decides how far that "
            "feature is stretched. It was constant, or nearly, in the data that the layer saw."
        )


def _eps(text: str, convention: Convention, problems: list[str]) -> float:
    if not text.strip():
        return convention.eps
    number = _scalar("ε", text, problems)
    if number is None:
        return convention.eps
    if not 0 <= number < math.inf:
        problems.append(f"ε is {_said(number)}; it is added to the variance and must be finite and at least 0.")
        return convention.eps
    return number


PLAIN_MEAN = ("none", "plain mean")


def _decay(text: str, convention: Convention, problems: list[str], notes: list[str]) -> float | None:
    if not text.strip():
        return convention.decay
    if text.strip().lower() in PLAIN_MEAN:
        return None
    number = _scalar("Decay", text, problems)
    if number is None:
        return convention.decay
    if not 0 <= number <= 1:
        problems.append(f"Decay is {_said(number)}; it is the weight of the old average and lies between 0 and 1.")
        return convention.decay
    if 0 < number < 0.5:
        turned = exact(round(1 - number, 12))
        notes.append(
            f"With decay {exact(number)} each batch pushes most of the old average out. If {exact(number)} is PyTorch's "
            f"momentum, which weighs the new value, the decay is {turned}."
        )
    return number


def _scalar(what: str, text: str, problems: list[str]) -> float | None:
    try:
        values, _, _, said = read_vector(text)
    except LayerError as problem:
        problems.append(f"{what}: {problem}")
        return None
    if len(values) == 2 and text.count(",") == 1 and text.strip().startswith("0,"):
        return float(text.strip().replace(",", "."))  # a decimal comma
    if len(values) != 1:
        problems.append(f"{what} is one number, and these are {len(values)}. {' '.join(said)}".strip())
        return None
    return values[0]
