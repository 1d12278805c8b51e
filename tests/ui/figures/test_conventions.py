"""Moving averages under every convention."""

import json
import re

import numpy as np
import plotly.graph_objects as go
import pytest

from ui.figures import conventions

NAMES = ("PyTorch", "Keras 3", "Keras 2", "Flax", "ONNX", "the 2015 paper")
PATHS = {name: np.array([1.0, 2.0 + k, 3.0 + k]) for k, name in enumerate(NAMES)}


def draw(paths=PATHS, truth=4.0, steps=2):
    figure = conventions.draw(paths, truth, steps)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


def test_each_convention_has_its_line_and_ends_in_its_marker():
    data = draw()["data"]
    lines = {trace["name"]: trace["y"] for trace in data if trace["mode"] == "lines"}
    markers = {trace["name"]: trace["y"] for trace in data if trace["mode"] == "markers"}
    for name, path in PATHS.items():
        assert lines[name] == path.tolist()
        assert markers[name] == [path[-1]]
    assert lines["truth, ÷ N"] == [4.0, 4.0]


def test_no_two_look_alike():
    for part in zip(*conventions.LOOKS, strict=True):
        assert len(set(part)) == len(NAMES)


def test_before_the_first_batch_there_is_a_picture_too():
    low, high = draw({name: np.array([1.0]) for name in NAMES}, truth=1.0, steps=0)["layout"]["yaxis"]["range"]
    assert low < 1 < high


def test_it_is_described():
    said = conventions.describe(PATHS, 4.0, 2)
    assert "PyTorch 3.000" in said
    assert "the 2015 paper 8.000" in said
    assert said.endswith("The true value is 4.000.")


def test_names_that_lie_close_stand_in_the_order_of_their_lines():
    ends = dict(zip(NAMES, (5.0, 1.0, 1.2, 1.1, 4.9, 9.0), strict=True))
    annotations = draw({name: np.array([1.0, 1.0, end]) for name, end in ends.items()})["layout"]["annotations"]
    stacks = [[re.sub(r"<span.*?</span> ", "", name) for name in each["text"].split("<br>")] for each in annotations]
    assert stacks == [["2015 paper"], ["PyTorch", "ONNX"], ["Keras 2", "Flax", "Keras 3"]]
    assert [each["y"] for each in annotations] == pytest.approx([9.0, 4.95, 1.1])
