"""Batch norm folded into its neighbor: against PyTorch and Keras, which ran both layers, and the one they fold into."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bn import FILTERS, BatchNorm, filtered, fold, fold_forward, neutral_padding

GOLDEN = json.loads((Path(__file__).parents[1] / "goldens" / "folding.json").read_text(encoding="utf-8"))
CASES = [(layout, name) for layout in ("pytorch", "keras") for name in GOLDEN[layout]]
BOTH_WAYS = [
    (layout, name, where) for layout, name in CASES for where in ("behind", "before") if where in GOLDEN[layout][name]
]
RNG = np.random.default_rng(1502)


def golden(layout, name, where="behind"):
    """The case, its arrays, and the batch norm in it."""
    case = GOLDEN[layout][name]
    values = {key: np.array(value) for key, value in case[where].items()}
    vectors = {key: values[key] for key in ("gamma", "beta", "running_mean", "running_var")}
    layer = replace(BatchNorm.create(len(vectors["gamma"])), eps=float(values["eps"]), **vectors)
    return case, values, layer


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(("layout", "name", "where"), BOTH_WAYS)
def test_the_framework_computes_the_same_with_one_layer_as_with_two(layout, name, where):
    case, values, layer = golden(layout, name, where)
    folding = fold if where == "behind" else fold_forward
    found = folding(values["weight"], values["bias"], layer, case["kind"], layout, case["groups"])
    assert found.weight.shape == values["weight"].shape
    close(found.weight, values["folded_weight"])
    close(found.bias, values["folded_bias"])
    close(values["one"], values["two"])


@pytest.mark.parametrize("name", [name for name, case in GOLDEN["pytorch"].items() if "own_weight" in case["behind"]])
def test_weights_and_bias_are_those_that_pytorch_folds_by_itself(name):
    case, values, layer = golden("pytorch", name)
    found = fold(values["weight"], values["bias"], layer, case["kind"], "pytorch", case["groups"])
    close(found.weight, values["own_weight"])
    close(found.bias, values["own_bias"])


def test_every_kind_is_there():
    assert {case["kind"] for case in GOLDEN["pytorch"].values()} == {"dense", "convolution", "depthwise", "transposed"}
    assert {"grouped", "transposed and grouped"} <= set(GOLDEN["pytorch"])
    assert any(len(case["behind"]["gamma"]) > case["groups"] > 1 for case in GOLDEN["keras"].values())


def test_dense_weights_are_the_other_way_round_in_keras():
    _, values, layer = golden("pytorch", "dense")
    one, other = (
        fold(values["weight"], None, layer, "dense", "pytorch"),
        fold(values["weight"].T, None, layer, "dense", "keras"),
    )
    np.testing.assert_array_equal(one.weight, other.weight.T)
    np.testing.assert_array_equal(one.bias, other.bias)


@pytest.mark.parametrize("folding", [fold, fold_forward])
def test_no_bias_is_a_bias_of_zero(folding):
    _, values, layer = golden("pytorch", "dense, square")
    one, other = (folding(values["weight"], bias, layer, "dense", "pytorch") for bias in (None, np.zeros(4)))
    np.testing.assert_array_equal(one.bias, other.bias)


@pytest.mark.parametrize("folding", [fold, fold_forward])
def test_what_is_folded_is_read_only_and_what_was_given_stays(folding):
    _, values, layer = golden("pytorch", "dense, square")
    before = values["weight"].copy()
    found = folding(values["weight"], None, layer, "dense", "pytorch")
    np.testing.assert_array_equal(values["weight"], before)
    assert not found.weight.flags.writeable
    assert not found.bias.flags.writeable


LAYER = BatchNorm.create(6)


@pytest.mark.parametrize(
    ("shape", "kind", "layout", "groups", "message"),
    [
        ((4, 6), "dense", "pytorch", 1, r"shape \(4, 6\), which is a dense layer in PyTorch's layout of 4 outputs"),
        ((6, 4), "dense", "keras", 1, r"Keras's layout of 4 outputs; the layer has 6"),
        ((6, 3, 2, 2), "dense", "pytorch", 1, "needs two axes"),
        ((6, 4), "convolution", "pytorch", 1, "needs three axes or more"),
        ((3, 6, 2, 2), "convolution", "pytorch", 1, "a convolution in PyTorch's layout of 3 outputs"),
        ((6, 3, 2, 2), "transposed", "pytorch", 1, "a transposed convolution in PyTorch's layout of 3 outputs"),
        ((4, 3, 2, 2), "transposed", "pytorch", 3, "its 4 inputs cannot be parted into 3 groups"),
        ((6, 3, 2, 2), "convolution", "pytorch", 4, "its 6 outputs cannot be parted into 4 groups"),
        ((6, 3, 2, 2), "depthwise", "pytorch", 1, "1 input for each output"),
        ((2, 2, 2, 4), "depthwise", "keras", 1, "of 8 outputs"),
        ((2, 2, 3, 2), "depthwise", "keras", 2, "as many as inputs, 3"),
        ((2, 2, 6, 4), "transposed", "keras", 2, "groups is 2"),
        ((2, 2, 4, 6), "transposed", "keras", 1, "of 4 outputs"),
        ((6, 4), "dense", "pytorch", 2, "groups is 2; a dense layer in PyTorch's layout has 1"),
        ((6, 3, 2, 2), "convolution", "pytorch", 0, "groups is 0"),
        (
            (6, 4),
            "linear",
            "pytorch",
            1,
            "kind is 'linear'; it must be one of dense, convolution, depthwise, transposed",
        ),
        ((6, 4), "dense", "caffe", 1, "layout is 'caffe'; it must be one of pytorch, keras"),
    ],
)
def test_a_wrong_kind_is_refused_by_its_shape(shape, kind, layout, groups, message):
    with pytest.raises(ValueError, match=message):
        fold(np.ones(shape), None, LAYER, kind, layout, groups)


@pytest.mark.parametrize(
    ("shape", "kind", "layout", "groups", "message"),
    [
        ((6, 4), "dense", "pytorch", 1, "of 4 inputs; the layer has 6"),
        ((6, 3, 2, 2), "convolution", "pytorch", 1, "of 3 inputs"),
        ((6, 3, 2, 2), "convolution", "pytorch", 3, "of 9 inputs"),
        ((8, 1, 2, 2), "depthwise", "pytorch", 1, "its 8 outputs cannot be parted into 6 groups"),
        ((6, 6, 2, 2), "transposed", "pytorch", 1, "kind is transposed"),
    ],
)
def test_a_wrong_kind_is_refused_forward_too(shape, kind, layout, groups, message):
    with pytest.raises(ValueError, match=message):
        fold_forward(np.ones(shape), None, LAYER, kind, layout, groups)


@pytest.mark.parametrize("folding", [fold, fold_forward])
def test_numbers_that_do_not_fit_are_named(folding):
    with pytest.raises(ValueError, match=r"bias has shape \(1,\)"):
        folding(np.ones((6, 6)), [1.0], LAYER, "dense", "pytorch")
    with pytest.raises(ValueError, match=r"weight\[0, 0\] is nan"):
        folding(np.full((6, 6), np.nan), None, LAYER, "dense", "pytorch")
    with pytest.raises(ValueError, match=r"running_var\[1\] \+ eps is 0"):
        folding(
            np.ones((2, 2)), None, replace(BatchNorm.create(2), eps=0.0, running_var=[1.0, 0.0]), "dense", "pytorch"
        )


def test_zeros_around_an_image_are_no_zeros_in_front_of_the_batch_norm():
    """With zero padding only the inside is the same; padded with what the layer turns into 0, all of it is."""
    _, values, layer = golden("pytorch", "convolution", "before")
    two, one = values["zero_padded_two"], values["zero_padded_one"]
    border = np.abs(two - one)
    assert border[:, :, 1:-1, 1:-1].max() < 1e-12
    assert border.max() > 0.1
    close(values["neutrally_padded_one"], two)
    inside = replace(layer, channel_axis=1).infer(neutral_padding(layer)[None])
    np.testing.assert_allclose(inside.y, 0, atol=1e-14)


def test_what_is_always_beta_has_no_neutral_padding():
    with pytest.raises(ValueError, match=r"gamma\[1\] is 0"):
        neutral_padding(replace(BatchNorm.create(2), gamma=[1.0, 0.0]))


def test_filters_of_the_page_fold():
    filters = np.array(list(FILTERS.values()))
    images = RNG.random((5, 8, 8))
    layer = BatchNorm.create(len(filters), channel_axis=1)
    _, layer = layer.train(filtered(images, filters))
    found = fold(filters[:, None], None, layer, "convolution", "pytorch")
    both = layer.infer(filtered(images, filters)).y
    np.testing.assert_allclose(filtered(images, found.weight[:, 0]) + found.bias[:, None, None], both, atol=1e-12)
