"""What the map is told: both twins' numbers, the reader's own runs, and nothing of a twin that is still to be predicted."""

import json
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.driving import components
from ui.live import rate_map
from ui.live.rate_map import MOST_MARKS, chosen, words
from ui.studies.rate_map import DEPTHS, RATES, known, map_of
from ui.studies.twins import TwinSettings

DEFAULT = TwinSettings()


def showing() -> None:
    import streamlit as st

    from ui.live.rate_map import show_rate_map
    from ui.studies.rate_map import known, map_of
    from ui.studies.twins import TwinSettings

    for run, reached in st.session_state.get("runs", {}).items():
        st.session_state.setdefault("_tn_marks", {})[run] = reached
    settings = TwinSettings()
    show_rate_map(
        known(map_of(settings)),
        settings,
        covered=st.session_state.get("covered", False),
        note="computed beforehand",
        sliders=("rate", "depth"),
        key="map",
        on_choose=lambda: None,
    )


def shown(**state):
    at = AppTest.from_function(showing)
    for key, value in state.items():
        at.session_state[key] = value
    at.run()
    assert not at.exception
    (data,) = components(at)
    json.dumps(data, allow_nan=False)
    return data


def test_both_maps_have_their_own_numbers_in_their_places():
    data = shown()
    assert [each["title"] for each in data["maps"]] == ["Without batch norm", "With batch norm"]
    for cell in known(map_of(DEFAULT)):
        row, column = DEPTHS.index(cell.depth), RATES.index(cell.rate)
        for k, each in zip((1, 0), data["maps"], strict=True):
            assert each["percents"][row][column] == round(100 * cell.accuracies[k])
            assert each["diverged"][row][column] == cell.diverged[k]


def test_the_map_says_where_the_sliders_stand():
    assert shown()["now"] == [DEFAULT.rate, DEFAULT.depth]


RUNS = {
    DEFAULT: ("96.4%", "61.9%"),
    replace(DEFAULT, rate=0.2, depth=7, steps=200): ("12.3%", "diverged"),
    replace(DEFAULT, activation="relu"): ("45.6%", "45.6%"),
}


def test_the_runs_of_this_network_leave_their_marks_with_what_both_twins_reached():
    assert [(mark["at"], mark["words"]) for mark in shown(runs=RUNS)["marks"]] == [
        ([-0.3, 3], "Your run: without 61.9%, with 96.4%."),
        ([0.2, 7], "Your run at η = 1.58, 7 layers after 200 steps: without diverged, with 12.3%."),
    ]


def test_of_a_covered_twin_nothing_is_sent():
    data = shown(runs=RUNS, covered=True)
    without, with_norm = data["maps"]
    assert {percent for row in with_norm["percents"] for percent in row} == {None}
    assert not any(any(row) for row in with_norm["diverged"])
    assert without["percents"][0][0] is not None
    assert all("with " not in mark["words"] for mark in data["marks"])
    assert (without["covered"], with_norm["covered"]) == (False, True)


@pytest.mark.parametrize("told", [None, (-1, 0), (0, len(RATES)), (len(DEPTHS), 0), (10**9, 0)])
def test_a_cell_that_is_not_there_is_not_chosen(told, monkeypatch):
    monkeypatch.setattr(rate_map, "told_cell", lambda key: told)
    assert chosen("map") is None


def test_a_chosen_cell_is_a_place_of_the_sliders(monkeypatch):
    monkeypatch.setattr(rate_map, "told_cell", lambda key: (2, 5))
    assert chosen("map") == (RATES[5], DEPTHS[2])


def test_words_of_a_run_at_a_cell_say_no_place():
    assert words(replace(DEFAULT, depth=4), ("1%", "2%"), covered=True) == "Your run: without 2%."
    assert "η = 0.501, 7 layers" in words(replace(DEFAULT, depth=7), ("1%", "2%"), covered=False)


def keeping() -> None:
    from dataclasses import replace

    from ui.live.rate_map import keep_mark
    from ui.studies.twins import Run, TwinSettings

    for seed in range(250):
        keep_mark(replace(TwinSettings(), seed=seed), (Run(()), Run(())))


def test_only_the_latest_marks_are_kept():
    at = AppTest.from_function(keeping).run()
    kept = at.session_state["_tn_marks"]
    assert len(kept) == MOST_MARKS
    assert [run.seed for run in kept][::199] == [50, 249]
