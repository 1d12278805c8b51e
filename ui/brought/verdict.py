"""Words for the usual mistakes of inference, and which of them gives what a reader got."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np

from bn import MISTAKES as CORE
from bn import (
    BatchNorm,
    Fit,
    FloatArray,
    Unsure,
    apart,
    explain_output,
    float32_error,
    outputs_of_two,
    printing_error,
)
from ui.batch.desk import sentence
from ui.brought.reading import LayerError, Numbers, read_numbers
from ui.numbers import counted, exact, fixed, short, shortest
from ui.plain import plain

Name = TypeVar("Name")
RIGHT = "right"
IS_RIGHT = "**Right: this is inference as it should be.**"
PAIRS_SHOWN, PLACES_SHOWN = 4, 3
ENOUGH = 1000  # digits are few where they leave room for more than this part of the largest output
TOO_CLOSE = 1e-5  # float32 and what is printed of it hardly tell outputs apart that are nearer
ROUNDED = 1.000001  # half a unit in the last place, and what float64 makes of it


@dataclass(frozen=True)
class Words:
    """name: in tables; formula: of x̂, in LaTeX; about: what it is, on what it acts, how it comes about."""

    name: str
    formula: str
    about: str


STORED = r"\frac{x - \mu_\text{moving}}{%s}"
OF_ROWS = r"\frac{x - \mu_\text{rows}}{%s}"
MISTAKES: dict[str, Words] = {
    "training": Words(
        "training mode left on",
        OF_ROWS % r"\sqrt{\sigma^2_\text{rows} + \varepsilon}",
        "Mean and variance ÷ N of **these rows** in place of the stored ones: `model.eval()` or `training=False` was forgotten. "
        "Each row then depends on the others.",
    ),
    "unbiased": Words(
        "÷ (N − 1) in x̂, of these rows",
        OF_ROWS % r"\sqrt{s^2_\text{rows} + \varepsilon}",
        "Statistics of **these rows**, and their variance divided by N − 1, as `torch.var` and pandas do by default. Every "
        "framework normalizes with ÷ N; ÷ (N − 1) is only what PyTorch **averages**.",
    ),
    "corrected": Words(
        "stored variance × N/(N − 1)",
        STORED % r"\sqrt{\tfrac{N}{N - 1}\,\sigma^2_\text{moving} + \varepsilon}",
        "The stored variance corrected from ÷ N to ÷ (N − 1) **in inference**, N being the number of these rows. It is used "
        "as it is stored, in every framework.",
    ),
    "outside": Words(
        "ε outside the root",
        STORED % r"\sqrt{\sigma^2_\text{moving}} + \varepsilon",
        "Divided by σ + ε; ε belongs to the **variance**, under the root.",
    ),
    "floor": Words(
        "max(variance, ε)",
        STORED % r"\sqrt{\max(\sigma^2_\text{moving}, \varepsilon)}",
        "ε as the least variance, not as something **added** to it.",
    ),
    **{
        name: Words(
            f"ε = {exact(mistake.eps)} of another framework",
            STORED % r"\sqrt{\sigma^2_\text{moving} + \varepsilon_\text{other}}",
            "The default of PyTorch, Flax and ONNX is 1e-5, that of Keras 1e-3; a layer that was carried over keeps **its own**.",
        )
        for name, mistake in CORE.items()
        if mistake.eps is not None
    },
    "statistics": Words(
        "mean and variance swapped",
        r"\frac{x - \sigma^2_\text{moving}}{\sqrt{\mu_\text{moving} + \varepsilon}}",
        "The stored **mean** taken for the variance and the other way round; NaN where mean + ε is negative.",
    ),
    "parameters": Words(
        "γ and β swapped",
        r"\hat{x},\quad y = \beta\,\hat{x} + \gamma",
        "The **parameters** exchanged: scaled with β and shifted by γ.",
    ),
    "momentum": Words(
        "momentum read the other way round",
        r"\frac{x - \mu_\text{after}}{\sqrt{\sigma^2_\text{after} + \varepsilon}}",
        "It acts in **training**, on the averages, and not on this output. So here these rows are taken in as one more batch, "
        "the new value weighed as the old one should be, and the output is what inference gives **after** that.",
    ),
}


def say_about(name: str, layer: BatchNorm) -> str:
    """A mistake's formula and what it is."""
    words = MISTAKES[name]
    other = f" Here that is {exact(layer.eps)}." if CORE[name].eps is not None else ""
    return f"$\\hat{{x}} = {words.formula}$\n\n{words.about}{other}"


def table_of_mistakes(outputs: Mapping[str, FloatArray], cell: tuple[int, int], where: str) -> str:
    """A line for each output: that of one cell, and how far its cells are from the right ones."""
    rows = [f"| what is done | y of {where} | off by up to |", "|:--|--:|--:|"]
    rows.append(f"| **inference, as it should be** | **{fixed(float(outputs[RIGHT][cell]), 4)}** | |")
    for name, y in outputs.items():
        if name != RIGHT:
            off = apart(y, outputs[RIGHT])
            rows.append(f"| {MISTAKES[name].name} | {fixed(float(y[cell]), 4)} | {_off(off)} |")
    return "\n".join(rows)


