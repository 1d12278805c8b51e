"""Feature maps before and after a norm."""

import json

import numpy as np
import plotly.graph_objects as go

from ui.figures import feature_maps

BEFORE = np.arange(2 * 2 * 2 * 3, dtype=float).reshape(2, 2, 2, 3) / 10
NAMES = ("blur", "vertical edges")


def test_every_value_stands_in_its_tile():
    figure = feature_maps.draw(BEFORE, -BEFORE, NAMES)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    before, after = figure["data"]
    assert before["z"][0] == [*BEFORE[0, 0, 0].tolist(), None, *BEFORE[0, 1, 0].tolist()]
    assert before["z"][2] == [None] * 7
    assert after["z"][4][-1] == -BEFORE[1, 1, 1, 2]
    assert [each["zmax"] for each in figure["data"]] == list(feature_maps.RANGES)


def test_it_is_described_by_its_channels():
    said = feature_maps.describe(BEFORE, BEFORE - BEFORE.mean(), NAMES)
    assert f"blur: mean {BEFORE[:, 0].mean():.2f}" in said
    assert "vertical edges" in said
