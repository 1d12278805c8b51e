"""The list of chapters: every script and its words exist, and neighbors lead to each other."""

from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest

from tests.pages.driving import open_page
from ui import chapters, own_batch
from ui.chapters import CHAPTERS, ICON, PROJECTOR, Chapter
from ui.own_batch import OwnBatch
from ui.words import PROSE, read_prose

ROOT = Path(__file__).parents[2]
THREE = tuple(
    Chapter(name, f"pages/{name}.py", name.title(), f"{name}.", "dial") for name in ("first", "second", "third")
)
EACH = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)


@EACH
def test_the_takeaway_exists(chapter):
    assert (PROSE / chapter.name / "takeaway.md").read_text(encoding="utf-8").strip()


@EACH
def test_a_chapter_has_a_title_and_a_promise(chapter):
    assert chapter.title.strip()
    assert chapter.promise.strip().endswith((".", "!", "?"))


@EACH
def test_the_page_stands_in_the_frame_of_its_chapter_and_has_its_main_slider(chapter):
    at = open_page(chapter.script)
    assert at.title[0].value == chapter.title
    assert read_prose(f"{chapter.name}/takeaway").strip() in [each.value for each in at.markdown]
    sliders = {slider.key for slider in at.slider}
    assert (chapter.slider in sliders) if chapter.slider else (sliders == set())


@EACH
def test_a_page_is_named_as_its_chapter(chapter):
    assert chapter.script in ("app.py", f"pages/{chapter.name}.py")


def test_the_lab_comes_first():
    assert (CHAPTERS[0].name, CHAPTERS[0].script) == ("lab", "app.py")


def test_no_two_chapters_share_a_name_a_script_or_a_title():
    for field in ("name", "script", "title"):
        values = [getattr(chapter, field) for chapter in CHAPTERS]
        assert len(set(values)) == len(values)


def test_every_page_is_in_the_list():
    pages = {f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py")}
    assert pages == {chapter.script for chapter in CHAPTERS if chapter.script != "app.py"}


def test_every_folder_of_prose_belongs_to_a_chapter():
    assert {path.name for path in PROSE.iterdir() if path.is_dir()} == {chapter.name for chapter in CHAPTERS}


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
    monkeypatch.setattr(chapters, "st", fake)
    monkeypatch.setattr(chapters, "CHAPTERS", THREE)
    fake.prose = MagicMock()
    monkeypatch.setattr(chapters, "prose", fake.prose)
    return fake


def links(page):
    return [(call.args[0], call.kwargs["label"]) for call in page.page_link.call_args_list]


def draw(name):
    with chapters.frame(name):
        pass


def test_a_frame_draws_heading_promise_and_the_way_to_every_chapter(page):
    with chapters.frame("second"):
        assert [script for script, _ in links(page)] == [chapter.script for chapter in THREE]
        page.prose.assert_not_called()
    assert page.set_page_config.call_args.kwargs["page_title"] == "Second"
    assert page.title.call_args.args[0] == "Second"
    page.markdown.assert_called_once_with("second.")


@pytest.mark.parametrize("on", [True, False])
def test_larger_type_comes_along_to_every_chapter_and_is_no_setting_of_any(page, on):
    page.query_params.to_dict.return_value = {"dial": "3", PROJECTOR: "true"}
    page.session_state = State({PROJECTOR: on})
    with chapters.frame("second"):
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

    def line_of(script):
        return SimpleNamespace(
            to_open=lambda: noted("open", script), to_move=lambda part: noted("move", script, part.rpartition(".")[2])
        )

    monkeypatch.setattr(chapters, "line_of", line_of)
    page.fragment = lambda run: run
    return log


def test_a_page_and_its_parts_wait_in_the_line_of_their_script_and_leave_it_whatever_happens(lines):
    @chapters.fragment
    def part(problem):
        if problem:
            raise problem

    script = Path(__file__).name
    moving = [("move", script, "part"), ("done", "move", script, "part")]
    for problem in (None, ValueError, SystemExit):
        with suppress(ValueError, SystemExit), chapters.frame("first"):
            part(problem)
        assert lines == [("open", "first.py"), *moving, ("done", "open", "first.py")]
        lines.clear()


@pytest.mark.parametrize("key", ["batch", "learned"])
@pytest.mark.parametrize("text", ["1,2\n3,4", "1,2\n3,x", "\t" * 9_000 + "1"])
def test_a_batch_is_read_before_its_reader_waits_in_line(lines, page, monkeypatch, key, text):
    """Others wait meanwhile, and a text can be long: be it in the session, or in the link that opens it."""
    own_batch._remembered.cache_clear()
    monkeypatch.setattr(own_batch, "_read", lambda text: lines.append("read") or OwnBatch(None, ()))
    for where in ({"state": text}, {"link": text}):
        own_batch._remembered.cache_clear()
        lines.clear()
        page.session_state = State({key: where["state"]} if "state" in where else {}, _links={})
        page.query_params.get = {key: where.get("link")}.get
        draw("first")
        assert lines[:2] == ["read", ("open", "first.py")], where


@pytest.mark.parametrize("value", [None, 3, [], b"1,2"])
def test_what_is_no_text_is_not_read(page, value):
    page.session_state = State(batch=value, _links={})
    page.query_params.get = {}.get
    draw("first")
