"""The settings of each chapter, kept for the way back: Streamlit forgets a page's widgets when the reader leaves it."""

from collections.abc import Container, Mapping

import streamlit as st

from ui.catalogue import CHAPTERS, Chapter
from ui.links import PROJECTOR


def enter(chapter: Chapter) -> None:
    """The reader is in this chapter now."""
    st.session_state["_chapter"] = chapter
    remember_link()


def remember_link() -> None:
    """Keep the settings of this chapter for the way back."""
    chapter = st.session_state.get("_chapter")
    if chapter is None:
        return  # a part of a page that this session never opened
    elsewhere = (*chapter.borrowed, PROJECTOR)
    settings = {key: value for key, value in st.query_params.to_dict().items() if key not in elsewhere}
    st.session_state.setdefault("_links", {})[chapter.name] = settings


def forget_settings(keys: Container[str]) -> None:
    """Open every chapter without these settings when the reader comes back to it."""
    for settings in st.session_state.get("_links", {}).values():
        for key in [key for key in settings if key in keys]:
            del settings[key]


def link_to(chapter: Chapter, label: str, settings: Mapping[str, str]) -> None:
    """A link that opens a chapter with these settings; larger type comes along."""
    larger = {PROJECTOR: "true"} if st.session_state.get(PROJECTOR) else {}
    st.page_link(chapter.script, label=label, query_params={**settings, **larger})


def go_on() -> None:
    """A link to the next chapter, where the reader has understood what this one is about."""
    chapter = st.session_state.get("_chapter")
    following = CHAPTERS[CHAPTERS.index(chapter) + 1 :] if chapter else ()
    if following:
        back_to(following[0], f"Clear? Go on to {following[0].title} →")


def back_to(chapter: Chapter, label: str) -> None:
    """A link that opens a chapter as the reader has left it."""
    link_to(chapter, label, st.session_state.get("_links", {}).get(chapter.name, {}))
