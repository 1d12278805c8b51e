"""The folded examples: one layer gives what two give, and the file holds it."""

import io

import numpy as np
import pytest

from bn import EXAMPLE
from ui.folding import as_file, convolution, dense

EXAMPLES = {"dense": lambda seed: dense(EXAMPLE, seed), "convolution": convolution}


@pytest.mark.parametrize("kind", EXAMPLES)
@pytest.mark.parametrize("seed", [0, 5])
def test_one_layer_is_as_good_as_two(kind, seed):
    example = EXAMPLES[kind](seed)
    assert example.difference < 1e-12
    assert example.reach > 0.1
    assert example.folded.weight.shape == example.weight.shape


@pytest.mark.parametrize("kind", EXAMPLES)
def test_the_file_holds_weight_and_bias(kind):
    folded = EXAMPLES[kind](0).folded
    with np.load(io.BytesIO(as_file(folded)), allow_pickle=False) as file:
        np.testing.assert_array_equal(file["weight"], folded.weight)
        np.testing.assert_array_equal(file["bias"], folded.bias)


def test_a_constant_feature_does_not_break_it():
    assert np.isfinite(dense(np.array([[7.0, 1], [7, 2], [7, 4]]), 0).folded.weight).all()
