"""One example's output in company that changes: a funnel for batch norm, a flat line for each of its relatives."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bn import FloatArray
from ui.figures.style import NORMALIZED, RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 380
REACH = 0.75  # of the deviations that are drawn
STEP = 0.32  # between the relatives' lines
SPREAD = 0.7  # how wide the dots of one batch size stand, where the distance to the next size is 1


def draw(sizes: Sequence[int], batch: FloatArray, relatives: Mapping[str, FloatArray]) -> Figure:
    """Deviations of an output from its average over the largest batches, one dot for each batch, side by side.

    batch: (K, T) by batch norm, in T batches of each of `sizes`; relatives: by each other norm, (K, t). All are drawn to
    one scale, the relatives in lines of their own beneath. What lies beyond is a triangle at the edge.
    """
    count = batch.shape[1]
    deviations = batch - batch[-1].mean()
    inside = np.clip(deviations, -REACH, REACH)
    places = np.arange(len(sizes))[:, None] + SPREAD * (np.arange(count) / max(count - 1, 1) - 0.5)
    symbols: str | list[str] = NORMALIZED.marker
    if (inside != deviations).any():
        lower = np.where(deviations < -REACH, "triangle-down", NORMALIZED.marker)
        symbols = np.where(deviations > REACH, "triangle-up", lower).ravel().tolist()
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": np.round(places.ravel(), 3).tolist(),
            "y": np.round(inside.ravel(), 5).tolist(),
            "marker": {"color": NORMALIZED.color, "symbol": symbols, "size": 5, "opacity": 0.6},
            "text": [
                f"in a batch of {size}: {fixed(value)}"
                for size, row in zip(sizes, batch.tolist(), strict=True)
                for value in row
            ],
            "hoverinfo": "text",
            "cliponaxis": False,
            "name": "batch norm",
        }
    ]
    labels = [_label("<b>batch norm</b>", REACH)]
    for line, (name, values) in enumerate(relatives.items()):
        level = -REACH - 0.12 - STEP * (line + 0.5)
        across = np.repeat(np.arange(len(sizes)), values.shape[1]) + np.tile(
            SPREAD * (np.arange(values.shape[1]) / max(values.shape[1] - 1, 1) - 0.5), len(sizes)
        )
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": np.round(across, 3).tolist(),
                "y": np.round(level + (values - values.mean()).ravel(), 5).tolist(),
                "marker": {"color": RULE, "symbol": NORMALIZED.marker, "size": 5},
                "text": [f"{name}: {fixed(value)}" for value in values.ravel().tolist()],
                "hoverinfo": "text",
                "name": name,
            }
        )
        labels.append(_label(f"<b>{name}</b>", level + 0.14))
    bottom = -REACH - 0.12 - STEP * len(relatives)
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=60,
            bottom=44,
            xaxis={
                "title": {"text": "batch size m"},
                "range": [-0.6, len(sizes) - 0.4],
                "tickvals": list(range(len(sizes))),
                "ticktext": [str(size) for size in sizes],
                "showgrid": False,
            },
            yaxis={
                "title": {"text": "how far x̂ is off"},
                "range": [bottom, REACH + 0.08],
                "tickvals": [-0.5, 0, 0.5],
                "ticktext": ["−0.5", "0", "0.5"],
            },
            annotations=labels,
        ),
    }


def describe(sizes: Sequence[int], batch: FloatArray, relatives: Mapping[str, FloatArray]) -> str:
    """What the picture says now, for those who do not see it."""
    spreads = batch.std(axis=1)
    words = (
        f"By batch norm the output spreads by {fixed(float(spreads[1]), 2)} in batches of {sizes[1]} and by "
        f"{fixed(float(spreads[-1]), 3)} in batches of {sizes[-1]}, around {fixed(float(batch[-1].mean()), 2)}: a funnel."
    )
    for name, values in relatives.items():
        words += f" By {name} it moves by {fixed(float(np.ptp(values)), 2)} and is {fixed(float(values.mean()), 2)}."
    return words


def _label(text: str, y: float) -> dict[str, Any]:
    return {
        "text": text,
        "x": 1,
        "xref": "paper",
        "y": y,
        "xanchor": "right",
        "yanchor": "middle",
        "showarrow": False,
        "font": {"size": 13},
    }
