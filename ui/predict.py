"""Ask before showing: a question whose answer the page computes once the reader has chosen one."""

import re
from collections.abc import Hashable, Sequence

import streamlit as st

from ui.links import SHOW_ME
from ui.words import without_links


def predict(question: str, options: Sequence[str], *, key: str, answer: str | None = None) -> str | None:
    """Ask a question with a few answers; the answer that was chosen, SHOW_ME, or None as long as there is none.

    The answer is kept in the link, so that a teacher's link can open on the revealed picture. answer: what is right, in
    the place of a question that has been answered; without it, `reveal` says it where the page wants to.
    """
    with st.container(border=True):
        st.markdown(answer or f"**Predict.** {question}")
        said = st.radio(
            re.sub(r"[*`$\\]", "", without_links(question)),  # what a screen reader says
            [*options, SHOW_ME],
            index=None,
            key=key,
            bind="query-params",
            horizontal=True,
            label_visibility="collapsed",
        )
    (unanswered().add if said is None else unanswered().discard)(key)
    return said


def unanswered() -> set[str]:
    """The keys of the questions of this page that wait for an answer."""
    questions: set[str] = st.session_state.setdefault("_unanswered", set())
    return questions


def said_of(guess: str, about: Hashable, *, key: str) -> str:
    """The guess, if it was made when the page showed this, else SHOW_ME: what was said of one picture holds for no other."""
    said: dict[str, tuple[str, Hashable]] = st.session_state.setdefault("_said", {})
    if key not in said or said[key][0] != guess:
        said[key] = (guess, about)
    return guess if said[key] == (guess, about) else SHOW_ME


def reveal(guess: str, right: str, because: str) -> None:
    """Say whether the guess was right, and why: right is the option that the numbers on the page bear out."""
    say = st.info if guess == SHOW_ME else st.success if guess == right else st.warning
    say(say_right(guess, right, because))


def say_right(guess: str, right: str, because: str) -> str:
    """What `reveal` says."""
    if guess == SHOW_ME:
        return f"It is **{right}**. {because}"
    if guess == right:
        return f"Yes: **{right}**. {because}"
    return f"You said {guess}. It is **{right}**. {because}"
