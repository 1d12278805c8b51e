"""The picture of a model: its bins, axes, marks, and the channels that are sent."""

import base64
from dataclasses import replace

import numpy as np
import pytest

from bn.checkup import fits
from bn.checkup.finding import Finding
from bn.checkup.stored import StoredLayer, StoredModel
from tests.bn.checkup.models import recorded
from ui.studies.overview import (
    ANSWER,
    DIGITS,
    axis_of,
    channels,
    off_of,
    overview,
    rounded_bytes,
    shortened,
)


def layer(name, count=16, seed=0, **more):
    rng = np.random.default_rng(seed)
    vectors = {
        "running_mean": rng.normal(0, 1, count),
        "running_var": np.exp(rng.normal(0, 1, count)),
        "gamma": rng.normal(1, 0.2, count),
        "beta": rng.normal(0, 0.2, count),
    }
    return StoredLayer(**{"name": name, "eps": 1e-5, **vectors, **more})


def model(*layers):
    return StoredModel("a.safetensors", layers or (layer("one"), layer("two", 32, 1)), "pytorch")


def finding(layer_name, certainty="proof", channels=(), **more):
    return Finding("kind", layer_name, channels, "Title", "Evidence.", certainty, 1.0, "Do.", "frameworks", {}, **more)


def floats(packed):
    """What a browser makes of the upper three bytes of each number."""
    parts = np.frombuffer(base64.b64decode(packed), np.uint8).reshape(-1, 3)
    whole = np.concatenate([np.zeros((len(parts), 1), np.uint8), parts], axis=1)
    return whole.view("<f4").ravel()


def test_every_channel_is_in_a_bar_of_each_row():
    shown = overview(model(), ())
    assert [row.quantity.symbol for row in shown.rows] == ["μ", "σ", "γ", "β", "gain"]
    for row in shown.rows:
        assert len(row.bars) == 2 * shown.bins
        for k in range(2):
            own = row.bars[k * shown.bins : (k + 1) * shown.bins]
            assert max(own, key=DIGITS.index) == DIGITS[-1], "the fullest bar is as wide as can be"


def test_a_bar_stands_where_its_channels_are():
    one = layer("one", 4, running_mean=np.array([-1.0, 0.0, 0.0, 1.0]))
    row = overview(model(one), ()).rows[0]
    bins = len(row.bars)
    for value, count in ((-1.0, 1), (0.0, 2), (1.0, 1)):
        at = min(int(row.axis.place(np.array([value]))[0] * bins), bins - 1)
        assert DIGITS.index(row.bars[at]) == np.ceil(63 * np.sqrt(count / 2))


def test_a_row_that_no_layer_has_is_left_out_and_one_that_some_have_is_empty_in_the_others():
    bare = layer("bare", gamma=None, beta=None)
    assert [row.quantity.symbol for row in overview(model(bare), ()).rows] == ["μ", "σ", "gain"]
    shown = overview(model(layer("one"), bare), ())
    assert shown.rows[2].bars[shown.bins :] == DIGITS[0] * shown.bins


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, -1.0, 1e300, 1e-300])
def test_anything_may_stand_in_a_file(value):
    broken = layer("x", 3, running_mean=np.full(3, value), running_var=np.full(3, value), gamma=np.full(3, value))
    shown = overview(model(broken, layer("two")), (finding("x"),))
    assert all(np.isfinite([row.axis.low, row.axis.high]).all() for row in shown.rows)
    assert all(row.axis.low < row.axis.high for row in shown.rows)
    sent = channels(model(broken, layer("two")), {}, shown, 0)
    assert len(floats(sent[0].values)) == 4 * 3
    shown = overview(model(broken), ())
    assert all(row.axis.low < row.axis.high for row in shown.rows)


def test_a_few_values_far_away_do_not_press_the_others_together():
    values = np.r_[np.linspace(-1, 1, 1000), 1e9]
    axis = axis_of(values, log=False)
    assert -1.5 < axis.low < -0.9
    assert axis.high < 1.5
    assert axis.place(values).max() == 1


def test_zero_is_on_every_axis_that_is_not_logarithmic():
    axis = axis_of(np.array([0.9, 1.1]), log=False)
    assert axis.low < 0 < axis.high


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("spread", [0.01, 0.3, 1.0, 4.0, 30.0])
def test_every_axis_has_a_few_numbers(log, spread):
    values = 10 ** np.linspace(-spread, spread, 50) if log else np.linspace(-spread, spread, 50)
    ticks = axis_of(values, log=log).ticks
    assert 1 <= len(ticks) <= 6
    assert all(0 <= place <= 1 for place, _ in ticks)
    assert len({words for _, words in ticks}) == len(ticks)


