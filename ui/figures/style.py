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
        red, green, blue = (int(self.color[i : i + 2], 16) for i in (1, 3, 5))
        return f"rgba({red},{green},{blue},{alpha})"


INPUT = Stage("input", "x", "#0072B2", "circle")
NORMALIZED = Stage("normalized", "x̂", "#D55E00", "diamond")
OUTPUT = Stage("output", "y", "#009E73", "square")
STAGES: Sequence[Stage] = (INPUT, NORMALIZED, OUTPUT)

# Gray that keeps 3:1 on the light and on the dark background.
RULE = "#7B8794"
BATCH_DASH = "solid"
MOVING_DASH = "dash"


def layout(height: int, xaxis: dict[str, Any], yaxis: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The layout of every chart: a fixed height, fixed ranges, thin margins, nothing that zooms under the hand."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "xaxis": {"fixedrange": True, "zeroline": False, "automargin": True, **xaxis},
        "yaxis": {"fixedrange": True, "zeroline": False, "automargin": True, **yaxis},
        **more,
    }
