"""Text on the pages: prose from files, and a reader's own words, which are never markup."""

import re
from functools import cache
from pathlib import Path

import streamlit as st

from bn import Convention

PROSE = Path(__file__).parent.parent / "assets" / "prose"

WORD_JOINER = "\u2060"


def plain(text: str) -> str:
    """Escape a reader's own words for Markdown, so that they are shown as typed and never become markup.

    After reading the Markdown, Streamlit still turns addresses into links, and signs such as -> and :streamlit: into
    pictures; an invisible joiner between their characters keeps them text.
    """
    one_line = " ".join(text.split())
    apart = re.sub(r"(?<=\S)(?=[-:.@/<>=~])|(?<=[-:.@/<>=~])(?=\S)", WORD_JOINER, one_line)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", apart)


def divisor(convention: Convention) -> str:
    """What the variance that a convention averages is divided by, as it stands behind ÷."""
    if convention.divisor_takes_eps:
        return "(N − 1 − ε)"
    return "(N − 1)" if convention.running_var_ddof else "N"


@cache
def read_prose(name: str) -> str:
    """The text of assets/prose/<name>.md."""
    return (PROSE / f"{name}.md").read_text(encoding="utf-8")


def prose(name: str) -> None:
    """Show the text of assets/prose/<name>.md."""
    st.markdown(read_prose(name), anchors=False)
