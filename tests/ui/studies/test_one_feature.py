"""What moves with the sliders of the backward pass: each stop's picture is that of its own numbers."""

import numpy as np
import pytest

from bn import EXAMPLE
from tests.films import unrolled
from ui.figures import graph
from ui.studies.gradient_check import STEPS
from ui.studies.one_feature import Problem, check_reel, key_of, place_of, pushed_reels, way_back_reels

DY = np.linspace(-1, 2, 8)


def problem(gamma=1.5, eps=1e-5):
    return Problem(EXAMPLE[:, 0].copy(), DY, gamma, eps, 2)


def frames(reel):
    return unrolled(reel.frames, reel.stops)


def test_a_problem_is_the_same_behind_its_key():
    again = key_of(problem(eps=1e-12)).problem()
    assert (again.gamma, again.eps, again.row) == (1.5, pytest.approx(1e-12), 2)
    np.testing.assert_array_equal(again.x, EXAMPLE[:, 0])


def test_each_slider_shows_the_graph_of_its_own_stop():
    (steps, _), (gammas, _), (powers, _) = way_back_reels(problem(), 4)
    it = problem()
    for reel, value, expected in (
        (steps, 7, graph.describe(it.graph(DY), 2, 7)),
        (gammas, -2.3, graph.describe(problem(gamma=-2.3).graph(DY), 2, 4)),
        (powers, 1, graph.describe(problem(eps=10.0).graph(DY), 2, 4)),
    ):
        assert frames(reel)[reel.stop(value)]["alt"] == expected


def test_what_is_added_moves_the_bars_and_no_axis():
    for reel, _ in pushed_reels(problem(), 1.0, 0.5)[:2]:
        shown = [each["figure"] for each in frames(reel)]
        ranges = {tuple(each["layout"]["yaxis"]["range"]) for each in shown}
        assert len(ranges) == 1
        ((low, high),) = ranges
        bars = np.array([each["data"][0]["y"] for each in shown])
        assert low < bars.min() < bars.max() < high
        assert np.ptp(bars, axis=0).max() > 5


def test_gamma_stretches_what_comes_back():
    reel, value = pushed_reels(problem(gamma=-2.0), 1.0, 0.5)[2]
    assert value == -2.0
    one, other = (frames(reel)[reel.stop(gamma)] for gamma in (1.0, -2.0))
    straight, turned = (np.array(each["figure"]["data"][1]["y"]) for each in (one, other))
    np.testing.assert_allclose(turned, -2 * straight, atol=0.05 * np.abs(straight).max())
    assert one["figure"]["data"][0] == other["figure"]["data"][0]
    added, _ = pushed_reels(problem(gamma=-2.0), 1.0, 0.5)[0]
    assert other["alt"] == frames(added)[added.stop(1.0)]["alt"]


def test_the_mark_of_the_check_goes_through_all_steps():
    reel = check_reel(problem())
    marks = [each["figure"]["data"][1]["x"][0] for each in frames(reel)]
    np.testing.assert_allclose(marks, STEPS, rtol=1e-2)
    assert [place_of(reel.value(stop)) for stop in range(reel.stops)] == list(range(len(STEPS)))


def test_films_are_small():
    made = (*way_back_reels(problem(), graph.LAST), *pushed_reels(problem(), 1.0, 0.0), (check_reel(problem()), -5.0))
    sizes = [len(reel.frames) for reel, _ in made]
    assert sum(sizes[:3]) < 16_000
    assert max(sizes[3:]) < 5_000
