"""What the walk is given: matrices, vectors and formulas whose numbers are NumPy's, and terms that lead to each other."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from bn import CONVENTIONS, EXAMPLE, BatchNorm
from ui.batch.reading import default_names
from ui.live import walk
from ui.live.walk import MOST_TERMS, STEPS, Walk, show_walk, walk_data

GAMMA, BETA = np.array([1.5, 1.0, -0.5, 2.0]), np.array([0.5, 0.0, 3.0, -1.0])
ALL = range(1, 6)


def a_walk(x=EXAMPLE, convention="pytorch"):
    c = x.shape[1]
    layer = BatchNorm.create(c, CONVENTIONS[convention], channel_axis=1)
    layer = replace(layer, gamma=np.resize(GAMMA, c), beta=np.resize(BETA, c))
    trace, after = layer.train(x)
    return Walk(trace, layer, after, default_names(c))


def number(text):
    return float(text.replace("−", "-"))


def matrix(data, name):
    return np.array([[number(cell) for cell in row] for row in data["values"][name]])


def vector(data, name):
    return np.array([number(cell) for cell in data["vectors"][name]])


def parts(thing):
    """Every dict in a formula, a sentence or a list of phases."""
    if isinstance(thing, dict):
        yield thing
        thing = list(thing.values())
    if isinstance(thing, list):
        for each in thing:
            yield from parts(each)


def words(parts_of_it):
    return "".join(part if isinstance(part, str) else part.get("word", "□") for part in parts_of_it)


MEAN, VAR = EXAMPLE.mean(axis=0), EXAMPLE.var(axis=0)
X_HAT = (EXAMPLE - MEAN) / np.sqrt(VAR + 1e-5)


@pytest.mark.parametrize(
    ("step", "name", "expected"),
    [
        (1, "x", EXAMPLE),
        (2, "x", EXAMPLE),
        (2, "centered", EXAMPLE - MEAN),
        (3, "x", EXAMPLE),
        (3, "x_hat", X_HAT),
        (4, "x_hat", X_HAT),
        (4, "y", GAMMA * X_HAT + BETA),
        (5, "y", GAMMA * X_HAT + BETA),
    ],
)
def test_matrices_are_the_ones_of_the_formula(step, name, expected):
    np.testing.assert_allclose(matrix(walk_data(a_walk(), step), name), expected, atol=5.1e-4)


@pytest.mark.parametrize(
    ("step", "name", "expected"),
    [
        (2, "mu", MEAN),
        (2, "var", VAR),
        (2, "std", np.sqrt(VAR)),
        (3, "mu", MEAN),
        (3, "var", VAR),
        (3, "hat_mean", np.zeros(4)),
        (3, "hat_std", np.ones(4)),
        (4, "gamma", GAMMA),
        (4, "beta", BETA),
        (4, "y_mean", BETA),
        (4, "y_std", np.abs(GAMMA)),
        (5, "mu", MEAN),
        (5, "averaged", EXAMPLE.var(axis=0, ddof=1)),
        (5, "old_mean", np.zeros(4)),
        (5, "old_var", np.ones(4)),
        (5, "new_mean", 0.1 * MEAN),
        (5, "new_var", 0.9 + 0.1 * EXAMPLE.var(axis=0, ddof=1)),
    ],
)
def test_vectors_are_the_ones_of_the_formula(step, name, expected):
    np.testing.assert_allclose(vector(walk_data(a_walk(), step), name), expected, atol=5.1e-4)


def test_keras_averages_the_biased_variance_with_its_own_weights():
    data = walk_data(a_walk(convention="keras"), 5)
    np.testing.assert_allclose(vector(data, "averaged"), VAR, atol=5.1e-4)
    np.testing.assert_allclose(vector(data, "new_mean"), 0.01 * MEAN, atol=5.1e-4)
    said = words(data["sentence"])
    assert "0.99" in said
    assert "0.01" in said
    assert "÷ N," in said
    assert "Keras 3" in said
    assert "÷ (N − 1)" in words(walk_data(a_walk(), 5)["sentence"])


def test_keras_2_takes_epsilon_out_of_the_divisor():
    data = walk_data(a_walk(convention="keras2"), 5)
    np.testing.assert_allclose(vector(data, "averaged"), EXAMPLE.var(axis=0) * 8 / 6.999, atol=5.1e-4)
    assert "÷ (N − 1 − ε)" in words(data["sentence"])


def test_the_papers_average_starts_with_the_batch_alone():
    data = walk_data(a_walk(convention="paper"), 5)
    np.testing.assert_allclose(vector(data, "new_mean"), MEAN, atol=5.1e-4)


@pytest.mark.parametrize("step", ALL)
def test_every_value_that_is_named_exists(step):
    data = walk_data(a_walk(), step)
    known = {**data["values"], **data["vectors"]}
    for part in parts([data["formula"], data["sentence"]]):
        for key in ("val", "sum"):
            if key in part:
                assert part[key] in known
    assert {row["t"] for row in data["foot"]} <= set(data["vectors"])
    assert data["matrix"] in data["values"]
    assert data["was"] is None or data["was"] in data["values"]


@pytest.mark.parametrize("step", ALL)
def test_every_term_lights_something_up_in_the_matrix(step):
    """Its own row beneath the matrix, the column, the chosen cell, the head of the rows or of the columns."""
    data = walk_data(a_walk(), step)
    places = {row["t"] for row in data["foot"]} | {"col", "here", "n", "c", "all"}
    terms = [part for part in parts([data["formula"], data["sentence"], data["shapes"]]) if "t" in part]
    assert len(terms) >= 4
    for part in terms:
        reached = set(data["lights"].get(part["t"], [part["t"]])) | {part["t"]}
        assert reached & places or part["t"] == "eps", part


@pytest.mark.parametrize("step", ALL)
def test_every_place_beneath_the_matrix_has_a_term(step):
    data = walk_data(a_walk(), step)
    said = {part["t"] for part in parts([data["formula"], data["sentence"]]) if "t" in part}
    assert {row["t"] for row in data["foot"]} <= said


@pytest.mark.parametrize("step", ALL)
def test_what_plays_uses_what_is_there(step):
    data = walk_data(a_walk(), step)
    rows = {row["t"] for row in data["foot"]}
    for phase in data["phases"]:
        assert set(phase.get("rows", [])) <= rows
        assert phase.get("into", next(iter(rows))) in rows
        assert phase.get("column", data["matrix"]) in data["values"]
    assert [phase["do"] for phase in data["phases"]][-1:] == ([] if step == 1 else ["sweep"])
    filled = [phase["into"] for phase in data["phases"] if phase["do"] == "gather"]
    swept = [row for phase in data["phases"] if phase["do"] == "sweep" for row in phase["rows"]]
    assert filled == swept


def test_the_sum_has_every_row_of_a_small_batch_and_dots_in_a_large_one():
    def shown(n):
        data = walk_data(a_walk(np.arange(2.0 * n).reshape(n, 2)), 2)
        return [part["shown"] for part in parts(data["formula"]) if "sum" in part]

    assert shown(8) == [list(range(8))] * 2
    assert shown(9) == [[0, 1, 2, 3, 4, 5, 8]] * 2
    assert shown(256) == [[0, 1, 2, 3, 4, 5, 255]] * 2
    assert len(shown(256)[0]) < MOST_TERMS


@pytest.mark.parametrize("step", ALL)
def test_shapes_follow_the_batch(step):
    data = walk_data(a_walk(np.arange(12.0).reshape(6, 2)), step)
    assert {each["shape"] for each in data["shapes"]} <= {"(6, 2)", "(2,)"}
    assert data["rows"] == [str(i) for i in range(6)]
    assert data["columns"] == ["F0", "F1"]
    assert data["title"] == f"{step} {STEPS[step - 1]}"


@pytest.mark.parametrize(
    "x", [np.zeros((2, 1)), np.full((3, 2), 1e9), np.array([[1e9, 1e-300], [-1e9, 0.0]]), np.ones((256, 8))]
)
@pytest.mark.parametrize("step", ALL)
def test_extreme_batches_are_numbers_too(x, step):
    text = json.dumps(walk_data(a_walk(x), step), allow_nan=False)
    assert not re.search(r"\bnan\b|\binf\b|∞", text)


def test_the_largest_batch_stays_small_on_the_wire():
    x = np.random.default_rng(0).normal(size=(256, 8)) * 1e4
    assert max(len(json.dumps(walk_data(a_walk(x), step))) for step in ALL) < 120_000


def test_a_minus_is_a_minus_sign_and_exponents_stay():
    data = walk_data(a_walk(np.array([[-1.5], [2.5]])), 1)
    assert data["values"]["x"] == [["−1.5"], ["2.5"]]


def test_the_chosen_cell_and_the_callback_reach_the_component(monkeypatch):
    calls = []
    monkeypatch.setattr(walk, "_component", lambda data, **given: calls.append({"data": data, **given}))
    show_walk(a_walk(), 3, (2, 1), ("gamma", "beta"), key="w", on_choose=print)
    (call,) = calls
    assert call["data"]["chosen"] == (2, 1)
    assert call["data"]["step"] == 3
    assert call["data"]["sliders"] == ("gamma", "beta")
    np.testing.assert_array_equal(call["data"]["x_hat"], a_walk().trace.x_hat[:, 1])
    assert call["on_choose_change"] is print
