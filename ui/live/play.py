"""A button that plays the animations of charts in the browser, without asking the server."""

from collections.abc import Sequence
from typing import TypedDict

from ui.figures.valley import END, PLAY, STOP
from ui.live.component import Component


class Data(TypedDict):
    """What the script is given: the keys of the charts, and what their own buttons are called."""

    charts: list[str]
    play: str
    stop: str
    end: str


_component = Component[Data]("play")


def play_button(charts: Sequence[str], *, key: str) -> None:
    """Show the button. charts: the keys of charts whose frames it plays, from their first, all at once."""
    _component({"charts": list(charts), "play": PLAY, "stop": STOP, "end": END}, key=key)
