"""Links that nobody should send: every page, each of its settings, values of all kinds."""

import random
from functools import cache

import pytest
from streamlit.testing.v1.element_tree import Widget

from tests.fuzz.conftest import AMOUNT
from tests.fuzz.hostile import KEYS, some_value
from tests.pages.driving import assert_in_order, movable, moves, open_page
from ui.catalogue import CHAPTERS
from ui.links import PROJECTOR
from ui.plain import plain

LINKS = 8 * AMOUNT
# A value of each kind: lost, no word, no number, too large, too small, no end, no ASCII, code, a list, long.
KINDS = (
    "",
    "junk",
    "nan",
    "-inf",
    "1e400",
    "9" * 400,
    "-1",
    "0.5",
    "１２",
    "💥\u202e",
    "<script>alert(1)</script>",
    '["a", 1]',
    "None",
    "x" * 10_000,
)
EACH_ALONE = KINDS if AMOUNT > 1 else KINDS[:1]  # of all settings at once each kind is tried anyway


def settings(script):
    """Each setting of a page by its key, with the values that it may have, as a link says them."""
    at = open_page(script)
    found = {node.key: [] for node in at._tree if getattr(node, "key", None)}
    for node in at._tree:
        if isinstance(node, Widget) and node.key:
            options = [str(option) for option in getattr(node, "options", ())]
            found[node.key] = options or [
                str(getattr(node, end)) for end in ("min", "max", "value") if hasattr(node, end)
            ]
    return found


@cache
def bound(script):
    """The keys of all settings of a page: of its first picture, and of the one with everything open and answered."""
    at = open_page(script)
    found = set(at.session_state._state._state.query_params._bindings_by_param)
    for name in movable(at):
        if name.startswith(("expander", "radio")):
            moves(at, name)[-1]()
    at.run()
    return sorted(found | set(at.session_state._state._state.query_params._bindings_by_param))


EACH_CHAPTER = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)


@EACH_CHAPTER
def test_no_setting_whose_value_got_lost_or_mutilated_breaks_a_page(chapter, tried):
    keys = bound(chapter.script)
    for value in KINDS:
        links = [dict.fromkeys(keys, value)]
        links += [{key: value} for key in keys] if value in EACH_ALONE else []
        for link in links:
            at = open_page(chapter.script, **link)
            assert_in_order(at, f"the link {link!r}")
            tried("settings × hostile values", len(link))


def choices(at):
    """What is chosen of each row of buttons, by its key."""
    return {node.key: at.session_state[node.key] for node in at.get("button_group")}


def choose_nothing(at):
    """As a forged message does, of all rows of buttons at once."""
    states = at._tree.get_widget_states()
    for state in states.widgets:
        if any(state.id == node.proto.id for node in at.get("button_group")):
            state.string_array_value.Clear()
            state.string_array_value.SetInParent()
    at._run(states)


@EACH_CHAPTER
def test_a_choice_of_nothing_is_the_default(chapter):
    at = open_page(chapter.script)
    defaults = choices(at)
    assert None not in defaults.values()
    lost = open_page(chapter.script, **dict.fromkeys(defaults, ""))
    assert_in_order(lost, "a link")
    assert choices(lost) == defaults
    assert [key for key in defaults if f"“{plain(key)}”" not in lost.warning[0].value] == []
    choose_nothing(at)
    assert_in_order(at, "a message")
    assert choices(at) == defaults


@EACH_CHAPTER
def test_no_link_breaks_a_page(chapter, tried):
    chance = random.Random(chapter.name)  # noqa: S311 (nobody's secret)
    known = settings(chapter.script)
    for _ in range(LINKS):
        keys = chance.sample([*known, PROJECTOR, *KEYS], k=chance.randint(1, 6))
        link = {key: some_value(chance, known.get(key, ())) for key in keys}
        at = open_page(chapter.script, **link)
        assert_in_order(at, f"the link {link!r}")
        tried("links")
        name = chance.choice(movable(at))
        if possible := moves(at, name):
            chance.choice(possible)()
            at.run()
            assert_in_order(at, f"{name} after the link {link!r}")
            tried("moves after a link")
