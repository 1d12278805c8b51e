"""Films: pictures that move while a native slider is held, with NumPy's numbers alone.

A reel (`ui.figures.reels`) holds the figures of all stops of one slider, every other slider being where it rests. The
picture listens to the slider's own input in the browser and shows the frame under the hand; nothing is sent meanwhile.
"""

from typing import TypedDict

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.figures import reels
from ui.live.component import Component
from ui.live.messages import told_stop


class Reel(TypedDict):
    """A slider's stops, the one that the server has, and the figures at all of them, packed."""

    slider: str
    low: float
    step: float
    stops: int
    now: int
    frames: str


class Data(TypedDict):
    """What the script is given. apart: what one slider moves no other does."""

    height: int
    apart: bool
    reels: list[Reel]


_component = Component[Data]("film")


def show(where: DeltaGenerator, *moved: tuple[reels.Reel, float], key: str, apart: bool = False) -> None:
    """Show a picture that sliders move: the reel of each, and the slider's value now.

    apart: what one slider moves no other does, wherever that stands. Then no reel goes stale.
    What the figures have in "grips" can be dragged: [{"slider": its key, "trace": name, "point": index}].
    """
    data: Data = {"height": moved[0][0].height, "apart": apart, "reels": [_reel(*each) for each in moved]}

    def take_over() -> None:
        """A grip was dragged: its slider stands at another stop."""
        for reel, _ in moved:
            stop = told_stop(key, reel.slider, reel.stops)
            if stop is not None:
                st.session_state[reel.slider] = reel.value(stop)

    with where:
        _component(data, key=key, height=data["height"], on_change_change=take_over)


def _reel(reel: reels.Reel, value: float) -> Reel:
    place = {"low": reel.low, "step": reel.step, "stops": reel.stops, "now": reel.stop(value)}
    return {"slider": reel.slider, **place, "frames": reel.frames}  # type: ignore[typeddict-item]
