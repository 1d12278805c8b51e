"""What the live stage is told: NumPy's numbers, axes that hold them and stand still, and a description."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bn import EXAMPLE, BatchNorm, feed
from ui.live.stage import counts, feature, ticks

SEEN = feed(BatchNorm.create(4), EXAMPLE[None]).layer
CONSTANT = np.full((5, 1), 7.0)


def told(x=EXAMPLE, j=0, *, gamma=1.0, beta=0.0, training=True, undone=False):
    layer = SEEN if x.shape[1] == 4 else BatchNorm.create(x.shape[1])
    layer = replace(layer, gamma=[gamma] * x.shape[1], beta=[beta] * x.shape[1])
    trace = layer.train(x)[0] if training else layer.infer(x)
    data = feature(trace, layer, j, "age", undone=undone)
    json.dumps(data, allow_nan=False)
    return data


MODES = pytest.mark.parametrize("training", [True, False], ids=["training", "inference"])
PARAMETERS = pytest.mark.parametrize(("gamma", "beta"), [(1, 0), (-2.5, 3), (0, -10), (5, 10)])


@MODES
@PARAMETERS
@pytest.mark.parametrize("j", range(4))
def test_the_numbers_are_those_of_the_layer(j, training, gamma, beta):
    data = told(j=j, gamma=gamma, beta=beta, training=training)
    x = EXAMPLE[:, j]
    mean, var = (x.mean(), x.var()) if training else (SEEN.running_mean[j], SEEN.running_var[j])
    x_hat = (x - mean) / np.sqrt(var + 1e-5)
    assert data["x"] == x.tolist()
    np.testing.assert_allclose(data["x_hat"], x_hat, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(data["y"], gamma * x_hat + beta, rtol=1e-12, atol=1e-12)
    assert (data["mean"], data["spread"], data["std"]) == pytest.approx((mean, np.sqrt(var), np.sqrt(var + 1e-5)))
    assert (data["gamma"], data["beta"]) == (gamma, beta)
    for name, summary in zip(("x", "x_hat", "y"), data["summaries"], strict=True):
        assert summary == pytest.approx((np.mean(data[name]), np.std(data[name])), abs=1e-12)


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=40))
def test_every_value_is_counted_once(values):
    found = counts(np.array(values).tobytes())
    assert sum(found) == len(values)
    assert len(found) == np.ceil(2 * len(values) ** (1 / 3))


@MODES
@pytest.mark.parametrize("j", range(4))
def test_what_the_layer_remembers_is_told_in_both_modes(j, training):
    moving = told(j=j, training=training)["moving"]
    assert moving == pytest.approx((SEEN.running_mean[j], np.sqrt(SEEN.running_var[j])))


@MODES
@PARAMETERS
@pytest.mark.parametrize("j", range(4))
def test_each_axis_holds_what_stands_on_it(j, training, gamma, beta):
    data = told(j=j, gamma=gamma, beta=beta, training=training)
    (low, high), *of_both = data["ranges"]
    assert low < min(*data["x"], data["mean"] - data["spread"])
    assert high > max(*data["x"], data["mean"] + data["spread"])
    assert of_both[0] == of_both[1]
    low, high = of_both[0]
    outer = [*data["x_hat"], *data["y"], beta - gamma, beta + gamma]
    assert -low == high > np.abs(outer).max()
    assert high == pytest.approx(3.3) or high < 1.05 * 1.5 * np.abs(outer).max(), "no wider than it has to be"


def test_in_training_what_is_remembered_is_on_the_axis_only_where_it_is_near():
    near, far = told(j=0), told(j=3)
    assert near["ranges"][0][0] < near["moving"][0] < near["ranges"][0][1]
    assert far["moving"][0] < far["ranges"][0][0]
    (low, high), (mean, spread) = told(j=3, training=False)["ranges"][0], far["moving"]
    assert low < mean - spread, "in inference it is what is normalized with"
    assert high > EXAMPLE[:, 3].max()


@pytest.mark.parametrize(("gamma", "beta"), [(0, 0), (-1, 0), (1.5, 0.2), (0.5, -1)])
def test_the_axes_stand_still_while_the_output_stays_inside(gamma, beta):
    assert told(gamma=gamma, beta=beta)["ranges"] == told()["ranges"]


@pytest.mark.parametrize("j", range(4))
def test_undone_the_output_is_on_the_axis_of_the_input(j):
    ranges = told(j=j, undone=True)["ranges"]
    assert ranges[0] == ranges[2] == told(j=j)["ranges"][0]
    assert ranges[1] == (-3.3, 3.3)


@pytest.mark.parametrize(("gamma", "beta"), [(1, 0), (0, 0), (-5, 10)])
def test_a_constant_feature_has_axes_too(gamma, beta):
    data = told(CONSTANT, gamma=gamma, beta=beta)
    assert data["x_hat"] == [0] * 5
    assert data["y"] == [beta] * 5
    assert data["spread"] == 0
    for low, high in data["ranges"]:
        assert low < high


@pytest.mark.parametrize("undone", [False, True])
def test_ticks_stand_on_the_axes_they_belong_to(undone):
    data = told(j=1, undone=undone)
    assert {k for k, _ in data["ticks"]} == ({0, 1, 2} if undone else {0, 2})
    for k, value in data["ticks"]:
        low, high = data["ranges"][k]
        assert low <= value <= high


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_ticks_are_a_few_round_numbers_at_equal_distances(low, width):
    found = ticks(low, low + width)
    assert 1 <= len(found) <= 8
    tolerance = 1e-9 * max(1, abs(low), width)
    np.testing.assert_allclose(found, np.linspace(found[0], found[-1], len(found)), rtol=0, atol=tolerance)
    assert low - tolerance <= found[0] <= found[-1] <= low + width + tolerance


def test_ticks_are_written_short():
    assert ticks(-0.31, 0.42) == [-0.2, 0.0, 0.2, 0.4]
    assert ticks(-3.2, 38.0) == [0.0, 10.0, 20.0, 30.0]


@MODES
def test_the_description_says_what_is_seen(training):
    about = told(j=1, gamma=2.0, beta=-1.0, training=training)["about"]
    assert about.startswith("age, 8 examples")
    assert ("batch's own statistics" if training else "moving averages (mean 1.27, standard deviation 1.18)") in about
    for number in ("9.79", "15.85", "12.75", "2.06"):
        assert number in about
