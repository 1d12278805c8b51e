"""The frame that each page stands in, and the parts of a page that rerun by themselves."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial, wraps
from itertools import groupby
from pathlib import Path
from typing import ParamSpec

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.batch.panel import read_ahead
from ui.catalogue import CHAPTERS, TEACH, Chapter
from ui.choice import on_demand
from ui.links import PROJECTOR, is_endless, renamed, unusable
from ui.live.terms import explain_terms
from ui.memory import back_to, enter, remember_link
from ui.mistakes import mistakes_about, show_mistakes
from ui.predict import unanswered
from ui.serving.collector import collect_seldom
from ui.serving.open_files import allow_many_files
from ui.serving.queue import queue_of
from ui.words import glossary, list_terms, prose

ASSETS = Path(__file__).parent.parent / "assets"
# A file of our own: Streamlit's named icons make the browser ask a font server for the tab's icon.
ICON = ASSETS / "icon.png"
P = ParamSpec("P")


@contextmanager
def frame(name: str) -> Iterator[None]:
    """What a page stands in: navigation, heading and promise above it, its takeaway and the way to its neighbors below.

    Of a class that opens the same page, one reader after the other is served (`ui.serving.queue`).
    """
    chapter = {each.name: each for each in CHAPTERS}[name]
    read_ahead()
    with queue_of(Path(chapter.script).name).to_open():
        asked = _asked(name)
        notices = _open(chapter)
        yield
        if asked and (problems := unusable(asked, st.session_state.to_dict())):
            notices.warning("Not everything in this link could be used. " + " ".join(problems))
        _close(chapter)


def _open(chapter: Chapter) -> DeltaGenerator:
    """Draw what stands above the page; return the place where to say what its link did not get."""
    collect_seldom()
    allow_many_files()
    site = CHAPTERS[0].title
    title = site if chapter.title == site else f"{chapter.title} · {site}"
    st.set_page_config(page_title=title, page_icon=str(ICON), layout="wide")
    st.html(ASSETS / "page.css")
    enter(chapter)
    unanswered().clear()
    with st.sidebar:
        larger = st.toggle("Larger type, for a projector", key=PROJECTOR, bind="query-params")
        _navigate()
        if chapter.words:
            list_terms(chapter.words)
    if larger:
        st.html(ASSETS / "projector.css")
    st.title(chapter.title, anchor=False)
    st.markdown(chapter.promise)
    return st.container()


def _navigate() -> None:
    """Every chapter with its number, in groups; who is here for the first time sees where to begin."""
    with st.container(key="chapters", gap="xxsmall"):
        for group, chapters in groupby(enumerate(CHAPTERS, start=1), lambda each: each[1].group):
            st.caption(f"{group} · start here" if group == CHAPTERS[0].group else group)
            for number, chapter in chapters:
                back_to(chapter, f"{number}\u2002{chapter.title}")


def _close(chapter: Chapter) -> None:
    """Draw the takeaway (assets/prose/<name>/takeaway.md), what is often gotten wrong, and the links to the neighbors.

    Where a question waits, the takeaway, which answers it, is folded.
    """
    st.divider()
    takeaway = partial(prose, f"{chapter.name}/takeaway")
    if unanswered():
        on_demand("What to take away. It answers the questions above", takeaway, key=f"{chapter.name}_takeaway")
    else:
        takeaway()
    if chapter.group != TEACH and (mistakes := mistakes_about(chapter)):
        label = f"Often gotten wrong: {len(mistakes)} belief{'s' * (len(mistakes) > 1)}, and the picture that answers"
        on_demand(label, partial(show_mistakes, mistakes), key=f"{chapter.name}_mistakes")
    at = CHAPTERS.index(chapter)
    with st.container(horizontal=True):
        for arrow, neighbor in (("←", CHAPTERS[at - 1] if at else None), ("→", next(iter(CHAPTERS[at + 1 :]), None))):
            if neighbor:
                back_to(neighbor, f"{arrow} {neighbor.title}")
    if chapter.words:
        explain_terms({name: glossary()[name].meaning for name in chapter.words}, key=f"{chapter.name}_terms")


def _asked(name: str) -> Mapping[str, str]:
    """What the link asks for on the first run of a chapter in this session; later nothing.

    In Streamlit 1.67 an infinite number for a whole one would stop the page, and a value that got lost (`mode=`) is a
    choice of nothing, even where there must be one. So the run begins again without them, and the defaults stand; and
    with today's names for what an older link calls otherwise.
    """
    state = st.session_state
    if f"_asked_{name}" in state:
        before: Mapping[str, str] = state.pop("_asked_before", {})
        return before
    came = st.query_params.to_dict()
    asked = state[f"_asked_{name}"] = renamed(came)
    without = [key for key in came if not (text := asked.get(key)) or is_endless(text)]
    if without or asked != came:
        st.query_params.update({key: text for key, text in asked.items() if text != came[key]})
        for key in without:
            del st.query_params[key]
        state["_asked_before"] = asked
        st.rerun()
    return asked


def fragment(part: Callable[P, None]) -> Callable[P, None]:
    """A part of a page that reruns by itself, as st.fragment; what was set in it is there when the reader comes back.

    Of a class that moves the same part, one reader after the other is answered (`ui.serving.queue`).
    """

    @st.fragment
    @wraps(part)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with queue_of(Path(part.__code__.co_filename).name).to_move(part.__qualname__):
            remember_link()
            part(*args, **kwargs)

    return run
