"""A batch on a curve at every stop: where its numbers say, the same at rest from each slider, and dense enough to drag."""

import numpy as np
import pytest

from bn import ACTIVATIONS, BatchNorm
from tests.films import at_rest, unrolled
from ui.studies.stretches import Stretch, curve_reels, placed_reels

EACH = pytest.mark.parametrize("activation", ACTIVATIONS)


def told(moved):
    return {"reels": [{"frames": r.frames, "stops": r.stops, "now": r.stop(value)} for r, value in moved]}


def trace_of(figure, name):
    return next(each for each in figure["data"] if each["name"] == name)


@EACH
@pytest.mark.parametrize(("gamma", "beta"), [(1.0, 0.0), (7.0, -5.0), (None, None)])
def test_all_reels_show_the_same_at_rest(activation, gamma, beta):
    stretch = Stretch(activation, 3, gamma, beta)
    at_rest(told(curve_reels(stretch, line=True)))
    if gamma is not None:
        for first in (True, False):
            at_rest(told(placed_reels(stretch, first=first, revealed=True)))


@EACH
def test_each_stop_of_gamma_shows_the_layer_with_that_gamma(activation):
    reel, _ = curve_reels(Stretch(activation, -2, 1.0, 0.5), line=False)[0]
    figures = [frame["figure"] for frame in unrolled(reel.frames, reel.stops)]
    x = np.arange(-12.0, 9.0)[:, None]
    for stop in (0, 1, 35, 70):
        x_hat = BatchNorm.create(1).train(x)[0].x_hat[:, 0]
        shown = trace_of(figures[stop], "output at y")
        np.testing.assert_allclose(shown["x"], reel.value(stop) * x_hat + 0.5, atol=0.02)
        np.testing.assert_allclose(shown["y"], ACTIVATIONS[activation](reel.value(stop) * x_hat + 0.5), atol=0.05)


def test_undone_the_layer_gives_its_input_back():
    stretch = Stretch("tanh", 4, None, None)
    np.testing.assert_allclose(stretch.trace.y, stretch.x, atol=1e-12)
    assert [reel.slider for reel, _ in curve_reels(stretch, line=True)] == ["ss_center"]


def test_a_square_that_is_dragged_stays_within_two_pixels_of_the_pointer():
    pixels = 600 / 34  # for each unit, in the widest picture
    for reel, _ in curve_reels(Stretch("relu", 0, 1.0, 0.0), line=True)[:2]:
        for grip in unrolled(reel.frames, reel.stops)[0]["figure"]["grips"]:
            if grip["slider"] == reel.slider and grip["trace"] == "output values":
                figures = [frame["figure"] for frame in unrolled(reel.frames, reel.stops)]
                places = [trace_of(figure, grip["trace"])["x"][grip["point"]] for figure in figures]
                assert np.abs(np.diff(places)).max() * pixels / 2 <= 2


def test_an_answer_weighs_little():
    stretch = Stretch("sigmoid", 0, 1.0, 0.0)
    assert sum(len(reel.frames) for reel, _ in curve_reels(stretch, line=True)) < 22_000
    both = [placed_reels(stretch, first=first, revealed=True) for first in (True, False)]
    assert sum(len(reel.frames) for moved in both for reel, _ in moved) < 38_000
