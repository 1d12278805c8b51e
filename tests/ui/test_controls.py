"""The range of a slider: wide enough to undo the normalization, and the value survives a change of range."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from ui.controls import reach, step


@pytest.mark.parametrize(
    ("needed", "half"),
    [(0, 3), (1, 3), (2.4, 3), (2.5, 5), (4, 5), (4.1, 10), (8, 10), (12, 20), (30, 50), (79, 100), (800, 1000)],
)
def test_reach_is_three_or_a_round_number_with_room(needed, half):
    assert reach(needed) == half


@given(st.floats(0, 1e12))
@example(8.0)
@example(80.0)
@example(799.9999999999999)
@example(800.0000000000001)
@example(8e8)
def test_reach_always_leaves_a_quarter_of_room(needed):
    half = reach(needed)
    assert half >= max(3, 1.25 * needed)
    assert half <= max(5, 2.5 * 1.25 * needed)
    mantissa = float(f"{half:e}".split("e")[0])
    assert mantissa in (1, 2, 5) or half == 3


@given(st.floats(0, 1e12))
def test_steps_divide_the_range_and_are_fine_enough(needed):
    half = reach(needed)
    steps = half / step(half)
    assert steps == pytest.approx(round(steps))
    assert 30 <= steps <= 50


def page():
    """A script of its own, so it imports what it needs."""
    import streamlit as st

    from ui.controls import parameter

    st.session_state["result"] = parameter("γ", "gamma", 1.0, st.session_state.get("needed", 0.0))


@pytest.mark.parametrize(
    ("value", "needed", "after"), [(2.5, 30.0, 2.5), (2.5, 0.0, 2.5), (-3.0, 4.0, -3.0), (0.0, 1e6, 0.0)]
)
def test_a_wider_range_keeps_the_value(value, needed, after):
    at = AppTest.from_function(page).run()
    at.slider(key="gamma").set_value(value).run()
    at.session_state["needed"] = needed
    at.run()
    assert not at.exception
    assert at.session_state["result"] == at.slider(key="gamma").value == after
    assert at.slider(key="gamma").max == reach(needed)


@pytest.mark.parametrize(("value", "after"), [(40.0, 3.0), (-40.0, -3.0), (2.0, 2.0)])
def test_a_narrower_range_moves_the_value_to_its_end(value, after):
    at = AppTest.from_function(page)
    at.session_state["needed"] = 40.0
    at.run()
    at.slider(key="gamma").set_value(value).run()
    at.session_state["needed"] = 1.0
    at.run()
    assert not at.exception
    assert at.session_state["result"] == after


def test_a_fresh_slider_stands_at_its_default():
    at = AppTest.from_function(page).run()
    assert at.session_state["result"] == 1.0
    assert (at.slider(key="gamma").min, at.slider(key="gamma").max) == (-3.0, 3.0)
