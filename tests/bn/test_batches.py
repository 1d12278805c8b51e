"""The example batch, seeded draws and resamples."""

from dataclasses import replace

import numpy as np
import pytest

from bn import DISTRIBUTIONS, EXAMPLE, Feature, draw, resample

SEED_BATCH = """
-0.96 15.85 23.19 25.19
-1.71 13.96 21.25 27.30
-2.76  9.92 14.74 36.08
 2.25 13.01 16.39 31.11
-2.88 11.44 17.65 28.10
-1.42  9.79  9.10 33.09
 4.48 14.81 20.23 28.16
 2.09 13.21 17.62 35.79
"""
FEATURES = [Feature(name, loc=float(index), scale=2.0) for index, name in enumerate(DISTRIBUTIONS)]

PINNED = {
    "normal": [0.0, 0.6, -0.55, -1.78, -0.91, -1.98],
    "uniform": [2.87, -1.69, -1.15, -1.36, 0.53, 1.01],
    "skewed": [0.55, 3.41, 12.1, 4.13, 1.52, 0.21],
    "two_peaks": [-0.25, 1.26, 2.5, 3.82, 4.44, 1.55],
    "one_outlier": [22.4, 4.6, 2.34, 19.58, 7.28, -0.21],
    "dead": [5.0, 5.0, 5.0, 5.0, 5.0, 5.0],
}


def test_example_is_the_well_known_batch():
    np.testing.assert_array_equal(
        EXAMPLE, [[float(cell) for cell in row.split()] for row in SEED_BATCH.split("\n")[1:-1]]
    )
    assert EXAMPLE.shape == (8, 4)
    assert EXAMPLE.dtype == np.float64


def test_example_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        EXAMPLE[0, 0] = 0


def test_draw_has_one_column_per_feature():
    stream = draw(FEATURES, batch_size=5, batches=3, seed=0)
    assert stream.batches.shape == (3, 5, len(FEATURES))
    assert stream.mean.shape == stream.var.shape == (len(FEATURES),)


@pytest.mark.parametrize("index", range(len(FEATURES)), ids=DISTRIBUTIONS)
def test_values_of_seed_seven_are_pinned(index):
    stream = draw(FEATURES, batch_size=3, batches=2, seed=7)
    assert stream.batches[:, :, index].ravel().tolist() == PINNED[FEATURES[index].distribution]


