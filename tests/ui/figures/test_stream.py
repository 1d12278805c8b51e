"""The stream of batches: every number where it says, constant ranges, the truth and the forgotten start marked."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from ui.figures import stream
from ui.figures.stream import MEAN_RANGE, VARIANCE_RANGE, Path
from ui.figures.style import INPUT, MOVING_DASH

MEAN = Path("mean", np.array([9.0, 12.0, 10.5]), np.array([0.0, 4.5, 8.25, 9.375]), None, 10.0)
VARIANCE = Path("variance ÷ N", np.array([4.0, 16.0, 9.0]), np.array([1.0, 2.5, 9.25, 9.125]), None, 9.0)
CORRECTED = np.array([9.0, 11.0, 10.7])


def drawn(mean=MEAN, variance=VARIANCE, forgotten=2):
    figure = stream.draw(mean, variance, forgotten)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


def traces(figure):
    return {trace["name"]: trace for trace in figure["data"]}


def titles(figure):
    return [annotation["text"] for annotation in figure["layout"]["annotations"]]


@pytest.mark.parametrize(("path", "axis"), [(MEAN, "y2"), (VARIANCE, "y")])
def test_each_statistic_has_its_own_panel(path, axis):
    panel = traces(drawn())
    moving, dots, truth = (
        panel[name] for name in (f"moving {path.name}", f"{path.name} of each batch", f"true {path.name}")
    )
    assert {moving["yaxis"], dots["yaxis"], truth["yaxis"]} == {axis}
    assert (moving["x"], moving["y"]) == ([0, 1, 2, 3], path.moving.tolist())
    assert (dots["x"], dots["y"]) == ([1, 2, 3], path.batches.tolist())
    assert (truth["x"], truth["y"]) == ([0, 3], [path.truth] * 2)
    assert moving["line"]["dash"] == MOVING_DASH
    assert moving["line"]["color"] == dots["marker"]["color"] == INPUT.color
    assert dots["mode"] == "markers"


def test_the_panels_do_not_overlap():
    layout = drawn()["layout"]
    assert layout["yaxis"]["domain"][1] < layout["yaxis2"]["domain"][0]
    assert layout["height"] == stream.HEIGHT


def test_the_ranges_do_not_move_with_the_data():
    wild = Path("mean", np.array([900.0, -50.0]), np.array([0.0, 3.0, 4.0]), None, 10.0)
    for figure in (drawn(), drawn(mean=wild)):
        assert figure["layout"]["yaxis2"]["range"] == list(MEAN_RANGE)
        assert figure["layout"]["yaxis"]["range"] == list(VARIANCE_RANGE)


def test_what_lies_beyond_the_range_is_a_triangle_at_the_edge_that_says_so():
    wild = Path("mean", np.array([900.0, -50.0, 10.0]), np.zeros(4), None, 10.0)
    dots = traces(drawn(mean=wild))["mean of each batch"]
    assert dots["y"] == [MEAN_RANGE[1], MEAN_RANGE[0], 10.0]
    assert dots["marker"]["symbol"] == ["triangle-up", "triangle-down", INPUT.marker]
    assert dots["hovertemplate"] == "batch %{x}: %{y:.1f}%{text}"
    assert dots["text"] == [" or more", " or less", ""]


def test_the_start_and_the_truth_are_inside_the_picture():
    for path, (low, high) in ((MEAN, MEAN_RANGE), (VARIANCE, VARIANCE_RANGE)):
        assert low < path.moving[0] < high
        assert low < path.truth < high


@pytest.mark.parametrize(("forgotten", "marked"), [(2, True), (3, True), (4, False), (None, False)])
def test_the_batch_that_forgets_the_start_is_marked_where_it_is_in_the_picture(forgotten, marked):
    figure = drawn(forgotten=forgotten)
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == ([forgotten] if marked else [])
    assert ("start below 1%" in titles(figure)) == marked


def test_without_its_start_is_a_line_of_its_own_with_a_sign_in_the_title():
    paths = [Path(p.name, p.batches, p.moving, CORRECTED, p.truth) for p in (MEAN, VARIANCE)]
    figure = drawn(*paths)
    line = traces(figure)["moving mean without its start"]
    assert (line["x"], line["y"]) == ([1, 2, 3], CORRECTED.tolist())
    assert line["line"]["dash"] not in (MOVING_DASH, "solid")
    assert "without its start" in titles(figure)[1]
    assert "without its start" not in " ".join(titles(drawn()))


def test_the_titles_say_what_is_shown():
    mean, variance = titles(drawn(forgotten=None))
    for word in ("mean", "batches", "moving average", "truth"):
        assert word in mean
    assert "variance ÷ N" in variance


def test_before_the_first_batch_there_is_the_start():
    nothing = [Path(p.name, np.array([]), p.moving[:1], None, p.truth) for p in (MEAN, VARIANCE)]
    figure = drawn(*nothing)
    assert traces(figure)["moving mean"]["y"] == [0.0]
    assert traces(figure)["mean of each batch"]["y"] == []
    assert figure["layout"]["xaxis"]["range"][1] > 0
    assert "0 batches" in stream.describe(*nothing, 2)


def test_the_description_holds_the_numbers():
    text = stream.describe(MEAN, VARIANCE, 2)
    for said in ("3 batches", "from 0.00 to 9.38", "10.00", "9.00 and 12.00", "variance ÷ N", "9.13", "batch 2"):
        assert said in text
    assert "beyond this picture" in stream.describe(MEAN, VARIANCE, 44)
    assert "never forgotten" in stream.describe(MEAN, VARIANCE, None)
    corrected = Path("mean", MEAN.batches, MEAN.moving, CORRECTED, 10.0)
    assert "without its start the average is 10.70" in stream.describe(corrected, VARIANCE, 2)
