"""The page for teachers: every link opens its picture, and the worksheet asks what the pages ask."""

import pytest

from tests.pages.driving import open_page
from ui.catalogue import CHAPTERS
from ui.links import PROJECTOR, SHOW_ME
from ui.studies.lesson import lesson

STEPS, QUESTIONS, MISTAKES = lesson().steps, lesson().questions, lesson().mistakes
PICTURES = (
    [step.picture for step in STEPS]
    + [step.picture.answered(step.reveal) for step in STEPS if step.reveal]
    + [question.answer for question in QUESTIONS]
    + [mistake.picture for mistake in MISTAKES]
)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.address(""))
def test_every_link_opens_exactly_its_picture(picture):
    at = open_page(picture.chapter.script, **picture.query)
    assert not at.exception
    assert not any("could not be used" in warning.value for warning in at.warning)
    for key, value in picture.query.items():
        assert str(at.session_state[key]).lower() == value.lower(), key


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_the_worksheet_asks_what_the_page_asks(chapter):
    asked = {radio.key: list(radio.options) for radio in open_page(chapter.script).radio if SHOW_ME in radio.options}
    printed = {each.key: [*each.options, SHOW_ME] for each in QUESTIONS if each.picture.page == chapter.name}
    assert printed == asked


def links(at):
    return {(link.proto.page, link.proto.query_string) for link in at.get("page_link")}


def test_the_page_links_to_every_picture_with_larger_type_if_it_is_on():
    at = open_page("pages/for_teachers.py")
    queries = {query for _, query in links(at)}
    for picture in [step.picture for step in STEPS] + [mistake.picture for mistake in MISTAKES]:
        assert picture.address("").partition("?")[2] in queries
    at.toggle(key=PROJECTOR).set_value(True).run()
    assert all(f"{PROJECTOR}=true" in query for _, query in links(at))


def test_answers_are_taken_back_and_nothing_else():
    at = open_page("pages/for_teachers.py")
    at.session_state["_links"] = {
        "why_normalize": {"wn_guess": SHOW_ME, "wn_ratio": "9"},
        "lab": {"gamma_0": "2.0"},
    }
    at.button(key="ft_hide").click().run()
    kept = at.session_state["_links"]
    assert kept["why_normalize"] == {"wn_ratio": "9"}
    assert kept["lab"] == {"gamma_0": "2.0"}
