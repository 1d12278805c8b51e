"""Films: pictures that move while a native slider is held, with NumPy's numbers alone.

A reel (`ui.figures.reels`) holds the figures of all stops of one slider, every other slider being where it rests. The
picture listens to the slider's own input in the browser and shows the frame under the hand; nothing is sent meanwhile.
"""

from typing import TypedDict

from streamlit.delta_generator import DeltaGenerator

from ui.figures import reels
from ui.live.component import Component


class Reel(TypedDict):
    """A slider's stops, the one that the server has, and the figures at all of them, packed."""

    slider: str
    low: float
    step: float
    stops: int
    now: int
    frames: str


class Data(TypedDict):
    """What the script is given."""

    height: int
    reels: list[Reel]


_component = Component[Data]("film")


def show(where: DeltaGenerator, *moved: tuple[reels.Reel, float], key: str) -> None:
    """Show a picture that sliders move: the reel of each, and the slider's value now."""
    with where:
        _component({"height": moved[0][0].height, "reels": [_reel(*each) for each in moved]}, key=key)


def _reel(reel: reels.Reel, value: float) -> Reel:
    return {
        "slider": reel.slider,
        "low": reel.low,
        "step": reel.step,
        "stops": reel.stops,
        "now": round((value - reel.low) / reel.step),
        "frames": reel.frames,
    }
