"""The rental cars: every dot where its numbers say, in axes that hold every fleet."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from bn import CARS, fleet, min_max, z_score
from ui.figures import rental_cars
from ui.figures.rental_cars import BEFORE, MIN_MAX, Z_SCORE
from ui.figures.style import INPUT, NORMALIZED

WAYS = {BEFORE: np.asarray, MIN_MAX: min_max, Z_SCORE: z_score}
EACH = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)


def seen(way, distance=600_000):
    return WAYS[way](fleet(distance)), WAYS[way](CARS), way


def drawn(way, distance=600_000):
    figure = rental_cars.draw(*seen(way, distance))
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


def points(figure, name):
    each = next(each for each in figure["data"] if each["name"] == name)
    return np.column_stack([each["x"], each["y"]])


@EACH
def test_cars_taxi_and_rings_are_where_their_numbers_say(way):
    figure, (cars, alone, _) = drawn(way), seen(way)
    np.testing.assert_array_equal(points(figure, "car"), cars[:-1])
    np.testing.assert_array_equal(points(figure, "taxi"), cars[-1:])
    np.testing.assert_array_equal(points(figure, "without the taxi"), alone)


@EACH
@pytest.mark.parametrize("distance", [0, 90_000, 600_000, 1_000_000])
def test_the_axes_stand_still_and_hold_every_car(way, distance):
    figure = drawn(way, distance)
    for axis, j in (("xaxis", 0), ("yaxis", 1)):
        low, high = figure["layout"][axis]["range"]
        assert [low, high] == list(way.ranges[j])
        for name in ("car", "taxi", "without the taxi"):
            values = points(figure, name)[:, j]
            assert low < values.min()
            assert values.max() < high


def test_before_is_blue_and_round_after_is_vermilion_and_pointed():
    for way, stage in ((BEFORE, INPUT), (MIN_MAX, NORMALIZED), (Z_SCORE, NORMALIZED)):
        marker = next(each for each in drawn(way)["data"] if each["name"] == "car")["marker"]
        assert (marker["color"], marker["symbol"]) == (stage.color, stage.marker)


@EACH
def test_lines_are_means_and_bands_reach_one_standard_deviation(way):
    figure, (cars, *_) = drawn(way), seen(way)
    lines = [shape for shape in figure["layout"]["shapes"] if shape["type"] == "line"]
    bands = [shape for shape in figure["layout"]["shapes"] if shape.get("fillcolor")]
    for j, axis in enumerate("xy"):
        mean, std = cars[:, j].mean(), cars[:, j].std()
        assert lines[j][f"{axis}0"] == lines[j][f"{axis}1"] == pytest.approx(mean)
        assert bands[j][f"{axis}0"] == pytest.approx(mean - std)
        assert bands[j][f"{axis}1"] == pytest.approx(mean + std)


def test_only_min_max_has_the_square_from_zero_to_one():
    squares = {
        way.name: [shape for shape in drawn(way)["layout"]["shapes"] if shape["line"].get("dash") == "dot"]
        for way in WAYS
    }
    assert [len(squares[way.name]) for way in WAYS] == [0, 1, 0]
    assert [squares["min–max"][0][side] for side in ("x0", "x1", "y0", "y1")] == [0, 1, 0, 1]


@EACH
def test_the_description_has_the_numbers_of_now(way):
    words = {distance: rental_cars.describe(*seen(way, distance)) for distance in (300_000, 800_000)}
    assert words[300_000] != words[800_000]
    assert way.name in words[800_000]
    assert f"{seen(way, 800_000)[0][-1, 1]:.{way.digits}f}" in words[800_000]
