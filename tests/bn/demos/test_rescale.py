"""Min–max, z-score and skewness: against their formulas, and what each of them keeps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bn import BatchNorm, min_max, skewness, z_score

X = np.random.default_rng(5).gamma(2.0, size=(30, 3)) * [1, 50, 1e6] + [0, -20, 4]
TABLES = arrays(np.float64, (7, 2), elements=st.integers(-1000, 1000).map(float))


def test_min_max_against_its_formula():
    expected = [(column - min(column)) / (max(column) - min(column)) for column in X.T]
    np.testing.assert_allclose(min_max(X), np.transpose(expected), rtol=1e-12)


def test_z_score_is_batch_norm_without_epsilon_gamma_and_beta():
    np.testing.assert_allclose(z_score(X), (X - X.mean(0)) / X.std(0), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(z_score(X), BatchNorm.create(3).train(X)[0].x_hat, rtol=1e-4)


@given(TABLES)
def test_min_max_fills_zero_to_one_and_z_score_has_mean_zero_and_variance_one(x):
    for j, column in enumerate(x.T):
        scaled, scored = min_max(x)[:, j], z_score(x)[:, j]
        if column.min() == column.max():
            assert not scaled.any()
            assert not scored.any()
        else:
            assert (scaled.min(), scaled.max()) == (0, 1)
            assert scored.mean() == pytest.approx(0, abs=1e-12)
            assert scored.var() == pytest.approx(1)


@given(TABLES, st.floats(0.01, 100), st.floats(-100, 100))
def test_skewness_stays_under_shift_and_stretch(x, stretch, shift):
    x = x + np.arange(7)[:, None] * 0.5
    np.testing.assert_allclose(skewness(stretch * x + shift), skewness(x), atol=1e-6)
    np.testing.assert_allclose(skewness(-x), -skewness(x), atol=1e-9)


def test_both_keep_the_skewness():
    np.testing.assert_allclose(skewness(min_max(X)), skewness(X), rtol=1e-9)
    np.testing.assert_allclose(skewness(z_score(X)), skewness(X), rtol=1e-9)


def test_skewness_of_known_columns():
    # one of four at 1, the others at 0: (1 - 2p) / sqrt(p (1 - p)) with p = 1/4
    column = np.array([[1.0, 0.0, 0.0, 0.0], [1.0, 2.0, 3.0, 4.0], [7.0] * 4]).T
    np.testing.assert_allclose(skewness(column), [0.5 / np.sqrt(3 / 16), 0, 0], atol=1e-12)


@pytest.mark.parametrize("function", [min_max, z_score, skewness])
@pytest.mark.parametrize("x", [np.ones(3), np.ones((2, 2, 2)), np.zeros((0, 2)), [[1.0, np.nan]], [[np.inf], [0.0]]])
def test_what_is_no_table_is_refused(function, x):
    with pytest.raises(ValueError, match="x"):
        function(x)
