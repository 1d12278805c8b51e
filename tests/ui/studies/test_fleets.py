"""The taxi's pictures: at each stop of its slider every car where its numbers say, and a star that the hand can follow."""

import numpy as np
import pytest

from bn import fleet
from tests.films import unrolled
from ui.studies import fleets

EACH = pytest.mark.parametrize("i", range(len(fleets.WAYS)), ids=lambda i: fleets.WAYS[i][1].name)


def frames(i):
    reel = fleets.taxi_reel(i)
    return reel, [frame["figure"] for frame in unrolled(reel.frames, reel.stops)]


def distances(figure, name):
    return next(each for each in figure["data"] if each["name"] == name)["y"]


def tall(figure):
    """The height of the picture in its units, and in pixels."""
    low, high = figure["layout"]["yaxis"]["range"]
    margin = figure["layout"]["margin"]
    return high - low, figure["layout"]["height"] - margin["t"] - margin["b"]


@EACH
def test_each_stop_shows_the_fleet_to_a_pixel(i):
    reel, figures = frames(i)
    assert reel.value(0) == 0
    assert reel.value(reel.stops - 1) == fleets.MOST
    for stop in (0, 3, 45, 120, 200):
        cars = fleets.WAYS[i][2](fleet(1000 * reel.value(stop)))[:, 1]
        units, pixels = tall(figures[stop])
        for name, right in (("taxi", cars[-1:]), ("car", cars[:-1])):
            np.testing.assert_allclose(distances(figures[stop], name), right, atol=0.5 * units / pixels)


@EACH
def test_stops_are_so_dense_that_a_dragged_star_stays_within_two_pixels_of_the_pointer(i):
    _, figures = frames(i)
    units, pixels = tall(figures[0])
    heights = np.array([distances(figure, "taxi")[0] for figure in figures]) * pixels / units
    drawn = 0.25  # a dot is drawn to a quarter of a pixel
    assert np.abs(np.diff(heights)).max() / 2 <= 2 + drawn
    assert all(figure["grips"] == [{"slider": "wn_taxi", "trace": "taxi", "point": 0}] for figure in figures)


def test_all_three_weigh_little():
    assert sum(len(fleets.taxi_reel(i).frames) for i in range(len(fleets.WAYS))) < 25_000
