"""Both orders, row by row: every value in its place, the hidden rows really hidden."""

import json
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from bn import ACTIVATIONS, BatchNorm, after_activation, before_activation
from ui.figures import placement
from ui.figures.style import ACTIVATED, INPUT, OUTPUT

X = np.arange(-10.0, 11.0)[:, None]
EACH = pytest.mark.parametrize("name", ACTIVATIONS)
ORDERS = pytest.mark.parametrize("place", [before_activation, after_activation])
SETTINGS = [(1, 0, 0), (0, 2, 0), (2, 0, -5), (7, 5, 5), (7, -5, -5), (0.5, 5, 0)]


def placed(place, name="sigmoid", gamma=1.0, beta=0.0, center=0):
    layer = replace(BatchNorm.create(1), gamma=[gamma], beta=[beta])
    return place(layer, ACTIVATIONS[name], X + center)


def drawn(data, *, revealed=True):
    figure = placement.draw(data, revealed=revealed)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


def texts(figure):
    return [note["text"] for note in figure["layout"]["annotations"]]


def rows(figure):
    """The dots of each row: its symbol, its color and marker, and its values read back from the ends beneath it."""
    for dots in figure["data"]:
        if dots["mode"] == "markers":
            base = dots["y"][0]
            ends = [note for note in figure["layout"]["annotations"] if note["y"] == pytest.approx(base - 0.17)]
            low, high = (float(note["text"].replace("−", "-")) for note in sorted(ends, key=lambda note: note["x"]))
            values = low + np.array(dots["x"]) * (high - low)
            yield dots["name"].removesuffix(" values"), (dots["marker"]["color"], dots["marker"]["symbol"]), values


@ORDERS
@EACH
@pytest.mark.parametrize(("gamma", "beta", "center"), SETTINGS)
def test_every_value_is_where_the_ends_of_its_row_say(place, name, gamma, beta, center):
    data = placed(place, name, gamma, beta, center)
    stages = [INPUT, OUTPUT, ACTIVATED] if data.first else [INPUT, ACTIVATED, OUTPUT]
    symbols = ["x", "y", "f(y)"] if data.first else ["x", "f(x)", "y"]
    found = list(rows(drawn(data)))
    assert [symbol for symbol, _, _ in found] == symbols
    for (_, (color, marker), values), stage, right in zip(found, stages, (data.x, data.middle, data.out), strict=True):
        assert color == stage.color
        np.testing.assert_allclose(values, right[:, 0].clip(-placement.HALF, placement.HALF), atol=1e-9)
        markers = [marker] * len(values) if isinstance(marker, str) else marker
        beyond = ["triangle-right" if value > placement.HALF else stage.marker for value in right[:, 0]]
        assert markers == beyond


@ORDERS
@EACH
@pytest.mark.parametrize(("gamma", "beta", "center"), SETTINGS)
def test_everything_is_inside_the_picture(place, name, gamma, beta, center):
    figure = drawn(placed(place, name, gamma, beta, center))
    left, right = figure["layout"]["xaxis"]["range"]
    low, high = figure["layout"]["yaxis"]["range"]
    for each in (*figure["data"], *({"x": [s["x0"], s["x1"]], "y": [s["y0"], s["y1"]]} for s in shapes(figure))):
        assert left <= min(each["x"])
        assert max(each["x"]) <= right
        assert low <= min(each["y"])
        assert max(each["y"]) <= high


def shapes(figure):
    return figure["layout"]["shapes"]


@ORDERS
def test_each_ridge_counts_every_value(place):
    """Areas of equally wide bins are in the ratio of their counts; the highest has the full height."""
    data = placed(place)
    ridges = [each for each in drawn(data)["data"] if each.get("fill")]
    for ridge, base, values in zip(ridges, (2, 1, 0), (data.x, data.middle, data.out), strict=True):
        counts, _ = np.histogram(values, bins=7)
        np.testing.assert_allclose(np.array(ridge["y"][1:-1:2]) - base, 0.5 * counts / counts.max(), atol=1e-12)


def test_values_that_are_all_the_same_are_a_spike():
    ridge = [each for each in drawn(placed(before_activation, gamma=0.0, beta=2.0))["data"] if each.get("fill")][1]
    assert ridge["x"] == [0.5 + 2 / 34] * 2
    assert ridge["y"] == [1.0, 1.5]


def test_mean_and_deviation_are_drawn_and_written():
    data = placed(after_activation)
    figure = drawn(data)
    assert "mean 0.50, std 0.45" in texts(figure)
    assert "mean 0.00, std 1.00" in texts(figure)
    lines = [shape for shape in shapes(figure) if shape["type"] == "line"]
    assert [line["x0"] for line in lines] == pytest.approx([0.5, 0.5, 0.5])
    band = next(shape for shape in shapes(figure) if shape["type"] == "rect" and shape["y0"] == pytest.approx(-0.08))
    assert [band["x0"], band["x1"]] == pytest.approx([0.5 - 1 / 34, 0.5 + 1 / 34], abs=1e-4)


def test_the_flat_parts_are_shaded_and_counted_in_the_row_that_the_activation_gets():
    for place, base, count in ((before_activation, 1, "0 of 21"), (after_activation, 2, "16 of 21")):
        figure = drawn(placed(place))
        zones = [shape for shape in shapes(figure) if shape.get("fillcolor") == placement.FLAT]
        assert {round(zone["y0"] + 0.28) for zone in zones} == {base}
        assert f"<b>{count} flat</b>" in texts(figure)
        assert [zones[0]["x1"], zones[1]["x0"]] == pytest.approx([0.5 - np.log(19) / 34, 0.5 + np.log(19) / 34])


@ORDERS
@EACH
def test_what_is_hidden_is_not_in_the_picture(place, name):
    data = placed(place, name)
    figure = drawn(data, revealed=False)
    assert [symbol for symbol, _, _ in rows(figure)] == ["x"]
    assert texts(figure).count("?") == 2
    for words in (json.dumps(figure, ensure_ascii=False), placement.describe(data, revealed=False)):
        assert "flat" not in words
        assert "f(x) =" not in words
        assert "std 1.00" not in words
    assert figure["layout"]["height"] == drawn(data)["layout"]["height"] == placement.HEIGHT
    assert figure["layout"]["yaxis"] == drawn(data)["layout"]["yaxis"]


def test_the_description_follows_the_order_and_the_numbers():
    before, after = (
        placement.describe(placed(place), revealed=True) for place in (before_activation, after_activation)
    )
    assert before.startswith("batch norm, then sigmoid")
    assert after.startswith("sigmoid, then batch norm")
    for said in ("0 of 21 where sigmoid is flat", "standard deviation 6.06", "f(y) from 0.16 to 0.84"):
        assert said in before
    for said in ("16 of 21 where sigmoid is flat", "y from −1.11 to 1.11", "standard deviation 1.00"):
        assert said in after
    settings = {placement.describe(placed(after_activation, "tanh", *each), revealed=True) for each in SETTINGS}
    assert len(settings) == len(SETTINGS)
