"""The covered network: what a layer is given is filled, all before it is under the cover, all after it in sight."""

import json

import plotly.graph_objects as go
import pytest

from ui.figures import covered_network
from ui.figures.style import INPUT

SIZES = (2, 4, 4, 3, 1)
EACH = pytest.mark.parametrize("layer", [1, 2, 3, 4])


def drawn(layer):
    figure = covered_network.draw(SIZES, layer)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


def trace(figure, start):
    return next(each for each in figure["data"] if each["name"].startswith(start))


@EACH
def test_what_the_layer_is_given_is_filled(layer):
    given = trace(drawn(layer), "given to")
    assert given["x"] == [layer - 1] * SIZES[layer - 1]
    assert given["marker"]["color"] == INPUT.color
    assert given["y"] == sorted(given["y"], reverse=True), "the first unit on top, as in the strips beside it"
    assert given["text"] == [("x" if layer == 1 else "h") + "₁₂₃₄"[i] for i in range(SIZES[layer - 1])]


@EACH
def test_all_other_units_are_rings(layer):
    rings = trace(drawn(layer), "units")
    assert len(rings["x"]) == sum(SIZES) - SIZES[layer - 1]
    assert layer - 1 not in rings["x"]


@EACH
def test_the_cover_hides_what_lies_before(layer):
    figure = drawn(layer)
    covers = figure["layout"]["shapes"]
    assert len(covers) == (layer > 1)
    for cover in covers:
        assert cover["x0"] < 0
        assert layer - 2 < cover["x1"] < layer - 1
    words = [each["text"] for each in figure["layout"]["annotations"]]
    assert words == ["covered"] * (layer > 1)


@EACH
def test_only_weights_that_are_in_sight_are_drawn(layer):
    xs = trace(drawn(layer), "weights")["x"]
    assert min(x for x in xs if x is not None) == layer - 1
    assert xs.count(None) == sum(m * n for m, n in zip(SIZES[layer - 1 :], SIZES[layer:], strict=False))


def test_the_description_says_what_is_covered():
    assert "Nothing is covered" in covered_network.describe(SIZES, 1)
    assert "before the 4 columns that layer 2 is given" in covered_network.describe(SIZES, 2)
    assert "cars 2, layer 1 4" in covered_network.describe(SIZES, 3)
