"""Feature maps side by side: every pixel at its place, gaps between maps, a range that stays."""

import json

import numpy as np
import plotly.graph_objects as go

from ui.figures import feature_maps

MAPS = np.arange(2 * 3 * 2 * 2, dtype=float).reshape(2, 3, 2, 2) / 10 - 1
ARGUMENTS = (MAPS, ["one", "two,<br>faint"], ["a", "b", "c"], "x before", 2.5)


def figure():
    made = feature_maps.draw(*ARGUMENTS)
    go.Figure(made)
    json.dumps(made, allow_nan=False)
    return made


def test_each_map_is_where_its_row_and_column_are():
    z = np.array(figure()["data"][0]["z"], dtype=float)
    assert z.shape == (5, 8)
    for i in range(2):
        for j in range(3):
            np.testing.assert_allclose(z[3 * i : 3 * i + 2, 3 * j : 3 * j + 2], MAPS[i, j], atol=1e-4)
    assert np.isnan(z[2]).all()
    assert np.isnan(z[:, [2, 5]]).all()


def test_names_stand_at_the_middle_of_their_maps_and_the_first_row_is_on_top():
    layout = figure()["layout"]
    assert (layout["xaxis"]["tickvals"], layout["xaxis"]["ticktext"]) == ([0.5, 3.5, 6.5], ["a", "b", "c"])
    assert (layout["yaxis"]["tickvals"], layout["yaxis"]["ticktext"]) == ([0.5, 3.5], ["one", "two,<br>faint"])
    assert layout["yaxis"]["range"] == [4.5, -0.5]
    assert layout["yaxis"]["scaleanchor"] == "x"


def test_the_range_of_colors_does_not_follow_the_values():
    heat = figure()["data"][0]
    assert (heat["zmin"], heat["zmax"]) == (-2.5, 2.5)
    assert heat["colorbar"]["ticktext"] == ["≤ −2.5", "0", "≥ 2.5"]


def test_the_words_give_each_row_in_numbers():
    words = feature_maps.describe(*ARGUMENTS)
    assert "x before" in words
    assert "one: from −1.00 to 0.10, standard deviation 0.35" in words
    assert "two, faint: from 0.20 to 1.30" in words
