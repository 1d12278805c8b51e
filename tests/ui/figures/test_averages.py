"""The moving average on its way: every point where its number says, nothing cut off, described in words."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from ui.figures import averages
from ui.figures.style import INPUT, MOVING_DASH

MOVING = np.array([0.0, 1.0, 1.5, 1.25])
BATCH = np.array([2.0, 2.5, -4.0])
TRUTH = 3.25


def drawn(moving=MOVING, batch=BATCH, truth=TRUTH, statistic="mean of age"):
    figure = averages.draw(moving, batch, truth, statistic=statistic)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


def traces(figure):
    return {trace["name"]: trace for trace in figure["data"]}


def test_the_moving_average_starts_before_the_first_batch():
    moving = traces(drawn())["moving average"]
    assert moving["x"] == [0, 1, 2, 3]
    assert moving["y"] == MOVING.tolist()
    assert "lines" in moving["mode"]
    assert moving["line"]["dash"] == MOVING_DASH


def test_each_batch_is_a_dot_where_it_was_seen():
    batches = traces(drawn())["this batch"]
    assert batches["x"] == [1, 2, 3]
    assert batches["y"] == BATCH.tolist()
    assert batches["mode"] == "markers"
    assert batches["marker"]["color"] == INPUT.color


def test_the_truth_is_a_level_solid_line_across_the_picture():
    truth = traces(drawn())["true value"]
    assert truth["y"] == [TRUTH, TRUTH]
    assert truth["x"] == [0, 3]
    assert truth["line"].get("dash", "solid") == "solid"


@pytest.mark.parametrize("scale", [1, -1, 1e9, 1e-9])
def test_everything_is_inside_the_picture(scale):
    figure = drawn(scale * MOVING, scale * BATCH, scale * TRUTH)
    (left, right), (low, high) = (figure["layout"][axis]["range"] for axis in ("xaxis", "yaxis"))
    for trace in figure["data"]:
        assert left < min(trace["x"])
        assert max(trace["x"]) < right
        assert low < min(trace["y"])
        assert max(trace["y"]) < high
    assert high - low < 1.5 * abs(scale) * (TRUTH + 4)


def test_axes_say_what_they_show():
    layout = drawn(statistic="variance of age")["layout"]
    assert layout["xaxis"]["title"]["text"] == "batches seen"
    assert layout["yaxis"]["title"]["text"] == "variance of age"
    assert layout["height"] == averages.HEIGHT


def test_before_the_first_batch_there_is_the_start_and_the_truth():
    figure = drawn(np.array([1.0]), np.array([]))
    assert traces(figure)["this batch"]["x"] == traces(figure)["this batch"]["y"] == []
    assert traces(figure)["moving average"]["y"] == [1.0]
    assert traces(figure)["true value"]["x"] == [0, 1]


def test_a_picture_in_which_nothing_differs_still_has_a_height():
    low, high = drawn(np.ones(3), np.ones(2), 1.0)["layout"]["yaxis"]["range"]
    assert low < 1 < high


def test_many_batches_are_a_line_without_markers():
    few, many = (drawn(np.zeros(n + 1), np.zeros(n), 1.0) for n in (5, 1000))
    assert traces(few)["moving average"]["mode"] == "lines+markers"
    assert traces(many)["moving average"]["mode"] == "lines"
    assert traces(many)["moving average"]["x"][-1] == 1000


def test_the_description_holds_start_end_truth_and_how_many_batches():
    text = averages.describe(MOVING, BATCH, TRUTH, statistic="mean of age")
    for said in ("mean of age", "0.000", "1.250", "3 batches", "3.250"):
        assert said in text
    assert "1 batch;" in averages.describe(MOVING[:2], BATCH[:1], TRUTH, statistic="mean")
    assert "0 batches" in averages.describe(MOVING[:1], BATCH[:0], TRUTH, statistic="mean")


def test_the_description_changes_with_the_picture():
    texts = {
        averages.describe(MOVING, BATCH, TRUTH, statistic="mean"),
        averages.describe(MOVING, BATCH, TRUTH, statistic="variance"),
        averages.describe(MOVING[:3], BATCH[:2], TRUTH, statistic="mean"),
        averages.describe(MOVING, BATCH, 2 * TRUTH, statistic="mean"),
        averages.describe(MOVING[::-1], BATCH, TRUTH, statistic="mean"),
    }
    assert len(texts) == 5


@pytest.mark.parametrize("count", [0, 1, 6, 7, 1000])
def test_ticks_stand_at_whole_batches(count):
    axis = drawn(np.zeros(count + 1), np.zeros(count))["layout"]["xaxis"]
    left, right = axis["range"]
    assert axis.get("dtick") == 1 or (right - left) / axis["nticks"] > 1
    assert (right - left) / axis.get("dtick", right) < 8
