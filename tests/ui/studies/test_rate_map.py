"""The map has a place for every learning rate and depth; what was computed beforehand is what training gives."""

import json
from dataclasses import replace

import numpy as np
import pytest

from bn import Network, train
from ui.studies.digits import HELD_OUT, digits
from ui.studies.rate_map import (
    BATCH,
    DEPTHS,
    FILE,
    LEARNED,
    RATES,
    SEED,
    STEPS,
    Cell,
    how_many_learn,
    known,
    layers,
    map_of,
    maps,
    nearest_known,
    rate_name,
    sweep,
    written,
)
from ui.studies.twins import CHANCE, PRESETS, TwinSettings, runs, train_twins

MAPS = list(maps())
SIGMOID = map_of(TwinSettings())


def at(base, depth, rate):
    return next(cell for cell in known(base) if (cell.depth, cell.rate) == (depth, rate))


# --- what stands in the file -------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", MAPS, ids=str)
def test_each_map_has_every_cell_once(base):
    cells = known(base)
    assert [(cell.depth, cell.rate) for cell in cells] == [(depth, rate) for depth in DEPTHS for rate in RATES]
    for cell in cells:
        assert all(0 <= share <= 1 for share in cell.accuracies)


def test_the_file_holds_these_maps_and_no_other():
    text = FILE.read_text(encoding="utf-8")
    assert len(json.loads(text)) == len(MAPS) == 36
    assert written({base: known(base) for base in MAPS}) == text
    assert len(text) < 32_000


def test_other_batches_steps_or_seeds_are_not_known():
    assert known(SIGMOID)
    for change in ({"batch": 32}, {"seed": 1}, {"scale": 0.5}):
        assert known(replace(SIGMOID, **change)) == ()


def test_the_nearest_map_that_is_known_is_that_of_the_same_networks():
    odd = TwinSettings("tanh", 7, 0.4, 0.1, "after", 2, 200, 99)
    assert map_of(odd) == TwinSettings("tanh", 1, 0.0, 0.1, "after", 2, STEPS, 99)
    assert nearest_known(odd) == TwinSettings("tanh", 1, 0.0, 0.1, "after", BATCH, STEPS, SEED)
    assert all(nearest_known(base) == base for base in MAPS)


# Where rounding decides little: what is stuck at guessing stays there, and what trains gently gets about as far.
TAME = [
    (SIGMOID, 10, -0.3),
    (SIGMOID, 1, -1.0),
    (SIGMOID, 4, 0.0),
    (map_of(TwinSettings("relu")), 3, -1.0),
    (map_of(TwinSettings("tanh", placement="after")), 2, -1.3),
    (map_of(PRESETS["Five tanh layers, weights × 0.1"]), 5, -1.7),
]


@pytest.mark.trains
@pytest.mark.parametrize(("base", "depth", "rate"), TAME, ids=str)
def test_a_cell_is_what_plain_training_reaches_there(base, depth, rate):
    """Held to bn.train, which is held to PyTorch. On one machine to the digit; others round otherwise."""
    data = digits()
    for k, norm in enumerate(("batch", None)):
        net = Network.create((64, *[50] * depth, 10), base.activation, norm, base.placement, base.scale, SEED)
        *_, step = train(net, *data.train, steps=STEPS, batch_size=BATCH, learning_rate=10**rate, seed=SEED)
        reached = step.network.infer(data.test.images).accuracy(data.test.labels)
        assert at(base, depth, rate).accuracies[k] == pytest.approx(reached, abs=0.04)


@pytest.mark.trains
def test_a_row_is_what_a_sweep_finds_now():
    """At the edge of what trains single cells differ with the rounding, and the row as a whole hardly."""
    row = [cell for cell in sweep(map_of(TwinSettings("relu")), depths=(2,)) if cell]
    before = [at(map_of(TwinSettings("relu")), 2, rate) for rate in RATES]
    apart = np.abs(np.array([cell.accuracies for cell in row]) - [cell.accuracies for cell in before])
    assert apart.mean() < 0.05
    assert np.median(apart) < 0.02


def test_the_map_shows_what_the_page_says_of_it():
    """The takeaway, and the presets' own stories."""
    with_norm, without = how_many_learn(known(SIGMOID))
    assert with_norm > 5 * without
    relu = [cell for cell in known(map_of(TwinSettings("relu"))) if cell.rate == 1.3]
    assert len(relu) == len(DEPTHS)
    assert all(share < CHANCE for cell in relu for share in cell.accuracies)


# --- how it is written -------------------------------------------------------------------------------------------

CELLS = [
    Cell(depth, rate, ((depth + 20 * i) / HELD_OUT, 1.0), (i == 2, depth == 1))
    for depth in DEPTHS
    for i, rate in enumerate(RATES)
]


def test_a_row_of_the_file_says_both_twins_and_who_diverged():
    (rows,) = json.loads(written({SIGMOID: CELLS})).values()
    assert rows[0].split()[:3] == ["1/360x", "21/360x", "41x/360x"]
    assert rows[-1].split()[:3] == ["10/360", "30/360", "50x/360"]


def test_who_has_learned_is_counted_for_both():
    cells = [Cell(1, 0.0, pair, (False, False)) for pair in ((LEARNED, 0.1), (0.79, 0.9), (1.0, 0.8))]
    assert how_many_learn(cells) == (2, 2)


def test_rates_and_depths_are_written_as_on_a_dial():
    assert [rate_name(rate) for rate in RATES] == ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10", "20"]
    assert [layers(depth) for depth in (1, 2)] == ["1 layer", "2 layers"]


# --- a sweep -----------------------------------------------------------------------------------------------------


@pytest.mark.trains
def test_a_sweep_has_every_cell_and_agrees_with_single_runs():
    base = TwinSettings(steps=100)
    cells = {(cell.depth, cell.rate): cell for cell in sweep(base, (2, 3), (-1.0, -0.5)) if cell}
    assert list(cells) == [(2, -1.0), (2, -0.5), (3, -1.0), (3, -0.5)]
    for depth, rate in ((2, -0.5), (3, -1.0)):  # tame enough for rounding not to count
        one, other = runs(tuple(train_twins(replace(base, depth=depth, rate=rate))))
        assert cells[depth, rate].accuracies == pytest.approx((one.accuracy, other.accuracy), abs=0.01)
        assert cells[depth, rate].diverged == (bool(one.stopped), bool(other.stopped))


@pytest.mark.trains
def test_a_sweep_says_who_diverges_and_keeps_what_was_known_of_it():
    tame, wild = (cell for cell in sweep(TwinSettings("relu", steps=40), (2,), (-1.0, 20.0)) if cell)
    assert tame.diverged == (False, False)
    assert wild.diverged == (True, True)
    one, other = runs(tuple(train_twins(TwinSettings("relu", depth=2, rate=20.0, steps=100))))
    assert (one.stopped is not None, other.stopped is not None) == wild.diverged
    assert wild.accuracies == pytest.approx((one.accuracy, other.accuracy), abs=0.01)


@pytest.mark.trains
def test_a_sweep_can_be_left_between_any_two_parts():
    parts = sweep(SIGMOID)
    first = [next(parts) for _ in range(10)]
    assert first == [None] * 10
