"""The layer against what PyTorch, Keras and Flax computed from the same numbers in float64."""

from dataclasses import replace

import numpy as np
import pytest

from bn import CONVENTIONS, EXAMPLE, BatchNorm

FRAMEWORKS = ["pytorch", "keras", "flax"]
CASES = ["dense", "convolution"]
OTHER_DECAY = 0.7


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-13)


def layer_of(framework, case, decay=0.5):
    vectors = {name: case[name] for name in ("gamma", "beta", "running_mean", "running_var")}
    return BatchNorm(
        **vectors,
        eps=case["eps"],
        decay=decay,
        convention=CONVENTIONS[framework],
        channel_axis=case["channel_axis"],
    )


@pytest.mark.parametrize("mode", ["train", "infer"])
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("framework", FRAMEWORKS)
class TestPass:
    def trace(self, golden, framework, name, mode):
        case = golden(framework)["cases"][name]
        layer = layer_of(framework, case)
        x = case["batches"][0]
        return case, layer.train(x)[0] if mode == "train" else layer.infer(x)

    def test_output(self, golden, framework, name, mode):
        case, trace = self.trace(golden, framework, name, mode)
        close(trace.y, case[mode]["y"])

    def test_gradients(self, golden, framework, name, mode):
        case, trace = self.trace(golden, framework, name, mode)
        gradients = trace.backward(case["dy"])
        close(gradients.x, case[mode]["dx"])
        close(gradients.gamma, case[mode]["dgamma"])
        close(gradients.beta, case[mode]["dbeta"])


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    ("framework", "decay"),
    [
        *[(framework, decay) for framework in FRAMEWORKS for decay in (CONVENTIONS[framework].decay, OTHER_DECAY)],
        ("pytorch", None),
    ],
)
def test_moving_averages(golden, framework, decay, name, count):
    case = golden(framework)["cases"][name]
    (expected,) = (saved for saved in case["moving"] if saved["decay"] == decay and saved["batches"] == count)
    layer = layer_of(framework, case, decay)
    for x in case["batches"][:count]:
        _, layer = layer.train(x)
    close(layer.running_mean, expected["mean"])
    close(layer.running_var, expected["var"])


@pytest.mark.parametrize("framework", ["pytorch", "keras"])
def test_example_batch_through_a_fresh_layer(golden, framework):
    expected = golden(framework)["example"]
    trace, after = BatchNorm.create(4, CONVENTIONS[framework]).train(EXAMPLE)
    gradients = trace.backward(expected["dy"])
    close(trace.y, expected["train"]["y"])
    close(gradients.x, expected["train"]["dx"])
    close(gradients.gamma, expected["train"]["dgamma"])
    close(gradients.beta, expected["train"]["dbeta"])
    close(after.running_mean, expected["mean"])
    close(after.running_var, expected["var"])


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_defaults_are_the_framework_s_own(golden, framework):
    convention, defaults = CONVENTIONS[framework], golden(framework)["defaults"]
    assert convention.eps == defaults["eps"]
    assert convention.momentum(convention.decay) == pytest.approx(defaults["momentum"], rel=1e-15)
    assert convention.refuses_single_value == defaults["refuses_single_value"]


def test_tensorflow_s_fused_kernel_averages_the_unbiased_variance(golden):
    """Keras 3 does not call it; who does finds another moving variance."""
    case, fused = golden("keras")["cases"]["convolution"], golden("keras")["tensorflow_fused"]
    convention = replace(CONVENTIONS["keras"], running_var_ddof=1)
    trace, after = replace(layer_of("keras", case, decay=0.0), convention=convention).train(case["batches"][0])
    for actual, expected in (
        (trace.y, fused["y"]),
        (after.running_mean, fused["batch_mean"]),
        (after.running_var, fused["batch_var"]),
    ):
        np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-6)


class TestKeras2:
    """Keras 2.3.1 averages ÷(N - 1 - eps); tf.keras ÷(N - 1) in its fused kernel for images, and else as Keras 3."""

    CASES = pytest.mark.parametrize("name", ["one to four", "dense", "convolution"])
    DECAYS = pytest.mark.parametrize("number", range(3))

    def seen(self, golden, name, number, framework):
        case = golden("keras2")["cases"][name]
        return case["batches"], case["after"][number]["decay"], case["after"][number][framework]

    def follow(self, convention, batches, decay, expected):
        layer = replace(BatchNorm.create(np.shape(batches[0])[-1], convention), decay=decay)
        for x, after in zip(batches, expected, strict=True):
            trace, layer = layer.train(x)
            np.testing.assert_allclose(trace.y, after["y"], rtol=1e-5, atol=2e-6)
            np.testing.assert_allclose(layer.running_mean, after["mean"], rtol=1e-5, atol=1e-6)
            np.testing.assert_allclose(layer.running_var, after["var"], rtol=1e-5)

    @CASES
    @DECAYS
    def test_keras_2(self, golden, name, number):
        self.follow(CONVENTIONS["keras2"], *self.seen(golden, name, number, "keras"))

    @CASES
    @DECAYS
    def test_tf_keras(self, golden, name, number):
        fused = replace(CONVENTIONS["keras2"], divisor_takes_eps=False)
        convention = fused if name == "convolution" else CONVENTIONS["keras"]
        self.follow(convention, *self.seen(golden, name, number, "tf_keras"))

    def test_defaults(self, golden):
        convention = CONVENTIONS["keras2"]
        assert (convention.eps, convention.decay) == (golden("keras2")["eps"], golden("keras2")["momentum"])

    def test_why_one_keras_says_1_667_and_another_1_25(self, golden):
        x = np.array([[1.0], [2.0], [3.0], [4.0]])
        found = {}
        for name in ("keras", "keras2"):
            _, after = replace(BatchNorm.create(1, CONVENTIONS[name]), decay=0.0).train(x)
            found[name] = float(after.running_var[0])
        assert found == {"keras": 1.25, "keras2": pytest.approx(5 / 2.999, rel=1e-15)}
        _, _, after = self.seen(golden, "one to four", 0, "keras")
        assert after[0]["var"][0] == pytest.approx(found["keras2"], rel=1e-6)
