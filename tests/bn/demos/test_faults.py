"""A layer in use with everything that can be wrong: each fault against what it must do by hand."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bn import CONVENTIONS, BatchNorm, Faults, off_by, serve

KERAS = CONVENTIONS["keras"]
X = np.random.default_rng(8).normal([10, -5], [3, 0.5], (12, 2))
TRAINED = replace(
    BatchNorm.create(2, KERAS, channel_axis=1),
    gamma=[1.5, -2],
    beta=[0.5, 3],
    running_mean=[10, -5],
    running_var=[9, 0.25],
)
STALE = replace(TRAINED, running_mean=[2, -1], running_var=[3, 0.8])


def by_hand(x, mean, var):
    return TRAINED.gamma * (x - mean) / np.sqrt(np.array(var) + KERAS.eps) + TRAINED.beta


def test_nothing_wrong_is_inference():
    served = serve(X, TRAINED, STALE, Faults())
    np.testing.assert_allclose(served.y, by_hand(X, [10, -5], [9, 0.25]), rtol=1e-12)
    np.testing.assert_array_equal(served.mean, np.broadcast_to([10, -5], X.shape))
    np.testing.assert_array_equal(served.var, np.broadcast_to([9, 0.25], X.shape))
    assert not served.training


def test_training_mode_uses_the_statistics_of_the_batch():
    served = serve(X, TRAINED, STALE, Faults(training=True))
    np.testing.assert_allclose(served.y, by_hand(X, X.mean(axis=0), X.var(axis=0)), rtol=1e-10)
    assert served.training
    assert set(served.batch.tolist()) == {0}


@pytest.mark.parametrize("size", [1, 2, 5, 12, 99])
def test_in_inference_the_size_of_the_batches_changes_nothing(size):
    served = serve(X, TRAINED, STALE, Faults(batch_size=size))
    np.testing.assert_array_equal(served.y, serve(X, TRAINED, STALE, Faults()).y)


def test_in_training_mode_each_batch_is_normalized_by_itself():
    served = serve(X, TRAINED, STALE, Faults(training=True, batch_size=5))
    assert served.batch.tolist() == [0] * 5 + [1] * 5 + [2] * 2
    for rows in (slice(0, 5), slice(5, 10), slice(10, 12)):
        x = X[rows]
        np.testing.assert_allclose(served.y[rows], by_hand(x, x.mean(axis=0), x.var(axis=0)), rtol=1e-10)
        np.testing.assert_allclose(served.mean[rows], np.broadcast_to(x.mean(axis=0), x.shape), rtol=1e-12)
        np.testing.assert_allclose(served.var[rows], np.broadcast_to(x.var(axis=0), x.shape), rtol=1e-10)


def test_a_batch_of_one_in_training_mode_comes_out_as_beta_whatever_it_is():
    served = serve(X, TRAINED, STALE, Faults(training=True, batch_size=1))
    np.testing.assert_array_equal(served.y, np.broadcast_to(TRAINED.beta, X.shape))


def test_a_batch_of_two_in_training_mode_comes_out_as_beta_plus_and_minus_gamma():
    """x̂ is ±1 up to ε: half the distance, divided by the root of its square plus ε."""
    served = serve(X, TRAINED, STALE, Faults(training=True, batch_size=2))
    half = np.repeat(np.abs(X[::2] - X[1::2]) / 2, 2, axis=0)
    expected = np.abs(TRAINED.gamma) * half / np.sqrt(half**2 + KERAS.eps)
    np.testing.assert_allclose(np.abs(served.y - TRAINED.beta), expected, rtol=1e-10)


def test_pytorch_refuses_the_batch_of_one():
    layer = replace(TRAINED, convention=CONVENTIONS["pytorch"])
    with pytest.raises(ValueError, match="PyTorch refuses"):
        serve(X, layer, layer, Faults(training=True, batch_size=1))
    serve(X, layer, layer, Faults(batch_size=1))


def test_stale_averages_are_used_in_inference_and_not_looked_at_in_training():
    served = serve(X, TRAINED, STALE, Faults(stale=True))
    np.testing.assert_allclose(served.y, by_hand(X, [2, -1], [3, 0.8]), rtol=1e-12)
    in_training = [serve(X, TRAINED, STALE, Faults(training=True, stale=stale)).y for stale in (False, True)]
    np.testing.assert_array_equal(*in_training)


@given(st.floats(-3, 3))
def test_moved_data_move_the_output_by_gamma_in_inference_and_not_at_all_in_training(shift):
    plain, moved = (serve(X, TRAINED, STALE, Faults(shift=by)).y for by in (0.0, shift))
    std = np.sqrt(TRAINED.running_var)
    expected = np.broadcast_to(TRAINED.gamma * shift * std / np.sqrt(std**2 + KERAS.eps), X.shape)
    np.testing.assert_allclose(moved - plain, expected, atol=1e-12)
    plain, moved = (serve(X, TRAINED, STALE, Faults(shift=by, training=True)).y for by in (0.0, shift))
    np.testing.assert_allclose(moved, plain, atol=1e-10)


EVERYTHING = Faults(training=True, batch_size=2, stale=True, shift=1.5)


@pytest.mark.parametrize("name", [field.name for field in fields(Faults)])
def test_one_fault_alone_and_all_but_one(name):
    alone, rest = EVERYTHING.only(name), EVERYTHING.mended(name)
    for field in fields(Faults):
        nothing, something = getattr(Faults(), field.name), getattr(EVERYTHING, field.name)
        assert getattr(alone, field.name) == (something if field.name == name else nothing)
        assert getattr(rest, field.name) == (nothing if field.name == name else something)


def test_off_by_is_the_root_of_the_mean_square_and_the_largest():
    typical, largest = off_by(np.zeros((2, 2)), np.array([[3.0, -4.0], [0.0, 0.0]]))
    assert (typical, largest) == (2.5, 4.0)


def test_what_came_out_cannot_be_written_to():
    served = serve(X, TRAINED, STALE, EVERYTHING)
    for name in ("x", "y", "mean", "var"):
        assert not getattr(served, name).flags.writeable, name
    assert X.flags.writeable


def test_what_cannot_be_served_is_refused():
    with pytest.raises(ValueError, match="batch_size is 0"):
        serve(X, TRAINED, STALE, Faults(batch_size=0))
    with pytest.raises(ValueError, match=r"shape \(4, 3\); a layer of 2 features"):
        serve(np.ones((4, 3)), TRAINED, STALE, Faults(training=True))
    with pytest.raises(ValueError, match="right has shape"):
        off_by(np.zeros(2), np.zeros(3))