def _off(off: float) -> str:
    if math.isinf(off):
        return "NaN"
    return "0" if off == 0 else fixed(off, 4)


# --- what the reader got -----------------------------------------------------------------------------------------


class Place(NamedTuple):
    """Which cells of the output somebody means, and how that is said."""

    cells: tuple[slice, slice]
    said: str


class Giving(NamedTuple):
    """An output that gives the numbers, and where."""

    fit: Fit[str]
    place: Place


def say_verdict(
    text: str,
    outputs: Mapping[str, FloatArray],
    layer: BatchNorm,
    unsure: Unsure,
    x: FloatArray,
    cell: tuple[int, int],
    names: Sequence[str],
) -> tuple[bool, str]:
    """Whether what was typed could be compared, and a sentence, in Markdown, on which output gives it."""
    try:
        got = read_numbers(text)
        place, others = _places(got, x.shape, cell, names)
    except LayerError as problem:
        return False, sentence(str(problem))
    error = float32_error(layer, x) + printing_error(layer, x, unsure)
    fits = _compare(got, outputs, error, place)
    giving = [Giving(fit, place) for fit in fits if fit.fits]
    if all(each.fit.name != RIGHT for each in giving):
        giving += [Giving(fit, at) for at in others for fit in _compare(got, outputs, error, at) if fit.fits]
    if giving:
        words = _say_giving(giving, place, got, outputs)
    elif pairs := [fit for fit in _compare(got, outputs_of_two(layer, x), error, place) if fit.fits]:
        words = _say_pairs(pairs, place)
    else:
        words = _say_none(fits, float(got.half.max()), place)
    return True, " ".join([words, *(sentence(each) for each in got.notes)])


def _places(
    got: Numbers, shape: tuple[int, ...], cell: tuple[int, int], names: Sequence[str]
) -> tuple[Place, list[Place]]:
    """The cells that so many numbers stand for: the chosen ones, and others that they could be."""
    (n, c), (row, feature) = shape, cell
    every = slice(None)

    def of_cell(i: int, j: int) -> Place:
        return Place((slice(i, i + 1), slice(j, j + 1)), f"row {i}, {plain(names[j])}")

    def of_row(i: int) -> Place:
        return Place((slice(i, i + 1), every), f"row {i}")

    def of_column(j: int) -> Place:
        return Place((every, slice(j, j + 1)), f"the column {plain(names[j])}")

    if got.values.shape == (n, c) or (got.values.size == n * c and min(n, c) == 1):
        return Place((every, every), "the whole table" if n * c > 1 else f"row 0, {plain(names[0])}"), []
    if got.values.size == 1:
        return of_cell(row, feature), [of_cell(i, j) for i in range(n) for j in range(c) if (i, j) != cell]
    if got.values.size == c and min(got.values.shape) == 1:
        return of_row(row), [of_row(i) for i in range(n) if i != row]
    if got.values.size == n and min(got.values.shape) == 1:
        return of_column(feature), [of_column(j) for j in range(c) if j != feature]
    rows, columns = got.values.shape
    raise LayerError(
        f"You typed {rows} × {columns} numbers, and the output has {counted(n, 'row')} and {counted(c, 'column')}. Type one number, a row of {c}, a "
        f"column of {n}, or the whole table."
    )


def _compare(got: Numbers, outputs: Mapping[Name, FloatArray], error: FloatArray, place: Place) -> list[Fit[Name]]:
    candidates = {name: y[place.cells] for name, y in outputs.items()}
    shape = next(iter(candidates.values())).shape
    within = got.half.reshape(shape) * ROUNDED + error[place.cells]
    return explain_output(candidates, got.values.reshape(shape), within)


def _say_giving(giving: Sequence[Giving], place: Place, got: Numbers, outputs: Mapping[str, FloatArray]) -> str:
    """What gives the numbers: correct inference wherever it does, before a mistake anywhere; of several none alone."""
    right = [each for each in giving if each.fit.name == RIGHT]
    wrong = _one_of_each([each for each in giving if each.fit.name != RIGHT], (right[0] if right else giving[0]).place)
    at = (right or wrong)[0].place
    moved = "" if at is place else f"Not {place.said}, but {at.said}: "
    few = float(got.half.max()) > float(np.nanmax(np.abs(outputs[RIGHT]))) / ENOUGH
    if not right and len(wrong) == 1:
        return moved + _say_one(wrong[0])
    if right and not wrong:
        return f"{moved}{IS_RIGHT} None of the mistakes gives {at.said}."
    alike = all(each.place is at for each in wrong)
    if right and alike and not few:
        return (
            f"{moved}{IS_RIGHT} (These variants differ too little to tell: {', '.join(_name(each) for each in wrong)}.)"
        )
    names = [RIGHT] * bool(right) + [each.fit.name for each in wrong]
    tell = _how_to_tell(names, outputs, at) if alike else "More numbers, or more digits, tell them apart."
    return f"{_say_several(right, wrong, few)} {tell}"


