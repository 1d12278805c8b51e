"""Films: pictures that move while a native slider is held, with NumPy's numbers alone.

A reel (`ui.figures.reels`) holds the figures of all stops of one slider, every other slider being where it rests. The
picture listens to the slider's own input in the browser and shows the frame under the hand; nothing is sent meanwhile.

Where several sliders move a picture, an answer to one makes the reels of the others stale. They are sent when the browser
asks for them, which it does as soon as the pointer or the focus is on such a slider, and what it has is not sent again.
"""

from collections.abc import Container, Mapping, MutableMapping
from typing import TypedDict

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui.figures import reels
from ui.live.component import Component
from ui.live.messages import told_sliders, told_stop


class ReelShown(TypedDict):
    """A slider's stops, the one that the server has, and the figures at all of them, packed, by a name of their own.

    frames: empty where the browser has those of this name, or has to ask for them.
    """

    slider: str
    low: float
    step: float
    stops: int
    now: int
    name: str
    frames: str


class Data(TypedDict):
    """What the script is given. apart: what one slider moves no other does."""

    height: int
    apart: bool
    reels: list[ReelShown]


_component = Component[Data]("film")


def show(where: DeltaGenerator, *moved: tuple[reels.Reel, float], key: str, apart: bool = False) -> None:
    """Show a picture that sliders move: the reel of each, and the slider's value now.

    apart: what one slider moves no other does, wherever that stands. Then no reel goes stale.
    What the figures have in "grips" can be dragged: [{"slider": its key, "trace": name, "point": index}].
    """
    names = {reel.slider: reel.name for reel, _ in moved}
    sent: MutableMapping[str, str] = st.session_state.setdefault(f"{key} sent", {})
    due = _due(names, sent, told_sliders(key), apart) if _is_part_of_a_page() else names
    sent.update({slider: names[slider] for slider in due})
    told = [_reel(reel, value, reel.slider in due) for reel, value in moved]
    data: Data = {"height": moved[0][0].height, "apart": apart, "reels": told}

    def take_over() -> None:
        """A grip was dragged: its slider stands at another stop."""
        for reel, _ in moved:
            stop = told_stop(key, reel.slider, reel.stops)
            if stop is not None:
                st.session_state[reel.slider] = reel.value(stop)

    with where:
        _component(data, key=key, height=data["height"], on_change_change=take_over)


def _is_part_of_a_page() -> bool:
    """Whether a part of the page runs by itself; else the browser may have nothing of it yet."""
    run = get_script_run_ctx()
    return bool(run and run.fragment_ids_this_run)


def _due(names: Mapping[str, str], sent: Mapping[str, str], asked: Container[str], apart: bool) -> set[str]:
    """The sliders whose reels are sent: those that are asked for, and so many that the picture at rest can be shown.

    names, sent: of each slider's reel now, and of the one that was sent last. Apart, it is shown from all reels.
    """
    stale = {slider for slider, name in names.items() if sent.get(slider) != name}
    due = {slider for slider in names if slider in asked}
    if apart:
        return due | stale
    return due or ({next(iter(names))} if len(stale) == len(names) else set())


def _reel(reel: reels.Reel, value: float, whole: bool) -> ReelShown:
    return {
        "slider": reel.slider,
        "low": reel.low,
        "step": reel.step,
        "stops": reel.stops,
        "now": reel.stop(value),
        "name": reel.name,
        "frames": reel.frames if whole else "",
    }
