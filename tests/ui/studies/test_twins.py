"""Twins start alike and see the same batches; what is said about their runs is so."""

import math
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

from bn import Network, train
from ui.studies.digits import digits
from ui.studies.twins import (
    CHANCE,
    GUESSING,
    PRESETS,
    Run,
    TwinSettings,
    in_words,
    networks,
    runs,
    train_twins,
)

pytestmark = pytest.mark.trains

SHORT = TwinSettings(steps=200)


@cache
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
    with_norm, without = trained(replace(PRESETS["Five ReLU layers, η = 2"], steps=200))
    assert without.stopped
    assert without.parts[-1].number < 200
    assert with_norm.stopped is None
    assert with_norm.parts[-1].number == 200
    words = in_words("Without", without, True)
    assert "diverged" in words
    assert "Its twin goes on." in words
    assert "twin" not in in_words("Without", without, False)


# What the twin without batch norm reaches, from at least to at most, and by how much its twin is better at least.
REACHED = {
    "Three sigmoid layers": (0.3, 0.85, 0.1),  # of seeds 0 to 11: 0.43 to 0.75, by 0.16
    "Six sigmoid layers": (0.0, CHANCE, 0.6),  # 0.08 to 0.11, by 0.76
    "Five ReLU layers, η = 2": (0.0, CHANCE, 0.6),  # diverges within 8 steps
    "Five tanh layers, weights × 0.1": (0.0, CHANCE, 0.6),  # 0.08 to 0.09, by 0.8
    "One ReLU layer": (0.93, 1.0, -0.05),  # 0.96 to 0.98, by -0.02 to 0.014
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", PRESETS)
def test_the_presets_show_what_they_are_there_for_from_every_seed(name, seed):
    """Each is opened with seed 0; that it shows what it shows must not be an accident of it."""
    with_norm, without = (
        ended(network, PRESETS[name], seed) for network in networks(replace(PRESETS[name], seed=seed))
    )
    low, high, better = REACHED[name]
    assert low <= without.accuracy <= high
    assert with_norm.accuracy - without.accuracy >= better
    assert with_norm.stopped is None
    assert (without.number < 50 and without.stopped is not None) == (name == "Five ReLU layers, η = 2")
    if name == "One ReLU layer":
        assert with_norm.accuracy - without.accuracy <= 0.05


class End(NamedTuple):
    accuracy: float
    stopped: str | None
    number: int


def ended(network, settings, seed):
    data = digits()
    options = {"steps": settings.steps, "batch_size": settings.batch, "learning_rate": settings.learning_rate}
    *_, step = train(network, *data.train, **options, seed=seed)
    return End(0.0 if step.stopped else judged(step.network), step.stopped, step.number)


def judged(network):
    return network.infer(digits().test.images).accuracy(digits().test.labels)


def test_who_guesses_is_told_so():
    _, without = trained(replace(PRESETS["Six sigmoid layers"], steps=200))
    assert "It guesses" in in_words("Without", without, True)
    assert abs(without.losses[1][-1] - math.log(10)) < 0.05
    assert math.log(10) == GUESSING


def test_who_overshoots_is_told_so():
    _, without = trained(TwinSettings(activation="tanh", depth=3, rate=0.5, steps=200))
    assert "the steps overshoot" in in_words("Without", without, True)
    assert np.mean(without.losses[1][-5:]) > GUESSING


def test_a_loss_that_starts_high_and_falls_does_not_overshoot():
    _, without = trained(TwinSettings(activation="tanh", depth=5, rate=-3.0, scale=10.0, steps=200))
    assert without.recent > 2 * GUESSING
    assert without.recent < without.looks[0][1].loss
    assert "overshoot" not in in_words("Without", without, True)


def test_without_a_step_none_was_too_long():
    _, without = trained(TwinSettings(activation="relu", depth=10, scale=10.0, rate=2.0, steps=200))
    assert without.stopped
    at_once = Run((without.parts[0], without.parts[-1]._replace(number=1)))
    assert "too long" in in_words("Without", without, True)
    assert "too long" not in in_words("Without", at_once, True)


def test_who_learns_is_told_nothing_more():
    with_norm, _ = trained(SHORT)
    assert in_words("With", with_norm, True).endswith(f"loss {with_norm.loss:.3g}.")


def test_nothing_is_known_of_a_run_without_parts():
    assert Run(()).accuracy == 0.0
    assert Run(()).stopped is None
