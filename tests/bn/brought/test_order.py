"""In which order four vectors are, as far as the numbers say, and what made a variance negative."""

import numpy as np
import pytest

from bn import EXAMPLE
from bn.brought.order import ORDERS, likely_order, negative_by

RNG = np.random.default_rng(3)
MEAN, VAR = EXAMPLE.mean(axis=0) + 0.3, EXAMPLE.var(axis=0) * 1.2
GAMMA, BETA = np.array([1.2, 0.7, 1.4, 0.9]), np.array([0.3, -0.4, 0.0, 0.8])
RIGHT = (GAMMA, BETA, MEAN, VAR)
NEGATIVE = np.array([-0.4, 3.0, 1.0, 2.0])


def given_as(order, vectors=RIGHT):
    """The vectors as somebody gives them who takes that order for the right one."""
    given = [None] * 4
    for vector, at in zip(vectors, ORDERS[order], strict=True):
        given[at] = vector
    return given


@pytest.mark.parametrize("order", ORDERS)
def test_the_order_is_recognized_beside_the_rows(order):
    assert likely_order(given_as(order), EXAMPLE) == order


@pytest.mark.parametrize("order", ["variance before mean", "statistics first"])
def test_a_negative_variance_speaks_for_another_order(order):
    gamma = np.array([1.0, 1.2, 0.8, 1.1])
    given = given_as(order, (gamma, np.array([-0.2, 0.5, 0.1, 0.0]), NEGATIVE, np.array([2.0, 3.0, 4.0, 5.0])))
    assert likely_order(given) == order


def test_a_negative_variance_that_no_order_explains():
    assert likely_order((GAMMA, BETA - 1, NEGATIVE, NEGATIVE)) == "as given"


def test_a_variance_that_rounding_made_negative_is_one_nevertheless():
    rounded = np.array([2.0, -1e-7, 3.0, 4.0])
    for x in (None, EXAMPLE):
        assert likely_order((GAMMA, BETA, MEAN, rounded), x) == "as given"


def test_a_broken_variance_beside_averages_that_fit_the_rows():
    assert likely_order((GAMMA, BETA, MEAN, np.array([6.0, -4.0, 16.0, 14.0])), EXAMPLE) == "as given"


@pytest.mark.parametrize("x", [None, EXAMPLE, EXAMPLE[:1], np.ones((3, 4))])
def test_a_fresh_layer_is_in_order(x):
    assert likely_order((np.ones(4), np.zeros(4), np.zeros(4), np.ones(4)), x) == "as given"


def test_a_fresh_layer_with_beta_first():
    assert likely_order((np.zeros(4), np.ones(4), np.zeros(4), np.ones(4))) == "beta before gamma"


def test_layers_in_use_are_in_order():
    for _ in range(300):
        gamma, beta = 1 + 0.3 * RNG.standard_normal(4), RNG.standard_normal(4)
        mean, var = EXAMPLE.mean(axis=0) + RNG.standard_normal(4), EXAMPLE.var(axis=0) * np.exp(RNG.standard_normal(4))
        assert likely_order((gamma, beta, mean, var), EXAMPLE) == "as given"


@pytest.mark.parametrize(("dtype", "name"), [(np.float32, "single"), (np.float16, "half")])
def test_the_fast_variance_in_few_digits(dtype, name):
    """E[x²] − E[x]², each rounded: what it makes of a feature with a mean that is large beside its deviation."""
    found = set()
    for seed in range(200):
        x = np.random.default_rng(seed).normal(5, 1e-4 if dtype is np.float32 else 0.02, 64).astype(dtype)
        square = dtype((x.astype(np.float64) ** 2).mean())
        mean = dtype(x.astype(np.float64).mean())
        fast = float(dtype(square - dtype(mean * mean)))
        if fast < 0:
            found.add(negative_by(fast, float(mean)))
    assert found <= {"single", name}
    assert found


def test_what_rounding_does_not_explain():
    assert negative_by(-0.4, 1.0) == "other"
    assert negative_by(-0.4, 0.0) == "other"
    assert negative_by(-1e-7, 1.0) == "single"
    assert negative_by(-1e-3, 1.0) == "half"


def test_what_is_likely_enough_stays_as_it_was_given():
    x = np.array([[2 - np.sqrt(2.1)], [2 + np.sqrt(2.1)]])  # mean 2, variance 2.1
    assert likely_order((np.ones(1), np.zeros(1), np.array([2.1]), np.array([2.0])), x) == "as given"
    assert likely_order((np.full(2, 0.4), np.ones(2), np.zeros(2), np.ones(2))) == "as given"


def test_a_negative_gamma_is_less_likely():
    assert likely_order((np.full(2, -0.4), np.ones(2), np.zeros(2), np.ones(2))) == "beta before gamma"
