"""The bias: x moves, x̂ does not, and it is not shown before it may be."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from bn import EXAMPLE, add_bias
from ui.figures import bias

STD = EXAMPLE.std(axis=0)
PROOF = add_bias(EXAMPLE, 3 * STD)


def drawn(proof=PROOF, feature=1, name="age", revealed=True):
    figure = bias.draw(proof, feature, name=name, revealed=revealed)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


def traces(figure):
    return {trace["name"]: trace for trace in figure["data"]}


def test_x_moves_by_the_bias():
    points = traces(drawn())
    before, after = (np.array(points[f"x {how} bias"]["x"]) for how in ("without", "with"))
    np.testing.assert_allclose(before, (EXAMPLE[:, 1] - EXAMPLE[:, 1].mean()) / STD[1])
    np.testing.assert_allclose(after - before, 3)


def test_the_normalized_values_lie_on_each_other():
    points = traces(drawn())
    before, after = (np.array(points[f"x̂ {how} bias"]["x"]) for how in ("without", "with"))
    np.testing.assert_allclose(before, after, atol=1e-12)
    np.testing.assert_allclose(before, (EXAMPLE[:, 1] - EXAMPLE[:, 1].mean()) / np.sqrt(STD[1] ** 2 + 1e-5))


def test_before_the_answer_nothing_of_the_normalized_values_is_there():
    figure = drawn(revealed=False)
    assert set(traces(figure)) == {"x without bias", "x with bias"}
    assert not any("x̂" in str(shape.get("name")) for shape in figure["layout"]["shapes"])
    assert "hidden" in bias.describe(PROOF, 1, name="age", revealed=False)


def test_rings_are_without_and_dots_with_the_bias():
    for name, trace in traces(drawn()).items():
        assert trace["marker"]["symbol"].endswith("-open") == ("without" in name)


@pytest.mark.parametrize("k", [-10, 0, 10])
@pytest.mark.parametrize(
    "x", [EXAMPLE, np.eye(256)[:, :1] * 1e9, np.ones((2, 1))], ids=["example", "outlier", "constant"]
)
def test_everything_stays_inside_a_picture_that_does_not_move(x, k):
    spread = np.where(x.std(axis=0) > 0, x.std(axis=0), 1)
    figure = drawn(add_bias(x, k * spread), 0)
    low, high = figure["layout"]["xaxis"]["range"]
    assert [low, high] == drawn(add_bias(x, 0 * spread), 0)["layout"]["xaxis"]["range"]
    for name, trace in traces(figure).items():
        assert low < min(trace["x"]), name
        assert max(trace["x"]) < high, name


def test_no_bias_no_arrow():
    notes = drawn(add_bias(EXAMPLE, np.zeros(4)))["layout"]["annotations"]
    assert not any(note["showarrow"] for note in notes)
    assert any(note["showarrow"] for note in drawn()["layout"]["annotations"])


def test_a_readers_name_is_text():
    notes = drawn(name="<b>a</b>")["layout"]["annotations"]
    assert not any("<b>a" in note["text"] for note in notes)


def test_the_description_holds_bias_means_and_difference():
    text = bias.describe(PROOF, 1, name="age", revealed=True)
    for number in (3 * STD[1], EXAMPLE[:, 1].mean(), EXAMPLE[:, 1].mean() + 3 * STD[1]):
        assert f"{number:.3f}" in text
    assert "e−1" in text or text.endswith("at most 0.")
