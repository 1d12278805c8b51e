"""The one way to put a figure on a page."""

from typing import Any

import plotly.io
import streamlit as st
from plotly.basedatatypes import BaseFigure
from streamlit.delta_generator import DeltaGenerator  # also registers the template

from ui.figures.reels import FEW, fine_enough
from ui.figures.style import CONFIG, Figure
from ui.links import PROJECTOR, magnification

# Of Streamlit's template for Plotly what our pictures use; the rest, 3.5 kB, would come with each of them. The browser puts
# fonts and the theme's colors into it.
_STREAMLIT: dict[str, Any] = plotly.io.templates["streamlit"].to_plotly_json()
TEMPLATE: dict[str, Any] = {
    "data": {"scatter": _STREAMLIT["data"]["scatter"]},
    "layout": {"colorway": _STREAMLIT["layout"]["colorway"]},
}


FONT = 12  # px, of what says no size: Plotly's


class FinishedFigure(BaseFigure):  # type: ignore[misc]  # Plotly comes without types
    """A figure that is a finished dict.

    Streamlit sends a figure object as it is, but builds a bare dict anew to check it: 4 ms for each chart at each run,
    most of the time of a run. The tests check every figure instead.
    """

    def __init__(self, spec: Figure) -> None:
        self._spec = spec

    def to_dict(self) -> dict[str, Any]:
        """The figure as Plotly's JSON writer wants it."""
        return self._spec


def _larger(figure: Figure, factor: float) -> Figure:
    """The figure for larger type: its height, margins, letters and markers are larger by this factor."""

    def grown(part: Any) -> Any:
        match part:
            case {"size": int() | float() as size, **rest}:
                return {**grown(rest), "size": size * factor}
            case dict():
                return {key: grown(value) for key, value in part.items()}
            case [dict(), *_]:
                return [grown(each) for each in part]
        return part

    layout = {"font": {"size": FONT}, **figure["layout"]}
    margin = {side: px * factor for side, px in layout["margin"].items()}
    height = round(layout["height"] * factor)
    return {**figure, "data": grown(figure["data"]), "layout": {**grown(layout), "margin": margin, "height": height}}


def as_seen(trace: dict[str, Any]) -> dict[str, Any]:
    """A trace whose x and y have no digits that no screen shows, which would be most of what a picture weighs."""
    return {**trace, **{axis: fine_enough(trace[axis]) for axis in "xy" if len(trace.get(axis, ())) > FEW}}


def show(where: DeltaGenerator, figure: Figure, *, key: str, alt: str) -> None:
    """Show a figure at its own fixed height, in the theme of the page, with a description of what it says now."""
    data = [as_seen(trace) for trace in figure["data"]]
    known = {part: value for part, value in figure.items() if part != "grips"}  # which only a film has
    themed = {**known, "data": data, "layout": {"template": TEMPLATE, **figure["layout"]}}
    if (factor := magnification(st.session_state.get(PROJECTOR))) != 1:
        themed = _larger(themed, factor)
    height = themed["layout"]["height"]
    where.plotly_chart(FinishedFigure(themed), key=key, height=height, config=dict(CONFIG), alt=alt)
