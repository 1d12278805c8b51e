"""Links that nobody should send: every page, each of its settings, values of all kinds."""

import random

import pytest
from streamlit.testing.v1.element_tree import Widget

from tests.fuzz.conftest import AMOUNT
from tests.fuzz.hostile import KEYS, some_value
from tests.pages.driving import assert_in_order, movable, moves, open_page
from ui.chapters import CHAPTERS, PROJECTOR

LINKS = 8 * AMOUNT


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


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
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
