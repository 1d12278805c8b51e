"""What goes into each layer's activation function, to scrub through: histograms and numbers of both twins, in the browser."""

from collections.abc import Sequence

import numpy as np

from bn import ACTIVATIONS, BINS, REACH, LayerLook, Look
from bn.saturation import is_flat
from ui.figures.style import Twin
from ui.live.component import Component
from ui.numbers import short, tenths

LEVELS = "0123456789abcdefghijklmnopqrstuvwxyz"

_component = Component("layers")


def show_layers(
    twins: Sequence[tuple[Twin, Sequence[tuple[int, Look]]]], activation: str, units: int, *, key: str
) -> None:
    """Show the layers of each twin at the steps at which they were looked at; the reader chooses which step."""
    moments = max(([number for number, _ in looks] for _, looks in twins), key=lambda numbers: numbers[-1:])
    centers = (np.arange(BINS) + 0.5) * (2 * REACH / BINS) - REACH
    data = {
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


def _row(layer: LayerLook) -> list[object]:
    """A histogram as one character for each bin, percentiles, and the numbers as they are written."""
    heights = layer.counts * (len(LEVELS) - 1) // max(1, int(layer.counts.max()))
    # What is there is seen, however little of it.
    seen = np.where(layer.counts > 0, np.maximum(heights, 1), 0)
    tall = max(abs(each) for each in layer.percentiles) >= 0.1
    return [
        "".join(LEVELS[height] for height in seen.tolist()),
        [round(each, 3) for each in layer.percentiles],
        " · ".join(tenths(each) if tall else short(each) for each in layer.percentiles),
        f"{100 * layer.saturated:.0f}%",
        short(layer.gradient_norm),
        str(layer.dead),
    ]
