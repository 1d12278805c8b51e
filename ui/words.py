"""Text on the pages that stands in files."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

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


@cache
def glossary() -> Mapping[str, str]:
    """What each symbol or word means, of assets/glossary.toml."""
    return tomllib.loads((ASSETS / "glossary.toml").read_text(encoding="utf-8"))


def explain(words: Sequence[str]) -> None:
    """What these symbols and words mean, on demand."""
    with st.popover("Symbols and words", width="stretch"):
        st.markdown("\n".join(f"- **{word}**: {glossary()[word]}" for word in words))
