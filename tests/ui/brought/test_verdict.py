"""Which of the usual mistakes gives what a reader got: one, several, or none, to the digits that were typed."""

from dataclasses import replace

import numpy as np
import pytest

from bn import CONVENTIONS, EXAMPLE, NOT_ROUNDED, BatchNorm, Unsure, outputs_of_two, stored_outputs
from bn import MISTAKES as CORE
from ui.brought.verdict import IS_RIGHT, MISTAKES, RIGHT, example_layer, say_about, say_verdict, table_of_mistakes

X = np.array(EXAMPLE)
NAMES = ("age", "**b**", "F2", "F3")
LAYER = BatchNorm(
    *(np.array(list(map(float, each))) for each in example_layer(X).values()),
    eps=0.01,
    decay=0.9,
    convention=CONVENTIONS["pytorch"],
    channel_axis=1,
)
FOUND = stored_outputs(LAYER, X)
CLOSE = ("floor", "eps 1e-05")  # next to variances of 3 and more float32 hardly tells them apart


def verdict(text, cell=(0, 0), unsure=NOT_ROUNDED, layer=LAYER, x=X):
    return say_verdict(text, stored_outputs(layer, x), layer, unsure, x, cell, NAMES)


def typed(values, digits=6):
    return "\n".join(" ".join(f"{value:.{digits}f}" for value in row) for row in np.atleast_2d(values))


def test_there_are_words_for_every_mistake():
    assert set(MISTAKES) == set(CORE)
    for name in MISTAKES:
        assert say_about(name, LAYER).startswith("$\\hat{x} = ")


@pytest.mark.parametrize("name", FOUND)
def test_a_cell_a_row_a_column_and_the_table(name):
    y = FOUND[name]
    for text in (typed(y), typed(y[3]), typed(y[:, [2]]), typed(y[3, 2])):
        ok, words = verdict(text, (3, 2))
        assert ok
        expected = IS_RIGHT if name == RIGHT else f"that of one mistake: {MISTAKES[name].name}**"
        assert expected in words or (name in CLOSE and "give them at" in words and MISTAKES[name].name in words), words


@pytest.mark.parametrize("pair", [("unbiased", "outside"), ("corrected", "eps 0.001"), ("outside", "parameters")])
def test_two_mistakes_at_once_are_named_where_no_single_one_gives_it(pair):
    ok, words = verdict(typed(outputs_of_two(LAYER, X)[pair]))
    assert ok
    one, two = (MISTAKES[name].name for name in pair)
    assert words.startswith(f"**What you got is that of two mistakes at once: {one}, and {two}**, for the whole table")
    assert "neither alone gives it" in words
    assert MISTAKES[pair[1]].about in words


def test_of_few_digits_several_pairs_are_named():
    y = outputs_of_two(LAYER, X)["training", "floor"]
    _, words = verdict(typed(y[0], 3))
    assert words.startswith(
        "**No single mistake gives row 0, but 3 pairs do**: training mode left on, and max(variance, ε); or "
    )
    assert words.endswith("More numbers, or more digits, tell them apart.")


def test_another_row_and_another_cell_than_the_chosen():
    ok, words = verdict(typed(FOUND["floor"][5]), (0, 0))
    assert ok
    assert words.startswith("Not row 0, but row 5: **What you got is that of one mistake: max(variance, ε)**")
    _, words = verdict(f"{FOUND[RIGHT][2, 2]:.7f}", (0, 0))
    assert words.startswith("Not row 0, age, but row 2, F2: " + IS_RIGHT)


def test_few_digits_fit_several_and_it_is_said_how_many_tell():
    ok, words = verdict(f"{FOUND[RIGHT][0, 0]:.2f}")
    assert ok
    assert words.startswith(
        "**Too few digits to tell**: inference as it should be gives them at row 0, age; these mistakes"
    )
    assert "decimals would tell them apart" in words


