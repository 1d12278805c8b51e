"""Moving averages under every convention."""

import json
import re

import numpy as np
import plotly.graph_objects as go
import pytest

from ui.figures import conventions

NAMES = ("PyTorch", "Keras 3", "Keras 2", "Flax", "ONNX", "the 2015 paper")
PATHS = {name: np.array([1.0, 2.0 + k, 3.0 + k]) for k, name in enumerate(NAMES)}


def draw(paths=PATHS, truth=4.0, steps=2, **more):
    figure = conventions.draw(paths, truth, steps, **more)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


def test_each_convention_has_its_line_and_ends_in_its_marker():
    data = draw()["data"]
    lines = {trace["name"]: trace["y"] for trace in data if trace["mode"] == "lines"}
    markers = {trace["name"]: trace["y"] for trace in data if trace["mode"] == "markers"}
    for name, path in PATHS.items():
        assert lines[name] == path.tolist()
        assert markers[f"{name} now"] == [path[-1]]
    assert lines["truth, ÷ N"] == [4.0, 4.0]


@pytest.mark.parametrize(("truth", "side"), [(28.42, "top right"), (0.5, "bottom right")])
def test_a_truth_with_a_name_has_it_on_the_side_from_which_no_line_comes(truth, side):
    [label] = [
        trace for trace in draw(truth=truth, called="all rows together")["data"] if "of the truth" in trace["name"]
    ]
    assert (label["text"], label["textposition"]) == ([f"all rows together, {truth:.1f}"], side)
    assert label["y"] == [truth]


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
    assert said.endswith("The true value: 4.000.")


def test_the_axes_stand_still_while_the_lines_grow():
    first, second = (draw(steps=steps) for steps in (1, 2))
    assert [len(figure["data"][1]["x"]) for figure in (first, second)] == [2, 3]
    for name in ("xaxis", "yaxis"):
        assert first["layout"][name] == second["layout"][name]


def test_names_that_lie_close_stand_apart_in_the_order_of_their_lines():
    ends = dict(zip(NAMES, (5.0, 1.0, 1.2, 1.1, 4.9, 9.0), strict=True))
    figure = draw({name: np.array([1.0, 1.0, end]) for name, end in ends.items()})
    names = figure["data"][-1]
    said = [re.sub(r"<span.*?</span> ", "", name).strip() for name in names["text"]]
    stack = sorted(zip(names["y"], said, strict=True), reverse=True)
    assert [name for _, name in stack] == ["2015 paper", "PyTorch", "ONNX", "Keras 2", "Flax", "Keras 3"]
    low, high = figure["layout"]["yaxis"]["range"]
    gaps = -np.diff([y for y, _ in stack])
    assert gaps.min() == pytest.approx(conventions.LINE * (high - low))


def test_heaps_keep_their_middle_and_single_ones_their_place():
    assert conventions.spread([0.0, 10.0, 10.0], 1.0) == [0.0, 10.5, 9.5]
    assert conventions.spread([1.0, 1.5, 2.6], 1.0) == pytest.approx([0.7, 1.7, 2.7])
