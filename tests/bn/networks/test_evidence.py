"""Watching networks train: the same runs as without watching, each number by another computation, ends that are kept apart."""

import math
from dataclasses import replace

import numpy as np
import pytest

from bn import CovariateShift, Evidence, MomentShift, Network, Probe, Smoothness, summarize, train, watch

pytestmark = pytest.mark.trains

rng = np.random.default_rng(7)
X = rng.standard_normal((60, 6))
LABELS = rng.integers(0, 3, 60)
FIXED = rng.standard_normal((20, 6))
HELD_OUT = (rng.standard_normal((30, 6)), rng.integers(0, 3, 30))
NORMS = (None, "batch", "noisy", "noise")
SETTINGS = {"batch_size": 10, "learning_rate": 0.4, "seed": 3}
MULTIPLES = (0.5, 1.0, 2.0)


def networks(activation="tanh", norms=NORMS, dtype=np.float64):
    return [Network.create((6, 5, 4, 3), activation, norm, seed=1, dtype=dtype) for norm in norms]


def watched(nets, *, steps=6, every=3, **settings):
    dtype = nets[0].dtype
    return list(
        watch(
            nets,
            X.astype(dtype),
            LABELS,
            fixed=FIXED.astype(dtype),
            steps=steps,
            every=every,
            multiples=MULTIPLES,
            **{"held_out": HELD_OUT, **SETTINGS, **settings},
        )
    )


def trained(net, steps=7):
    return list(train(net, X, LABELS, steps=steps, **SETTINGS))


# --- the same runs -----------------------------------------------------------------------------------------------


def test_each_network_trains_as_if_nobody_looked():
    parts = watched(networks())
    for k, net in enumerate(networks()):
        assert [part[k].taken for part in parts] == [0, 3, 6]
        assert [len(part[k].losses) for part in parts] == [1, 3, 3]
        assert [loss for part in parts for loss in part[k].losses] == [step.loss for step in trained(net)]


def test_what_is_measured_is_measured_at_its_step():
    parts = watched(networks())
    for k, net in enumerate(networks()):
        for part, step in zip(parts, trained(net)[::3], strict=True):
            probe, before, after = part[k].probe, step.passed.network, step.network
            one = before.train(FIXED, step.noise_seed)[0].hidden
            other = after.train(FIXED, (SETTINGS["seed"], step.number + 1))[0].hidden
            z, moved = one[-1].into_activation, other[-1].into_activation
            np.testing.assert_allclose(probe.percentiles[:, 1], np.median(z, axis=0), rtol=1e-12)
            assert probe.percentiles.shape == (4, 3)
            assert probe.moved[-1].mean == pytest.approx(np.sqrt(((moved.mean(0) - z.mean(0)) ** 2).mean()))
            guesses = before.infer(HELD_OUT[0]).logits.argmax(axis=1)
            assert probe.accuracy == (guesses == HELD_OUT[1]).mean()
            np.testing.assert_allclose(probe.smoothness.lengths, [0.2, 0.4, 0.8])
            assert probe.smoothness.loss == pytest.approx(step.loss)


def test_one_learning_rate_ahead_is_the_next_network():
    """On the same batch with the same noise; so the look ahead is along the step that is taken."""
    for k, net in enumerate(networks()):
        step = trained(net, 1)[0]
        probe = watched(networks(), steps=0, every=1)[0][k].probe
        there = step.network.train(step.images, step.noise_seed)[0].loss(step.labels)
        assert probe.smoothness.losses[MULTIPLES.index(1.0)] == pytest.approx(there)


def test_the_noise_is_another_in_each_step():
    """So the inputs of networks with noise shift even where nothing is learned, and the others' don't."""
    plain, batch, noisy, noise = (each.probe.input_shift for each in watched(networks(), learning_rate=0.0)[0])
    assert plain == batch == 0
    assert min(noisy, noise) > 0.1


def test_layers_in_front_turn_the_gradient_of_those_behind():
    for each in watched(networks())[0]:
        first, *later = each.probe.turned
        assert (first.distance, first.cosine) == (0, pytest.approx(1))
        assert each.probe.gradient_shift == pytest.approx(np.mean([shift.distance for shift in later]))
        assert each.probe.gradient_cosine == pytest.approx(np.mean([shift.cosine for shift in later]))


def test_without_hidden_layers_nothing_is_in_front():
    (each,) = watched([Network.create((6, 3), norm=None)], steps=0, every=1)[0]
    assert each.probe.percentiles is None
    assert math.isinf(each.probe.input_shift)
    assert math.isinf(each.probe.gradient_shift)
    assert each.probe.gradient_cosine is None


def test_what_is_remembered_cannot_be_changed():
    for part in watched(networks()):
        for each in part:
            with pytest.raises(ValueError, match="read-only"):
                each.probe.percentiles[0, 0] = 1


# --- many seeds --------------------------------------------------------------------------------------------------


def test_sparing_leaves_out_percentiles_gradients_and_the_accuracy_before_the_end():
    """What is left out is not known; what is left, the same, of networks side by side too."""
    whole, sparing = watched(networks()), watched(networks(), sparing=True)
    assert [part[0].probe.accuracy for part in sparing] == [None, None, whole[-1][0].probe.accuracy]
    assert all(part[0].probe.percentiles is None for part in sparing)
    for k in range(len(NORMS)):
        summed, other = (summarize([p[k] for p in parts], 2) for parts in (sparing, whole))
        unknown = {"gradient_shift": math.inf, "gradient_cosine": None}
        unknown |= {"gradient_change": math.inf, "effective_beta": math.inf}
        assert replace(summed, loss_spread=0) == replace(other, **unknown, loss_spread=0)
        assert summed.loss_spread == pytest.approx(other.loss_spread, rel=1e-12)
    every = watched(networks(), steps=2, every=1, sparing=True)
    assert [part[0].probe.accuracy is None for part in every] == [True, True, False]


