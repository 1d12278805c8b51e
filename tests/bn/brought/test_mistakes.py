"""A stored layer's output against the frameworks', each usual mistake against its own formula, and which gives what was got."""

import math
from dataclasses import replace

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from bn import CONVENTIONS, BatchNorm
from bn.brought.mistakes import (
    MISTAKES,
    Unsure,
    apart,
    explain_output,
    float32_error,
    next_averages,
    outputs_of_two,
    printing_error,
    stored_outputs,
)

FRAMEWORKS = ["pytorch", "keras", "flax"]
CASES = range(3)
X = np.array([[1.0, -4.0], [2.0, 5.0], [4.0, 3.0]])


def layer_of(case, framework):
    convention = CONVENTIONS[framework]
    vectors = {"running_mean": case["mean"], "running_var": case["var"], "gamma": case["gamma"], "beta": case["beta"]}
    settings = {"eps": case["eps"], "decay": case["decay"], "convention": convention, "channel_axis": 1}
    return BatchNorm(**vectors, **settings)


def layer(**changes):
    made = BatchNorm(
        gamma=np.array([1.5, -0.5]),
        beta=np.array([0.25, 1.0]),
        running_mean=np.array([2.0, 0.5]),
        running_var=np.array([4.0, 0.09]),
        eps=0.01,
        decay=0.9,
        convention=CONVENTIONS["pytorch"],
        channel_axis=1,
    )
    return replace(made, **changes)


def close(actual, expected, framework=""):
    """Keras on JAX normalizes in float32."""
    rtol, atol = (1e-5, 1e-6) if framework == "keras" else (1e-11, 1e-12)
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)


class TestAgainstFrameworks:
    @pytest.mark.parametrize("number", CASES)
    @pytest.mark.parametrize("framework", FRAMEWORKS)
    def test_inference(self, golden, framework, number):
        case = golden("brought")["outputs"][number]
        close(
            stored_outputs(layer_of(case, framework), np.array(case["x"]))["right"], case["infer"][framework], framework
        )

    @pytest.mark.parametrize("number", CASES)
    @pytest.mark.parametrize("framework", FRAMEWORKS)
    def test_training_mode_left_on(self, golden, framework, number):
        case = golden("brought")["outputs"][number]
        close(
            stored_outputs(layer_of(case, framework), np.array(case["x"]))["training"],
            case["train"][framework],
            framework,
        )

    @pytest.mark.parametrize("number", CASES)
    @pytest.mark.parametrize("framework", FRAMEWORKS)
    def test_averages_after_one_more_batch(self, golden, framework, number):
        case = golden("brought")["outputs"][number]
        after = next_averages(layer_of(case, framework), np.array(case["x"]))
        close(after.mean, case["after"][framework][0], framework)
        close(after.var, case["after"][framework][1], framework)

    @pytest.mark.parametrize("number", range(3))
    def test_averages_of_keras_2(self, golden, number):
        case = golden("keras2")["cases"]["dense"]
        after, x = case["after"][number], np.array(case["batches"])
        decay, seen = after["decay"], after["keras"]
        stored = replace(BatchNorm.create(3, CONVENTIONS["keras2"]), decay=decay)
        for batch, expected in zip(x, seen, strict=True):
            averages = next_averages(stored, batch)
            np.testing.assert_allclose(averages.mean, expected["mean"], rtol=1e-5, atol=1e-6)
            np.testing.assert_allclose(averages.var, expected["var"], rtol=1e-5)
            stored = replace(stored, running_mean=averages.mean, running_var=averages.var)

    @pytest.mark.parametrize("number", CASES)
    def test_inference_of_onnx(self, golden, number):
        case = golden("brought")["outputs"][number]
        names = ["gamma", "beta", "mean", "var"]
        node = helper.make_node("BatchNormalization", ["x", *names], ["y"], epsilon=case["eps"])
        inputs = [helper.make_tensor_value_info("x", TensorProto.DOUBLE, [4, 3])]
        inputs += [helper.make_tensor_value_info(name, TensorProto.DOUBLE, [3]) for name in names]
        graph = helper.make_graph([node], "g", inputs, [helper.make_tensor_value_info("y", TensorProto.DOUBLE, None)])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)])
        (y,) = ReferenceEvaluator(model).run(None, {name: np.array(case[name]) for name in ("x", *names)})
        stored = replace(layer_of(case, "onnx"), eps=float(np.float32(case["eps"])))
        close(stored_outputs(stored, np.array(case["x"]))["right"], y)
        assert onnx.__version__


