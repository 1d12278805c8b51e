"""Twins start alike and see the same batches; what is said about their runs is so."""

import math
from dataclasses import replace

import numpy as np
import pytest

from bn import Network, train
from ui import twins
from ui.digits import digits
from ui.twins import (
    CHANCE,
    GUESSING,
    PRESETS,
    SWEEP_DEPTHS,
    SWEEP_RATES,
    Run,
    Settings,
    in_words,
    networks,
    runs,
    sweep,
    train_twins,
)

SHORT = Settings(steps=200)


def trained(settings):
    return runs(tuple(train_twins(settings)))


def test_twins_start_with_the_same_weights():
    for settings in PRESETS.values():
        for one, other in zip(*(network.layers for network in networks(settings)), strict=True):
            np.testing.assert_array_equal(one.weights, other.weights)


@pytest.mark.parametrize("k", [0, 1])
def test_a_run_is_plain_training_with_these_settings(k):
    """Held to bn.train, which is held to PyTorch."""
    data = digits()
    net = Network.create((64, 50, 50, 50, 10), "sigmoid", ("batch", None)[k], "before", 1.0, 0)
    options = {"steps": 200, "batch_size": 64, "learning_rate": 10**-0.3, "seed": 0}
    *_, step = train(net, *data.train, **options)
    judged = step.network.infer(data.test.images)
    assert trained(SHORT)[k].accuracy == judged.accuracy(data.test.labels)


def test_the_one_that_diverges_ends_and_its_twin_goes_on():
    with_norm, without = trained(replace(PRESETS["Too long a step"], steps=200))
    assert without.stopped
    assert without.parts[-1].number < 200
    assert with_norm.stopped is None
    assert with_norm.parts[-1].number == 200
    words = in_words("Without", without, True)
    assert "diverged" in words
    assert "Its twin goes on." in words
    assert "twin" not in in_words("Without", without, False)


def test_the_presets_show_what_their_names_say():
    ends = {name: trained(preset) for name, preset in PRESETS.items()}
    accuracies = {name: (one.accuracy, other.accuracy) for name, (one, other) in ends.items()}
    assert all(with_norm > 0.9 for with_norm, _ in accuracies.values())
    assert CHANCE < accuracies["Three sigmoid layers"][1] < 0.8
    assert accuracies["Six sigmoid layers"][1] < CHANCE
    assert ends["Too long a step"][1].stopped
    assert accuracies["Weights too small"][1] < CHANCE
    one, other = accuracies["Where it brings nothing"]
    assert abs(one - other) <= 0.02


def test_who_guesses_is_told_so():
    _, without = trained(replace(PRESETS["Six sigmoid layers"], steps=200))
    assert "It guesses" in in_words("Without", without, True)
    assert abs(without.losses[1][-1] - math.log(10)) < 0.05
    assert math.log(10) == GUESSING


def test_who_overshoots_is_told_so():
    _, without = trained(Settings(activation="tanh", depth=3, rate=0.5, steps=200))
    assert "the steps overshoot" in in_words("Without", without, True)
    assert np.mean(without.losses[1][-5:]) > GUESSING


def test_who_learns_is_told_nothing_more():
    with_norm, _ = trained(SHORT)
    assert in_words("With", with_norm, True).endswith(f"loss {with_norm.loss:.3g}.")


def test_nothing_is_known_of_a_run_without_parts():
    assert Run(()).accuracy == 0.0
    assert Run(()).stopped is None


def test_a_sweep_has_every_cell_and_agrees_with_single_runs(monkeypatch):
    monkeypatch.setattr(twins, "SWEEP_STEPS", 100)
    base = Settings(depth=1)
    cells = {(cell.depth, cell.rate): cell for cell in sweep(base) if cell}
    assert set(cells) == {(depth, rate) for depth in SWEEP_DEPTHS for rate in SWEEP_RATES}
    for depth, rate in ((2, -0.5), (3, -1.0)):  # tame enough for rounding not to count
        one, other = trained(Settings(depth=depth, rate=rate, steps=100))
        assert cells[depth, rate].accuracies == pytest.approx((one.accuracy, other.accuracy), abs=0.01)
        assert cells[depth, rate].diverged == (bool(one.stopped), bool(other.stopped))


def test_a_sweep_says_who_diverges_and_keeps_what_was_known_of_it(monkeypatch):
    monkeypatch.setattr(twins, "SWEEP_DEPTHS", (2,))
    monkeypatch.setattr(twins, "SWEEP_RATES", (-1.0, 20.0))
    monkeypatch.setattr(twins, "SWEEP_STEPS", 40)
    tame, wild = (cell for cell in sweep(Settings(activation="relu")) if cell)
    assert tame.diverged == (False, False)
    assert wild.diverged == (True, True)
    one, other = trained(Settings("relu", depth=2, rate=20.0, steps=100))
    assert (one.stopped is not None, other.stopped is not None) == wild.diverged
    assert wild.accuracies == pytest.approx((one.accuracy, other.accuracy), abs=0.01)


def test_a_sweep_can_be_left_between_any_two_parts():
    parts = sweep(Settings())
    first = [next(parts) for _ in range(10)]
    assert first == [None] * 10
