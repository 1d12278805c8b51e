"""The three networks: what the pictures hold, who is named, and that the default runs bear out what the page says."""

import math
from dataclasses import replace

import numpy as np
import pytest

from bn import Summary
from ui.three_networks import (
    BAND_AXIS,
    CONTESTANTS,
    LAST,
    MULTIPLES,
    STEPS,
    Settings,
    brief,
    by_network,
    input_panels,
    loss_panel,
    measures,
    start,
    step_panels,
    summaries,
    worst,
)

DEFAULT = Settings(learning_rate=0.3, depth=4, activation="relu", seed=0)
PLAIN, BATCH, NOISY = range(3)
CALM = Summary(0.1, 0.9, 0.2, 0.3, 0.9, 0.4, 0.5, 0.6)


@pytest.fixture(scope="module")
def runs():
    return by_network(list(start(DEFAULT)))


def ended(runs, after=3):
    """The plain network's run cut off, as if it had diverged."""
    last = replace(runs[PLAIN][after], probe=None, stopped="The run ended at step 31: the loss is infinite.")
    return ((*runs[PLAIN][:after], last), *runs[1:])


# --- what the page says of its default runs ----------------------------------------------------------------------


def test_the_noise_shifts_inputs_most_and_the_plain_network_trains_worst(runs):
    sums = summaries(runs)
    assert sums[NOISY].input_shift > sums[PLAIN].input_shift > 100 * sums[BATCH].input_shift
    assert worst(sums, runs) == PLAIN
    assert sums[PLAIN].final_loss > 3 * sums[NOISY].final_loss
    rows = {row.name: row.points_at for row in measures(sums)}
    assert rows.pop("input shift") == NOISY
    assert set(rows.values()) == {PLAIN}


@pytest.mark.parametrize("seed", [1, 2])
def test_that_is_no_accident_of_one_seed(seed):
    runs = by_network(list(start(replace(DEFAULT, seed=seed))))
    sums = summaries(runs)
    assert worst(sums, runs) == PLAIN
    assert max(range(3), key=lambda k: sums[k].input_shift) == NOISY
    assert max(range(3), key=lambda k: sums[k].loss_spread) == PLAIN


def test_with_a_small_learning_rate_they_end_close_together(runs):
    """Within a factor of 1.5, where with the default rate it is more than 5."""
    for settings, together in ((replace(DEFAULT, learning_rate=0.05), True), (DEFAULT, False)):
        losses = [each.final_loss for each in summaries(by_network(list(start(settings))))]
        assert max(losses) / min(losses) < 1.5 if together else max(losses) / min(losses) > 5


def test_with_the_sigmoid_the_plain_loss_is_smooth_and_nothing_is_learned():
    runs = by_network(list(start(replace(DEFAULT, activation="sigmoid"))))
    sums = summaries(runs)
    plain, batch, noisy = sums
    assert plain.loss_spread < min(batch.loss_spread, noisy.loss_spread)
    assert plain.effective_beta < min(batch.effective_beta, noisy.effective_beta)
    assert plain.accuracy < 0.2 < 0.9 < min(batch.accuracy, noisy.accuracy)


# --- who is worst ------------------------------------------------------------------------------------------------


def test_a_run_that_ended_is_worst_and_of_two_the_one_that_ended_first(runs):
    assert worst(summaries(ended(runs)), ended(runs)) == PLAIN
    cut, rest = ended(runs), ended((runs[NOISY], runs[BATCH], runs[PLAIN]), after=2)
    both = (cut[PLAIN], runs[BATCH], rest[0])
    assert worst(summaries(both), both) == NOISY


def test_each_measure_points_at_its_largest_a_cosine_at_its_smallest():
    sums = [CALM, replace(CALM, gradient_cosine=0.1), replace(CALM, input_shift=9.0)]
    rows = {row.name: row for row in measures(sums)}
    assert rows["gradient turn"].points_at == 1
    assert rows["input shift"].points_at == 2
    assert rows["input shift"].values == ("0.20", "0.20", "9.0")
    assert rows["effective β"].points_at is None


