"""The visual language that all pictures share: a color, a marker and a name for each role."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Figure = dict[str, Any]

CONFIG: Mapping[str, bool] = {"displayModeBar": False}


@dataclass(frozen=True)
class Stage:
    """One of the three stages of a value: how it is written and drawn."""

    name: str
    symbol: str
    color: str
    marker: str

    def tint(self, alpha: float) -> str:
        """The color, this opaque, for areas that lie under other things."""
        return tinted(self.color, alpha)


def tinted(color: str, alpha: float) -> str:
    """A color, this opaque."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


INPUT = Stage("input", "x", "#0072B2", "circle")
NORMALIZED = Stage("normalized", "x̂", "#D55E00", "diamond")
OUTPUT = Stage("output", "y", "#009E73", "square")
STAGES: Sequence[Stage] = (INPUT, NORMALIZED, OUTPUT)
# What an activation function makes of a value, before or after the layer.
ACTIVATED = Stage("activated", "f", "#CC79A7", "triangle-up")


@dataclass(frozen=True)
class Twin:
    """One of two networks that differ only in batch normalization: its name, and how its curves are drawn.

    dash is SVG's stroke-dasharray, "" for a solid line.
    """

    name: str
    short: str
    color: str
    dash: str
    marker: str


WITH = Twin("with batch norm", "with", NORMALIZED.color, "", NORMALIZED.marker)
WITHOUT = Twin("without", "without", INPUT.color, "7 4", INPUT.marker)

# Gray that keeps 3:1 on the light and on the dark background.
RULE = "#7B8794"
BATCH_DASH = "solid"
MOVING_DASH = "dash"


# Of heat maps and tables of numbers (assets/live/tables.css has them too).
ABOVE, BELOW = "#CC79A7", "#B59F00"


def diverging(strength: float) -> list[tuple[float, str]]:
    """The colors of a heat map whose range is symmetric about 0; at 0 the page shows through, in both themes."""
    return [(0, tinted(BELOW, strength)), (0.5, tinted(RULE, 0.06)), (1, tinted(ABOVE, strength))]


def layout(
    height: int,
    *,
    left: int,
    bottom: int,
    top: int = 8,
    right: int = 8,
    xaxis: dict[str, Any],
    yaxis: dict[str, Any],
    **more: Any,
) -> dict[str, Any]:
    """The layout of every chart: a fixed height, fixed margins and ranges, nothing that zooms under the hand.

    Margins that Plotly finds by itself would make it draw every chart twice. More axes (`yaxis2=`) are held as well.
    """
    fixed = {"fixedrange": True, "zeroline": False, "automargin": False}
    parts = {"xaxis": xaxis, "yaxis": yaxis, **more}
    return {
        "height": height,
        "margin": {"l": left, "r": right, "t": top, "b": bottom},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        **{name: {**fixed, **part} if name[1:5] == "axis" else part for name, part in parts.items()},
    }
