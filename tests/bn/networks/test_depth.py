"""Deep stacks: their growth against the laws of the papers, and their gradient against central differences."""

import math

import numpy as np
import pytest

from bn import GROWTH_BACKWARD, stack
from bn.networks.depth import stacked

WIDE = {"units": 128, "examples": 256}


def growth(first, last, **kind):
    """How much longer a gradient gets for each layer on its way back from one to the other, on average over four draws."""
    found = [stack(last, **kind, **WIDE, seed=seed).gradient for seed in range(4)]
    return np.exp(np.mean([np.log(each[first] / each[last]) for each in found]) / (last - first))


def test_the_law_is_that_of_the_paper():
    assert pytest.approx(1.2112, abs=1e-4) == GROWTH_BACKWARD


def test_with_batch_norm_the_gradient_grows_as_the_law_says_and_plain_it_stays():
    assert growth(10, 30, norm=True, skip=False) == pytest.approx(GROWTH_BACKWARD, abs=0.025)
    assert growth(0, 30, norm=False, skip=False) == pytest.approx(1, abs=0.03)


def test_a_skip_adds_one_to_the_variance_with_batch_norm_and_nearly_doubles_it_without():
    blocks = np.arange(31)
    normed = stack(30, norm=True, skip=True, **WIDE).variance
    np.testing.assert_allclose(normed, 1 + blocks, rtol=0.05)
    plain = stack(30, norm=False, skip=True, **WIDE).variance
    assert 1.7 < (plain[-1] / plain[0]) ** (1 / 30) < 2.1


@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize("skip", [True, False])
def test_the_gradient_is_that_of_central_differences(norm, skip):
    rng = np.random.default_rng(11)
    x, along, weighing = (rng.standard_normal((6, 5)) for _ in range(3))
    weights = [rng.standard_normal((5, 5)) * math.sqrt(2 / 5) for _ in range(3)]
    signals, back = stacked(x, weights, weighing, norm=norm, skip=skip)
    assert len(signals) == len(back) == 4
    h = 1e-6
    up, down = (
        (stacked(x + sign * h * along, weights, weighing, norm=norm, skip=skip)[0][-1] * weighing).sum()
        for sign in (1, -1)
    )
    assert (back[0] * along).sum() == pytest.approx((up - down) / (2 * h), rel=1e-5, abs=1e-7)


def test_a_stack_is_told_by_the_size_of_what_is_in_it():
    found = stack(4, norm=True, skip=False, units=8, examples=16, seed=2)
    assert found.variance.shape == found.gradient.shape == (5,)
    assert found.gradient[-1] == 1
    assert not found.variance.flags.writeable


@pytest.mark.parametrize(("layers", "sizes"), [(0, {}), (1, {"units": 1}), (1, {"examples": 1})])
def test_a_stack_of_nothing_is_refused(layers, sizes):
    with pytest.raises(ValueError, match="are needed"):
        stack(layers, norm=True, skip=False, **sizes)
