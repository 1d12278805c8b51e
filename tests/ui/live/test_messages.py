"""What components tell: their own form is taken, all else is ignored."""

import sys

import pytest
import streamlit as st

from ui.live import messages


@pytest.fixture
def says(monkeypatch):
    state = {}
    monkeypatch.setattr(st, "session_state", state)

    def say(event, value):
        state["part"] = {event: value}

    return say


def test_a_component_that_has_gone_says_nothing(says):
    assert messages.told("part", "choose") is None
    assert messages.told_cell("part") is None
    assert messages.told_text("part") is None
    assert messages.told_changes("part") == []


def test_what_the_scripts_send_is_taken(says):
    says("choose", [2, 1])
    assert messages.told_cell("part") == (2, 1)
    says("edit", [0, 3, "1.5"])
    assert messages.told_text("part") == (0, 3, "1.5")
    says("change", [["gamma", 0, 1, 2.5], ["x", 3, 0, 7]])
    assert messages.told_changes("part") == [("gamma", 0, 1, 2.5), ("x", 3, 0, 7.0)]


@pytest.mark.parametrize(
    ("value", "asked"),
    [(["a", "b"], ["a", "b"]), (["a", 3, None], ["a"]), ("ab", []), ({"a": 1}, []), (None, []), ([], [])],
)
def test_sliders_are_named(says, value, asked):
    says("ask", value)
    assert messages.told_sliders("part") == asked


@pytest.mark.parametrize("value", [None, 3, "x", {}, [], [1], [1, 2, 3], ["1", 2], [1.0, 2], [None, None], [[1, 2]]])
def test_a_cell_is_two_whole_numbers(says, value):
    says("choose", value)
    assert messages.told_cell("part") is None


@pytest.mark.parametrize("value", [None, 3, "x", [0, 1], [0, 1, 2], [0, "1", "2"], [0, 1, None]])
def test_a_text_has_its_cell(says, value):
    says("edit", value)
    assert messages.told_text("part") is None


@pytest.mark.parametrize(
    "value",
    [
        None,
        3,
        "x",
        {"a": 1},
        [3],
        [[]],
        [["x", 0, 1]],
        [["x", 0, 1, "2"]],
        [["x", 0, 1, float("nan")]],
        [[1, 0, 1, 2]],
        [["x", 0, 1, float("-inf")]],
        [["x", 0, 1, 10**400]],
        [["x", 0, 1, -(10**400)]],
    ],
)
def test_a_change_is_whole_and_finite(says, value):
    says("change", value)
    assert messages.told_changes("part") == []
    if isinstance(value, list):
        says("change", [*value, ["beta", 0, 0, 1]])
        assert messages.told_changes("part") == [("beta", 0, 0, 1.0)]


def test_the_largest_number_is_still_a_change(says):
    says("change", [["x", 10**400, -(10**400), int(sys.float_info.max)]])
    assert messages.told_changes("part") == [("x", 10**400, -(10**400), sys.float_info.max)]


def test_more_changes_than_a_batch_has_cells_are_not_even_looked_at(says):
    most = [["x", 0, 0, 1.0]] * messages.MOST_CHANGES
    says("change", most)
    assert len(messages.told_changes("part")) == messages.MOST_CHANGES

    class Untouched(list):
        def __iter__(self):
            raise AssertionError("looked at")

    says("change", Untouched([*most, ["x", 0, 0, 1.0]]))
    assert messages.told_changes("part") == []


def test_of_a_long_text_no_more_is_read_than_a_number_can_have(says):
    says("edit", [0, 3, "9" * 10**6])
    assert messages.told_text("part") == (0, 3, "9" * messages.MOST_CHARACTERS)