def by_hand(name, x, m, v, g, b, eps, column):
    """One output of the mistake, from its formula; column: the rows' values of this feature."""
    n = len(column)
    mean = sum(column) / n
    biased = sum((each - mean) ** 2 for each in column) / n
    match name:
        case "training":
            return g * (x - mean) / math.sqrt(biased + eps) + b
        case "unbiased":
            return g * (x - mean) / math.sqrt(biased * n / (n - 1) + eps) + b
        case "corrected":
            return g * (x - m) / math.sqrt(v * n / (n - 1) + eps) + b
        case "outside":
            return g * (x - m) / (math.sqrt(v) + eps) + b
        case "floor":
            return g * (x - m) / math.sqrt(max(v, eps)) + b
        case "eps 1e-05" | "eps 0.001":
            return g * (x - m) / math.sqrt(v + float(name.removeprefix("eps "))) + b
        case "statistics":
            return g * (x - v) / math.sqrt(m + eps) + b
        case "parameters":
            return b * (x - m) / math.sqrt(v + eps) + g
        case "momentum":  # PyTorch's averages take the variance ÷(N-1), here with the weights of old and new exchanged
            m, v = 0.1 * m + 0.9 * mean, 0.1 * v + 0.9 * biased * n / (n - 1)
            return g * (x - m) / math.sqrt(v + eps) + b
    raise AssertionError(name)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_its_formula(name):
    made = layer()
    y = stored_outputs(made, X)[name]
    for (i, j), value in np.ndenumerate(y):
        vectors = (each[j] for each in (made.running_mean, made.running_var, made.gamma, made.beta))
        assert value == pytest.approx(by_hand(name, X[i, j], *vectors, made.eps, X[:, j].tolist()), rel=1e-13)


def test_two_mistakes_at_once_are_their_formula():
    made = layer()
    pairs = outputs_of_two(made, X)
    assert len(pairs) == 39  # of 45: three ways to other statistics, two roots, two eps, and ÷N corrected is ÷(N-1)
    n, column = len(X), X[:, 1]
    g, b, m, v = (each[1] for each in (made.gamma, made.beta, made.running_mean, made.running_var))
    biased, unbiased = column.var(), column.var(ddof=1)
    after_m, after_v = 0.1 * m + 0.9 * column.mean(), 0.1 * v + 0.9 * unbiased
    expected = {
        ("unbiased", "outside"): g * (column - column.mean()) / (math.sqrt(unbiased) + 0.01) + b,
        ("corrected", "outside"): g * (column - m) / (math.sqrt(v * n / (n - 1)) + 0.01) + b,
        ("training", "parameters"): b * (column - column.mean()) / math.sqrt(biased + 0.01) + g,
        ("outside", "eps 0.001"): g * (column - m) / (math.sqrt(v) + 1e-3) + b,
        ("corrected", "momentum"): g * (column - after_m) / math.sqrt(after_v * n / (n - 1) + 0.01) + b,
        ("statistics", "parameters"): b * (column - v) / math.sqrt(m + 0.01) + g,
    }
    for pair, y in expected.items():
        np.testing.assert_allclose(pairs[pair][:, 1], y, rtol=1e-13)
    assert not any({"training", "unbiased", "momentum"} >= set(pair) for pair in pairs)
    assert set(outputs_of_two(made, X[:1])) <= set(pairs)


def test_the_floor_is_not_the_variance_where_that_is_smaller():
    tiny = layer(running_var=np.array([1e-6, 1e-6]), eps=1e-4)
    close(stored_outputs(tiny, X)["floor"], tiny.gamma * (X - tiny.running_mean) / 1e-2 + tiny.beta)


