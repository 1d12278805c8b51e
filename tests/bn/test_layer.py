"""The example batch by its known numbers, a fresh layer, and the conventions as a table."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from bn import CONVENTIONS, EXAMPLE, BatchNorm

MEAN = [-0.11375, 12.74875, 17.52125, 30.60250]
VAR = [6.396448, 4.260436, 16.666811, 14.473544]
UNBIASED_VAR = [7.310227, 4.869070, 19.047784, 16.541193]
FIRST_ROW = [-0.334602, 1.502482, 1.388548, -1.422690]
RUNNING_MEAN = [-0.011375, 1.274875, 1.752125, 3.060250]
RUNNING_VAR = {0: [1.539645, 1.326044, 2.566681, 2.347354], 1: [1.631023, 1.386907, 2.804778, 2.554119]}

# name: eps, decay, ddof of the moving variance, channel axis, which value "momentum" weighs, its default
TABLE = {
    "pytorch": (1e-5, 0.9, 1, 1, "new", 0.1),
    "keras": (1e-3, 0.99, 0, -1, "old", 0.99),
    "keras2": (1e-3, 0.99, 1, -1, "old", 0.99),
    "flax": (1e-5, 0.99, 0, -1, "old", 0.99),
    "onnx": (1e-5, 0.9, 0, 1, "old", 0.9),
    "paper": (1e-5, None, 1, 1, None, None),
}


def printed(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=0, atol=5.001e-7)


def test_statistics_of_the_example():
    trace, _ = BatchNorm.create(4).train(EXAMPLE)
    printed(trace.mean, MEAN)
    printed(trace.var, VAR)
    printed(trace.var * 8 / 7, UNBIASED_VAR)


def test_normalized_first_row_of_the_example():
    trace, _ = BatchNorm.create(4).train(EXAMPLE)
    printed(trace.x_hat[0], FIRST_ROW)


@pytest.mark.parametrize("ddof", [0, 1])
def test_one_moving_average_step_on_the_example(ddof):
    convention = replace(CONVENTIONS["pytorch"], running_var_ddof=ddof)
    _, after = BatchNorm.create(4, convention).train(EXAMPLE)
    printed(after.running_mean, RUNNING_MEAN)
    printed(after.running_var, RUNNING_VAR[ddof])


@pytest.mark.parametrize("mode", ["train", "infer"])
def test_a_trace_holds_each_step(mode):
    layer = replace(BatchNorm.create(4), gamma=[1, -2, 0, 0.5], beta=[0, 1, 2, 3], eps=0.5, running_mean=[1, 2, 3, 4])
    trace = layer.train(EXAMPLE)[0] if mode == "train" else layer.infer(EXAMPLE)
    mean = EXAMPLE.mean(axis=0) if mode == "train" else np.array([1, 2, 3, 4])
    var = EXAMPLE.var(axis=0) if mode == "train" else np.ones(4)
    x_hat = (EXAMPLE - mean) / np.sqrt(var + 0.5)
    expected = {
        "x": EXAMPLE,
        "mean": mean,
        "var": var,
        "centered": EXAMPLE - mean,
        "std": np.sqrt(var + 0.5),
        "x_hat": x_hat,
        "y": np.array([1, -2, 0, 0.5]) * x_hat + np.array([0, 1, 2, 3]),
        "gamma": [1, -2, 0, 0.5],
        "beta": [0, 1, 2, 3],
    }
    for name, value in expected.items():
        np.testing.assert_allclose(getattr(trace, name), value, rtol=1e-13, atol=1e-13, err_msg=name)
    assert (trace.eps, trace.channel_axis, trace.training) == (0.5, 1, mode == "train")


@pytest.mark.parametrize("name", CONVENTIONS)
def test_a_fresh_layer_takes_the_defaults_of_its_convention(name):
    layer = BatchNorm.create(3, CONVENTIONS[name])
    for vector, value in (("gamma", 1), ("beta", 0), ("running_mean", 0), ("running_var", 1)):
        np.testing.assert_array_equal(getattr(layer, vector), np.full(3, float(value)))
    eps, decay, _, axis, _, _ = TABLE[name]
    assert (layer.eps, layer.decay, layer.channel_axis, layer.batches_seen) == (eps, decay, axis, 0)
    assert layer.convention is CONVENTIONS[name]


def test_a_fresh_layer_is_pytorch_s_unless_told():
    layer = BatchNorm.create(2)
    assert layer.convention is CONVENTIONS["pytorch"]
    assert BatchNorm.create(2, CONVENTIONS["keras"], channel_axis=0).channel_axis == 0


@pytest.mark.parametrize("num_features", [0, -1])
def test_a_layer_needs_a_feature(num_features):
    with pytest.raises(ValueError, match=f"num_features is {num_features}"):
        BatchNorm.create(num_features)


def test_there_are_five_frameworks_and_the_paper():
    assert list(CONVENTIONS) == list(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_convention(name):
    convention = CONVENTIONS[name]
    eps, decay, ddof, axis, weighs, momentum = TABLE[name]
    assert (convention.eps, convention.decay) == (eps, decay)
    assert (convention.running_var_ddof, convention.channel_axis, convention.momentum_weighs) == (ddof, axis, weighs)
    assert convention.momentum(convention.decay) == pytest.approx(momentum)
    assert convention.refuses_single_value == (name == "pytorch")
    assert convention.source.startswith("https://")


@pytest.mark.parametrize("decay", [0.0, 0.1, 0.5, 0.9, 0.99, 1.0])
@pytest.mark.parametrize("name", [name for name in TABLE if name != "paper"])
def test_momentum_there_and_back(name, decay):
    convention = CONVENTIONS[name]
    momentum = convention.momentum(decay)
    assert momentum == pytest.approx(1 - decay if name == "pytorch" else decay)
    assert convention.momentum(momentum) == pytest.approx(decay)


@pytest.mark.parametrize("name", TABLE)
def test_no_decay_has_no_momentum(name):
    assert CONVENTIONS[name].momentum(None) is None


def test_the_paper_has_no_momentum():
    assert CONVENTIONS["paper"].momentum(0.9) is None


@pytest.mark.parametrize("name", TABLE)
def test_every_convention_normalizes_with_the_biased_variance(name):
    layer = replace(BatchNorm.create(4, CONVENTIONS[name]), eps=0.0)
    np.testing.assert_allclose(layer.train(EXAMPLE)[0].var, EXAMPLE.var(axis=0), rtol=1e-13)
    np.testing.assert_allclose(layer.train(EXAMPLE)[0].x_hat.std(axis=0), 1, rtol=1e-13)


@pytest.mark.parametrize("name", TABLE)
def test_which_variance_enters_the_moving_average(name):
    _, after = replace(BatchNorm.create(4, CONVENTIONS[name]), decay=0.0).train(EXAMPLE)
    ddof = TABLE[name][2] + (1e-3 if name == "keras2" else 0)
    np.testing.assert_allclose(after.running_var, EXAMPLE.var(axis=0, ddof=ddof), rtol=1e-13)


def test_inference_uses_what_training_remembered():
    layer = BatchNorm.create(4)
    _, after = layer.train(EXAMPLE)
    expected = (EXAMPLE - RUNNING_MEAN) / np.sqrt(np.array(RUNNING_VAR[1]) + 1e-5)
    np.testing.assert_allclose(after.infer(EXAMPLE).y, expected, atol=1e-5)


def test_fields_cannot_be_assigned():
    layer = BatchNorm.create(4)
    trace, _ = layer.train(EXAMPLE)
    with pytest.raises(FrozenInstanceError):
        layer.eps = 1.0
    with pytest.raises(FrozenInstanceError):
        layer.running_mean = np.zeros(4)
    with pytest.raises(AttributeError):
        trace.y = EXAMPLE
    with pytest.raises(FrozenInstanceError):
        CONVENTIONS["keras"].eps = 1e-5
