"""The network: one set of four vectors for each hidden layer, solid if learned, dashed if remembered."""

import json

import plotly.graph_objects as go
import pytest

from bn import count_network
from ui.figures import network
from ui.figures.style import MOVING_DASH


def drawn(widths=(50, 20)):
    figure = network.draw(count_network(784, list(widths), 10))
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


def labels(figure):
    """The words that are somewhere, and where."""
    words = [word for trace in figure["data"] for word in zip(trace["text"], trace["x"], trace["y"], strict=True)]
    return [word for word in words if word[1] is not None]


def shapes(figure, kind):
    return [shape for shape in figure["layout"]["shapes"] if shape["type"] == kind]


@pytest.mark.parametrize("layers", [1, 2, 5, 10])
def test_each_hidden_layer_has_its_own_four_vectors_and_the_output_none(layers):
    figure = drawn([50] * layers)
    texts = [text for text, _, _ in labels(figure)]
    for symbol in ("γ", "β", "μ", "σ²", "ReLU"):
        assert texts.count(symbol) == layers
    assert texts.count("bias") == layers + 1


def test_rows_lead_from_the_input_down_to_the_output():
    rows = {text: y for text, _, y in labels(drawn()) if "→" in text}
    assert list(rows) == ["784 → 50", "50 → 20", "20 → 10"]
    assert list(rows.values()) == [2, 1, 0]


@pytest.mark.parametrize("layers", [1, 2, 10])
def test_every_bias_but_the_last_is_crossed_out(layers):
    figure = drawn([50] * layers)
    crossed = sorted((line["y0"] + line["y1"]) / 2 for line in shapes(figure, "line"))
    assert crossed == pytest.approx(list(range(1, layers + 1)))


def test_what_is_remembered_is_dashed_and_what_is_learned_is_not():
    figure = drawn()
    dash = {}
    for text, x, y in labels(figure):
        inside = [s for s in shapes(figure, "rect") if s["x0"] < x < s["x1"] and s["y0"] < y < s["y1"]]
        if inside:
            dash[text] = inside[0]["line"]["dash"]
    assert dash["μ"] == dash["σ²"] == MOVING_DASH
    assert dash["γ"] == dash["β"] == "solid"


@pytest.mark.parametrize("layers", [1, 2, 10])
def test_nothing_leaves_the_picture_and_rows_keep_apart(layers):
    figure = drawn([512] * layers)
    (left, right), (low, high) = (figure["layout"][axis]["range"] for axis in ("xaxis", "yaxis"))
    for box in shapes(figure, "rect"):
        assert left < box["x0"] < box["x1"] < right
        assert low < box["y0"] < box["y1"] < high
        assert box["y1"] - box["y0"] < 0.8
    assert all(low < y < high for _, _, y in labels(figure))


def test_the_description_says_sizes_and_counts():
    text = network.describe(count_network(784, [50, 20], 10))
    for said in ("784 inputs", "50, 20 neurons", "2 hidden layers", "γ, β (learned)", "(remembered)"):
        assert said in text
    assert "1 hidden layer with" in network.describe(count_network(784, [50], 10))


@pytest.mark.parametrize("layers", [1, 3, 10])
def test_the_words_of_the_sizes_are_the_same_for_each_number_of_layers(layers):
    """So that a film can show any number of layers and of neurons."""
    sizes = [drawn([50] * each)["data"][1]["text"] for each in (2, layers)]
    assert sizes[0] == sizes[1]
