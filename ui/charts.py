"""The one way to put a figure on a page."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.io
from plotly.basedatatypes import BaseFigure
from streamlit.delta_generator import DeltaGenerator  # also registers the template

from ui.figures.style import CONFIG, Figure

DIGITS = 5
FEW = 12  # numbers, of which digits are not worth a look

# Of Streamlit's template for Plotly what our pictures use; the rest, 3.5 kB, would come with each of them. The browser puts
# fonts and the theme's colors into it.
_STREAMLIT: dict[str, Any] = plotly.io.templates["streamlit"].to_plotly_json()
TEMPLATE: dict[str, Any] = {
    "data": {"scatter": _STREAMLIT["data"]["scatter"]},
    "layout": {"colorway": _STREAMLIT["layout"]["colorway"]},
}


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


def as_seen(trace: dict[str, Any]) -> dict[str, Any]:
    """A trace whose x and y have no digits that no screen shows, which would be most of what a picture weighs."""
    return {**trace, **{axis: fine_enough(trace[axis]) for axis in "xy" if len(trace.get(axis, ())) > FEW}}


def fine_enough(values: Sequence[float | None]) -> list[float | None]:
    """Five digits of each number, and more where they lie close together far from zero: to 1/100,000 of their span."""
    numbers = np.array(values)
    if numbers.dtype.kind == "O":  # None is a gap
        numbers = numbers.astype(np.float64)
    sizes = np.abs(numbers)
    known = np.isfinite(sizes) & (sizes > 0)
    if numbers.dtype.kind != "f" or not known.any():
        return list(values)
    span = float(np.ptp(numbers[np.isfinite(numbers)])) or math.inf
    places = DIGITS - 1 - np.floor(np.log10(np.minimum(sizes[known], span)))
    unit = 10.0 ** np.clip(places, 0, 15)
    numbers[known] = np.round(numbers[known] * unit) / unit
    return [None if value is None else number for value, number in zip(values, numbers.tolist(), strict=True)]


def show(where: DeltaGenerator, figure: Figure, *, key: str, alt: str) -> None:
    """Show a figure at its own fixed height, in the theme of the page, with a description of what it says now."""
    data = [as_seen(trace) for trace in figure["data"]]
    themed = {**figure, "data": data, "layout": {"template": TEMPLATE, **figure["layout"]}}
    height = figure["layout"]["height"]
    where.plotly_chart(FinishedFigure(themed), key=key, height=height, config=dict(CONFIG), alt=alt)
