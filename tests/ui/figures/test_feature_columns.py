"""The columns that a layer is given: dots, means and bands, each column on its own strip of one axis."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from ui.figures import feature_columns
from ui.figures.style import BATCH_DASH, INPUT, NORMALIZED

VALUES = np.array([[0.0, 1.0, 5.0], [2.0, 1.5, 0.0], [4.0, 3.5, 1.0], [2.0, 0.0, 0.0]])
NAMES = ("h₁", "h₂", "h₃")


def drawn(stage=INPUT):
    figure = feature_columns.draw(VALUES, NAMES, stage)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


def test_each_value_lies_on_the_strip_of_its_column_from_the_top():
    (dots,) = drawn()["data"]
    found = sorted(zip(dots["y"], dots["x"], strict=True))
    assert found == sorted((2 - j, VALUES[i, j]) for i in range(4) for j in range(3))


def test_means_are_solid_lines_and_bands_reach_one_standard_deviation():
    shapes = drawn()["layout"]["shapes"]
    lines = [shape for shape in shapes if shape["line"].get("dash") == BATCH_DASH]
    bands = [shape for shape in shapes if shape["type"] == "rect"]
    assert len(lines) == len(bands) == 3
    for j, (line, band) in enumerate(zip(lines, bands, strict=True)):
        column = VALUES[:, j]
        assert line["x0"] == line["x1"] == pytest.approx(column.mean())
        assert (band["x1"] + band["x0"]) / 2 == pytest.approx(column.mean())
        assert band["x1"] - band["x0"] == pytest.approx(2 * column.std())
        assert line["y0"] < 2 - j < line["y1"]


def test_the_numbers_stand_at_their_strips():
    axis = drawn()["layout"]["yaxis"]
    assert axis["tickvals"] == [2, 1, 0]
    assert axis["ticktext"][0] == "<b>h₁</b><br>μ 2.00, σ 1.41"


@pytest.mark.parametrize("stage", [INPUT, NORMALIZED], ids=lambda stage: stage.name)
def test_color_and_marker_are_those_of_the_stage_and_the_axis_stands_still(stage):
    figure = drawn(stage)
    assert (figure["data"][0]["marker"]["color"], figure["data"][0]["marker"]["symbol"]) == (stage.color, stage.marker)
    assert figure["layout"]["xaxis"]["range"] == list(feature_columns.RANGE)


def test_the_description_has_every_mean_and_standard_deviation():
    words = feature_columns.describe(VALUES, NAMES, INPUT)
    for name, column in zip(NAMES, VALUES.T, strict=True):
        assert f"{name}: mean {column.mean():.2f}, standard deviation {column.std():.2f}" in words
