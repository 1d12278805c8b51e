"""The tiny network: its weights' spread, and its layers against the loop over units and rows."""

import numpy as np
import pytest

from bn import activations, he_weights

X = np.random.default_rng(2).standard_normal((9, 2))


def test_each_unit_adds_up_what_the_layer_before_gives_and_cuts_off_below_zero():
    weights = he_weights([2, 3, 4], 7)
    seen = activations(X, weights)
    assert [h.shape for h in seen] == [(9, 2), (9, 3), (9, 4)]
    np.testing.assert_array_equal(seen[0], X)
    for before, after, matrix in zip(seen[:-1], seen[1:], weights, strict=True):
        for i in range(9):
            for j in range(matrix.shape[1]):
                total = sum(before[i, k] * matrix[k, j] for k in range(len(matrix)))
                assert after[i, j] == pytest.approx(max(total, 0.0), abs=1e-12)


def test_the_weights_have_mean_zero_and_variance_two_over_the_inputs():
    (matrix,) = he_weights([400, 300], 0)
    assert matrix.mean() == pytest.approx(0, abs=1e-3)
    assert matrix.var() == pytest.approx(2 / 400, rel=0.02)


def test_a_seed_is_a_network_and_more_layers_leave_the_first_as_they_are():
    for one, other in zip(he_weights([2, 4, 4], 3), he_weights([2, 4, 4, 1], 3), strict=False):
        np.testing.assert_array_equal(one, other)
        assert not one.flags.writeable
    assert not np.array_equal(he_weights([2, 4], 3)[0], he_weights([2, 4], 4)[0])


@pytest.mark.parametrize(("sizes", "seed"), [([2], 0), ([2, 0], 0), ([], 0), ([2, 3], -1)])
def test_bad_sizes_and_seeds_are_refused(sizes, seed):
    with pytest.raises(ValueError, match="sizes"):
        he_weights(sizes, seed)


def test_what_does_not_fit_is_named():
    with pytest.raises(ValueError, match="x"):
        activations(np.ones(3), ())
    with pytest.raises(ValueError, match="x"):
        activations([[np.nan, 1.0]], he_weights([2, 2], 0))
    with pytest.raises(ValueError, match=r"weights\[1\]"):
        activations(X, (np.ones((2, 3)), np.ones((2, 3))))
