"""What is often gotten wrong, what is right, and the picture that shows it: for students beside the takeaway, for teachers all."""

from collections.abc import Sequence

import streamlit as st

from ui.catalogue import CHAPTERS, Chapter
from ui.memory import link_to
from ui.studies.lesson import Misconception, lesson


def mistakes_about(chapter: Chapter) -> Sequence[Misconception]:
    """Those that a picture of this chapter answers; on the first page all."""
    return [each for each in lesson().mistakes if chapter in (CHAPTERS[0], each.picture.chapter)]


def show_mistakes(mistakes: Sequence[Misconception]) -> None:
    """Each in a frame of its own, in two columns."""
    columns = st.columns(2, gap="large")
    for k, mistake in enumerate(mistakes):
        with columns[k % 2].container(border=True):
            st.markdown(f"**“{mistake.claim}”**\n\n{mistake.right}")
            link_to(mistake.picture.chapter, f"See it in {mistake.picture.chapter.title}", mistake.picture.query)
