"""A button that plays the animations of charts in the browser, without asking the server."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from ui.figures.valley import END, PLAY, STOP

ASSETS = Path(__file__).parent.parent / "assets"

_component = st.components.v2.component(
    "bn_play",
    html='<button type="button"></button>',
    css=(ASSETS / "play.css").read_text(encoding="utf-8"),
    js=(ASSETS / "play.js").read_text(encoding="utf-8"),
)


def play_button(charts: Sequence[str], *, key: str) -> None:
    """Show the button. charts: the keys of charts whose frames it plays, from their first, all at once."""
    _component(key=key, data=[{"charts": list(charts), "play": PLAY, "stop": STOP, "end": END}])
