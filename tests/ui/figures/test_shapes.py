"""The shapes of the five steps: which rectangle grows with what."""

import json

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.figures import shapes
from ui.figures.style import MOVING_DASH

MATRICES = ("input", "normalized", "output")


def drawn(n=64, c=50):
    figure = shapes.draw(n, c)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


def sizes(figure):
    return {
        shape["name"]: (round(shape["x1"] - shape["x0"], 9), round(shape["y1"] - shape["y0"], 9))
        for shape in figure["layout"]["shapes"]
    }


def test_a_larger_batch_makes_the_matrices_higher_and_the_vectors_not():
    few, many = sizes(drawn(2, 50)), sizes(drawn(64, 50))
    for name, (width, height) in few.items():
        assert many[name][0] == width
        assert (many[name][1] > height) == (name in MATRICES)


def test_more_features_make_everything_wider_and_nothing_higher():
    few, many = sizes(drawn(64, 50)), sizes(drawn(64, 784))
    for name, (width, height) in few.items():
        assert many[name][0] > width
        assert many[name][1] == height


def test_a_single_neuron_is_one_feature_wide():
    figure = sizes(drawn(64, 1))
    assert {width for width, _ in figure.values()} == {shapes.THIN}


def test_each_array_is_labeled_with_its_shape():
    parts = {trace["name"]: trace for trace in drawn(2, 784)["data"]}
    assert parts["symbols"]["text"] == ["x", "μ", "σ²", "x̂", "γ", "β", "y", "moving μ", "moving σ²"]
    assert parts["rows"]["text"] == ["(2,"] * 3
    assert parts["features"]["text"] == ["784)"] * 3
    assert parts["vectors"]["text"] == ["(784,)"] * 6
    symbols = dict(
        zip(parts["symbols"]["text"], zip(parts["symbols"]["x"], parts["symbols"]["y"], strict=True), strict=True)
    )
    below = {
        (x, round(y + 0.16, 9))
        for name in ("rows", "vectors")
        for x, y in zip(parts[name]["x"], parts[name]["y"], strict=True)
    }
    assert below == {(x, round(y, 9)) for x, y in symbols.values()}


def test_what_the_rows_move_the_features_do_not():
    """So that a film can show any number of both."""
    one, taller, wider = drawn(2, 50), drawn(64, 50), drawn(2, 784)
    moved = [{path for path, value in leaves(one) if value != dict(leaves(other))[path]} for other in (taller, wider)]
    assert all(moved)
    assert not moved[0] & moved[1]


def leaves(node, path=()):
    if isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from leaves(value, (*path, key))
    else:
        yield path, node


def test_what_is_remembered_is_dashed_and_what_is_learned_filled():
    by_name = {shape["name"]: shape for shape in drawn()["layout"]["shapes"]}
    dashed = {name for name, shape in by_name.items() if shape["line"]["dash"] == MOVING_DASH}
    assert dashed == {"moving mean", "moving variance"}
    assert by_name["scale"]["fillcolor"] == by_name["shift"]["fillcolor"] != by_name["mean"]["fillcolor"]


@given(st.integers(1, shapes.MOST_ROWS), st.integers(1, shapes.MOST_FEATURES))
def test_nothing_leaves_the_picture_or_lies_on_its_neighbor(n, c):
    figure = drawn(n, c)
    (left, right), (low, high) = (figure["layout"][axis]["range"] for axis in ("xaxis", "yaxis"))
    for shape in figure["layout"]["shapes"]:
        assert left < shape["x0"] < shape["x1"] < right
        assert low < shape["y0"] < shape["y1"] < high
        assert shape["x1"] - shape["x0"] < 1
    boxes = [(s["x0"], s["x1"], s["y0"], s["y1"]) for s in figure["layout"]["shapes"]]
    for k, (a0, a1, b0, b1) in enumerate(boxes):
        for c0, c1, d0, d1 in boxes[k + 1 :]:
            assert a1 < c0 or c1 < a0 or b1 < d0 or d1 < b0


def test_the_axes_do_not_move_with_the_batch():
    assert drawn(1, 1)["layout"]["yaxis"] == drawn(256, 1024)["layout"]["yaxis"]
    assert drawn(1, 1)["layout"]["xaxis"] == drawn(256, 1024)["layout"]["xaxis"]


@pytest.mark.parametrize(("length", "longest", "expected"), [(1, 256, 0.1), (256, 256, 0.9), (16, 256, 0.5)])
def test_a_side_grows_with_the_logarithm(length, longest, expected):
    assert shapes.side(length, longest) == pytest.approx(expected)


def test_the_description_names_every_shape():
    text = shapes.describe(64, 50)
    for said in (
        "64 rows, each of 50 features",
        "input, normalized, output have",
        "mean, variance, scale",
        "vectors (50,)",
    ):
        assert said in text
