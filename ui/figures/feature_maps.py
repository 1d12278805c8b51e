"""Feature maps before and after a norm: one row of tiles for each image, one column for each filter."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bn import FloatArray
from ui.figures.style import Figure, heading
from ui.numbers import fixed

HEIGHT = 420
RANGES = (1.5, 3.0)  # before and after; values beyond have the color of the end
SCALE = [[0, "#0072B2"], [0.5, "#F4F4F4"], [1, "#D55E00"]]


def draw(before: FloatArray, after: FloatArray, channels: Sequence[str]) -> Figure:
    """Two mosaics of (N, C, H, W): vermilion above 0, blue below, in a fixed range each."""
    n, _, h, w = before.shape
    ticks_x = [j * (w + 1) + (w - 1) / 2 for j in range(len(channels))]
    ticks_y = [i * (h + 1) + (h - 1) / 2 for i in range(n)]
    x: dict[str, Any] = {
        "tickvals": ticks_x,
        "ticktext": [f"{name.split()[0][:5]}." if " " in name else name for name in channels],
        "tickangle": 0,
        "showgrid": False,
        "fixedrange": True,
        "automargin": False,
        "zeroline": False,
        "tickfont": {"size": 11},
    }
    y: dict[str, Any] = {**x, "tickvals": ticks_y, "ticktext": list(range(n)), "autorange": "reversed"}
    return {
        "data": [_mosaic(values, k) for k, values in enumerate((before, after))],
        "layout": {
            "height": HEIGHT,
            "margin": {"l": 36, "r": 8, "t": 26, "b": 30},
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "xaxis": {**x, "domain": [0, 0.48]},
            "yaxis": y,
            "xaxis2": {**x, "domain": [0.52, 1], "anchor": "y2"},
            "yaxis2": {**y, "anchor": "x2", "showticklabels": False},
            "annotations": [
                {**heading(f"{name}, ±{reach:g}", 1, 0), "x": 0.52 * k, "yanchor": "bottom"}
                for k, (name, reach) in enumerate(zip(("before", "after"), RANGES, strict=True))
            ],
        },
    }


def describe(before: FloatArray, after: FloatArray, channels: Sequence[str]) -> str:
    """What the picture says now, for those who do not see it."""
    means = "; ".join(
        f"{name}: mean {fixed(float(before[:, j].mean()), 2)}, std {fixed(float(before[:, j].std()), 2)} before, mean "
        f"{fixed(float(after[:, j].mean()), 2)}, std {fixed(float(after[:, j].std()), 2)} after"
        for j, name in enumerate(channels)
    )
    return f"Feature maps of {len(before)} digits through {len(channels)} filters. {means}."


def _mosaic(values: FloatArray, k: int) -> dict[str, Any]:
    n, c, h, w = values.shape
    z = np.full((n * (h + 1) - 1, c * (w + 1) - 1), np.nan)
    for i in range(n):
        for j in range(c):
            z[i * (h + 1) : i * (h + 1) + h, j * (w + 1) : j * (w + 1) + w] = values[i, j]
    return {
        "type": "heatmap",
        "z": [[None if np.isnan(value) else round(value, 3) for value in row] for row in z.tolist()],
        "zmin": -RANGES[k],
        "zmax": RANGES[k],
        "colorscale": SCALE,
        "showscale": False,
        "hovertemplate": "%{z}<extra></extra>",
        "xaxis": "x2" if k else "x",
        "yaxis": "y2" if k else "y",
        "name": ("before", "after")[k],
    }
