"""A lesson for a class: its steps, a worksheet and frequent mistakes, read from assets/lesson.toml."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlencode, urlsplit

from ui.catalogue import CHAPTERS, Chapter
from ui.links import SHOW_ME

ASSETS = Path(__file__).parents[2] / "assets"


@dataclass(frozen=True)
class Picture:
    """A page with settings: what a link opens."""

    page: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def chapter(self) -> Chapter:
        """The chapter of the page."""
        return next(chapter for chapter in CHAPTERS if chapter.name == self.page)

    @property
    def query(self) -> dict[str, str]:
        """The settings as a link says them."""
        return {key: str(value) for key, value in self.settings.items()}

    def address(self, base: str) -> str:
        """The whole link, for an app that is served at base."""
        query = f"?{urlencode(self.query)}" if self.settings else ""
        return f"{base.rstrip('/')}{self.chapter.url}{query}"

    def answered(self, keys: Iterable[str]) -> "Picture":
        """The same picture with the answers to these questions shown."""
        return Picture(self.page, {**self.settings, **dict.fromkeys(keys, SHOW_ME)})


@dataclass(frozen=True)
class Section:
    """A part of the lesson: how long, what to open, what to do and to watch, and the questions that it asks."""

    minutes: int
    title: str
    picture: Picture
    do: str
    watch: str
    reveal: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question of the worksheet, as a page asks it under the key of its widget."""

    picture: Picture
    key: str
    ask: str
    options: tuple[str, ...]

    @property
    def answer(self) -> Picture:
        """The picture that shows the answer."""
        return self.picture.answered([self.key])


@dataclass(frozen=True)
class Misconception:
    """What students get wrong, what is right, and the picture that shows it."""

    claim: str
    right: str
    picture: Picture


@dataclass(frozen=True)
class Lesson:
    """All that assets/lesson.toml holds."""

    steps: tuple[Section, ...]
    questions: tuple[Question, ...]
    mistakes: tuple[Misconception, ...]


@cache
def lesson() -> Lesson:
    """The lesson; a missing or misspelled entry of the file is a KeyError or a TypeError."""
    read = tomllib.loads((ASSETS / "lesson.toml").read_text(encoding="utf-8"))
    return Lesson(
        steps=tuple(
            Section(picture=_picture(each), reveal=tuple(each.pop("reveal", ())), **each) for each in read["step"]
        ),
        questions=tuple(
            Question(picture=_picture(each), options=tuple(each.pop("options")), **each) for each in read["question"]
        ),
        mistakes=tuple(Misconception(picture=_picture(each), **each) for each in read["mistake"]),
    )


def _picture(entry: dict[str, Any]) -> Picture:
    """Take page and settings out of an entry."""
    return Picture(entry.pop("page"), entry.pop("settings", {}))


def base_of(address: str) -> str:
    """Where the app is served, from the address of one of its pages."""
    parts = urlsplit(address)
    path = parts.path.rstrip("/")
    if path.split("/")[-1] in {chapter.name for chapter in CHAPTERS}:
        path = path.rpartition("/")[0]
    return f"{parts.scheme}://{parts.netloc}{path}"


def clock(steps: Iterable[Section]) -> list[tuple[int, int]]:
    """From which minute to which each step takes."""
    times, at = [], 0
    for step in steps:
        times.append((at, at + step.minutes))
        at += step.minutes
    return times


def worksheet(questions: Iterable[Question], base: str) -> str:
    """The questions to print, as an HTML page of its own; the links to the answers are on a last sheet."""
    asked = list(questions)
    items = [
        f"<li><p>{_code(question.ask)}</p><ul>{''.join(f'<li>{escape(option)}</li>' for option in question.options)}</ul>"
        '<p class="why">Because</p></li>'
        for question in asked
    ]
    answers = [
        f'<li>{escape(question.picture.chapter.title)}: <a href="{escape(question.answer.address(base))}">'
        f"{escape(question.answer.address(base))}</a></li>"
        for question in asked
    ]
    page = Template((ASSETS / "worksheet.html").read_text(encoding="utf-8"))
    return page.substitute(questions="\n".join(items), answers="\n".join(answers))


def _code(text: str) -> str:
    """Plain text with `code` between backticks as HTML."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if k % 2 else part for k, part in enumerate(parts))


def plan(steps: Iterable[Section], base: str) -> str:
    """The lesson as Markdown with whole links, for slides or a course page."""
    steps = list(steps)
    lines = ["# Batch normalization in 50 minutes", ""]
    for step, (start, end) in zip(steps, clock(steps), strict=True):
        lines += [f"## {start}-{end} min: {step.title}", "", f"- Open: {step.picture.address(base)}"]
        lines += [f"- Do: {step.do}", f"- Watch: {step.watch}"]
        if step.reveal:
            lines += [f"- Answer: {step.picture.answered(step.reveal).address(base)}"]
        lines += [""]
    return "\n".join(lines)
