"""Ask before showing: a question whose answer the page computes once the reader has chosen one."""

import re
from collections.abc import Sequence

import streamlit as st

from ui.links import SHOW_ME


def predict(question: str, options: Sequence[str], *, key: str) -> str | None:
    """Ask a question with a few answers; the answer that was chosen, SHOW_ME, or None as long as there is none.

    The answer is kept in the link, so that a teacher's link can open on the revealed picture.
    """
    with st.container(border=True):
        st.markdown(f"**Predict.** {question}")
        return st.radio(
            re.sub(r"[*`$\\]", "", question),  # what a screen reader says
            [*options, SHOW_ME],
            index=None,
            key=key,
            bind="query-params",
            horizontal=True,
            label_visibility="collapsed",
        )


def reveal(guess: str, right: str, because: str) -> None:
    """Say whether the guess was right, and why: right is the option that the numbers on the page bear out."""
    if guess == SHOW_ME:
        st.info(f"It is **{right}**. {because}")
    elif guess == right:
        st.success(f"Yes: **{right}**. {because}")
    else:
        st.warning(f"You said {guess}. It is **{right}**. {because}")
