"""The convention "onnx" against the reference evaluator of the onnx package, run on random inputs."""

from dataclasses import replace

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from bn import CONVENTIONS, BatchNorm

SHAPES = [(7, 3), (2, 3, 4, 5)]
VECTORS = ["gamma", "beta", "running_mean", "running_var"]


def reference(shape, training, **attributes):
    outputs = ["y", "mean", "var"] if training else ["y"]
    node = helper.make_node("BatchNormalization", ["x", *VECTORS], outputs, training_mode=int(training), **attributes)
    inputs = [helper.make_tensor_value_info("x", TensorProto.DOUBLE, shape)]
    inputs += [helper.make_tensor_value_info(name, TensorProto.DOUBLE, [shape[1]]) for name in VECTORS]
    results = [helper.make_tensor_value_info(name, TensorProto.DOUBLE, None) for name in outputs]
    graph = helper.make_graph([node], "batch_norm", inputs, results)
    return ReferenceEvaluator(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)]))


def random_layer(rng, num_features):
    """A layer with the defaults as the operator stores them, in float32."""
    convention = CONVENTIONS["onnx"]
    return replace(
        BatchNorm.create(num_features, convention),
        eps=float(np.float32(convention.eps)),
        decay=float(np.float32(convention.decay)),
        gamma=rng.standard_normal(num_features),
        beta=rng.standard_normal(num_features),
        running_mean=rng.standard_normal(num_features),
        running_var=0.2 + rng.random(num_features),
    )


def feeds(layer, x):
    return {"x": x, **{name: np.array(getattr(layer, name)) for name in VECTORS}}


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shape", SHAPES)
def test_training_output_and_moving_averages(shape, seed):
    rng = np.random.default_rng([15, seed])
    layer, x = random_layer(rng, shape[1]), 4 * rng.standard_normal(shape) + 2
    trace, after = layer.train(x)
    y, mean, var = reference(shape, training=True).run(None, feeds(layer, x))
    close(trace.y, y)
    close(after.running_mean, mean)
    close(after.running_var, var)


@pytest.mark.parametrize("shape", SHAPES)
def test_training_with_other_attributes(shape):
    rng = np.random.default_rng(16)
    layer = replace(random_layer(rng, shape[1]), eps=0.25, decay=0.375)
    x = rng.standard_normal(shape)
    trace, after = layer.train(x)
    y, mean, var = reference(shape, training=True, epsilon=0.25, momentum=0.375).run(None, feeds(layer, x))
    close(trace.y, y)
    close(after.running_mean, mean)
    close(after.running_var, var)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shape", SHAPES)
def test_inference_output(shape, seed):
    rng = np.random.default_rng([17, seed])
    layer, x = random_layer(rng, shape[1]), 4 * rng.standard_normal(shape) + 2
    (y,) = reference(shape, training=False).run(None, feeds(layer, x))
    close(layer.infer(x).y, y)


def test_defaults_are_those_of_the_operator():
    attributes = onnx.defs.get_schema("BatchNormalization", 15).attributes
    convention = CONVENTIONS["onnx"]
    assert convention.eps == pytest.approx(attributes["epsilon"].default_value.f, rel=1e-6)
    assert convention.decay == pytest.approx(attributes["momentum"].default_value.f, rel=1e-6)
    assert convention.momentum(convention.decay) == convention.decay