def test_the_same_seed_gives_the_same_batches():
    first, second = (draw(FEATURES, 8, 4, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.batches, second.batches)


def test_another_seed_gives_other_batches_in_every_random_feature():
    first, second = (draw(FEATURES, 8, 4, seed=seed).batches for seed in (3, 4))
    differ = (first != second).any(axis=(0, 1))
    assert differ.tolist() == [name != "dead" for name in DISTRIBUTIONS]


def test_two_features_with_the_same_distribution_are_independent():
    x = draw([Feature("normal", 0, 1)] * 2, 4, 2000, seed=0).batches.reshape(-1, 2)
    assert abs(np.corrcoef(x.T)[0, 1]) < 0.05


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_changing_one_feature_leaves_the_other_columns(name):
    before = draw(FEATURES, 6, 3, seed=5).batches
    changed = [*FEATURES]
    changed[1] = Feature(name, loc=-40.0, scale=0.5)
    after = draw(changed, 6, 3, seed=5).batches
    others = [index for index in range(len(FEATURES)) if index != 1]
    np.testing.assert_array_equal(after[:, :, others], before[:, :, others])
    assert (after[:, :, 1] != before[:, :, 1]).all()


def test_more_features_keep_the_earlier_columns():
    few, many = draw(FEATURES[:3], 6, 3, seed=5).batches, draw(FEATURES, 6, 3, seed=5).batches
    np.testing.assert_array_equal(many[:, :, :3], few)


def test_more_batches_keep_the_earlier_batches():
    few, many = draw(FEATURES, 6, 2, seed=5).batches, draw(FEATURES, 6, 9, seed=5).batches
    np.testing.assert_array_equal(many[:2], few)


def test_values_have_two_decimals_and_no_negative_zero():
    values = draw([replace(feature, scale=0.01) for feature in FEATURES], 16, 50, seed=1).batches
    np.testing.assert_array_equal(values, np.round(values, 2))
    assert not np.signbit(values[values == 0]).any()


@pytest.mark.parametrize("batch_size", [2, 8, 64])
@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_batches_have_the_promised_moments_on_average(name, batch_size):
    stream = draw([Feature(name, loc=-4.0, scale=3.0)], batch_size, 60_000 // batch_size, seed=2)
    tolerance = 6 * np.sqrt(stream.var[0] / 60_000)
    assert stream.batches.mean() == pytest.approx(stream.mean[0], abs=tolerance)
    assert stream.batches.var(axis=1, ddof=1).mean() == pytest.approx(stream.var[0], rel=0.05)


def test_location_and_scale_move_the_true_moments():
    stream = draw([Feature("normal", 5, 3), Feature("skewed", -2, 0.5), Feature("dead", 7, 3)], 4, 1, seed=0)
    np.testing.assert_allclose(stream.mean, [5, -2, 7])
    np.testing.assert_allclose(stream.var, [9, 0.25, 0])


@pytest.mark.parametrize("batch_size", [1, 2, 8, 64])
def test_an_outlier_in_the_first_row_of_each_batch(batch_size):
    x = draw([Feature("one_outlier", 0, 1)], batch_size, 500, seed=2).batches
    assert x[:, 0].mean() == pytest.approx(8, abs=0.3)
    if batch_size > 1:
        assert x[:, 1:].mean() == pytest.approx(0, abs=0.3)
    mean, var = DISTRIBUTIONS["one_outlier"].moments(batch_size)
    assert mean == pytest.approx(8 / batch_size)
    assert var == pytest.approx(1 + 64 / batch_size)


def test_shapes_of_the_distributions():
    x = draw([Feature(name, 0, 1) for name in DISTRIBUTIONS], 10, 2000, seed=9).batches.reshape(-1, len(DISTRIBUTIONS))
    columns = dict(zip(DISTRIBUTIONS, x.T, strict=True))
    assert np.abs(columns["uniform"]).max() <= 1.74
    assert columns["skewed"].min() >= -1
    assert np.mean(columns["skewed"] ** 3) == pytest.approx(2, rel=0.2)
    assert np.mean(columns["normal"] ** 4) == pytest.approx(3, rel=0.1)
    assert (np.abs(columns["two_peaks"]) < 0.3).mean() < 0.1
    assert (columns["two_peaks"] > 0).mean() == pytest.approx(0.5, abs=0.02)


def test_a_dead_feature_is_constant():
    assert (draw([Feature("dead", 3.25, 9.0)], 8, 4, seed=1).batches == 3.25).all()


def test_a_stream_cannot_be_written_to():
    for stream in (draw(FEATURES, 4, 2, seed=0), resample(EXAMPLE, 2, seed=0)):
        for array in (stream.batches, stream.mean, stream.var):
            assert not array.flags.writeable


@pytest.mark.parametrize(
    ("features", "batch_size", "batches", "seed", "message"),
    [
        ([], 4, 2, 0, "0 features"),
        (FEATURES, 0, 2, 0, "batch size 0"),
        (FEATURES, 4, 0, 0, "0 batches"),
        (FEATURES, 4, 2, -1, "seed -1"),
        ([Feature("cauchy", 0, 1)], 4, 2, 0, "'cauchy'.*known: normal"),
    ],
)
def test_draw_refuses(features, batch_size, batches, seed, message):
    with pytest.raises(ValueError, match=message):
        draw(features, batch_size, batches, seed)


def test_a_resample_starts_with_the_batch_itself():
    np.testing.assert_array_equal(resample(EXAMPLE, 5, seed=1).batches[0], EXAMPLE)


def test_a_resample_consists_of_rows_of_the_batch():
    stream = resample(EXAMPLE, 30, seed=1)
    assert stream.batches.shape == (30, 8, 4)
    rows = {tuple(row) for row in EXAMPLE}
    drawn = [tuple(row) for row in stream.batches[1:].reshape(-1, 4)]
    assert set(drawn) == rows
    assert any(len({tuple(row) for row in batch}) < 8 for batch in stream.batches[1:])


def test_a_resample_is_reproducible_and_extends():
    short, long, other = resample(EXAMPLE, 3, seed=1), resample(EXAMPLE, 9, seed=1), resample(EXAMPLE, 9, seed=2)
    np.testing.assert_array_equal(long.batches[:3], short.batches)
    assert (long.batches[1:] != other.batches[1:]).any()


def test_rows_of_a_resample_with_seed_seven_are_pinned():
    first_column = resample(EXAMPLE, 2, seed=7).batches[1, :, 0]
    assert first_column.tolist() == [-0.96, -2.76, -2.76, 4.48, 2.09, -0.96, 2.25, 4.48]


def test_a_resample_knows_the_true_mean_and_variance():
    stream = resample(EXAMPLE, 4000, seed=1)
    np.testing.assert_allclose(stream.mean, EXAMPLE.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(stream.var, EXAMPLE.var(axis=0), rtol=1e-14)
    rows = stream.batches.reshape(-1, 4)
    np.testing.assert_allclose(rows.mean(axis=0), stream.mean, atol=0.15)
    np.testing.assert_allclose(rows.var(axis=0), stream.var, rtol=0.03)


def test_a_resample_does_not_alias_the_batch():
    x = EXAMPLE.copy()
    stream = resample(x, 2, seed=0)
    x[:] = 0
    np.testing.assert_array_equal(stream.batches[0], EXAMPLE)


def test_a_resample_of_integers_holds_floats():
    assert resample([[1, 2], [3, 4]], 2, seed=0).batches.dtype == np.float64


def test_a_resample_of_huge_values_warns_of_nothing():
    stream = resample([[1e300], [3e300]], 2, seed=0)
    np.testing.assert_array_equal(stream.mean, [2e300])


@pytest.mark.parametrize(
    ("x", "batches", "seed"),
    [([1.0, 2.0], 2, 0), (np.zeros((0, 3)), 2, 0), (np.zeros((2, 2, 2)), 2, 0), (EXAMPLE, 0, 0), (EXAMPLE, 2, -1)],
    ids=["1-D", "no rows", "3-D", "no batches", "negative seed"],
)
def test_resample_refuses(x, batches, seed):
    with pytest.raises(ValueError, match=r"x of shape .*must be \(N, C\)"):
        resample(x, batches, seed)


def test_resample_refuses_text():
    with pytest.raises(ValueError, match="real numbers"):
        resample([["a", "b"]], 2, seed=0)
