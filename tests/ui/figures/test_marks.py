"""The marks: each says what is shown, and Plotly takes it as it is."""

import inspect
import json
import pkgutil
import re
from importlib import import_module

import numpy as np
import plotly.graph_objects as go
import pytest

import ui.figures
from ui.figures import marks
from ui.figures.style import INPUT, RULE, layout

MODULES = sorted({module.name for module in pkgutil.walk_packages(ui.figures.__path__)} - {"marks"})


def shown(*data, shapes=(), annotations=(), xaxis=None):
    """The figure of these marks, once Plotly has looked at it."""
    axes = {"xaxis": xaxis or marks.axis(0, 1), "yaxis": marks.axis(0, 1)}
    figure = {
        "data": list(data),
        "layout": layout(200, left=8, bottom=8, shapes=list(shapes), annotations=list(annotations), **axes),
    }
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    return figure


@pytest.mark.parametrize("name", MODULES)
def test_no_figure_writes_a_mark_by_hand(name):
    source = inspect.getsource(import_module(f"ui.figures.{name}"))
    assert re.findall(r'"type": "(?:scatter|rect|line|log)"|"showarrow"|span style="color', source) == []


def test_every_mark_is_known_to_plotly():
    shown(
        marks.lines("line", [0, None, 1], [0, None, 1], INPUT.color, 2, "dash", text=["a", "b", "c"], yaxis="y"),
        marks.segments("pairs", [((0, 0), (1, 1))], RULE, 1, opacity=0.5),
        marks.area("area", [0, 1], [0, 1], INPUT.tint(0.1), INPUT.color),
        marks.dots("dots", [0, 1], [0, 1], INPUT.color, ["circle", "x"], 9, opacity=0.5, edge={"width": 1}),
        marks.words("words", [0], [1], ["here"], 12),
        shapes=[
            marks.rule(0, (0, 1)),
            marks.band((0, 1), (0, 1), RULE, layer="below"),
            marks.box((0, 1), (0, 1), RULE, 1, "dot"),
        ],
        annotations=[
            marks.note("note", 0, 1, xshift=4),
            marks.pinned("pinned", 1, 1, "right top"),
            marks.heading("heading", 1, -10),
            marks.arrow((0, 0), (1, 1), RULE),
        ],
        xaxis=marks.log_axis(0.1, 10, "size", room=0.5, ticks={0.1: "a tenth", 10: "ten"}, size=12),
    )


def test_a_trace_says_its_texts_under_the_pointer_and_nothing_without():
    assert marks.lines("line", [0], [0])["hoverinfo"] == "skip"
    assert marks.lines("line", [0], [0], text=["a"])["hoverinfo"] == "text"
    assert marks.lines("line", [0], [0], text=["a"], hover="x")["hoverinfo"] == "x"
    templated = marks.dots("dots", [0], [0], RULE, "x", 5, hover="%{x}")
    assert templated["hovertemplate"] == "%{x}"
    assert "hoverinfo" not in templated


def test_words_in_the_picture_are_not_said_again_under_the_pointer():
    assert marks.words("words", 0, 0, ["here"], 12)["hoverinfo"] == "skip"


@pytest.mark.parametrize(
    ("x", "y", "places"),
    [
        (0, 1, ([0], [1])),
        ([0, 1, 2], 5, ([0, 1, 2], [5, 5, 5])),
        (5, np.array([0.5, 1.5]), ([5, 5], [0.5, 1.5])),
        (range(2), (3, None), ([0, 1], [3, None])),
        ([], 1, ([], [])),
    ],
)
def test_a_number_is_the_same_all_along(x, y, places):
    line = marks.lines("line", x, y)
    assert (line["x"], line["y"]) == places


def test_between_two_pairs_is_a_gap():
    pairs = marks.segments("pairs", (((k, 1), (k, 2)) for k in range(2)), RULE, 1)
    assert pairs["x"] == [0, 0, None, 1, 1, None]
    assert pairs["y"] == [1, 2, None, 1, 2, None]


