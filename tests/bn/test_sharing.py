"""Who shares a mean and a variance: counted, numbered, and as the norms themselves have it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bn import NORMS, batch_norm, histograms, moved_by_company, normalizer, shared, sharing

RNG = np.random.default_rng(1803)


def test_the_articles_tensor_has_64_means_over_400_000_values_each():
    counted = sharing("batch", (10, 64, 200, 200))
    assert (counted.statistics, counted.values) == (64, 400_000)


@pytest.mark.parametrize(
    ("norm", "statistics", "values"), [("batch", 50, 64), ("layer", 64, 50), ("instance", 3200, 1), ("group", 128, 25)]
)
def test_a_dense_layer_has_one_place(norm, statistics, values):
    counted = sharing(norm, (64, 50), groups=2)
    assert (counted.statistics, counted.values) == (statistics, values)


@given(st.sampled_from(NORMS), st.integers(1, 5), st.integers(1, 4), st.integers(1, 3), st.integers(2, 4))
def test_each_set_is_what_the_norm_itself_normalizes(norm, n, per_group, groups, size):
    """Within each set the output has mean 0 and variance 1; sets are of one size and cover everything."""
    c = per_group * groups
    x = RNG.standard_normal((n, c, size, size))
    out = normalizer(norm, groups)(x)
    sets = shared(norm, n, c, groups)
    counted = sharing(norm, x.shape, groups)
    assert sorted(set(sets.ravel().tolist())) == list(range(counted.statistics))
    for k in range(counted.statistics):
        values = out[sets == k]
        assert values.size == counted.values
        assert values.mean() == pytest.approx(0, abs=1e-9)
        assert values.std() == pytest.approx(1, abs=1e-2)


def test_only_batch_norm_answers_to_its_company():
    images, others = RNG.standard_normal((2, 6, 4, 3, 3))
    moved = {norm: moved_by_company(images[0], images[1:], others[1:], normalizer(norm, 2)) for norm in NORMS}
    assert moved["batch"] > 0.01
    assert [moved[norm] for norm in NORMS if norm != "batch"] == [0, 0, 0]


def test_how_far_it_moves_is_the_largest_difference():
    images, others = RNG.standard_normal((2, 6, 4, 3, 3))
    one, other = batch_norm(images)[0], batch_norm(np.concatenate([images[:1], others[1:]]))[0]
    assert moved_by_company(images[0], images[1:], others[1:], batch_norm) == np.abs(one - other).max()


def test_histograms_are_shares_with_what_is_beyond_in_the_outer_bins():
    x = np.array([[-9.0, 0.1, 0.2, 0.6], [0.6, 0.7, 1.0, 9.0]])
    found = histograms(x, 0, np.array([0.0, 0.5, 1.0]))
    np.testing.assert_array_equal(found, [[0.75, 0.25], [0.0, 1.0]])
    assert histograms(x, 1, np.array([0.0, 0.5, 1.0])).shape == (4, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sharing("spectral", (2, 3)), "norm is 'spectral'"),
        (lambda: normalizer("spectral"), "norm is 'spectral'"),
        (lambda: sharing("batch", (2,)), r"shape is \(2,\)"),
        (lambda: sharing("batch", (2, 0)), r"shape is \(2, 0\)"),
        (lambda: sharing("group", (2, 6), 4), "groups is 4"),
        (lambda: sharing("group", (2, 6), 0), "groups is 0"),
    ],
)
def test_what_cannot_be_counted_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
