"""One output is pushed, the others move."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from ui.figures import contagion
from ui.figures.marks import GLYPHS
from ui.figures.style import OUTPUT, RULE
from ui.studies.batch_sizes import infected

BEFORE = np.array([0.2, -1.0, 1.5])
TRAINING, INFERENCE = np.array([2.1, 0.4, -0.9]), np.array([5.0, 0.0, 0.0])


def traces(before=BEFORE, training=TRAINING, inference=INFERENCE):
    figure = contagion.draw(before, training, inference)
    go.Figure({part: value for part, value in figure.items() if part != "grips"})
    json.dumps(figure, allow_nan=False)
    return {trace["name"]: trace for trace in figure["data"]}


def test_the_others_stand_where_they_were_at_how_far_they_move():
    found = traces()
    assert (found["training"]["x"], found["training"]["y"]) == ([-1.0, 1.5], [0.4, -0.9])
    assert (found["inference"]["x"], found["inference"]["y"]) == ([-1.0, 1.5], [0.0, 0.0])
    assert found["training"]["marker"]["color"] == OUTPUT.color
    assert found["inference"]["marker"]["color"] == RULE
    assert found["inference"]["marker"]["symbol"].endswith("open")


def test_stems_join_each_to_zero():
    stems = traces()["from zero"]
    assert (stems["type"], stems["x"], stems["y"]) == ("bar", [-1.0, 1.5], [0.4, -0.9])


def test_the_star_can_be_taken():
    (grip,) = contagion.draw(BEFORE, TRAINING, INFERENCE)["grips"]
    assert grip == {"slider": "bs_push", "trace": "the one that is pushed", "point": 0}


@pytest.mark.parametrize(("change", "said"), [(2.1, "2.10"), (9.0, "9.00 ↑"), (-9.0, "−9.00 ↓")])
def test_the_one_that_is_pushed_is_a_star_in_both_modes_and_says_how_far_even_beyond_the_axis(change, said):
    found = traces(training=np.array([change, 0.4, -0.9]), inference=np.array([change, 0.0, 0.0]))
    for name, symbol in ((contagion.PUSHED, "star"), (contagion.KEPT, "star-open")):
        assert found[name]["marker"]["symbol"] == symbol
        assert found[name]["x"] == [0.2]
        assert found[name]["y"] == [max(min(change, contagion.CHANGE_RANGE[1]), contagion.CHANGE_RANGE[0])]
    assert [found[f"by how far in {mode}"]["text"][0].split() for mode in ("training", "inference")] == [
        said.split(),
        said.split()[::-1],
    ]


def test_what_the_page_says_at_first_is_seen_whole():
    batch = infected(8, 5.0)
    found = traces(batch.before, batch.training, batch.inference)
    assert found[contagion.PUSHED]["y"] == [pytest.approx(float(batch.training[0]), abs=0.01)]
    assert found[contagion.KEPT]["y"] == [5.0]


def test_the_legend_has_each_marker_that_is_drawn():
    (signs,) = contagion.draw(BEFORE, TRAINING, INFERENCE)["layout"]["annotations"]
    for trace in traces().values():
        if trace.get("mode") == "markers":
            assert GLYPHS[trace["marker"]["symbol"]] in signs["text"]


def test_alone_there_are_no_others():
    found = traces(BEFORE[:1], TRAINING[:1], INFERENCE[:1])
    assert found["training"]["x"] == []
    assert "There are no others" in contagion.describe(BEFORE[:1], TRAINING[:1], INFERENCE[:1])


def test_the_words_say_what_is_seen():
    words = contagion.describe(BEFORE, TRAINING, INFERENCE)
    assert "A batch of 3; the output that is pushed moves by 2.10 in training and by 5.00 in inference." in words
    assert "2 of the 2 others move, by up to 0.90; in inference by 0.00" in words
