"""Each verdict on a run that deserves it, and on none that does not: causes are named where they were measured.

The runs were chosen with room to spare: other kernels of the processor, or weights that differ in the last digit, change
numbers and no verdict.
"""

import itertools
from dataclasses import replace
from functools import cache

import pytest

from bn import Network
from ui.studies import twins
from ui.studies.twins import PRESETS, Run, TwinSettings, runs, train_twins
from ui.studies.verdicts import FADED, GOOD, TINY, because, time_to

pytestmark = pytest.mark.trains

DIVERGED = "the twin without it diverged"
BOTH = "both diverged"
NEITHER = "neither learns"
NOTHING = "Batch norm brings nothing here"
SOONER = "one gets there sooner"
UNFINISHED = "give them more steps"
COSTS = "**costs** something"
SLOWER = "not as fast"
OVERSHOOTS = "steps overshoot"
FADES = "gradient fades on its way back"
SHRINKS = "signal shrinks"
DEAD = "ReLU units are dead"
LITTLE = "this run tells little"
UNKNOWN = "not among the things measured"
ALL = (
    *(DIVERGED, BOTH, NEITHER, NOTHING, SOONER, UNFINISHED, COSTS, SLOWER),
    *(OVERSHOOTS, FADES, SHRINKS, DEAD, LITTLE, UNKNOWN),
)

TANH = TwinSettings(activation="tanh")
RELU = TwinSettings(activation="relu")
SIX, SMALL, BATCHES_OF_TWO = (
    replace(PRESETS["Six sigmoid layers"], steps=200),
    replace(PRESETS["Five tanh layers, weights × 0.1"], steps=200),
    replace(RELU, depth=2, batch=2, rate=-1.0),
)
DYING = replace(RELU, depth=5, rate=0.0)
DESERVED = [
    (PRESETS["Three sigmoid layers"], SLOWER),
    (SIX, FADES),
    (replace(PRESETS["Five ReLU layers, η = 2"], steps=200), DIVERGED),
    (SMALL, SHRINKS),
    (PRESETS["One ReLU layer"], NOTHING),
    (replace(TANH, placement="after"), NOTHING),
    (RELU, SOONER),
    (TwinSettings(steps=2000), SOONER),
    (replace(TANH, rate=0.5, steps=200), OVERSHOOTS),
    (BATCHES_OF_TWO, COSTS),
    (TwinSettings(rate=-3.0, steps=200), NEITHER),
    (TwinSettings(depth=1, rate=-0.5, steps=200), SLOWER),
]


@cache
def trained(settings: TwinSettings) -> tuple[Run, Run]:
    return runs(tuple(train_twins(settings)))


@cache
def died() -> tuple[Run, Run]:
    """The first of six runs in which no gradient is left at the end; most end so, and which ones depends on rounding."""
    for seed in range(6):
        with_norm, without = trained(replace(DYING, seed=seed))
        if without.looks and all(layer.gradient_norm == 0 for layer in without.looks[-1][1].layers):
            return with_norm, without
    raise AssertionError("none of six runs died")


def test_a_run_that_died_is_said_to_be_dead():
    assert [each for each in ALL if each in because(*died())] == [DEAD]


def test_in_ten_tanh_layers_batch_norm_is_quicker_or_better():
    """Which of the two depends on rounding; that it brings nothing, as in few layers, is not so."""
    words = because(*trained(replace(TANH, depth=10, rate=-0.7)))
    assert [each for each in ALL if each in words] in ([SOONER], [SLOWER])


@pytest.mark.parametrize(("settings", "verdict"), DESERVED)
def test_a_run_gets_the_verdict_that_it_deserves_and_no_other(settings, verdict):
    words = because(*trained(settings))
    assert [each for each in ALL if each in words] == [verdict]


@pytest.mark.parametrize(
    ("settings", "verdict"), [(SIX, FADES), (SMALL, SHRINKS), (PRESETS["One ReLU layer"], NOTHING)]
)
def test_weights_that_differ_in_the_last_digit_change_no_verdict(settings, verdict, monkeypatch):
    def shaken(settings):
        first = networks(settings)
        return tuple(each.moved(each.parameters * 1.2e-7) for each in first)

    networks = twins.networks
    assert isinstance(networks(settings)[0], Network)
    monkeypatch.setattr(twins, "networks", shaken)
    assert verdict in because(*runs(tuple(train_twins(settings))))


