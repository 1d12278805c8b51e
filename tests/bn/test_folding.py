"""Batch norm folded into the layer before it: against PyTorch's own folding, and against both layers in a row."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bn import FILTERS, BatchNorm, filtered, fold

GOLDEN = json.loads((Path(__file__).parents[1] / "goldens" / "folding.json").read_text(encoding="utf-8"))
RNG = np.random.default_rng(1502)
CASES = pytest.mark.parametrize("case", ["dense", "convolution"])


def golden(case):
    values = {name: np.array(value) for name, value in GOLDEN[case].items()}
    names = ("gamma", "beta", "running_mean", "running_var")
    layer = BatchNorm.create(len(values["gamma"]), channel_axis=1)
    return values, replace(layer, eps=float(values["eps"]), **{name: values[name] for name in names})


def linear(case, x, weight, bias):
    if case == "dense":
        return x @ weight.T + bias
    return filtered(x[:, 0], weight[:, 0]) + bias[:, None, None]


@CASES
def test_weights_and_bias_are_pytorchs(case):
    values, layer = golden(case)
    found = fold(values["weight"], values["bias"], layer, 0)
    np.testing.assert_allclose(found.weight, values["folded_weight"], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(found.bias, values["folded_bias"], rtol=1e-12, atol=1e-14)


@CASES
def test_one_layer_does_the_work_of_two(case):
    values, layer = golden(case)
    found = fold(values["weight"], values["bias"], layer, 0)
    both = layer.infer(linear(case, values["x"], values["weight"], values["bias"])).y
    np.testing.assert_allclose(both, values["y"], rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(linear(case, values["x"], found.weight, found.bias), both, rtol=1e-11, atol=1e-12)


def test_the_axis_of_the_outputs_may_be_the_last():
    values, layer = golden("dense")
    first, last = fold(values["weight"], None, layer, 0), fold(values["weight"].T, None, layer, -1)
    np.testing.assert_array_equal(first.weight, last.weight.T)
    np.testing.assert_array_equal(first.bias, last.bias)


def test_no_bias_is_a_bias_of_zero():
    values, layer = golden("dense")
    one, other = (fold(values["weight"], bias, layer, 0) for bias in (None, np.zeros(4)))
    np.testing.assert_array_equal(one.bias, other.bias)


def test_what_is_folded_is_read_only():
    values, layer = golden("dense")
    found = fold(values["weight"], None, layer, 0)
    assert not found.weight.flags.writeable
    assert not found.bias.flags.writeable


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weight": np.ones((3, 2))}, r"weight has shape \(3, 2\)"),
        ({"output_axis": 5}, "axis 5 needs"),
        ({"bias": [1.0]}, r"bias has shape \(1,\)"),
        ({"weight": np.full((4, 3), np.nan)}, "weight.* is nan"),
    ],
)
def test_what_does_not_fit_is_named(changes, message):
    values, layer = golden("dense")
    given = {"weight": values["weight"], "bias": values["bias"], "output_axis": 0, **changes}
    with pytest.raises(ValueError, match=message):
        fold(given["weight"], given["bias"], layer, given["output_axis"])


def test_without_epsilon_a_variance_of_zero_has_no_slope():
    layer = replace(BatchNorm.create(2, channel_axis=1), eps=0.0, running_var=[1.0, 0.0])
    with pytest.raises(ValueError, match=r"running_var\[1\] \+ eps is 0"):
        fold(np.ones((2, 2)), None, layer, 0)


def test_filters_of_the_page_fold():
    filters = np.array(list(FILTERS.values()))
    images = RNG.random((5, 8, 8))
    layer = BatchNorm.create(len(filters), channel_axis=1)
    _, layer = layer.train(filtered(images, filters))
    found = fold(filters, None, layer, 0)
    both = layer.infer(filtered(images, filters)).y
    np.testing.assert_allclose(filtered(images, found.weight) + found.bias[:, None, None], both, atol=1e-12)
