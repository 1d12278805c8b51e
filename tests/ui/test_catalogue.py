"""The list of chapters: every script and its words exist, and neighbors lead to each other."""

from pathlib import Path

import pytest

from tests.pages.driving import open_page
from ui.catalogue import CHAPTERS
from ui.links import SHOW_ME
from ui.words import PROSE, read_prose

ROOT = Path(__file__).parents[2]
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
    takeaway = read_prose(f"{chapter.name}/takeaway").strip()
    asks = any(SHOW_ME in radio.options for radio in at.radio)
    assert (takeaway in [each.value for each in at.markdown]) is not asks, "it answers what is asked"
    at = open_page(chapter.script, **{f"{chapter.name}_takeaway": "true"})
    assert takeaway in [each.value for each in at.markdown]
    sliders = {slider.key for slider in (*at.slider, *at.select_slider)}
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
