"""Averages recomputed from what was recorded."""

import numpy as np
import pytest

from bn.checkup import examine, renewed
from tests.bn.checkup.models import C, layer, model, recorded

ONE, OTHER = layer("a", 1), layer("b", 2)


def test_are_the_mean_and_variance_of_all_values():
    x = np.random.default_rng(0).normal(2, 3, (8, 32, C))  # (B, N, C)
    seen = recorded(ONE)
    seen = layer(
        "a",
        1,
        recorded=type(seen.recorded)(**{**seen.recorded.__dict__, "train_mean": x.mean(1), "train_var": x.var(1)}),
    )
    (mended,) = renewed(model(seen)).layers
    np.testing.assert_allclose(mended.running_mean, x.mean((0, 1)), rtol=1e-12)
    np.testing.assert_allclose(mended.running_var, x.var((0, 1)), rtol=1e-12)
    assert mended.gamma is seen.gamma
    assert mended.recorded is None  # in evaluation mode it would be another
    assert not mended.running_var.flags.writeable


def test_mend_what_was_stale():
    stale = layer("a", 1, running_mean=0.5 * ONE.running_mean, running_var=0.5 + 0.5 * ONE.running_var)
    of = model(recorded(stale, ONE.running_mean, ONE.running_var), recorded(OTHER))
    assert examine(of)
    mended = renewed(of)
    again = model(
        *(
            recorded(each, true.running_mean, true.running_var)
            for each, true in zip(mended.layers, (ONE, OTHER), strict=True)
        )
    )
    assert examine(again) == ()


def test_a_layer_that_recorded_nothing_or_no_numbers_stays():
    mean = np.full(C, np.nan)
    of = model(recorded(ONE), OTHER, recorded(layer("c", 3), mean=mean))
    assert [each is kept for each, kept in zip(renewed(of).layers, of.layers, strict=True)] == [False, True, True]


def test_without_recordings_there_is_nothing_to_renew():
    with pytest.raises(ValueError, match="batches"):
        renewed(model(ONE))
