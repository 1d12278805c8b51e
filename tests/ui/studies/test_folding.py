"""The folded examples: one layer gives what two give, convolutions are PyTorch's, and the file holds the weights."""

import io
import json
from pathlib import Path

import numpy as np
import pytest

from bn import EXAMPLE
from ui.studies.folding import DENSE, LAYERS, apply, as_file, convolution, dense, rows_of

GOLDEN = json.loads((Path(__file__).parents[2] / "goldens" / "folding.json").read_text(encoding="utf-8"))["pytorch"]
NAMES = pytest.mark.parametrize("name", LAYERS)


def example(name, seed, forward=False):
    return dense(EXAMPLE, seed, forward) if name == DENSE else convolution(name, seed, forward)


@NAMES
@pytest.mark.parametrize("forward", [False, True])
@pytest.mark.parametrize("seed", [0, 5])
def test_one_layer_is_as_good_as_two(name, seed, forward):
    if forward and LAYERS[name].kind == "transposed":
        with pytest.raises(ValueError, match="kind is transposed"):
            example(name, seed, forward)
        return
    found = example(name, seed, forward)
    assert found.difference < 1e-11
    assert found.reach > 0.1
    assert found.folded.weight.shape == found.weight.shape
    assert len(rows_of(found.weight, name)) == len(found.folded.bias)
    assert (found.padded is None) == (not forward or name == DENSE)
    if found.padded:
        assert found.padded[0] > 0.1 > 1e-11 > found.padded[1]


@pytest.mark.parametrize("name", ["convolution", "grouped", "depthwise"])
def test_its_convolution_is_pytorchs(name):
    case = GOLDEN[name]["behind"]
    weight, bias, x = (np.array(case[key]) for key in ("folded_weight", "folded_bias", "x"))
    found = apply(x, weight, GOLDEN[name]["groups"], transposed=False) + bias[:, None, None]
    np.testing.assert_allclose(found, case["one"], rtol=1e-9, atol=1e-11)


def test_its_zero_padding_is_pytorchs():
    case = GOLDEN["convolution"]["before"]
    weight, bias, x = (np.array(case[key]) for key in ("folded_weight", "folded_bias", "x"))
    found = apply(x, weight, 1, transposed=False, pad=np.zeros(x.shape[1])) + bias[:, None, None]
    np.testing.assert_allclose(found, case["zero_padded_one"], rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("groups", [1, 2])
def test_a_transposed_convolution_is_the_transpose(groups):
    """<convolution of x, y> = <x, transposed convolution of y>, with the same weights."""
    rng = np.random.default_rng(groups)
    weight, x, y = (rng.standard_normal(shape) for shape in ((6, 4 // groups, 2, 3), (2, 4, 5, 5), (2, 6, 4, 3)))
    forward = apply(x, weight, groups, transposed=False)
    back = apply(y, weight, groups, transposed=True)
    assert np.vdot(forward, y) == pytest.approx(np.vdot(x, back), rel=1e-12)


@NAMES
def test_the_file_holds_weight_and_bias(name):
    folded = example(name, 0).folded
    with np.load(io.BytesIO(as_file(folded)), allow_pickle=False) as file:
        np.testing.assert_array_equal(file["weight"], folded.weight)
        np.testing.assert_array_equal(file["bias"], folded.bias)


@pytest.mark.parametrize("x", [[[7.0, 1], [7, 2], [7, 4]], [[3.0, 4.0]]], ids=["constant feature", "one row"])
@pytest.mark.parametrize("forward", [False, True])
def test_what_has_no_spread_does_not_break_it(x, forward):
    assert np.isfinite(dense(np.array(x), 0, forward).folded.weight).all()
