"""What goes into each layer's activation function, to scrub through: histograms and numbers of both twins, in the browser."""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from bn import ACTIVATIONS, BINS, REACH, LayerLook, Look
from bn.saturation import is_flat
from ui.figures import style
from ui.live.component import Component
from ui.numbers import percent, short, tenths

LEVELS = "0123456789abcdefghijklmnopqrstuvwxyz"

# A histogram as one character for each bin, percentiles, and the numbers as they are written.
Row = tuple[str, tuple[float, float, float], str, str, str, str]


class TwinShown(TypedDict):
    """One of the twins: the steps at which it was looked at, at each a row for each layer, and where its run ended."""

    name: str
    color: str
    ended: int | None
    moments: list[int]
    looks: list[list[Row]]


class Data(TypedDict):
    """What the script is given; flat: of each bin whether the activation function is flat there, "1" or "0"."""

    moments: list[int]
    reach: float
    flat: str
    dead: bool
    units: int
    twins: list[TwinShown]


_component = Component[Data]("layers")


def show_layers(
    twins: Sequence[tuple[style.Twin, Sequence[tuple[int, Look]]]], activation: str, units: int, *, key: str
) -> None:
    """Show the layers of each twin at the steps at which they were looked at; the reader chooses which step."""
    moments = max(([number for number, _ in looks] for _, looks in twins), key=lambda numbers: numbers[-1:])
    centers = (np.arange(BINS) + 0.5) * (2 * REACH / BINS) - REACH
    data: Data = {
        "moments": moments,
        "reach": REACH,
        "flat": "".join("1" if flat else "0" for flat in is_flat(ACTIVATIONS[activation], centers)),
        "dead": activation == "relu",
        "units": units,
        "twins": [
            {
                "name": twin.name,
                "color": twin.color,
                "ended": looks[-1][0] if looks and looks[-1][0] != moments[-1] else None,
                "moments": [number for number, _ in looks],
                "looks": [[_row(layer) for layer in look.layers] for _, look in looks],
            }
            for twin, looks in twins
        ],
    }
    _component(data, key=key)


def _row(layer: LayerLook) -> Row:
    heights = layer.counts * (len(LEVELS) - 1) // max(1, int(layer.counts.max()))
    # What is there is seen, however little of it.
    seen = np.where(layer.counts > 0, np.maximum(heights, 1), 0)
    tall = max(abs(each) for each in layer.percentiles) >= 0.1
    low, middle, high = layer.percentiles
    return (
        "".join(LEVELS[height] for height in seen.tolist()),
        (round(low, 3), round(middle, 3), round(high, 3)),
        " · ".join(tenths(each) if tall else short(each) for each in layer.percentiles),
        percent(layer.saturated),
        short(layer.gradient_norm),
        str(layer.dead),
    )
