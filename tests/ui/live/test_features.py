"""What the features side by side are told: the numbers of the layer, as fine as a screen shows them, on axes that all share."""

import json
from dataclasses import replace

import numpy as np
import pytest

from bn import EXAMPLE, BatchNorm
from ui.live.features import data

NAMES = ("a", "b", "c", "d")


def trace(gamma=1.0, beta=0.0, *, training=True):
    layer = replace(BatchNorm.create(4), gamma=np.full(4, gamma), beta=np.full(4, beta))
    return layer.train(EXAMPLE)[0] if training else layer.infer(EXAMPLE)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("gamma", "beta"), [(1.0, 0.0), (-2.0, 3.0), (5.0, -10.0)])
def test_values_are_exact_to_a_part_of_their_axis_that_no_screen_shows(gamma, beta, training):
    passed = trace(gamma, beta, training=training)
    told = data(passed, NAMES, 2, stages=(0, 1, 2), undone=False)
    json.dumps(told, allow_nan=False)
    for j, feature in enumerate(told["features"]):
        stages = (passed.x, passed.x_hat, passed.y)
        for values, exact, (low, high) in zip(feature["values"], stages, told["ranges"], strict=True):
            np.testing.assert_allclose(values, exact[:, j], atol=(high - low) / 4000)
            assert low < min(values)
            assert max(values) < high
        assert feature["marks"][0] == pytest.approx((passed.mean[j], np.sqrt(passed.var[j])))
        assert feature["marks"][2] == pytest.approx((beta, abs(gamma) * np.sqrt(passed.var[j]) / passed.std[j]))


def test_undone_the_outputs_are_on_the_axis_of_the_inputs():
    ranges = data(trace(), NAMES, 0, stages=(0, 1, 2), undone=True)["ranges"]
    assert ranges[2] == ranges[0] != ranges[1]


def test_every_feature_says_what_it_shows():
    told = data(trace(), NAMES, 0, stages=(0, 1, 2), undone=False)
    assert [each["about"].split(",")[0] for each in told["features"]] == list(NAMES)
    assert all(low <= value <= high for k, value in told["ticks"] for low, high in [told["ranges"][k]])
