"""Where batches come from, and what the moving averages make of them."""

from dataclasses import replace

import numpy as np
import pytest

from bn import CONVENTIONS, EXAMPLE, BatchNorm, Feature, draw
from ui.batch import sources
from ui.batch.reading import OwnBatch, read_batch
from ui.batch.sources import EXAMPLE_BATCH, Drawn, first_batch, moving_averages, num_features

DRAWN = Drawn((Feature("normal", 1, 2), Feature("one_outlier", 0, 1), Feature("skewed", 5, 1)), 6, 3)
OWN = read_batch("a,b\n1,2\n3,5\n-4,8\n")
SOURCES = pytest.mark.parametrize("source", [EXAMPLE_BATCH, DRAWN, OWN], ids=["example", "drawn", "own"])


def averages(source, seen, convention="pytorch", **changes):
    layer = replace(BatchNorm.create(num_features(source), CONVENTIONS[convention], channel_axis=1), **changes)
    return moving_averages(source, layer, seen)


def test_the_example_is_the_example():
    assert first_batch(EXAMPLE_BATCH) is EXAMPLE_BATCH
    np.testing.assert_array_equal(EXAMPLE_BATCH.values, EXAMPLE)
    assert EXAMPLE_BATCH.names == ("F0", "F1", "F2", "F3")


@SOURCES
def test_every_source_says_how_many_features_it_has(source):
    assert num_features(source) == first_batch(source).values.shape[1] == len(first_batch(source).names)


def test_one_batch_of_the_example_moves_the_averages_a_tenth_of_the_way():
    history, _, _ = averages(EXAMPLE_BATCH, 1)
    np.testing.assert_allclose(history.layer.running_mean, [-0.011375, 1.274875, 1.752125, 3.060250], atol=5e-7)
    np.testing.assert_allclose(history.layer.running_var, [1.631023, 1.386907, 2.804778, 2.554119], atol=5e-7)


def test_conventions_that_average_the_variance_over_n():
    history, _, _ = averages(EXAMPLE_BATCH, 1, "onnx")
    np.testing.assert_allclose(history.layer.running_mean, [-0.011375, 1.274875, 1.752125, 3.060250], atol=5e-7)
    np.testing.assert_allclose(history.layer.running_var, [1.539645, 1.326044, 2.566681, 2.347354], atol=5e-7)


@SOURCES
def test_the_first_batch_is_the_one_that_is_shown(source):
    history, _, _ = averages(source, 3, "keras")
    shown = first_batch(source).values
    np.testing.assert_allclose(history.batch_mean[0], shown.mean(axis=0), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(history.batch_var[0], shown.var(axis=0), rtol=1e-12)


@SOURCES
def test_more_batches_change_nothing_that_was_seen(source):
    few, many = averages(source, 4)[0], averages(source, 9)[0]
    np.testing.assert_array_equal(many.mean[:5], few.mean)
    np.testing.assert_array_equal(many.var[:5], few.var)


@SOURCES
def test_no_batches_leave_the_averages_where_they_start(source):
    history, mean, var = averages(source, 0)
    assert history.layer.batches_seen == 0
    assert (history.layer.running_mean == 0).all()
    assert (history.layer.running_var == 1).all()
    assert history.mean.shape == (1, num_features(source))
    assert mean.shape == var.shape == (num_features(source),)


@pytest.mark.parametrize("source", [EXAMPLE_BATCH, OWN], ids=["example", "own"])
def test_a_given_batch_stands_for_its_own_distribution(source):
    history, mean, var = averages(source, 1000, "onnx", decay=None)
    np.testing.assert_allclose(mean, source.values.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(var, source.values.var(axis=0), rtol=1e-12)
    spread = np.sqrt(var / len(source.values) / 1000)
    assert (np.abs(history.layer.running_mean - mean) < 4 * spread).all()
    values = {tuple(row) for row in source.values.tolist()}
    assert len(values) > 1


def test_the_truth_about_a_drawn_batch_is_that_of_its_distributions():
    _, mean, var = averages(DRAWN, 1)
    stream = draw(DRAWN.features, 6, 1, 3)
    np.testing.assert_array_equal(mean, stream.mean)
    np.testing.assert_array_equal(var, stream.var)


@SOURCES
def test_shared_arrays_cannot_be_written_to(source):
    history, mean, var = averages(source, 2)
    arrays = [mean, var, history.mean, history.var, history.batch_mean, history.batch_var]
    arrays += [history.layer.running_mean, history.layer.running_var, first_batch(source).values]
    assert not any(array.flags.writeable for array in arrays)


@SOURCES
def test_the_same_arguments_give_the_same_numbers_with_and_without_the_cache(source):
    first = averages(source, 5)
    assert averages(source, 5)[0] is first[0]
    sources._history.cache_clear()
    again = averages(source, 5)
    np.testing.assert_array_equal(again[0].mean, first[0].mean)
    np.testing.assert_array_equal(again[0].var, first[0].var)


def test_the_seed_the_size_and_the_shape_of_a_batch_matter():
    values = np.arange(8.0)
    two_by_four = OwnBatch(values.reshape(2, 4), ("F0", "F1", "F2", "F3"))
    four_by_two = OwnBatch(values.reshape(4, 2), ("F0", "F1"))
    assert averages(two_by_four, 2)[0].mean.shape == (3, 4)
    assert averages(four_by_two, 2)[0].mean.shape == (3, 2)
    for other in (replace(DRAWN, seed=4), replace(DRAWN, batch_size=7)):
        assert not np.array_equal(averages(other, 5)[0].mean, averages(DRAWN, 5)[0].mean)


@pytest.mark.parametrize("changes", [{"decay": 0.5}, {"decay": None}, {"eps": 0.5}])
def test_the_settings_of_the_layer_are_kept(changes):
    layer = averages(DRAWN, 3, **changes)[0].layer
    for name, value in changes.items():
        assert getattr(layer, name) == value
    assert layer.batches_seen == 3
    assert layer.channel_axis == 1


def test_gamma_and_beta_do_not_make_another_history():
    assert averages(DRAWN, 3, gamma=[2, 2, 2], beta=[1, 1, 1])[0] is averages(DRAWN, 3)[0]


def test_the_cache_is_bounded():
    for seed in range(100):
        averages(replace(DRAWN, seed=seed), 1)
    info = sources._history.cache_info()
    assert info.maxsize is not None
    assert info.currsize <= info.maxsize <= 128