def test_correct_inference_in_another_cell_comes_before_a_mistake_in_any():
    """Of one digit that a mistake gives in the chosen cell too."""
    assert (FOUND[RIGHT][[0, 6], [2, 0]].round() == [2, 3]).all()
    assert FOUND["statistics"][0, 2].round() == 3
    _, words = verdict("3", (0, 2))
    assert words.startswith(
        "**Too few digits to tell**: inference as it should be gives them at row 6, age; these mistakes"
    )
    assert "mean and variance swapped (at row 0, F2)" in words


def test_who_types_what_the_table_says_is_told_first_that_it_is_right():
    small = replace(LAYER, eps=1e-5)
    for digits in (3, 4):
        _, words = verdict(f"{stored_outputs(small, X)[RIGHT][0, 0]:.{digits}f}", layer=small)
        assert words.startswith(f"{IS_RIGHT} (These variants differ too little to tell: ")
        assert "max(variance, ε)" in words
        assert "decimals" not in words


def test_the_nearest_two_say_how_many_decimals_are_needed():
    y = np.zeros((1, 1))
    outputs = {RIGHT: y, "outside": y + 2e-3, "floor": y + 2.3e-2}
    _, words = say_verdict("0.0", outputs, LAYER, NOT_ROUNDED, X[:1, :1], (0, 0), NAMES)
    assert words.endswith("They differ there by 0.002 at least: 4 decimals would tell them apart.")


def test_none_gives_it_and_the_nearest_is_named():
    _, words = verdict(typed(FOUND["outside"][0] + 0.0005))
    assert words.startswith(
        "**None of them gives row 0.** Nearest is ε outside the root, off by up to 5.0e−4; your digits leave"
    )


def test_the_same_numbers_cannot_be_told_apart():
    flat = BatchNorm(*([np.ones(4)] * 4), eps=0.0, decay=0.9, convention=CONVENTIONS["keras"], channel_axis=1)
    _, words = verdict(typed(stored_outputs(flat, X)[RIGHT]), layer=flat)
    assert words.startswith(IS_RIGHT)
    assert "differ too little to tell" in words
    assert "ε outside the root" in words
    assert "max(variance, ε)" in words


def test_nan_is_an_answer():
    below = BatchNorm(
        LAYER.gamma, LAYER.beta, -LAYER.running_mean - 1, LAYER.running_var, 0.01, 0.9, LAYER.convention, channel_axis=1
    )
    _, words = verdict("nan nan nan nan", layer=below)
    assert "mean and variance swapped" in words
    _, words = verdict("nan nan nan nan")
    assert "where you got NaN they give numbers" in words


def test_digits_of_the_layer_count_too():
    """A layer printed with four decimals does not give six decimals of the output."""
    got = typed(FOUND[RIGHT][0] + 3e-5)
    assert "None of them" in verdict(got)[1]
    assert IS_RIGHT in verdict(got, unsure=Unsure(gamma=5e-5, beta=5e-5))[1]


@pytest.mark.parametrize(
    ("text", "words"), [("1 2 3", "1 × 3 numbers"), ("a", "no number"), ("1 2\n3 4", "2 × 2 numbers")]
)
def test_what_cannot_be_compared(text, words):
    ok, said = verdict(text)
    assert not ok
    assert words in said


def test_names_of_the_reader_are_no_markup():
    _, words = verdict(f"{FOUND[RIGHT][0, 1]:.7f}", (0, 1))
    assert "**b**" not in words


def test_the_table_names_how_far_each_is_off():
    lines = table_of_mistakes(FOUND, (0, 0), "row 0, age").splitlines()
    assert len(lines) == 2 + len(FOUND)
    assert lines[2].startswith("| **inference, as it should be** | **−0.3")


def test_the_example_is_near_the_rows():
    found = {name: np.array(list(map(float, each))) for name, each in example_layer(np.ones((2, 9))).items()}
    assert all(len(each) == 9 for each in found.values())
    assert (found["var"] > 0).all()
