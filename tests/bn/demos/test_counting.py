"""Shapes and counts against arrays that really exist: a layer of this project, and matrices of the stated sizes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bn import BatchNorm, count_network, layer_arrays


@given(st.integers(2, 9), st.integers(1, 9))
def test_the_shapes_are_those_of_a_real_training_step(n, c):
    trace, layer = BatchNorm.create(c).train(np.arange(n * c, dtype=float).reshape(n, c) ** 2)
    real = {
        "x": trace.x,
        "μ": trace.mean,
        "σ²": trace.var,
        "x̂": trace.x_hat,
        "γ": layer.gamma,
        "β": layer.beta,
        "y": trace.y,
        "moving μ": layer.running_mean,
        "moving σ²": layer.running_var,
    }
    stated = layer_arrays(n, c)
    assert {array.symbol: array.shape for array in stated} == {name: values.shape for name, values in real.items()}
    assert [array.size for array in stated] == [real[array.symbol].size for array in stated]


def test_two_vectors_are_learned_and_two_remembered():
    kinds = {array.symbol: array.kind for array in layer_arrays(64, 50)}
    assert [name for name, kind in kinds.items() if kind == "learned"] == ["γ", "β"]
    assert [name for name, kind in kinds.items() if kind == "remembered"] == ["moving μ", "moving σ²"]


def test_the_five_steps_come_in_order():
    steps = [array.step for array in layer_arrays(2, 3)]
    assert steps == sorted(steps)
    assert set(steps) == {1, 2, 3, 4, 5}


def test_counts_of_a_network_that_pytorch_counts_too():
    """Sequential(Linear(784, 50, bias=False), BatchNorm1d(50), ReLU, Linear(50, 50, bias=False), BatchNorm1d(50), ReLU,
    Linear(50, 10)): sum(p.numel() for p in parameters()) is 42,410, and the buffers hold 4 vectors of 50.
    """
    network = count_network(784, [50, 50], 10)
    assert network.learned == 42_410
    assert network.remembered == 4 * 50
    assert network.biases_saved == 100
    assert network.gamma_beta == 200


@given(st.integers(1, 30), st.lists(st.integers(1, 30), min_size=1, max_size=5), st.integers(1, 30))
def test_counts_are_those_of_arrays_that_are_made(inputs, widths, outputs):
    sizes = [inputs, *widths]
    layers = [BatchNorm.create(width) for width in widths]
    weights = [np.zeros((a, b)) for a, b in zip(sizes, widths, strict=False)]
    last = [np.zeros((widths[-1], outputs)), np.zeros(outputs)]
    network = count_network(inputs, widths, outputs)
    assert network.weights == sum(array.size for array in [*weights, *last])
    assert network.gamma_beta == sum(layer.gamma.size + layer.beta.size for layer in layers)
    assert network.remembered == sum(layer.running_mean.size + layer.running_var.size for layer in layers)
    assert network.learned == network.weights + network.gamma_beta
    assert network.biases_saved == sum(widths)
    assert network.inputs == inputs


@pytest.mark.parametrize(("n", "c"), [(0, 3), (3, 0), (-1, 1)])
def test_a_batch_of_nothing_is_refused(n, c):
    with pytest.raises(ValueError, match=rf"\({n}, {c}\)"):
        layer_arrays(n, c)


@pytest.mark.parametrize("sizes", [(3, [], 2), (0, [4], 2), (3, [4, 0], 2), (3, [4], 0)])
def test_a_network_without_a_layer_or_with_an_empty_one_is_refused(sizes):
    with pytest.raises(ValueError, match="at least one hidden layer"):
        count_network(*sizes)
