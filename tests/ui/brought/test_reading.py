"""Vectors and whole layers in every notation, read back: what was written, or a sentence; never silently something else."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.brought.reading import MAX_TEXT, VECTORS, LayerError, half_a_unit, read_numbers, read_printout, read_vector

PRINTS = json.loads((Path(__file__).parents[2] / "goldens" / "brought.json").read_text(encoding="utf-8"))["prints"]
LAYER = {"gamma": [1.5, 0.8], "beta": [0.0, -0.3], "mean": [12.0, 3.25], "var": [4.0, 1e-06]}

NUMBERS = st.one_of(
    st.integers(-1000, 1000).map(float),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: float(f"{value:.6g}")),
    st.floats(1e-12, 1e-3).map(lambda value: float(f"{value:.8g}")),
)


def numpy_print(values):
    return repr(np.array(values))


NOTATIONS = {
    "commas": lambda values: ", ".join(map(repr, values)),
    "commas alone": lambda values: ",".join(map(repr, values)),
    "spaces": lambda values: " ".join(map(repr, values)),
    "tabs": lambda values: "\t".join(map(repr, values)),
    "lines": lambda values: "\n".join(map(repr, values)),
    "semicolons": lambda values: "; ".join(map(repr, values)),
    "Python": repr,
    "tuple": lambda values: repr(tuple(values)),
    "NumPy": numpy_print,
    "NumPy, printed": lambda values: str(np.array(values)),
    "PyTorch": lambda values: f"tensor({values}, device='cuda:0', dtype=torch.float64)",
    "a parameter of PyTorch": lambda values: f"Parameter containing:\ntensor({values}, requires_grad=True)",
    "JAX": lambda values: f"Array({values}, dtype=float32)",
    "R": lambda values: f"c({', '.join(map(repr, values))})",
    "MATLAB": lambda values: f"[{' '.join(map(repr, values))}]",
    "a minus of print": lambda values: ", ".join(map(repr, values)).replace("-", "−").replace("e−", "e-"),
    "a comma at the end": lambda values: ", ".join(map(repr, values)) + ",",
}


@pytest.mark.parametrize("notation", NOTATIONS)
@given(st.lists(NUMBERS, min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_a_vector_is_read_back(notation, values):
    text = NOTATIONS[notation](values)
    vector = read_vector(text)
    expected = values
    if notation.startswith("NumPy"):  # which prints eight digits
        expected = [float(each) for each in np.array2string(np.array(values), threshold=99).strip("[]").split()]
    if not vector.notes:
        assert list(vector.values) == expected


@given(st.lists(st.integers(-99_999, 99_999), min_size=2, max_size=8), st.integers(1, 2))
@settings(max_examples=100, deadline=None)
def test_decimal_commas_are_read_back_or_noted(values, places):
    numbers = [value / 10**places for value in values]
    vector = read_vector(" ".join(f"{number:.{places}f}".replace(".", ",") for number in numbers))
    assert list(vector.values) == numbers or vector.notes


WAYS = {
    "PyTorch": lambda layer, names: (
        "OrderedDict({" + ", ".join(f"'{n}': tensor({v})" for n, v in zip(names, layer, strict=True)) + "})"
    ),
    "pairs": lambda layer, names: (
        "OrderedDict([" + ", ".join(f"('{n}', tensor({v}))" for n, v in zip(names, layer, strict=True)) + "])"
    ),
    "a prefix": lambda layer, names: "\n".join(f"features.3.bn1.{n}: {v}" for n, v in zip(names, layer, strict=True)),
    "JSON": lambda layer, names: json.dumps(dict(zip(names, layer, strict=True))),
    "Python": lambda layer, names: repr({n: np.array(v) for n, v in zip(names, layer, strict=True)}),
    "lines": lambda layer, names: "\n".join(
        f"{n} = {', '.join(map(repr, v))}" for n, v in zip(names, layer, strict=True)
    ),
    "keywords": lambda layer, names: ", ".join(f"{n}=np.array({v})" for n, v in zip(names, layer, strict=True)),
}
CALLED = [
    ("weight", "bias", "running_mean", "running_var"),
    ("gamma", "beta", "moving_mean", "moving_variance"),
    ("scale", "B", "input_mean", "input_var"),
    ("scale", "bias", "mean", "var"),
    ("γ", "β", "μ", "σ²"),
]


@pytest.mark.parametrize("way", WAYS)
@given(
    st.integers(1, 6).flatmap(lambda c: st.lists(st.lists(NUMBERS, min_size=c, max_size=c), min_size=4, max_size=4)),
    st.sampled_from(CALLED),
    st.permutations(range(4)),
)
@settings(max_examples=40, deadline=None)
def test_a_layer_with_names_is_read_back_in_any_order(way, layer, names, order):
    text = WAYS[way]([layer[at] for at in order], [names[at] for at in order])
    found = read_printout(text)
    digits = 1e-5 if way == "Python" else 0  # NumPy prints eight
    for name, values in zip(VECTORS, layer, strict=True):
        np.testing.assert_allclose(found.vectors[name].values, values, rtol=digits, atol=digits * max(map(abs, values)))


@given(st.integers(1, 8).flatmap(lambda c: st.lists(st.lists(NUMBERS, min_size=c, max_size=c), min_size=4, max_size=4)))
@settings(max_examples=100, deadline=None)
def test_a_layer_without_names_is_read_in_order_and_that_is_said(layer):
    for text in (
        "[" + ", ".join(f"array({values}, dtype=float32)" for values in layer) + "]",
        "\n".join(" ".join(map(repr, values)) for values in layer),
        repr(layer),
    ):
        found = read_printout(text)
        assert [list(found.vectors[name].values) for name in VECTORS] == layer
        assert "in this order: γ, β, moving mean, moving variance" in found.notes[0]


@pytest.mark.parametrize(
    ("printed", "digits"),
    [
        ("state_dict", 2e-4),
        ("state_dict of a network", 2e-4),
        ("named", 2e-4),
        ("lists", 0),
        ("get_weights", 1e-7),
        ("weights", 1e-7),
        ("flax", 1e-7),
    ],
)
def test_what_frameworks_print(printed, digits):
    found = read_printout(PRINTS[printed])
    for name in VECTORS:
        np.testing.assert_allclose(found.vectors[name].values, PRINTS[name], rtol=digits)
        off = np.abs(np.array(found.vectors[name].values) - PRINTS[name])
        assert (off <= np.array(found.vectors[name].unsure) * 1.001 + 1e-15).all()
    assert any("four decimals" in note for note in found.notes) == (digits == 2e-4)


def test_what_else_is_in_a_printout():
    found = read_printout(PRINTS["state_dict of a network"])
    assert found.notes[-1] == "Left out, since it has no averages: 0."
    assert (
        read_printout("BatchNorm1d(2, eps=1e-03, momentum=0.1)\n" + WAYS["lines"](LAYER.values(), CALLED[0])).eps
        == "1e-03"
    )


def test_a_layer_without_gamma_and_beta():
    found = read_printout("weight: None\nbias: None\nrunning_mean: [1, 2]\nrunning_var: [3, 4]")
    assert set(found.vectors) == {"mean", "var"}
    assert found.notes[1:] == ("γ is not in it, so it is 1.", "β is not in it, so it is 0.")
    assert set(read_printout("[array([1., 2.]), array([3., 4.])]").vectors) == {"mean", "var"}


def test_of_several_layers_the_first_that_fits_is_read_unless_one_is_chosen():
    text = (
        "bn1.running_mean: [1]\nbn1.running_var: [2]\nbn1.eps: 1e-3\nbn2.running_mean: [3, 4]\nbn2.running_var: [5, 6]"
    )
    assert read_printout(text).layer == "bn1"
    assert read_printout(text).notes[0] == "It holds 2 layers with averages: bn1, bn2. Read is bn1, the first."
    fitting = read_printout(text, features=2)
    assert (fitting.layer, fitting.layers, fitting.vectors["var"].values) == ("bn2", ("bn1", "bn2"), (5, 6))
    assert read_printout(text, "bn1", 2).vectors["mean"].values == (1,)
    assert read_printout(text, "bn1").eps == "1e-3"
    assert read_printout(text, "gone").layer == "bn1"


def test_layers_without_names_of_their_own_are_numbered():
    state = "OrderedDict({'running_mean': tensor([%d.]), 'running_var': tensor([1.])})"
    found = read_printout("\n".join(state % k for k in (5, 6, 7)), "2")
    assert (found.layers, found.vectors["mean"].values) == (("1", "2", "3"), (6,))


def test_columns_may_be_the_vectors():
    found = read_printout("1 0 3 4\n2 0 5 6\n1 0 7 8")
    assert found.vectors["var"].values == (4, 6, 8)
    assert "Each column is read as one vector." in found.notes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing yet"),
        ("x" * (MAX_TEXT + 1), "at most"),
        ("scale: [1]\nmean: [0]\nvar: [1]\nmean: [2]", "stands there twice"),
        ("weight: [1, 2]\nbias: [0, 0]", "no moving mean"),
        ("1 2 3", "1 vector without names"),
        ("1 2 3\n4 5 6\n7 8 9", "3 vectors without names"),
        ("running_mean: tensor([1., 2., ..., 3.])\nrunning_var: [1]", "Moving mean: The print leaves values out"),
        ("running_mean: [1, 2\nrunning_var: [1, 2]", "Moving mean: The bracket is not closed"),
        ("running_mean: [1, x]\nrunning_var: [1, 2]", "“x”, which is no number"),
        ("running_mean: [[1, 2], [3, 4]]\nrunning_var: [1, 2]", "2 rows and 2 columns"),
        ('{"a": [1, 2], "b": [1, 2], "c": [1, 2], "d": [1, 2]}', "“a”, “b”, “c”, “d” say nothing"),
        ("hello", "which is no number"),
    ],
)
def test_what_is_no_layer(text, words):
    with pytest.raises(LayerError, match=words.replace("(", r"\(")):
        read_printout(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no numbers"),
        ("a b", "Number 0 is “a”"),
        ("1 x 3", "Number 1 is “x”"),
        ("1 12% 3", "12%"),
        ("1 2\n3", "Row 1 has 1 numbers and row 0 has 2|missing"),
        ("1, , 3", "Number 1 is missing"),
        (" ".join(["1"] * 2049), "at most"),
        ("1.5 2,5", "decimal point"),
    ],
)
def test_what_are_no_numbers(text, words):
    with pytest.raises(LayerError, match=words):
        read_numbers(text)


def test_infinity_and_nan_are_numbers_here():
    assert read_vector("inf, -inf, 1").values == (math.inf, -math.inf, 1)
    for text in ("nan 1", "[nan, 1]", "[NaN, 1]", "tensor([nan, 1.])"):
        first, second = read_vector(text).values
        assert math.isnan(first), text
        assert second == 1


@pytest.mark.parametrize(
    ("text", "half"),
    [
        ("1.25", 0.005),
        ("-0.5", 0.05),
        ("3", 0.5),
        ("1e-5", 5e-6),
        ("2.50e-3", 5e-6),
        ("12e2", 50),
        ("1,5", 0.05),
        ("inf", 0),
    ],
)
def test_half_a_unit_of_what_was_typed(text, half):
    assert half_a_unit(text) == pytest.approx(half, rel=1e-12)


def test_zeros_at_the_end_say_how_exact_a_number_is():
    for text in ("0.500 0.250", "[0.500, 0.250]", "tensor([0.500, 0.250])"):
        assert read_numbers(text).half.ravel() == pytest.approx([5e-4, 5e-4])


def test_only_what_was_printed_is_rounded():
    assert read_vector("1.5, 0.0001, 2").unsure == (0.0, 5e-5, 0.0)


def test_a_table_with_names_and_an_index_is_read_without_them():
    numbers = read_numbers("     F0     F1\n0  0.5 -1.25\n1  1.5  2.00")
    assert numbers.values.tolist() == [[0.5, -1.25], [1.5, 2.0]]
    assert numbers.notes
