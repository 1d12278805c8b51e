"""The Jacobian as two heat maps."""

import json
import re
import tomllib
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.colors import contrast
from ui.figures import jacobian
from ui.figures.style import diverging

THEMES = tomllib.loads((Path(__file__).parents[3] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]

DENSE = np.array([[0.5, -0.25], [-0.001, 0.4]])
DIAGONAL = np.diag([0.7, 0.7])


def maps(training=DENSE, inference=DIAGONAL):
    figure = jacobian.draw(training, inference)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure["data"]


def test_the_entries_are_drawn_on_one_scale_around_zero():
    one, other = maps()
    assert (one["z"], other["z"]) == (DENSE.tolist(), DIAGONAL.tolist())
    assert {(each["zmin"], each["zmax"]) for each in (one, other)} == {(-0.7, 0.7)}


def test_numbers_are_written_only_where_there_is_room():
    one, _ = maps()
    assert one["text"] == [["0.50", "−0.25"], ["−0.001", "0.40"]]
    assert one["texttemplate"]
    assert not maps(np.eye(9), np.eye(9))[0]["texttemplate"]


@pytest.mark.parametrize("theme", [THEMES["light"], THEMES["dark"]], ids=["light", "dark"])
@pytest.mark.parametrize("color", [diverging(jacobian.STRENGTH)[end][1] for end in (0, -1)])
def test_the_pages_ink_can_be_read_on_the_strongest_cells(color, theme):
    *channels, opacity = (float(number) for number in re.findall(r"[\d.]+", color))
    page = [int(theme["backgroundColor"][i : i + 2], 16) for i in (1, 3, 5)]
    cell = [round(opacity * over + (1 - opacity) * under) for over, under in zip(channels, page, strict=True)]
    assert contrast("#" + "".join(f"{channel:02x}" for channel in cell), theme["textColor"]) > 4.5


def test_a_layer_that_hands_nothing_on_can_be_drawn():
    zero = np.zeros((3, 3))
    assert maps(zero, zero)[0]["zmax"] == 1.0


def test_it_is_described_with_its_counts():
    said = jacobian.describe(DENSE, DIAGONAL)
    assert "Training: on the diagonal from 0.400 to 0.500; off it 2 of 2" in said
    assert "Inference: on the diagonal from 0.700 to 0.700; off it 0 of 2" in said
