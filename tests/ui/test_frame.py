"""The frame of a page: its navigation, its place in the queue, what it says of its link, what it remembers."""

from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import numpy as np
import pytest

import ui.frame as framing
import ui.memory as memory
from ui.batch import panel, reading
from ui.batch.reading import Reading
from ui.catalogue import Chapter
from ui.frame import ICON
from ui.links import PROJECTOR

THREE = tuple(
    Chapter(name, group, f"pages/{name}.py", name.title(), f"{name}.", "dial")
    for name, group in (("first", "one"), ("second", "one"), ("third", "two"))
)


def test_the_icon_is_a_file_of_our_own():
    assert ICON.is_file()


class State(dict):
    to_dict = dict


@pytest.fixture
def page(monkeypatch):
    """A page with three chapters that draws nothing and remembers what it was asked to draw."""
    fake = MagicMock()
    fake.sidebar = nullcontext()
    fake.query_params.to_dict.return_value = {}
    fake.session_state = State(_links={})
    for module in (framing, memory, panel):
        monkeypatch.setattr(module, "st", fake)
    monkeypatch.setattr(framing, "CHAPTERS", THREE)
    fake.prose = MagicMock()
    monkeypatch.setattr(framing, "prose", fake.prose)
    return fake


def links(page):
    return [(call.args[0], call.kwargs["label"]) for call in page.page_link.call_args_list]


def draw(name):
    with framing.frame(name):
        pass


def test_a_frame_draws_heading_promise_and_the_way_to_every_chapter(page):
    with framing.frame("second"):
        assert [script for script, _ in links(page)] == [chapter.script for chapter in THREE]
        page.prose.assert_not_called()
    assert page.set_page_config.call_args.kwargs["page_title"] == "Second · First"
    assert [call.args[0] for call in page.caption.call_args_list] == ["one · start here", "two"]
    assert [label for _, label in links(page)][:3] == [
        "1\u2002First",
        "2\u2002Second",
        "3\u2002Third",
    ]
    assert page.title.call_args.args[0] == "Second"
    page.markdown.assert_called_once_with("second.")


@pytest.mark.parametrize("on", [True, False])
def test_larger_type_comes_along_to_every_chapter_and_is_no_setting_of_any(page, on):
    page.query_params.to_dict.return_value = {"dial": "3", PROJECTOR: "true"}
    page.session_state = State({PROJECTOR: on})
    with framing.frame("second"):
        settings = [call.kwargs["query_params"] for call in page.page_link.call_args_list]
    larger = {PROJECTOR: "true"} if on else {}
    assert settings == [larger, {"dial": "3", **larger}, larger]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (0, [("pages/second.py", "→ Second")]),
        (1, [("pages/first.py", "← First"), ("pages/third.py", "→ Third")]),
        (2, [("pages/second.py", "← Second")]),
    ],
)
def test_below_stand_the_takeaway_and_the_neighbors(page, at, expected):
    draw(THREE[at].name)
    assert links(page)[len(THREE) :] == expected
    page.prose.assert_called_once_with(f"{THREE[at].name}/takeaway")


def test_whoever_has_understood_goes_on_to_the_next_chapter_and_behind_the_last_to_none(page, monkeypatch):
    monkeypatch.setattr(memory, "CHAPTERS", THREE)
    memory.go_on()
    assert links(page) == []
    for chapter in THREE:
        memory.enter(chapter)
        memory.go_on()
    assert links(page) == [
        ("pages/second.py", "Clear? Go on to Second →"),
        ("pages/third.py", "Clear? Go on to Third →"),
    ]


def test_an_unknown_chapter_is_an_error(page):
    with pytest.raises(KeyError):
        draw("nowhere")


@pytest.fixture
def lines(page, monkeypatch):
    """What is done on which page, in the order in which it begins and ends."""
    log = []

    @contextmanager
    def noted(*what):
        log.append(what)
        try:
            yield
        finally:
            log.append(("done", *what))

    def queue_of(script):
        return SimpleNamespace(
            to_open=lambda: noted("open", script), to_move=lambda part: noted("move", script, part.rpartition(".")[2])
        )

    monkeypatch.setattr(framing, "queue_of", queue_of)
    page.fragment = lambda run: run
    return log


def test_a_page_and_its_parts_wait_in_the_line_of_their_script_and_leave_it_whatever_happens(lines):
    @framing.fragment
    def part(problem):
        if problem:
            raise problem

    script = Path(__file__).name
    moving = [("move", script, "part"), ("done", "move", script, "part")]
    for problem in (None, ValueError, SystemExit):
        with suppress(ValueError, SystemExit), framing.frame("first"):
            part(problem)
        assert lines == [("open", "first.py"), *moving, ("done", "open", "first.py")]
        lines.clear()


@pytest.mark.parametrize("key", ["batch", "learned"])
@pytest.mark.parametrize("text", ["1,2\n3,4", "1,2\n3,x", "\t" * 9_000 + "1"])
def test_a_batch_is_read_before_its_reader_waits_in_line(lines, page, monkeypatch, key, text):
    """Others wait meanwhile, and a text can be long: be it in the session, or in the link that opens it."""
    monkeypatch.setattr(
        reading, "_read", lambda text, choices: lines.append("read") or Reading(np.zeros((1, 1)), ("a",))
    )
    for where in ({"state": text}, {"link": text}):
        reading._remembered.cache_clear()
        reading.as_it_was.cache_clear()
        lines.clear()
        page.session_state = State({key: where["state"]} if "state" in where else {}, _links={})
        page.query_params.get = {key: where.get("link")}.get
        draw("first")
        before = lines[: lines.index(("open", "first.py"))]
        assert set(before) == {"read"}, where
        assert lines.count("read") == len(before), where
    reading._remembered.cache_clear()
    reading.as_it_was.cache_clear()


@pytest.mark.parametrize("value", [None, 3, [], b"1,2"])
def test_what_is_no_text_is_not_read(lines, page, monkeypatch, value):
    monkeypatch.setattr(reading, "read_ahead", lambda *_: lines.append("read"))
    page.session_state = State(batch=value, _links={})
    page.query_params.get = {}.get
    draw("first")
    assert lines == [("open", "first.py"), ("done", "open", "first.py")]
