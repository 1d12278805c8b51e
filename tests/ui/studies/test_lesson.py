"""The lesson for a class: what its file says, its links, and what is printed of it."""

from html.parser import HTMLParser

import pytest

from ui.catalogue import CHAPTERS
from ui.links import SHOW_ME
from ui.studies.lesson import Picture, Question, Section, base_of, clock, lesson, plan, worksheet

BASE = "https://lab.example/bn"


def test_the_lesson_takes_fifty_minutes():
    assert clock(lesson().steps)[-1][1] == 50
    assert sum(step.minutes for step in lesson().steps) == 50


def test_the_clock_goes_on_where_the_last_step_ended():
    steps = [Section(minutes, "", Picture("lab"), "", "", ()) for minutes in (6, 8, 1)]
    assert clock(steps) == [(0, 6), (6, 14), (14, 15)]


def test_the_lesson_goes_through_the_chapters_in_their_order():
    order = [chapter.name for chapter in CHAPTERS]
    after_the_lab = [
        order.index(step.picture.page) for step in lesson().steps if step.picture.page not in ("lab", "why_it_works")
    ]
    assert after_the_lab == sorted(after_the_lab)


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("http://localhost:8501", "http://localhost:8501"),
        ("http://localhost:8501/", "http://localhost:8501"),
        ("http://localhost:8501/for_teachers", "http://localhost:8501"),
        ("https://lab.example/bn/for_teachers/", "https://lab.example/bn"),
        ("https://lab.example/bn/?x=1", "https://lab.example/bn"),
    ],
)
def test_the_base_is_what_stands_before_the_page(address, base):
    assert base_of(address) == base


def test_a_link_is_whole_and_escaped():
    picture = Picture("lab", {"shape_0": "two peaks", "n": 64})
    assert picture.address(BASE) == f"{BASE}/?shape_0=two+peaks&n=64"
    assert Picture("batch_size").address(BASE + "/") == f"{BASE}/batch_size"
    assert picture.answered(["guess"]).settings == {**picture.settings, "guess": SHOW_ME}


class Reading(HTMLParser):
    """Every text and link of a page."""

    def __init__(self):
        super().__init__()
        self.texts, self.links, self.tags = [], [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.texts.append(data)


def test_the_worksheet_asks_every_question_and_links_to_every_answer():
    reading = Reading()
    reading.feed(worksheet(lesson().questions, BASE))
    text = "".join(reading.texts)
    for question in lesson().questions:
        assert question.ask.replace("`", "") in text
        assert all(option in reading.texts for option in question.options)
    assert reading.links == [question.answer.address(BASE) for question in lesson().questions]


def test_the_worksheet_takes_no_text_for_markup():
    odd = Question(Picture("lab"), "k", "Is `a < b` & <b>c</b>?", ("<i>x</i>",))
    reading = Reading()
    reading.feed(worksheet([odd], BASE))
    assert not reading.tags & {"b", "i"}
    assert {"a < b", "<i>x</i>"} <= set(reading.texts)


def test_the_plan_says_everything_with_whole_links():
    text = plan(lesson().steps, BASE)
    for step in lesson().steps:
        for part in (step.title, step.do, step.watch, step.picture.address(BASE)):
            assert part in text
        if step.reveal:
            assert step.picture.answered(step.reveal).address(BASE) in text