def test_what_is_infinite_twice_or_unknown_points_at_nobody():
    sums = [
        replace(CALM, loss_spread=math.inf),
        replace(CALM, loss_spread=math.inf),
        replace(CALM, gradient_cosine=None),
    ]
    rows = {row.name: row for row in measures(sums)}
    assert rows["loss spread"].values == ("∞", "∞", "0.40")
    assert rows["loss spread"].points_at is None
    assert rows["gradient turn"].values[2] == "–"
    assert rows["gradient turn"].points_at is None


# --- pictures ----------------------------------------------------------------------------------------------------


def test_the_bands_are_those_of_the_chosen_unit(runs):
    for k, panel in enumerate(input_panels(runs, unit=6)):
        (curve,) = panel.curves
        expected = np.array([each.probe.percentiles[6] for each in runs[k]])
        np.testing.assert_array_equal(np.column_stack([curve.low, curve.y, curve.high]), expected)
        assert list(curve.x) == list(range(0, STEPS + 1, 10))
        assert panel.y_axis == BAND_AXIS
        assert brief(summaries(runs)[k].input_shift) in panel.title
        assert "unit 7" in panel.about


def test_the_loss_is_the_mean_of_each_stretch(runs):
    panel = loss_panel(runs)
    assert [curve.name for curve in panel.curves] == [each.name for each in CONTESTANTS]
    for curve, run in zip(panel.curves, runs, strict=True):
        assert curve.y[1] == pytest.approx(np.mean(run[1].losses))
        assert curve.y[0] == run[0].losses[0]
        assert len(curve.y) == len(curve.x) == len(run)


def test_looking_ahead_starts_where_the_network_stands(runs):
    loss, change = step_panels(runs, 50)
    for k in range(3):
        smoothness = next(each for each in runs[k] if each.taken == 50).probe.smoothness
        assert loss.curves[k].y == (smoothness.loss, *smoothness.losses)
        assert loss.curves[k].x == (0, *MULTIPLES)
        np.testing.assert_allclose(change.curves[k].y, smoothness.distances / smoothness.norm)
        np.testing.assert_allclose(smoothness.lengths, [0.075, 0.15, 0.3, 0.6, 1.2])


def test_a_network_that_ended_is_drawn_as_far_as_it_came(runs):
    cut = ended(runs)
    assert list(input_panels(cut, 0)[PLAIN].curves[0].x) == [0, 10, 20]
    assert list(loss_panel(cut).curves[PLAIN].x) == [0, 10, 20]
    assert [curve.name for curve in step_panels(cut, 50)[0].curves] == ["batch norm", "with noise"]


def test_a_run_that_ended_at_once_has_nothing_to_show(runs):
    cut = ended(runs, after=0)
    assert list(input_panels(cut, 0)[PLAIN].curves[0].x) == []
    assert "plain ended at once" in loss_panel(cut).about


def test_no_two_networks_look_alike():
    for look in ("name", "norm", "color", "dash", "marker"):
        assert len({getattr(each, look) for each in CONTESTANTS}) == 3


def test_the_loss_at_the_end_is_that_of_the_last_steps(runs):
    for summed, run in zip(summaries(runs), runs, strict=True):
        losses = [loss for each in run for loss in each.losses]
        assert len(losses) == STEPS + 1
        assert summed.final_loss == pytest.approx(np.mean(losses[-LAST:]))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.00152, "0.0015"),
        (0.2557, "0.26"),
        (2.315, "2.3"),
        (9.97, "10"),
        (183.7, "184"),
        (12345.6, "12,346"),
        (0.0, "0"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (1e-7, "1.0e-07"),
        (3.2e9, "3.2e+09"),
        (3.0, "3.0"),
    ],
)
def test_numbers_have_two_digits(value, text):
    assert brief(value) == text
