"""What holds for each page: it runs, and nothing that a reader moves or types breaks it or becomes markup."""

import json
import random

import plotly.graph_objects as go
import pytest
import streamlit as st

from tests.fuzz.conftest import AMOUNT
from tests.pages.driving import assert_in_order, charts, identity, marked_up, movable, moves, open_page, spec
from ui.catalogue import CHAPTERS
from ui.links import SHOW_ME
from ui.serving import jobs

STEPS = 25
SCRIPTS = [chapter.script for chapter in CHAPTERS]

every_page = pytest.mark.parametrize("script", SCRIPTS)


def assert_plotly_accepts_every_chart(at):
    for chart in charts(at).values():
        go.Figure(spec(chart))
        assert isinstance(json.loads(chart.proto.config), dict)


def move(at, name, k):
    """Do the k-th of the things that can be done; False if there is no such thing (any more)."""
    possible = moves(at, name)
    if k >= len(possible):
        return False
    possible[k]()
    at.run()
    assert_in_order(at, f"{name}, move {k}")
    return True


def views(script):
    """Every tab of each row of tabs that the server knows: behind each, other things take part."""
    at = open_page(script)
    tabs = [name for name in movable(at) if name.startswith("tab_container ")]
    return [(name, k) for name in tabs for k in range(len(moves(at, name)))] or [("", 0)]


def behind_another_tab(at, name, k):
    """What is drawn, but in a tab that is not the k-th of this row."""
    rows = [node for node in at._tree if node.type == "tab_container" and identity(node) == name]
    tabs = [tab for row in rows for number, tab in row.children.items() if number != k]
    return {identity(node) for tab in tabs for node in tab}


@every_page
def test_the_page_opens_without_error(script):
    at = open_page(script)
    assert_in_order(at, "opening")
    assert_plotly_accepts_every_chart(at)
    assert not at.error
    assert not at.warning
    assert len(at.title) == 1


@every_page
@pytest.mark.parametrize("drawn", ["title", "tabs", "divider"])
def test_a_page_that_loses_its_memory_while_it_is_drawn_draws_the_rest(script, drawn, monkeypatch):
    """Streamlit empties a session's state whenever it is told to clear the caches."""
    draw = getattr(st, drawn)

    def forget_and_draw(*args, **kwargs):
        for key in [key for key in st.session_state if key.startswith("_")]:
            del st.session_state[key]
        return draw(*args, **kwargs)

    monkeypatch.setattr(st, drawn, forget_and_draw)
    assert_in_order(open_page(script), f"forgetting before the {drawn}")


@every_page
def test_the_page_opens_the_same_twice(script):
    one, other = open_page(script), open_page(script)
    assert list(marked_up(one)) == list(marked_up(other))
    assert [spec(chart) for chart in charts(one).values()] == [spec(chart) for chart in charts(other).values()]


@every_page
def test_everything_that_can_be_moved_is_moved_to_each_end(script):
    """What stands in a tab is moved while that tab is open, and all else in the first view that shows it."""
    done = set()
    for tabs, k in views(script):
        at = open_page(script)
        move(at, tabs, k)
        done.add(tabs)
        while waiting := [name for name in movable(at) if name not in done | behind_another_tab(at, tabs, k)]:
            for name in waiting:
                done.add(name)
                step = 0
                while move(at, name, step):
                    step += 1
        assert_plotly_accepts_every_chart(at)


@every_page
@pytest.mark.parametrize("reader", range(AMOUNT))
def test_a_reader_who_moves_things_at_random_breaks_nothing(script, reader):
    chance = random.Random(f"{script} {reader}")  # noqa: S311 (nobody's secret)
    at = open_page(script)
    for _ in range(STEPS):
        name = chance.choice(movable(at))
        if possible := len(moves(at, name)):
            move(at, name, chance.randrange(possible))
    assert_plotly_accepts_every_chart(at)


@every_page
def test_a_page_opens_while_somebody_else_trains_and_goes_on_when_it_is_its_turn(script):
    chapter = next(each for each in CHAPTERS if each.script == script)
    with jobs.ORDER.turn(jobs.Job("another", iter(()))):
        at = open_page(script)
        assert_in_order(at, "opening")
        for radio in at.radio:
            if SHOW_ME in radio.options:
                at.radio(key=radio.key).set_value(SHOW_ME).run()
                assert_in_order(at, radio.key)
        if not chapter.trains and any(SHOW_ME in radio.options for radio in at.radio):
            assert any("Go on" in link.proto.label for link in at.get("page_link")), "the way on stands at the verdict"
    at.run()
    assert_in_order(at, "its turn")