def test_one_row_needs_no_other_in_inference_and_makes_no_batch():
    found = stored_outputs(layer(), X[:1])
    assert set(found) == {"right", "outside", "floor", "eps 1e-05", "eps 0.001", "statistics", "parameters"}
    close(found["right"], stored_outputs(layer(), X)["right"][:1])
    patient = stored_outputs(layer(convention=CONVENTIONS["keras"]), X[:1])
    assert "momentum" in patient
    assert "training" not in patient


def test_a_plain_mean_has_no_momentum_to_be_turned():
    plain = layer(decay=None)
    assert "momentum" not in stored_outputs(plain, X)
    with pytest.raises(ValueError, match="plain mean"):
        next_averages(plain, X)


def test_keras_2_cannot_average_with_a_large_eps():
    assert "momentum" not in stored_outputs(layer(convention=CONVENTIONS["keras2"], eps=5.0), X)


def test_swapped_statistics_are_nan_where_the_mean_is_negative():
    found = stored_outputs(layer(running_mean=np.array([-2.0, 0.5])), X)["statistics"]
    assert np.isnan(found[:, 0]).all()
    assert np.isfinite(found[:, 1]).all()


@pytest.mark.parametrize(
    ("eps", "others"), [(1e-3, ["1e-05"]), (1e-5, ["0.001"]), (1.001e-5, ["0.001"]), (0.01, ["1e-05", "0.001"])]
)
def test_every_other_default_of_eps_is_tried(eps, others):
    assert [name for name in stored_outputs(layer(eps=eps), X) if "eps" in name] == [f"eps {each}" for each in others]


class TestExplain:
    def test_who_gives_what_was_got_comes_first(self):
        found = stored_outputs(layer(), X)
        for name in MISTAKES:
            fits = explain_output(found, np.round(found[name], 4), np.full(X.shape, 5.1e-5))
            assert fits[0].name == name
            assert fits[0].fits
            assert fits[0].off <= 5e-5

    def test_all_numbers_have_to_fit(self):
        y = np.zeros((2, 2))
        off = y.copy()
        off[1, 0] = 0.2
        [fit] = explain_output({"a": y}, off, np.full((2, 2), 0.1))
        assert (fit.fits, fit.off) == (False, 0.2)

    def test_nan_is_what_nan_gives(self):
        y = np.array([math.nan, 1.0])
        fits = explain_output({"number": np.zeros(2), "nan": y}, y, np.full(2, 0.5))
        assert [(fit.name, fit.fits, fit.off) for fit in fits] == [("nan", True, 0.0), ("number", False, math.inf)]
        assert apart(y, y) == 0
        assert apart(np.array([math.inf]), np.array([math.inf])) == 0

    def test_the_nearest_of_those_that_do_not_fit(self):
        fits = explain_output({"far": np.array([3.0]), "near": np.array([1.5])}, np.array([1.0]), np.array([0.1]))
        assert [fit.name for fit in fits] == ["near", "far"]

    def test_two_shapes(self):
        with pytest.raises(ValueError, match="same"):
            explain_output({"a": np.zeros(2)}, np.zeros(3), np.zeros(3))


def test_float32_is_within_its_error():
    rng = np.random.default_rng(1)
    for _ in range(50):
        made = layer(running_mean=rng.normal(0, 50, 2), running_var=rng.random(2), gamma=rng.normal(1, 1, 2))
        x = rng.normal(0, 50, (20, 2))
        single = [np.float32(each) for each in (x, made.running_mean, made.running_var, made.gamma, made.beta)]
        x32, m, v, g, b = single
        y = g * ((x32 - m) / np.sqrt(v + np.float32(made.eps))) + b
        assert (np.abs(y - stored_outputs(made, x)["right"]) <= float32_error(made, x)).all()


@pytest.mark.parametrize("name", ["gamma", "beta", "mean", "var"])
def test_what_rounding_of_the_layer_does_to_outputs(name):
    made, step = layer(), 1e-6
    fields = {"gamma": "gamma", "beta": "beta", "mean": "running_mean", "var": "running_var"}
    moved = replace(made, **{fields[name]: getattr(made, fields[name]) + step})
    expected = np.abs(stored_outputs(moved, X)["right"] - stored_outputs(made, X)["right"])
    np.testing.assert_allclose(printing_error(made, X, Unsure(**{name: step})), expected, rtol=1e-4, atol=1e-12)