# --- ends --------------------------------------------------------------------------------------------------------


def test_a_run_that_ends_leaves_the_others_alone():
    nets = networks("relu", dtype=np.float32)
    broken = replace(nets[0], parameters=nets[0].parameters * 1e12)
    parts = watched([broken, nets[1]])
    ended = [part[0] for part in parts if part[0]]
    assert "ended at step" in ended[-1].stopped
    assert ended[-1].probe is None
    assert f"ended at step {ended[-1].taken + 1}:" in ended[-1].stopped
    assert [part[0] for part in parts[len(ended) :]] == [None] * (3 - len(ended))
    assert [part[1].taken for part in parts] == [0, 3, 6]
    assert summarize(ended, 2).final_loss == math.inf
    assert summarize(ended, 2).accuracy is None


def test_the_end_of_the_last_run_is_told_though_others_ended_before():
    """One ends at its first step, the other at its second, with no probe behind it."""
    first, second = networks("relu", (None, None), np.float32)
    nets = [replace(net, parameters=net.parameters * scale) for net, scale in ((first, 1e20), (second, 1e12))]
    parts = watched(nets)
    assert [[each and bool(each.stopped) for each in part] for part in parts] == [[True, False], [None, True]]


def test_held_out_images_on_which_numbers_overflow_are_judged_without_a_warning():
    far = (3e38 * np.sign(HELD_OUT[0]), HELD_OUT[1])
    (each,) = watched(networks("relu", [None], np.float32), steps=0, every=1, held_out=far)[0]
    assert 0 <= each.probe.accuracy <= 1


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("rate", [1e2, 1e9, 1e30])
def test_extreme_rates_are_measured_or_said_to_be_infinite(norm, activation, rate):
    """In single precision, in which the digits are learned; without a warning, which would be an error here."""
    for (each,) in watched(networks(activation, [norm], np.float32), learning_rate=rate):
        if each.probe:
            values = (each.probe.input_shift, each.probe.loss_spread, each.probe.gradient_change)
            assert not any(math.isnan(value) for value in values)


@pytest.mark.parametrize(("steps", "every"), [(6, 0), (6, 4), (6, -1)])
def test_stretches_must_fill_the_run(steps, every):
    with pytest.raises(ValueError, match=f"every is {every}"):
        watched(networks(), steps=steps, every=every)


def test_what_train_refuses_is_refused_at_once():
    with pytest.raises(ValueError, match="batch_size is 61"):
        watch(
            networks(),
            X,
            LABELS,
            fixed=FIXED,
            held_out=HELD_OUT,
            steps=6,
            every=3,
            batch_size=61,
            learning_rate=0.1,
            multiples=MULTIPLES,
        )


# --- numbers -----------------------------------------------------------------------------------------------------

AHEAD = Smoothness(np.array([0.5, 1.0]), np.array([1.2, 3.0]), np.array([0.5, 4.0]), loss=2.0, norm=2.0)
PROBE = Probe(
    percentiles=None,
    moved=(MomentShift(1.0, 0.0, 2.0), MomentShift(3.0, 0.0, 2.0)),
    turned=(CovariateShift(0, 1, 9), CovariateShift(2.0, 0.5, 9), CovariateShift(4.0, None, 9)),
    smoothness=AHEAD,
    accuracy=0.75,
)


def test_a_probe_sums_up_its_measurements():
    assert PROBE.input_shift == 1.0  # the mean of 1/2 and 3/2
    assert PROBE.gradient_shift == 3.0
    assert PROBE.gradient_cosine == 0.5
    assert PROBE.loss_spread == pytest.approx(3.0 - 1.2)
    assert PROBE.gradient_change == 2.0
    falling = replace(PROBE, smoothness=replace(AHEAD, losses=np.array([1.5, 1.0])))
    assert falling.loss_spread == 1.0  # from the loss at the start


def test_what_could_not_be_measured_is_infinite():
    nothing = replace(PROBE, moved=(), turned=())
    assert math.isinf(nothing.input_shift)
    assert math.isinf(nothing.gradient_shift)
    assert nothing.gradient_cosine is None
    assert math.isinf(replace(PROBE, moved=(MomentShift(1.0, 0.0, 0.0),)).input_shift)
    assert replace(PROBE, smoothness=replace(AHEAD, norm=0.0)).gradient_change == 0


def test_a_summary_takes_the_median_over_the_probes():
    shifts = (1.0, 5.0, 2.0, math.inf)
    run = [
        Evidence(k, (float(k), k + 0.5), replace(PROBE, moved=(MomentShift(shift, 0.0, 1.0),), accuracy=k / 10))
        for k, shift in enumerate(shifts)
    ]
    summed = summarize(run, 3)
    assert summed.input_shift == 3.5
    assert summed.final_loss == pytest.approx((2.5 + 3.0 + 3.5) / 3)
    assert summed.accuracy == 0.3
    assert summed.gradient_shift == 3.0
    assert summed.gradient_cosine == 0.5
    assert summed.loss_spread == pytest.approx(1.8)
    assert summed.gradient_change == 2.0
    assert summed.effective_beta == AHEAD.effective_beta
    assert summarize(run[:3], 3).input_shift == 2.0


def test_infinity_on_both_sides_of_the_middle_stays_infinity():
    run = [Evidence(k, (1.0,), replace(PROBE, moved=())) for k in range(4)]
    assert summarize(run, 3).input_shift == math.inf
