"""A tensor as numbered tiles."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from bn import NORMS, shared
from ui.figures import tensor


def traces(sets, height=3, width=2):
    figure = tensor.draw(sets, height, width)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return {trace["name"]: trace for trace in figure["data"]}


def test_each_tile_has_its_places_in_the_hue_of_its_set():
    z = traces(shared("layer", 2, 3))["tiles"]["z"]
    assert z == [[0, 0, None, 0, 0, None, 0, 0]] * 3 + [[None] * 8] + [[1, 1, None, 1, 1, None, 1, 1]] * 3


@pytest.mark.parametrize("norm", NORMS)
def test_tiles_are_numbered_by_their_set(norm):
    sets = shared(norm, 4, 6, 2)
    assert traces(sets)["numbers"]["text"] == [str(k + 1) for k in sets.ravel()]


def test_of_a_large_tensor_the_first_tiles_and_places_are_drawn():
    sets = shared("batch", 64, 50)
    assert tensor.drawn(sets, 200, 1) == (8, 12, 3, 1)
    assert len(traces(sets, 200, 1)["numbers"]["text"]) == 96


def test_it_is_described():
    said = tensor.describe(shared("group", 2, 4, 2), 5, 1)
    assert said == (
        "2 by 4 tiles of 3 by 1 values, numbered by the mean and variance they share. "
        "example 0: sets 1, 1, 2, 2; example 1: sets 3, 3, 4, 4."
    )


def test_hues_come_again_where_there_are_more_sets():
    z = np.array(traces(shared("instance", 3, 4), 1, 1)["tiles"]["z"], dtype=float)
    assert np.nanmax(z) == len(tensor.HUES) - 1