def test_a_layer_is_marked_with_the_surest_of_what_was_found_there():
    found = (finding("two", "possible"), replace(finding("two", "proof"), title="Other"), finding(None))
    marks = overview(model(), found).marks
    assert [(it.layer, it.certainty, it.words) for it in marks] == [(1, "proof", "Title; Other")]


def test_the_first_channel_is_that_of_the_first_finding_else_the_one_in_the_middle():
    assert overview(model(), (finding("two", channels=(7, 9)),)).first == (1, 7)
    layer_number, channel = overview(model(), ()).first
    means = model().layers[0].running_mean
    assert layer_number == 0
    assert sorted(means).index(means[channel]) == 8


def test_all_channels_of_a_small_model_are_sent_at_once_with_four_digits():
    it = model()
    sent = channels(it, {}, overview(it, ()), None)
    assert [each.layer for each in sent] == [0, 1]
    for each, own in zip(sent, it.layers, strict=True):
        mean, std, gamma, beta = floats(each.values).reshape(4, -1)
        assert each.picked == ""
        for got, true in (
            (mean, own.running_mean),
            (std, np.sqrt(own.running_var)),
            (gamma, own.gamma),
            (beta, own.beta),
        ):
            np.testing.assert_allclose(got, true, rtol=1e-4)


def test_of_a_large_layer_the_outermost_channels_are_sent_and_an_answer_stays_small():
    it = model(*(layer(f"layer{k}.with.a.longer.name", 2048, k) for k in range(53)))
    shown = overview(it, ())
    [sent] = channels(it, {}, shown, 3)
    picked = np.frombuffer(base64.b64decode(sent.picked), "<u2")
    assert sent.layer == 3
    assert len(floats(sent.values)) == 4 * len(picked)
    assert np.all(np.diff(picked.astype(int)) > 0)
    means = it.layers[3].running_mean
    assert {int(means.argmin()), int(means.argmax())} <= set(picked.tolist())
    assert shown.weight + len(sent.picked) + len(sent.values) < 1.05 * ANSWER


def test_the_most_layers_stay_an_answer():
    it = model(*(layer(f"layer{k}", 64, k) for k in range(512)))
    shown = overview(it, ())
    assert shown.weight + sum(len(each.values) for each in channels(it, {}, shown, None)) < 2 * ANSWER


def test_what_is_none_and_what_is_endless_stays_so():
    np.testing.assert_array_equal(
        floats(base64.b64encode(rounded_bytes(np.array([np.nan, np.inf, -np.inf, 0, 1], "<f4")))),
        [np.nan, np.inf, -np.inf, 0, 1],
    )
    largest = np.array([np.finfo("<f4").max, np.finfo("<f4").min], "<f4")
    assert np.isfinite(floats(base64.b64encode(rounded_bytes(largest)))).all()


def test_another_file_has_another_identity():
    one = overview(model(), ()).identity
    assert one == overview(model(), ()).identity
    assert one != overview(replace(model(), source="b"), ()).identity
    assert one != overview(model(layer("one", seed=5), layer("two", 32, 1)), ()).identity


def test_a_long_name_keeps_its_ends_and_none_is_said():
    assert shortened("a" * 100 + "end").endswith("end")
    assert len(shortened("a" * 100)) == 48
    assert shortened("") == "the layer"
    assert shortened("a\nb") == "a b"


def test_a_negative_variance_is_sent_as_such_and_what_a_layer_lacks_is_named():
    one = layer("one", 3, running_var=np.array([4.0, -4.0, 0.0]), gamma=None)
    of = model(one, layer("two"))
    sent = channels(of, {}, overview(of, ()), None)
    assert floats(sent[0].values)[3:6].tolist() == [2.0, -2.0, 0.0]
    assert [each.lacks for each in sent] == [("γ",), ()]
    assert "off" in channels(of, {"two": np.zeros(16)}, overview(of, ()), None)[0].lacks


def test_where_an_output_is_nan_it_is_not_said_how_far_it_is_off():
    seen = recorded(layer("one", 3), np.zeros(3), np.ones(3))
    of = model(replace(seen, running_var=np.array([4.0, -4.0, 0.0])))
    assert np.isnan(off_of(of, fits(of)[0])).tolist() == [False, True, False]