def at_start(settings):
    return [run.looks[0][1].layers for run in trained(settings)]


def test_weights_too_small_shrink_the_signal_and_fade_no_gradient():
    """The numbers behind the verdict: as little in the last layer as in the first, and a signal that does fade."""
    with_norm, without = at_start(SMALL)
    norms = [layer.gradient_norm for layer in without]
    assert max(norms) < 1.5 * min(norms)
    assert max(norms) < 1e-5
    assert min(layer.gradient_norm for layer in with_norm) > 1
    for one, following in itertools.pairwise(without):
        assert following.spread == pytest.approx(0.1 * one.spread, rel=0.1)


def test_in_six_sigmoid_layers_the_gradient_fades_at_every_layer():
    _, without = at_start(SIX)
    for one, following in itertools.pairwise(without):
        assert one.gradient_norm < 0.35 * following.gradient_norm


def changed(run: Run, number: int, **changes) -> Run:
    """The run with the first hidden layer seen otherwise at one of its looks."""
    parts = list(run.parts)
    at = [i for i, part in enumerate(parts) if part.look][number]
    first, *others = parts[at].look.layers
    look = parts[at].look._replace(layers=(first._replace(**changes), *others))
    parts[at] = parts[at]._replace(look=look)
    return Run(tuple(parts))


def test_a_cause_is_named_only_as_far_as_it_was_measured():
    with_norm, without = trained(SIX)
    last = without.looks[0][1].layers[-1].gradient_norm
    assert FADES in because(with_norm, changed(without, 0, gradient_norm=0.9 * FADED * last))
    assert UNKNOWN in because(with_norm, changed(without, 0, gradient_norm=1.1 * FADED * last))

    with_norm, without = trained(SMALL)
    least = min(layer.gradient_norm for layer in with_norm.looks[0][1].layers)
    assert SHRINKS in because(with_norm, changed(without, 0, gradient_norm=0.9 * TINY * least))
    assert UNKNOWN in because(with_norm, changed(without, 0, gradient_norm=1.1 * TINY * least))
    assert UNKNOWN in because(with_norm, changed(without, 0, spread=without.looks[0][1].layers[-1].spread))

    with_norm, without = died()
    assert DEAD in because(with_norm, without)
    assert DEAD not in because(with_norm, changed(without, -1, gradient_norm=1e-9))


def ended(run: Run, **changes) -> Run:
    """The run with another end."""
    return Run((*run.parts[:-1], run.parts[-1]._replace(**changes)))


def right(run: Run, share: float) -> Run:
    """The run with another share of right answers at its end."""
    return ended(run, look=run.parts[-1].look._replace(accuracy=share))


def test_who_diverges_is_named():
    one, other = trained(PRESETS["Three sigmoid layers"])
    assert BOTH in because(ended(one, stopped="."), ended(other, stopped="."))
    assert "the twin with batch norm diverged" in because(ended(one, stopped="."), other)
    assert DIVERGED in because(one, ended(other, stopped="."))


def test_without_90_percent_on_both_sides_nothing_is_said_of_their_pace():
    with_norm, without = trained(PRESETS["Three sigmoid layers"])
    assert time_to(GOOD, with_norm) == 40
    assert time_to(GOOD, without) is None
    assert UNFINISHED in because(right(with_norm, without.accuracy), without)


def test_beside_a_twin_that_has_hardly_learned_no_cause_is_named():
    with_norm, without = trained(SIX)
    assert LITTLE in because(right(with_norm, 0.4), without)
    assert FADES in because(right(with_norm, 0.6), without)


def test_a_run_that_cannot_be_looked_at_gets_no_cause():
    with_norm, without = trained(SIX)
    blind = Run(tuple(part._replace(look=None) for part in without.parts))
    assert "too large to look at" in because(with_norm, blind)
