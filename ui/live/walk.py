"""A walk through the layer: the matrix, the formula and the sentence of one step, each term linked to its numbers.

Python computes and writes every number; the component (assets/live/walk.js) only puts them where the reader points. While
γ or β is held it computes y = γ · x̂ + β.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NotRequired, TypedDict

import numpy as np

from bn import BatchNorm, FloatArray, Trace
from ui.live.component import Component
from ui.numbers import counted, exact, fixed

STEPS = ("Activations", "Mean and variance", "Normalize", "Scale and shift", "Moving average")
MOST_TERMS = 8  # of a sum; in between the rest is dots


class Sign(TypedDict, total=False):
    """A symbol in MathML, or a plain name (text), and a note beside it."""

    base: str
    text: str
    sub: str
    sup: str
    hat: str
    tone: str
    note: str


class Term(TypedDict, total=False):
    """What stands at a place of a formula or sentence; `t` is its token: all with the same token light up together.

    say                what a screen reader says
    sym                a symbol
    val, after         a number of the chosen row and feature; whether behind an operator, where a negative one stands in
                       parentheses
    word               a text
    row, feature       the number of the chosen row, the name of the chosen feature
    frac               numerator and denominator
    root               what stands under it
    sum, shown, squared  the terms of a sum over the rows of a matrix: which of them, and whether squared
    sup, by            a text to a power
    """

    t: str
    say: str
    sym: Sign
    val: str
    after: bool
    word: str
    row: Literal[1]
    feature: Literal[1]
    frac: "list[list[Piece]]"
    root: "list[Piece]"
    sum: str
    shown: list[int]
    squared: bool
    sup: str
    by: str


Piece = str | Term  # of a formula or sentence


class Phase(TypedDict):
    """A part of what plays: numbers that gather into one, a column that changes, then the other columns."""

    do: Literal["gather", "change", "sweep"]
    column: NotRequired[str]
    rows: NotRequired[list[str]]
    into: NotRequired[str]


class Foot(TypedDict):
    """A row beneath the matrix: the token, which names its vector, its name, and whether the layer remembers it."""

    t: str
    label: Sign
    remembered: bool


class Shape(TypedDict):
    """An array that takes part in a step, and its shape."""

    sym: Sign
    shape: str
    t: str


class Scene(TypedDict):
    """What is shown of one step.

    matrix   the name of the matrix, and what stood in its cells before: of `values`
    vectors  the rows beneath it, and other numbers, one for each feature
    cell     the tokens of the chosen cell
    lights   of a token, what lights up when it is pointed at
    """

    matrix: str
    was: str | None
    values: dict[str, list[list[str]]]
    vectors: dict[str, list[str]]
    foot: list[Foot]
    cell: list[str]
    lights: dict[str, list[str]]
    formula: list[list[Piece]]
    sentence: list[Piece]
    phases: list[Phase]


class Content(Scene):
    """A step with its place in the walk, and the names of rows and columns."""

    step: int
    title: str
    rows: list[str]
    columns: list[str]
    shapes: list[Shape]


class Data(Content):
    """What the script is given."""

    chosen: tuple[int, int]
    sliders: tuple[str, str]  # of γ and β of the chosen feature
    x_hat: list[float]  # of the chosen feature: y follows the sliders while they are held


MU: Sign = {"base": "μ"}
VAR: Sign = {"base": "σ", "sup": "2"}

_component = Component[Data]("walk")
HEIGHT = 528  # px, about, where it is wide


@dataclass(frozen=True, eq=False)
class Walk:
    """What the walk leads through: a training step's trace, the layer before and after it, the features' names."""

    trace: Trace
    before: BatchNorm
    after: BatchNorm
    names: tuple[str, ...]


def show_walk(
    walk: Walk, step: int, chosen: tuple[int, int], sliders: tuple[str, str], *, key: str, on_choose: Callable[[], None]
) -> None:
    """Show step 1-5, with one cell chosen, whose feature's γ and β these sliders set, by their keys.

    The callback reads st.session_state[key]: `choose` is [row, column].
    """
    data: Data = {
        **walk_data(walk, step),
        "chosen": chosen,
        "sliders": sliders,
        "x_hat": walk.trace.x_hat[:, chosen[1]].tolist(),
    }
    _component(data, key=key, height=HEIGHT, on_choose_change=on_choose)


def walk_data(walk: Walk, step: int) -> Content:
    """Everything that the component shows in one step, numbers as text."""
    n, c = walk.trace.x.shape
    return {
        "step": step,
        "title": f"{step} {STEPS[step - 1]}",
        "rows": [str(i) for i in range(n)],
        "columns": list(walk.names),
        **(_activations, _moments, _normalize, _scale_and_shift, _moving_average)[step - 1](walk),
        "shapes": _shapes(step, n, c),
    }


# --- the five steps ----------------------------------------------------------------------------------------------


def _activations(walk: Walk) -> Scene:
    n, c = walk.trace.x.shape
    return {
        "matrix": "x",
        "was": None,
        "values": {"x": [_given(row) for row in walk.trace.x]},
        "vectors": {},
        "foot": [],
        "cell": ["here", "x"],
        "lights": {"x": ["x", "here"], "n": ["n", "col"], "c": ["c"]},
        "formula": [
            [_x(), " = ", _value("x", "x", "value")],
            [
                _symbol({"base": "N"}, "n", "N, rows"),
                f" = {n}",
                _space(),
                _symbol({"base": "C"}, "c", "C, columns"),
                f" = {c}",
            ],
        ],
        "sentence": [
            "The batch: ",
            _word(counted(n, "row"), "n"),
            ", each one example, and ",
            _word(counted(c, "column"), "c"),
            ", each one feature, what one neuron of the layer before gave. Row ",
            {"row": 1},
            " of ",
            _feature(),
            " is ",
            _value("x", "x", "value"),
            ".",
        ],
        "phases": [],
    }


def _moments(walk: Walk) -> Scene:
    trace = walk.trace
    n, c = trace.x.shape
    one_over_n: Piece = {"frac": [["1"], [_symbol({"base": "N"}, "n", "N, rows")]]}
    one_over_number: Piece = {"frac": [["1"], [_word(str(n), "n")]]}
    return {
        "matrix": "x",
        "was": None,
        "values": {"x": [_given(row) for row in trace.x], "centered": [_written(row) for row in trace.centered]},
        "vectors": {"mu": _written(trace.mean), "var": _written(trace.var), "std": _written(np.sqrt(trace.var))},
        "foot": [_foot("mu", MU), _foot("var", VAR)],
        "cell": ["here", "x"],
        "lights": {"mu": ["mu", "col"], "var": ["var", "col"], "n": ["n", "col"]},
        "formula": [
            [_mu(), " = ", one_over_n, " ∑ ", _any_x()],
            [" = ", one_over_number, " ( ", _sum("x", n), " )"],
            [" = ", _value("mu", "mu", "mean")],
            [_var(), " = ", one_over_n, " ∑ ( ", _any_x(), " − ", _mu(), {"sup": " )", "by": "2"}],
            [" = ", one_over_number, " ( ", _sum("centered", n, squared=True), " )"],
            [" = ", _value("var", "var", "variance")],
        ],
        "sentence": [
            _feature(),
            " has the mean ",
            _value("mu", "mu", "mean"),
            " and the variance ",
            _value("var", "var", "variance"),
            f" over its {counted(n, 'row')} (÷ N); one standard deviation is ",
            _value("std", "var", "standard deviation"),
            f". No other column takes part, so there are as many means and variances as columns: {c}.",
        ],
        "phases": [
            {"do": "gather", "column": "x", "into": "mu"},
            {"do": "gather", "column": "centered", "into": "var"},
            {"do": "sweep", "rows": ["mu", "var"]},
        ],
    }


def _normalize(walk: Walk) -> Scene:
    trace = walk.trace
    eps = _word(np.format_float_positional(trace.eps, trim="-"), "eps")
    return {
        "matrix": "x_hat",
        "was": "x",
        "values": {"x": [_given(row) for row in trace.x], "x_hat": [_written(row) for row in trace.x_hat]},
        "vectors": {
            "mu": _written(trace.mean),
            "var": _written(trace.var),
            "std": _written(trace.std),
            "hat_mean": _written(trace.x_hat.mean(axis=0)),
            "hat_std": _written(trace.x_hat.std(axis=0)),
        },
        "foot": [_foot("mu", MU), _foot("var", VAR)],
        "cell": ["here", "x", "x_hat"],
        "lights": {"mu": ["mu", "col"], "var": ["var", "col"], "x": ["x", "here"], "x_hat": ["x_hat", "here"]},
        "formula": [
            [
                _x_hat(),
                " = ",
                {"frac": [[_x(), " − ", _mu()], [{"root": [_var(), " + ", _symbol({"base": "ε"}, "eps", "epsilon")]}]]},
            ],
            [
                " = ",
                {
                    "frac": [
                        [_value("x", "x", "value"), " − ", _value("mu", "mu", "mean", after=True)],
                        [{"root": [_value("var", "var", "variance"), " + ", eps]}],
                    ]
                },
            ],
            [" = ", _value("x_hat", "x_hat", "normalized")],
        ],
        "sentence": [
            _value("x", "x", "value"),
            " becomes ",
            _value("x_hat", "x_hat", "normalized"),
            ": so many standard deviations from the mean. The column of ",
            _feature(),
            " now has mean ",
            _value("hat_mean", "col", "mean after"),
            " and standard deviation ",
            _value("hat_std", "col", "standard deviation after"),
            ". ",
            _word("ε", "eps"),
            " only guards against dividing by 0.",
        ],
        "phases": [{"do": "change", "rows": ["mu", "var"]}, {"do": "sweep", "rows": []}],
    }


def _scale_and_shift(walk: Walk) -> Scene:
    trace = walk.trace
    return {
        "matrix": "y",
        "was": "x_hat",
        "values": {"x_hat": [_written(row) for row in trace.x_hat], "y": [_written(row) for row in trace.y]},
        "vectors": {
            "gamma": _given(trace.gamma),
            "beta": _given(trace.beta),
            "y_mean": _written(trace.y.mean(axis=0)),
            "y_std": _written(trace.y.std(axis=0)),
        },
        "foot": [_foot("gamma", {"base": "γ"}), _foot("beta", {"base": "β"})],
        "cell": ["here", "x_hat", "y"],
        "lights": {"gamma": ["gamma"], "beta": ["beta"], "x_hat": ["x_hat", "here"], "y": ["y", "here"]},
        "formula": [
            [
                _y(),
                " = ",
                _symbol({"base": "γ"}, "gamma", "gamma"),
                " ",
                _x_hat(),
                " + ",
                _symbol({"base": "β"}, "beta", "beta"),
            ],
            [
                " = ",
                _value("gamma", "gamma", "gamma"),
                " · ",
                _value("x_hat", "x_hat", "normalized", after=True),
                " + ",
                _value("beta", "beta", "beta", after=True),
            ],
            [" = ", _value("y", "y", "output")],
        ],
        "sentence": [
            _word("γ", "gamma"),
            " stretches, ",
            _word("β", "beta"),
            " moves: the column of ",
            _feature(),
            " now has mean ",
            _value("y_mean", "col", "mean of the output"),
            " and standard deviation ",
            _value("y_std", "col", "standard deviation of the output"),
            ". Each value is multiplied by its own column's γ, no matrix product. γ and β are learned.",
        ],
        "phases": [{"do": "change", "rows": ["gamma", "beta"]}, {"do": "sweep", "rows": []}],
    }


def _moving_average(walk: Walk) -> Scene:
    trace, before, after = walk.trace, walk.before, walk.after
    n = len(trace.x)
    keep = before.batches_seen / (before.batches_seen + 1) if before.decay is None else before.decay
    old, new = exact(keep), exact(round(1 - keep, 12))
    by = f"÷ {before.convention.divisor}"
    averaged = trace.var * before.convention.correction(n, before.eps)

    def line(moved: str, was: str, taken: str, what: str) -> list[list[Piece]]:
        kept, took = _word("decay", "keep"), _word("(1 − decay)", "take")
        old_value, batch_value = _value(was, was, f"old {what}", after=True), _value(taken, taken, what, after=True)
        return [
            [
                _word(f"moving {what}", moved),
                " ← ",
                kept,
                " · ",
                _word("old", was),
                " + ",
                took,
                " · ",
                _word("batch", taken),
            ],
            [" = ", _word(old, "keep"), " · ", old_value, " + ", _word(new, "take"), " · ", batch_value],
            [" = ", _value(moved, moved, f"moving {what}")],
        ]

    return {
        "matrix": "y",
        "was": None,
        "values": {"y": [_written(row) for row in trace.y]},
        "vectors": {
            "mu": _written(trace.mean),
            "averaged": _written(averaged),
            "old_mean": _written(before.running_mean),
            "old_var": _written(before.running_var),
            "new_mean": _written(after.running_mean),
            "new_var": _written(after.running_var),
        },
        "foot": [
            _foot("mu", MU),
            _foot("averaged", {**VAR, "note": by}),
            _foot("old_mean", {"text": "old mean"}, remembered=True),
            _foot("new_mean", {"text": "moving mean"}, remembered=True),
            _foot("old_var", {"text": "old var."}, remembered=True),
            _foot("new_var", {"text": "moving var."}, remembered=True),
        ],
        "cell": ["here", "y"],
        "lights": {
            "new_mean": ["new_mean", "old_mean", "mu"],
            "new_var": ["new_var", "old_var", "averaged"],
            "keep": ["keep", "old_mean", "old_var"],
            "take": ["take", "mu", "averaged"],
        },
        "formula": [
            *line("new_mean", "old_mean", "mu", "mean"),
            *line("new_var", "old_var", "averaged", "variance"),
        ],
        "sentence": [
            "The output is ready. For later the layer keeps ",
            _word(old, "keep"),
            " of its old averages and takes in ",
            _word(new, "take"),
            " of this batch's mean and variance; the variance here is ",
            _word(by, "averaged"),
            f", as in {before.convention.name}. Remembered for inference, not learned."
            + (f" N is {n}." if "N −" in by else ""),
        ],
        "phases": [
            {"do": "gather", "rows": ["old_mean", "mu"], "into": "new_mean"},
            {"do": "gather", "rows": ["old_var", "averaged"], "into": "new_var"},
            {"do": "sweep", "rows": ["new_mean", "new_var"]},
        ],
    }


def _shapes(step: int, n: int, c: int) -> list[Shape]:
    """The arrays that take part in a step, each with its shape and token."""
    matrix, vector = f"({n}, {c})", f"({c},)"
    mean, variance = (MU, vector, "mu"), (VAR, vector, "var")
    by_step: tuple[Sequence[tuple[Sign, str, str]], ...] = (
        [({"base": "x"}, matrix, "all")],
        [({"base": "x"}, matrix, "all"), mean, variance],
        [mean, variance, ({"base": "x", "hat": "1"}, matrix, "all")],
        [({"base": "γ"}, vector, "gamma"), ({"base": "β"}, vector, "beta"), ({"base": "y"}, matrix, "all")],
        [({"text": "moving mean"}, vector, "new_mean"), ({"text": "moving variance"}, vector, "new_var")],
    )
    return [{"sym": symbol, "shape": shape, "t": token} for symbol, shape, token in by_step[step - 1]]


# --- parts -------------------------------------------------------------------------------------------------------


def _symbol(sign: Sign, token: str, say: str) -> Term:
    return {"sym": sign, "t": token, "say": say}


def _x() -> Term:
    return _symbol({"base": "x", "sub": "row", "tone": "x"}, "x", "x")


def _any_x() -> Term:
    return _symbol({"base": "x", "sub": "i", "tone": "x"}, "col", "x, each value of the column")


def _x_hat() -> Term:
    return _symbol({"base": "x", "sub": "row", "hat": "1", "tone": "x_hat"}, "x_hat", "x hat")


def _y() -> Term:
    return _symbol({"base": "y", "sub": "row", "tone": "y"}, "y", "y")


def _mu() -> Term:
    return _symbol(MU, "mu", "mu, the mean")


def _var() -> Term:
    return _symbol(VAR, "var", "sigma squared, the variance")


def _value(name: str, token: str, say: str, *, after: bool = False) -> Term:
    """A number of the chosen row and feature; after an operator a negative one stands in parentheses."""
    return {"val": name, "t": token, "say": say, "after": after}


def _word(text: str, token: str) -> Term:
    return {"word": text, "t": token}


def _feature() -> Term:
    return {"feature": 1, "t": "col"}


def _space() -> Piece:
    return "\u2003"


def _sum(name: str, n: int, *, squared: bool = False) -> Term:
    """The terms of a sum over the rows: all of them, or the first few and the last."""
    shown = list(range(n)) if n <= MOST_TERMS else [*range(MOST_TERMS - 2), n - 1]
    return {"sum": name, "shown": shown, "squared": squared}


def _foot(token: str, label: Sign, *, remembered: bool = False) -> Foot:
    return {"t": token, "label": label, "remembered": remembered}


def _written(values: FloatArray) -> list[str]:
    """Numbers as text, (C,)."""
    return [fixed(value) for value in values.tolist()]


def _given(values: FloatArray) -> list[str]:
    """Numbers that were given, not computed, with all their digits."""
    return [exact(value) for value in values.tolist()]
