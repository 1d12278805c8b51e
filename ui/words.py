"""Text on the pages that stands in files."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import streamlit as st

ASSETS = Path(__file__).parent.parent / "assets"
PROSE = ASSETS / "prose"


@cache
def read_prose(name: str) -> str:
    """The text of assets/prose/<name>.md."""
    return (PROSE / f"{name}.md").read_text(encoding="utf-8")


def prose(name: str) -> None:
    """Show the text of assets/prose/<name>.md."""
    st.markdown(read_prose(name), anchors=False)


class Term(NamedTuple):
    """A symbol or word, and what it means in one sentence."""

    word: str
    meaning: str


@cache
def glossary() -> Mapping[str, Term]:
    """The terms of assets/glossary.toml, by the name that texts link to: [flat](#flat)."""
    entries = tomllib.loads((ASSETS / "glossary.toml").read_text(encoding="utf-8"))
    return {name: Term(**entry) for name, entry in entries.items()}


def without_links(text: str) -> str:
    """A text whose terms explain nothing: [flat](#flat) is flat."""
    return re.sub(r"\[([^]]*)\]\(#[^)]*\)", r"\1", text)


def list_terms(names: Sequence[str]) -> None:
    """What these terms mean, on demand, all at once."""
    with st.popover("Symbols and words", width="stretch"):
        st.markdown("\n".join(f"- **{word}**: {meaning}" for word, meaning in (glossary()[name] for name in names)))
