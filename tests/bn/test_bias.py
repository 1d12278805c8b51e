"""A bias before the layer cancels: against the formula written out, exactly where floats are exact, bounded elsewhere."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bn import ACTIVATIONS, EXAMPLE, BatchNorm, add_bias, bias_elsewhere

BIAS = np.array([5.0, -3.0, 100.0, 0.0])


def test_the_batch_with_the_bias_is_what_is_normalized():
    proof = add_bias(EXAMPLE, BIAS)
    np.testing.assert_array_equal(proof.after.x, EXAMPLE + BIAS)
    np.testing.assert_allclose(proof.after.mean, EXAMPLE.mean(axis=0) + BIAS, rtol=1e-14)
    np.testing.assert_allclose(proof.after.var, EXAMPLE.var(axis=0), rtol=1e-12)
    expected = (EXAMPLE - EXAMPLE.mean(axis=0)) / np.sqrt(EXAMPLE.var(axis=0) + 1e-5)
    np.testing.assert_allclose(proof.before.x_hat, expected, atol=1e-13)
    np.testing.assert_allclose(proof.after.x_hat, expected, atol=1e-13)
    assert proof.difference == np.abs(proof.after.x_hat - proof.before.x_hat).max()
    assert proof.cancels


def test_whole_numbers_cancel_to_the_last_bit():
    proof = add_bias(np.array([[1.0, 8.0], [3.0, -2.0], [5.0, 0.0], [7.0, 2.0]]), [1024.0, -7.0])
    assert proof.difference == 0


@given(
    arrays(np.float64, (5, 3), elements=st.floats(-1e9, 1e9)),
    arrays(np.float64, 3, elements=st.floats(-1e10, 1e10)),
)
def test_it_cancels_for_any_batch_and_any_bias(x, bias):
    assert add_bias(x, bias).cancels


def test_it_would_not_cancel_in_inference():
    """So the comparison can fail: with statistics that do not follow the bias, x_hat moves by b / std."""
    proof = add_bias(EXAMPLE, BIAS)
    layer = BatchNorm.create(4, channel_axis=1)
    moved = np.abs(layer.infer(proof.after.x).x_hat - layer.infer(EXAMPLE).x_hat).max()
    assert moved > 90
    assert not replace(proof, difference=float(moved)).cancels


def test_the_bound_stays_far_below_what_could_be_seen():
    assert add_bias(EXAMPLE, BIAS).rounding < 1e-12


@pytest.mark.parametrize("bias", [[1.0], [1.0, 2.0, 3.0, np.nan], [1.0, 2.0, 3.0, np.inf], "four"])
def test_a_bias_of_another_shape_or_not_finite_is_refused(bias):
    with pytest.raises(ValueError, match="bias"):
        add_bias(EXAMPLE, bias)


def test_a_batch_that_is_no_matrix_is_refused():
    with pytest.raises(ValueError, match="two axes"):
        add_bias(np.zeros((2, 3, 4)), [0.0])


def test_the_bound_grows_with_what_is_added_up():
    """What is rounded is x + b, twice as large as either."""
    x = np.array([[1000.0], [1001.0], [999.0]])
    proof = add_bias(x, [1000.0], eps=0.0)
    assert proof.rounding >= 8 * np.finfo(float).eps * 2001 / x.std()


def test_in_a_constant_column_without_epsilon_it_cancels_too():
    """No bound can be given in units of a standard deviation that is 0, and none is needed."""
    for x in (np.full((3, 2), 7.0), np.zeros((3, 2))):
        proof = add_bias(x, [4.0, 0.0], eps=0.0)
        assert proof.difference == 0
        assert proof.cancels
    assert add_bias(np.zeros((3, 2)), [0.0, 0.0]).cancels


def test_elsewhere_a_bias_counts():
    """Behind an activation function in training, and in inference with the averages of the batch."""
    relu = ACTIVATIONS["relu"]
    bias = np.array([0.5, -40.0, 0.0, 0.0])

    def normalized(values):
        return (values - values.mean(axis=0)) / np.sqrt(values.var(axis=0) + 1e-5)

    behind, in_inference = bias_elsewhere(EXAMPLE, bias, relu)
    moved = normalized(np.maximum(EXAMPLE + bias, 0)) - normalized(np.maximum(EXAMPLE, 0))
    assert behind == pytest.approx(np.abs(moved).max(), rel=1e-9)
    assert in_inference == pytest.approx(40 / np.sqrt(EXAMPLE[:, 1].var() + 1e-5), rel=1e-12)
    nowhere = bias_elsewhere(EXAMPLE, np.zeros(4), relu)
    assert nowhere == (0, 0)
