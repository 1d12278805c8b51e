"""A reader's layer is checked with words: lengths, order, what no variance can be, what is strange."""

import numpy as np
import pytest

from bn import CONVENTIONS, EXAMPLE
from ui.brought.checking import Typed, check

NAMES = ("F0", "F1", "F2", "F3")
GOOD = Typed(
    "1.5, 0.8, 1.2, 1", "0.5, -0.3, 0, 1", "0.4, 13.2, 18.3, 31.4", "5.2, 3.4, 13.5, 11.7", "1.001e-5", "0.997"
)
PYTORCH = CONVENTIONS["pytorch"]


def checked(convention=PYTORCH, x=EXAMPLE, names=NAMES, **changes):
    return check(GOOD._replace(**changes), convention, names, x)


def only_problem(**changes):
    found = checked(**changes)
    assert found.layer is None
    [problem] = found.problems
    return problem


def test_what_was_typed_is_the_layer():
    found = checked()
    assert (found.problems, found.notes, found.order) == ((), (), "as given")
    layer = found.layer
    assert layer.gamma.tolist() == [1.5, 0.8, 1.2, 1.0]
    assert layer.beta.tolist() == [0.5, -0.3, 0.0, 1.0]
    assert layer.running_mean.tolist() == [0.4, 13.2, 18.3, 31.4]
    assert layer.running_var.tolist() == [5.2, 3.4, 13.5, 11.7]
    assert (layer.eps, layer.decay, layer.convention) == (1.001e-5, 0.997, PYTORCH)


@pytest.mark.parametrize("name", CONVENTIONS)
def test_empty_fields_are_a_fresh_layer(name):
    convention = CONVENTIONS[name]
    layer = check(Typed(), convention, NAMES, EXAMPLE).layer
    assert [each.tolist() for each in (layer.gamma, layer.beta, layer.running_mean, layer.running_var)] == [
        [1.0] * 4,
        [0.0] * 4,
        [0.0] * 4,
        [1.0] * 4,
    ]
    assert (layer.eps, layer.decay) == (convention.eps, convention.decay)


def test_lengths_say_which_has_how_many():
    problem = only_problem(beta="1, 2, 3")
    assert (
        problem
        == "β has 3 values and the rows have 4 features (F0, F1, F2, F3). Give one for each, or choose as many columns."
    )
    assert "β has 5 values and" in only_problem(beta="1, 2, 3, 4, 5")
    assert "Moving mean has 1 value and" in only_problem(mean="1")
    found = checked(gamma="1", var="1, 2")
    assert len(found.problems) == 2


@pytest.mark.parametrize(
    ("var", "words"),
    [
        ("5.2, -4, 13.5, 11.7", ["entry 1 is −4,", "Averaging of weights", "would be NaN"]),
        ("5.2, -1e-6, 13.5, 11.7", ["entry 1 is −1e−6", "float32 rounds", "the root of 9.0e−6"]),
        ("5.2, -0.05, 13.5, 11.7", ["entry 1 is −0.05", "half precision rounds", "would be NaN"]),
        ("-1, -2, -3, -4", ["entry 0 is −1, ", "entry 2 is −3, ", "and 1 more"]),
    ],
)
def test_no_variance_is_negative(var, words):
    problem = only_problem(var=var)
    for word in words:
        assert word in problem


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("var", "1, nan, 1, 1", "Moving variance: entry 1 is NaN. An average keeps a NaN for good"),
        ("var", "1, 1, inf, 1", "entry 2 is ∞"),
        ("mean", "1, 1, 1, nan", "Moving mean: entry 3 is NaN"),
        ("gamma", "nan, 1, 1, 1", "γ: entry 0 is NaN. A training that diverged"),
        ("beta", "1, -inf, 1, 1", "β: entry 1 is −∞"),
        ("gamma", "1, 1, x, 1", "γ: Number 2 is “x”"),
        ("eps", "-1", "ε is −1; it is added"),
        ("eps", "1 2", "ε is one number, and these are 2"),
        ("eps", "small", "ε: Number 0 is “small”"),
        ("decay", "1.5", "Decay is 1.5; it is the weight of the old average"),
        ("decay", "-0.1", "Decay is −0.1"),
        ("decay", "nan", "Decay is NaN"),
    ],
)
def test_what_cannot_be(field, text, words):
    assert words in " ".join(checked(**{field: text}).problems)


@pytest.mark.parametrize(
    ("text", "eps"), [("1e-6", 1e-6), ("1.001e-5", 1.001e-5), ("0", 0.0), ("0,001", 0.001), ("", 1e-5)]
)
def test_eps_is_any_number(text, eps):
    assert checked(eps=text).layer.eps == eps


@pytest.mark.parametrize(
    ("text", "decay"), [("0.997", 0.997), ("1", 1.0), ("None", None), ("plain mean", None), ("", 0.9)]
)
def test_decay_is_any_number(text, decay):
    assert checked(decay=text).layer.decay == decay


def test_a_decay_that_looks_like_pytorch_s_momentum():
    [note] = checked(decay="0.1").notes
    assert "momentum, which weighs the new value, the decay is 0.9" in note


def test_a_variance_below_eps():
    [note] = checked(var="5.2, 1e-7, 13.5, 11.7", eps="1e-3").notes
    assert note.startswith("Moving variance: entry 1 (1e−7) is below ε = 0.001")


@pytest.mark.parametrize(
    ("order", "changes"),
    [
        ("variance before mean", {"mean": GOOD.var, "var": GOOD.mean}),
        ("statistics first", {"gamma": GOOD.mean, "beta": GOOD.var, "mean": GOOD.gamma, "var": GOOD.beta}),
        ("beta before gamma", {"gamma": "0, -0.1, 0.05, 0", "beta": "1, 1.1, 0.9, 1"}),
    ],
)
def test_another_order_is_recognized(order, changes):
    assert checked(**changes).order == order


def test_one_row_is_enough():
    assert checked(x=EXAMPLE[:1]).layer is not None
    assert checked(x=np.array([[1.0]]), names=("a",), gamma="1", beta="0", mean="2", var="3").layer is not None


def test_what_was_assumed_is_said():
    found = check(Typed("0,5"), PYTORCH, ("a", "b"), EXAMPLE[:, :2])
    assert found.layer.gamma.tolist() == [0.0, 5.0]
    assert "γ: Commas separate columns" in found.notes[0]