def test_points_are_taken_apart():
    assert marks.apart((k, k**2) for k in range(3)) == ([0, 1, 2], [0, 1, 4])
    assert marks.apart([]) == ([], [])


def test_what_lies_beyond_an_end_of_the_axis_is_a_triangle():
    values = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    assert marks.at_edge(values, (-1, 1), "x") == ["triangle-down", "x", "x", "x", "triangle-up"]
    assert marks.at_edge(values, (-1, 2), "x", ("triangle-left", "triangle-right")) == ["triangle-left", *"xxxx"]
    assert marks.at_edge(values, (-1, 1), list("abcde")) == ["triangle-down", "b", "c", "d", "triangle-up"]
    assert marks.at_edge(values, (-2, 2), "x") == "x"
    assert marks.at_edge(values[:0], (-2, 2), "x") == "x"


def test_a_number_is_both_ends_of_a_rule():
    places = [[marks.rule(*each)[end] for end in ("x0", "x1", "y0", "y1")] for each in ((3, (0, 1)), ((0, 1), 3))]
    assert places == [[3, 3, 0, 1], [0, 1, 3, 3]]


def test_a_band_has_no_edge_and_a_box_nothing_in_it():
    assert marks.band((0, 1), (2, 3), RULE)["line"] == {"width": 0}
    assert "fillcolor" not in marks.box((0, 1), (2, 3), RULE)


def test_a_dash_that_is_not_named_is_left_out():
    assert "dash" not in marks.lines("line", 0, 0)["line"]
    assert marks.rule(0, 1)["line"]["dash"] == "dot"


def test_a_pinned_note_stands_in_the_picture_and_not_on_the_axes():
    (note,) = shown(annotations=[marks.pinned("words", 0.5, 1, "left bottom", size=15)])["layout"]["annotations"]
    assert (note["xref"], note["yref"]) == ("paper", "paper")
    assert (note["xanchor"], note["yanchor"]) == ("left", "bottom")
    assert note["font"] == {"size": 15}


def test_a_heading_begins_at_the_left_edge():
    heading = marks.heading("words", 0.5, -20, yanchor="bottom")
    assert [heading[key] for key in ("x", "y", "xanchor", "yanchor", "xshift")] == [0, 0.5, "left", "bottom", -20]


def test_an_arrow_points_from_one_place_to_the_other():
    arrow = marks.arrow((0, 1), (2, 3), RULE)
    assert [arrow[key] for key in ("ax", "ay", "x", "y")] == [0, 1, 2, 3]


def test_a_legend_shows_each_name_behind_its_glyph_in_its_color():
    row = marks.legend(("circle", INPUT.color, "one"), ("solid", RULE, "two"))
    assert row == f'<span style="color:{INPUT.color}">●</span> one  <span style="color:{RULE}"><b>─</b></span> two'
    assert marks.legend(("x", RULE, "a"), ("x", RULE, "b"), between="<br>").count("<br>") == 1


def test_no_two_looks_have_the_same_glyph():
    assert len(set(marks.GLYPHS.values())) == len(marks.GLYPHS)


def test_ticks_are_places_or_also_what_stands_there():
    assert "tickvals" not in marks.axis(0, 1)
    assert "ticktext" not in marks.axis(0, 1, ticks=(0, 1))
    named = marks.axis(0, 1, "title", ticks={0: "none", 1: "all"}, size=11)
    assert (named["tickvals"], named["ticktext"]) == ([0, 1], ["none", "all"])
    assert (named["title"], named["tickfont"]) == ({"text": "title"}, {"size": 11})


def test_a_logarithmic_axis_ends_where_it_is_said_with_room_in_powers_of_ten():
    axis = marks.log_axis(0.01, 100, room=0.5)
    assert axis["type"] == "log"
    assert axis["range"] == pytest.approx([-2.5, 2.5])


def test_an_axis_with_nothing_written_still_has_its_ends():
    axis = marks.no_axis(-1, 2, domain=[0, 0.5])
    assert axis["range"] == [-1, 2]
    assert axis["showgrid"] is axis["showticklabels"] is False
