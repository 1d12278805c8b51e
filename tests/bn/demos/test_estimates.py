"""How far batches stray: against every batch that there is, and against many that are drawn."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bn import Source, batch_rows, root_mean_square

VALUES = [-2.0, 0.5, 0.5, 7.0]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("values", [VALUES, [1.0, 1.0], [0.0, 1.0, 5.0]])
def test_the_law_is_that_of_all_batches_there_are(values, size):
    """Each batch of `size` draws with replacement is equally likely, so their statistics are averaged as they are."""
    batches = np.array(list(itertools.product(values, repeat=size)))
    source = Source.of(values)
    means, variances = batches.mean(axis=1), batches.var(axis=1)
    assert source.mean == pytest.approx(np.mean(values))
    assert source.spread_of_mean(size) == pytest.approx(means.std(), abs=1e-12)
    assert source.average_variance(size) == pytest.approx(variances.mean(), abs=1e-12)
    assert source.spread_of_variance(size) == pytest.approx(variances.std(), abs=1e-7)


def test_of_a_normal_source_the_variance_spreads_as_chi_squared_does():
    """Of a normal source, m s² / σ² has variance 2 (m - 1)."""
    for m in (2, 10, 100):
        assert Source(0, 4, 3 * 16).spread_of_variance(m) == pytest.approx(4 * np.sqrt(2 * (m - 1)) / m)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20), st.integers(1, 1000))
def test_four_times_the_batch_is_half_the_spread(values, size):
    source = Source.of(values)
    assert source.spread_of_mean(4 * size) == pytest.approx(source.spread_of_mean(size) / 2)
    assert source.spread_of_variance(size) >= 0


@pytest.mark.parametrize("values", [[], [[1.0]], [1.0, np.nan], [np.inf]])
def test_a_source_needs_finite_values_in_a_row(values):
    with pytest.raises(ValueError, match="values"):
        Source.of(values)


@pytest.mark.parametrize("method", ["spread_of_mean", "average_variance", "spread_of_variance"])
def test_a_batch_needs_a_value(method):
    with pytest.raises(ValueError, match="size is 0"):
        getattr(Source.of(VALUES), method)(0)


def test_rows_are_drawn_from_all_examples_with_replacement():
    rows = batch_rows(5, 4, 2000, seed=1)
    assert rows.shape == (2000, 4)
    np.testing.assert_allclose(np.bincount(rows.ravel(), minlength=5) / rows.size, 0.2, atol=0.02)
    assert any(len(set(row)) < 4 for row in rows.tolist())
    assert not rows.flags.writeable


def test_the_first_example_stands_in_every_batch_and_changes_none_of_the_others():
    free, led = batch_rows(50, 6, 30, seed=2), batch_rows(50, 6, 30, seed=2, first=7)
    assert (led[:, 0] == 7).all()
    np.testing.assert_array_equal(led[:, 1:], free[:, 1:])


def test_the_same_seed_draws_the_same_and_another_another():
    np.testing.assert_array_equal(batch_rows(9, 3, 5, seed=4), batch_rows(9, 3, 5, seed=4))
    assert (batch_rows(9, 3, 5, seed=4) != batch_rows(9, 3, 5, seed=5)).any()
    assert (batch_rows(9, 3, 4, seed=4).ravel() != batch_rows(9, 4, 3, seed=4).ravel()).any(), "and another size too"


@pytest.mark.parametrize("wrong", [(0, 1, 1, 0), (1, 0, 1, 0), (1, 1, 0, 0), (1, 1, 1, -1)])
def test_less_than_one_of_anything_is_refused(wrong):
    with pytest.raises(ValueError, match="at least 1"):
        batch_rows(*wrong)


@pytest.mark.parametrize("first", [-1, 3])
def test_a_first_example_that_does_not_exist_is_refused(first):
    with pytest.raises(ValueError, match=f"first is {first}; there are examples 0 to 2"):
        batch_rows(3, 1, 1, 0, first=first)


def test_root_mean_square():
    assert root_mean_square(np.array([3.0, -4.0])) == pytest.approx(np.sqrt(12.5))
    with pytest.raises(ValueError, match="no values"):
        root_mean_square(np.array([]))
