"""The layer in front of the activation or behind it: against ONNX's evaluator and against what is known."""

from dataclasses import replace

import numpy as np
import onnx
import onnx.reference
import pytest

from bn import ACTIVATIONS, BatchNorm, after_activation, before_activation

X = np.random.default_rng(5).normal(1.0, 4.0, (9, 3))
LAYER = replace(BatchNorm.create(3), gamma=[1.5, -2.0, 0.5], beta=[0.25, -1.0, 3.0], eps=1e-3)
OPERATORS = {"sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "Relu"}
EACH = pytest.mark.parametrize("name", ACTIVATIONS)


def by_onnx(first, name):
    """The output of the two operators in this order, computed by ONNX in training mode."""
    nodes = [
        onnx.helper.make_node(
            "BatchNormalization",
            ["x" if first else "a", "gamma", "beta", "mean", "var"],
            ["y", "new_mean", "new_var"],
            epsilon=LAYER.eps,
            training_mode=1,
        ),
        onnx.helper.make_node(OPERATORS[name], ["y" if first else "x"], ["a"]),
    ]
    value = onnx.helper.make_tensor_value_info
    double = onnx.TensorProto.DOUBLE
    graph = onnx.helper.make_graph(
        nodes if first else nodes[::-1],
        "placed",
        [value("x", double, X.shape), *(value(each, double, [3]) for each in ("gamma", "beta", "mean", "var"))],
        [value("a" if first else "y", double, X.shape)],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 15)])
    feeds = {"x": X, "gamma": LAYER.gamma, "beta": LAYER.beta, "mean": np.zeros(3), "var": np.ones(3)}
    (out,) = onnx.reference.ReferenceEvaluator(model).run(None, feeds)
    return out


@EACH
@pytest.mark.parametrize("first", [True, False])
def test_both_orders_are_onnx_s(name, first):
    place = before_activation if first else after_activation
    placed = place(LAYER, ACTIVATIONS[name], X)
    np.testing.assert_allclose(placed.out, by_onnx(first, name), rtol=1e-6, atol=1e-9)
    assert placed.first is first


@EACH
def test_the_activation_gets_the_layer_s_output_or_the_raw_input(name):
    before, after = (place(LAYER, ACTIVATIONS[name], X) for place in (before_activation, after_activation))
    np.testing.assert_array_equal(before.into_activation, LAYER.train(X)[0].y)
    np.testing.assert_array_equal(after.into_activation, X)
    np.testing.assert_array_equal(after.middle, ACTIVATIONS[name](X))
    np.testing.assert_array_equal(before.out, ACTIVATIONS[name](before.middle))


@EACH
def test_behind_the_activation_the_next_layer_gets_beta_and_gamma(name):
    out = after_activation(replace(LAYER, eps=0.0), ACTIVATIONS[name], X).out
    np.testing.assert_allclose(out.mean(axis=0), LAYER.beta, atol=1e-12)
    np.testing.assert_allclose(out.std(axis=0), np.abs(LAYER.gamma), rtol=1e-12)


@pytest.mark.parametrize("place", [before_activation, after_activation])
def test_input_stays_and_output_is_read_only(place):
    x = X.copy()
    placed = place(LAYER, ACTIVATIONS["tanh"], x)
    np.testing.assert_array_equal(x, X)
    for array in (placed.middle, placed.out):
        assert not array.flags.writeable


@pytest.mark.parametrize("place", [before_activation, after_activation])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_named(place, bad):
    """Also where the activation would make a finite number of it."""
    x = X.copy()
    x[2, 1] = bad
    with pytest.raises(ValueError, match=r"x\[2, 1\] is"):
        place(LAYER, ACTIVATIONS["sigmoid"], x)
