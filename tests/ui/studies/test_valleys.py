"""The two valleys of the same regression: the same predictions, start and lowest loss; only the scale differs."""

import numpy as np
import pytest

from bn import CARS, RENTS, counted, descend, steps_needed
from tests.films import unrolled
from ui.studies import valleys

RATIOS = pytest.mark.parametrize("ratio", [1, 2, 6, 20])


@RATIOS
def test_both_have_the_same_lowest_loss_and_the_same_loss_at_the_start(ratio):
    ravine, bowl = valleys.ravine(ratio).valley, valleys.bowl().valley
    assert ravine.lowest == pytest.approx(bowl.lowest)
    assert ravine.above_lowest(valleys.START) == pytest.approx(bowl.above_lowest(valleys.START))
    assert ravine.lowest + ravine.above_lowest(valleys.START) == pytest.approx(RENTS.var() / 2)


@RATIOS
def test_the_weights_at_the_lowest_point_make_the_same_predictions(ratio):
    z = (CARS - CARS.mean(axis=0)) / CARS.std(axis=0)
    raw = counted(ratio)[0] @ valleys.ravine(ratio).valley.best
    np.testing.assert_allclose(raw, z @ valleys.bowl().valley.best, atol=1e-9)


@RATIOS
def test_the_condition_number_is_that_of_numpy(ratio):
    columns, unit = counted(ratio)
    assert valleys.ravine(ratio).valley.condition == pytest.approx(np.linalg.cond(columns) ** 2)
    assert valleys.unit(ratio) == unit


@RATIOS
def test_the_fewest_steps_are_taken_when_walked(ratio):
    slope = valleys.ravine(ratio)
    heights = descend(slope.valley, valleys.START, slope.best_rate, slope.fewest).above_lowest
    assert heights[-1] <= valleys.SHARE * heights[0]
    assert (heights[:-1] > valleys.SHARE * heights[0]).all()


def test_the_ravine_grows_with_the_square_of_the_ratio():
    assert valleys.ravine(20).valley.condition / valleys.ravine(10).valley.condition == pytest.approx(4, rel=0.01)


def test_the_bowl_has_one_plus_over_one_minus_the_correlation():
    rho = np.corrcoef(CARS.T)[0, 1]
    assert valleys.bowl().valley.condition == pytest.approx((1 + rho) / (1 - rho))


def test_years_and_kilometers_take_millions_of_steps_and_means_make_it_worse():
    given, with_bias = valleys.as_given()
    centered = CARS - CARS.mean(axis=0)
    assert given.valley.condition == pytest.approx(np.linalg.cond(centered) ** 2, rel=1e-4)
    assert steps_needed(given.valley, valleys.START, given.best_rate, valleys.SHARE) == given.fewest > 1e6
    with_ones = np.column_stack([np.ones(24), CARS])
    assert with_bias.condition == pytest.approx(np.linalg.cond(with_ones) ** 2, rel=1e-3)
    assert with_bias.condition > given.valley.condition


WALK = valleys.Sliders(6, -0.95, 3)


@pytest.mark.parametrize("name", ["ravine", "bowl"])
def test_each_reel_shows_the_same_picture_where_the_sliders_rest(name):
    shown = [unrolled(reel.frames, reel.stops)[reel.stop(value)] for reel, value in valleys.reels(name, WALK)]
    assert len(shown) == (4 if name == "ravine" else 3)
    for each in shown[1:]:
        assert each["alt"] == shown[0]["alt"]
        for trace, other in zip(each["figure"]["data"], shown[0]["figure"]["data"], strict=True):
            np.testing.assert_allclose(trace["x"], other["x"], atol=0.03)
            np.testing.assert_allclose(trace["y"], other["y"], atol=0.03)


def test_the_axes_stand_still_while_the_ratio_moves_and_hold_the_ring_through_the_start():
    reel, _ = valleys.reels("ravine", WALK)[0]
    layouts = [frame["figure"]["layout"] for frame in unrolled(reel.frames, reel.stops)]
    assert all(layout["xaxis"] == layouts[0]["xaxis"] and layout["yaxis"] == layouts[0]["yaxis"] for layout in layouts)
    for frame in unrolled(reel.frames, reel.stops):
        for letter in "xy":
            low, high = layouts[0][f"{letter}axis"]["range"]
            ring = frame["figure"]["data"][0][letter]
            assert low < min(ring) < max(ring) < high


def test_with_rates_of_their_own_the_slider_of_the_rate_moves_nothing():
    assert [reel.slider for reel, _ in valleys.reels("bowl", valleys.Sliders(6, None, 3))] == ["wn_step", "wn_turn"]


def test_what_comes_when_a_slider_is_touched_weighs_little():
    frames = [reel.frames for name in ("ravine", "bowl") for reel, _ in valleys.reels(name, WALK)]
    assert max(map(len, frames)) < 9_000
    assert sum(map(len, frames)) < 48_000


@pytest.mark.parametrize("turn", [5, 90, -120, 180])
def test_a_start_that_is_turned_stays_on_the_ring_and_makes_the_same_predictions_in_both(turn):
    bowl, ravine = valleys.bowl(turn), valleys.ravine(6, turn)
    height = bowl.valley.above_lowest(valleys.START)
    assert bowl.valley.above_lowest(bowl.start) == pytest.approx(height)
    z = (CARS - CARS.mean(axis=0)) / CARS.std(axis=0)
    np.testing.assert_allclose(counted(6)[0] @ ravine.start, z @ bowl.start, atol=1e-9)
    assert not np.allclose(bowl.start, valleys.START, atol=0.1)
    opposite = valleys.bowl(turn - 180 if turn > 0 else turn + 180).start
    np.testing.assert_allclose((bowl.start + opposite) / 2, bowl.valley.best, atol=1e-9)


def test_a_start_goes_round_without_haste_and_the_rings_stand_still():
    for name in ("ravine", "bowl"):
        reel, _ = valleys.reels(name, WALK)[-1]
        frames = unrolled(reel.frames, reel.stops)
        assert all(frame["figure"]["data"][:5] == frames[0]["figure"]["data"][:5] for frame in frames)
        [low, high] = frames[0]["figure"]["layout"]["yaxis"]["range"]
        starts = [next(each for each in frame["figure"]["data"] if each["name"] == "start") for frame in frames]
        places = np.array([(each["x"][0], each["y"][0]) for each in starts])
        assert np.hypot(*np.diff(places, axis=0).T).max() < (high - low) / 15
