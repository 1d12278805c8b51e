"""The path of the moving averages: the loop, the closed form, and where it leads."""

from dataclasses import replace

import numpy as np
import pytest

from bn import CONVENTIONS, EXAMPLE, BatchNorm, Feature, draw, feed, resample

STREAM = draw([Feature("normal", 4, 2), Feature("skewed", -1, 3), Feature("one_outlier", 0, 1)], 8, 12, seed=11)


@pytest.mark.parametrize("convention", CONVENTIONS.values(), ids=CONVENTIONS)
def test_feed_is_the_loop_over_train(convention):
    layer = BatchNorm.create(3, convention)
    history = feed(layer, STREAM.batches)
    assert history.mean.shape == history.var.shape == (13, 3)
    for step, x in enumerate(STREAM.batches):
        np.testing.assert_array_equal(history.mean[step], layer.running_mean)
        np.testing.assert_array_equal(history.var[step], layer.running_var)
        _, layer = layer.train(x)
    np.testing.assert_array_equal(history.mean[-1], layer.running_mean)
    np.testing.assert_array_equal(history.layer.running_mean, layer.running_mean)
    np.testing.assert_array_equal(history.layer.running_var, layer.running_var)
    assert history.layer.batches_seen == 12


@pytest.mark.parametrize("convention", CONVENTIONS.values(), ids=CONVENTIONS)
def test_a_history_keeps_the_statistics_that_were_averaged(convention):
    history = feed(BatchNorm.create(3, convention), STREAM.batches)
    ddof = convention.running_var_ddof + (convention.eps if convention.divisor_takes_eps else 0)
    np.testing.assert_allclose(history.batch_mean, STREAM.batches.mean(axis=1), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(history.batch_var, STREAM.batches.var(axis=1, ddof=ddof), rtol=1e-12)
    decay = convention.decay
    keep = np.arange(12) / np.arange(1, 13) if decay is None else np.full(12, decay)
    for path, batch in ((history.mean, history.batch_mean), (history.var, history.batch_var)):
        moved = keep[:, None] * path[:-1] + (1 - keep)[:, None] * batch
        np.testing.assert_allclose(path[1:], moved, rtol=1e-12, atol=1e-14)


def test_batches_of_one_row_have_no_variance():
    history = feed(BatchNorm.create(3, CONVENTIONS["paper"]), STREAM.batches[:, :1])
    np.testing.assert_array_equal(history.batch_mean, STREAM.batches[:, 0])
    assert (history.batch_var == 0).all()
    assert (history.var[1:] == 0).all()


@pytest.mark.parametrize("decay", [0.0, 0.3, 0.9, 0.99, 1.0])
@pytest.mark.parametrize("name", ["pytorch", "keras"])
def test_moving_average_is_the_weighted_sum_of_all_batches(name, decay):
    """running_T = decay^T * running_0 + (1 - decay) * sum over t of decay^(T-t) * batch_t."""
    convention = CONVENTIONS[name]
    start = replace(BatchNorm.create(3, convention), decay=decay, running_mean=[1, 2, 3], running_var=[4, 5, 6])
    history = feed(start, STREAM.batches)
    total = len(STREAM.batches)
    weights = (1 - decay) * decay ** np.arange(total - 1, -1, -1.0)
    means = STREAM.batches.mean(axis=1)
    variances = STREAM.batches.var(axis=1, ddof=convention.running_var_ddof)
    np.testing.assert_allclose(history.mean[-1], decay**total * start.running_mean + weights @ means, rtol=1e-12)
    np.testing.assert_allclose(history.var[-1], decay**total * start.running_var + weights @ variances, rtol=1e-12)


@pytest.mark.parametrize("ddof", [0, 1])
def test_without_decay_the_average_is_the_plain_mean_of_all_batches(ddof):
    convention = replace(CONVENTIONS["paper"], running_var_ddof=ddof)
    history = feed(BatchNorm.create(3, convention), STREAM.batches)
    for step in range(1, len(STREAM.batches) + 1):
        seen = STREAM.batches[:step]
        np.testing.assert_allclose(history.mean[step], seen.mean(axis=1).mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(history.var[step], seen.var(axis=1, ddof=ddof).mean(axis=0), rtol=1e-12)


def test_feeding_in_two_parts_is_feeding_at_once():
    for decay in (None, 0.9):
        layer = replace(BatchNorm.create(3), decay=decay)
        halfway = feed(layer, STREAM.batches[:5]).layer
        at_once = feed(layer, STREAM.batches).layer
        np.testing.assert_array_equal(feed(halfway, STREAM.batches[5:]).layer.running_var, at_once.running_var)


@pytest.mark.parametrize("ddof", [0, 1])
@pytest.mark.parametrize("decay", [None, 0.999])
def test_moving_averages_approach_the_truth(decay, ddof):
    """Of independent rows ÷(N-1) finds the variance; ÷N finds (N-1)/N of it."""
    stream = draw([Feature("normal", 4, 2), Feature("uniform", -50, 3), Feature("skewed", 0, 1)], 4, 8000, seed=12)
    convention = replace(CONVENTIONS["pytorch"], running_var_ddof=ddof)
    history = feed(replace(BatchNorm.create(3, convention), decay=decay), stream.batches)
    np.testing.assert_allclose(history.mean[-1], stream.mean, atol=0.1)
    np.testing.assert_allclose(history.var[-1], stream.var * (1 if ddof else 3 / 4), rtol=0.08)


def test_moving_averages_of_a_resample_approach_the_statistics_of_the_batch():
    stream = resample(EXAMPLE, 4000, seed=3)
    history = feed(replace(BatchNorm.create(4), decay=None), stream.batches)
    np.testing.assert_allclose(history.mean[-1], EXAMPLE.mean(axis=0), atol=0.1)
    np.testing.assert_allclose(history.var[-1], EXAMPLE.var(axis=0), rtol=0.03)


def test_a_higher_decay_is_steadier():
    batches = draw([Feature("normal", 0, 1)], 8, 400, seed=5).batches
    spread = [feed(replace(BatchNorm.create(1), decay=decay), batches).mean[100:].std() for decay in (0.5, 0.9, 0.99)]
    assert spread[0] > 2 * spread[1] > 4 * spread[2]


def test_no_batches_leave_the_layer_as_it_is():
    layer = BatchNorm.create(3)
    history = feed(layer, STREAM.batches[:0])
    assert history.layer is layer
    np.testing.assert_array_equal(history.mean, [[0, 0, 0]])
    np.testing.assert_array_equal(history.var, [[1, 1, 1]])
    assert history.batch_mean.shape == history.batch_var.shape == (0, 3)


def test_gamma_and_beta_stay():
    layer = replace(BatchNorm.create(3), gamma=[2, 3, 4], beta=[5, 6, 7])
    after = feed(layer, STREAM.batches).layer
    np.testing.assert_array_equal(after.gamma, [2, 3, 4])
    np.testing.assert_array_equal(after.beta, [5, 6, 7])


def test_a_history_cannot_be_written_to():
    history = feed(BatchNorm.create(3), STREAM.batches)
    for name in ("mean", "var", "batch_mean", "batch_var"):
        assert not getattr(history, name).flags.writeable, name


def test_feed_refuses_what_train_refuses():
    with pytest.raises(ValueError, match="3 features"):
        feed(BatchNorm.create(2), STREAM.batches)
    with pytest.raises(ValueError, match="refuses"):
        feed(BatchNorm.create(3), STREAM.batches[:, :1])
    with pytest.raises(ValueError, match="x is empty"):
        feed(BatchNorm.create(3), STREAM.batches[:, :0])
