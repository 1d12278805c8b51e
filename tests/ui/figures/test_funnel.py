"""The funnel of one output: batch norm's dots, and lines for the others."""

import json

import numpy as np
import plotly.graph_objects as go

from ui.figures import funnel
from ui.figures.style import NORMALIZED

SIZES = (1, 2, 4)
BATCH = np.array([[1.5, 1.5], [1.0, 2.9], [1.3, 1.5]])
RELATIVES = {"layer norm": np.full((3, 2), 0.8), "instance norm": np.full((3, 2), -1.2)}


def drawn(batch=BATCH, relatives=RELATIVES):
    figure = funnel.draw(SIZES, batch, relatives)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return {trace["name"]: trace for trace in figure["data"]}, figure["layout"]


def test_batch_norm_s_dots_are_deviations_from_the_average_in_the_largest_batches():
    dots = drawn()[0]["batch norm"]
    np.testing.assert_allclose(dots["y"], np.clip(BATCH.ravel() - 1.4, -funnel.REACH, funnel.REACH), atol=1e-5)
    assert dots["marker"]["symbol"] == [*[NORMALIZED.marker] * 3, "triangle-up", *[NORMALIZED.marker] * 2]
    assert dots["marker"]["color"] == NORMALIZED.color
    assert dots["text"][3] == "in a batch of 2: 2.900"


def test_the_dots_of_a_size_stand_around_its_tick():
    traces, layout = drawn()
    places = np.reshape(traces["batch norm"]["x"], BATCH.shape)
    np.testing.assert_allclose(places.mean(axis=1), layout["xaxis"]["tickvals"], atol=1e-3)
    assert layout["xaxis"]["ticktext"] == ["1", "2", "4"]


def test_the_others_are_lines_below_that_would_show_a_deviation():
    traces, layout = drawn()
    flat = [traces[name]["y"] for name in RELATIVES]
    assert [np.ptp(values) for values in flat] == [0, 0]
    assert max(flat[1]) < min(flat[0]) < -funnel.REACH
    assert layout["yaxis"]["range"][0] < flat[1][0]
    moved = {**RELATIVES, "layer norm": RELATIVES["layer norm"] + np.array([[0, 0.1], [0, 0], [0, 0]])}
    assert np.ptp(drawn(relatives=moved)[0]["layer norm"]["y"]) > 0.09


def test_every_line_has_its_name_beside_it():
    traces, layout = drawn()
    names = {label["text"]: label["y"] for label in layout["annotations"]}
    for name in RELATIVES:
        assert abs(names[f"<b>{name}</b>"] - traces[name]["y"][0]) < funnel.STEP / 2
    assert any(name.endswith("▲</span> beyond the axis  <b>batch norm</b>") for name in names)
    assert drawn(batch=BATCH.clip(1, 2))[1]["annotations"][0]["text"] == "<b>batch norm</b>"


def test_what_lies_beyond_is_a_whole_triangle_and_no_half_dot():
    traces, layout = drawn()
    size = traces["batch norm"]["marker"]["size"]
    assert size == [5, 5, 5, funnel.AT_EDGE, 5, 5]
    assert layout["margin"]["t"] >= funnel.AT_EDGE


def test_the_words_say_what_is_seen():
    words = funnel.describe(SIZES, BATCH, RELATIVES)
    assert "spreads by 0.95 in batches of 2 and by 0.100 in batches of 4, around 1.40" in words
    assert "By layer norm it moves by 0.00 and is 0.80." in words
