"""The shapes of the five steps: which rectangle grows with what."""

import json
import re

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
    texts = [re.sub("</?span[^>]*>", "", text) for text in drawn(2, 784)["data"][0]["text"]]
    for label in (
        "x<br>(2, 784)",
        "μ<br>(784,)",
        "x̂<br>(2, 784)",
        "γ<br>(784,)",
        "y<br>(2, 784)",
        "moving σ²<br>(784,)",
    ):
        assert label in texts


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
    for said in ("64 rows and 50 features", "mean (50,)", "moving variance (50,)", "output (64, 50)"):
        assert said in text
