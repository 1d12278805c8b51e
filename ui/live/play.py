"""A button that plays the stops of a slider in the films that listen to it, without asking the server."""

from typing import TypedDict

import streamlit as st

from ui.live.component import Component
from ui.live.messages import told


class Data(TypedDict):
    """What the script is given: the slider's key, and its last stop of 0, 1, 2, …."""

    slider: str
    last: int


_component = Component[Data]("play")


def play_button(slider: str, last: int, *, key: str) -> None:
    """Show the button. Where it ends, or is stopped, the slider stands."""

    def stand() -> None:
        match told(key, "change"):
            case int(stop) if stop in range(last + 1):
                st.session_state[slider] = stop

    _component({"slider": slider, "last": last}, key=key, on_change_change=stand)
