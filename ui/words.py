"""Text on the pages that stands in files."""

from functools import cache
from pathlib import Path

import streamlit as st

PROSE = Path(__file__).parent.parent / "assets" / "prose"


@cache
def read_prose(name: str) -> str:
    """The text of assets/prose/<name>.md."""
    return (PROSE / f"{name}.md").read_text(encoding="utf-8")


def prose(name: str) -> None:
    """Show the text of assets/prose/<name>.md."""
    st.markdown(read_prose(name), anchors=False)