def _one_of_each(giving: Sequence[Giving], first: Place) -> list[Giving]:
    """Each mistake once, and where correct inference gives the numbers rather than elsewhere."""
    found: dict[str, Giving] = {}
    for each in sorted(giving, key=lambda each: each.place is not first):
        found.setdefault(each.fit.name, each)
    return list(found.values())


def _say_several(right: Sequence[Giving], wrong: Sequence[Giving], few: bool) -> str:
    at = (right or wrong)[0].place
    mistakes = ", ".join(_name(each) + (f" (at {each.place.said})" if each.place is not at else "") for each in wrong)
    lead = "**Too few digits to tell**" if few else "**Several give these digits**"
    if not right:
        return f"{lead}: these mistakes give them at {at.said}: {mistakes}."
    places = "; ".join(each.place.said for each in right[:PLACES_SHOWN])
    more = f" and {len(right) - PLACES_SHOWN} more" if len(right) > PLACES_SHOWN else ""
    return f"{lead}: inference as it should be gives them at {places}{more}; these mistakes too: {mistakes}."


def _name(giving: Giving) -> str:
    return MISTAKES[giving.fit.name].name


def _say_one(giving: Giving) -> str:
    fit, place = giving
    return f"**What you got is that of one mistake: {_name(giving)}**, for {place.said}{_nearly(fit.off)}. {MISTAKES[fit.name].about}"


def _nearly(off: float) -> str:
    return f" (off by at most {short(off)}, which is rounding)" if off > 0 else ""


def _say_none(fits: Sequence[Fit[str]], half: float, place: Place) -> str:
    nearest = fits[0]
    if math.isinf(nearest.off):
        return f"**None of them gives {place.said}**: where you got NaN they give numbers, or the other way round."
    name = "inference as it should be" if nearest.name == RIGHT else MISTAKES[nearest.name].name
    return (
        f"**None of them gives {place.said}.** Nearest is {name}, off by up to {short(nearest.off)}; your digits "
        f"leave room for {short(half)}. Are these the rows and this the layer? No two mistakes at once give it either."
    )


def _say_pairs(pairs: Sequence[Fit[tuple[str, str]]], place: Place) -> str:
    """Two mistakes at once, which are named where no single one gives it; several pairs are all named."""
    said = [f"{MISTAKES[one].name}, and {MISTAKES[two].name}" for one, two in (fit.name for fit in pairs)]
    if len(pairs) > 1:
        shown = "; or ".join(said[:PAIRS_SHOWN]) + ("; or others" if len(said) > PAIRS_SHOWN else "")
        return f"**No single mistake gives {place.said}, but {len(pairs)} pairs do**: {shown}. More numbers, or more digits, tell them apart."
    about = "\n\n".join(f"{_capital(MISTAKES[name].name)}: {MISTAKES[name].about}" for name in pairs[0].name)
    return f"**What you got is that of two mistakes at once: {said[0]}**, for {place.said}{_nearly(pairs[0].off)}; neither alone gives it.\n\n{about}"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:] if words[0].isascii() else words


def _how_to_tell(names: Sequence[str], outputs: Mapping[str, FloatArray], place: Place) -> str:
    shown = [outputs[name][place.cells] for name in names]
    firsts = shown[:1] if names[0] == RIGHT else shown  # from the right one, if it is among them
    between = [apart(one, other) for i, one in enumerate(firsts) for other in shown[i + 1 :]]
    least = min(each for each in between)
    if least == 0:
        return "There some of them are the same number; other rows could tell them apart."
    if least < TOO_CLOSE:
        return "They differ too little to tell."
    decimals = max(1, math.ceil(-math.log10(least)) + 1) if math.isfinite(least) else 1
    return f"They differ there by {short(least)} at least: {decimals} decimals would tell them apart."


def example_layer(x: FloatArray) -> dict[str, tuple[str, ...]]:
    """A layer that could have been trained on such rows: averages near theirs, to three digits."""
    features = np.arange(x.shape[1])
    spread = np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)

    def rounded(values: FloatArray) -> tuple[str, ...]:
        return tuple(shortest(float(f"{value:.3g}")) for value in values.tolist())

    return {
        "gamma": rounded(np.array([1.5, 0.8, 1.2, 1.0])[features % 4]),
        "beta": rounded(np.array([0.5, -0.3, 0.0, 1.0])[features % 4]),
        "mean": rounded(x.mean(axis=0) + 0.2 * spread),
        "var": rounded((0.9 * spread) ** 2),
    }
