"""The columns that a layer is given, one strip for each, on one axis."""

from collections.abc import Sequence
from typing import Any

from bn import FloatArray
from ui.figures.style import BATCH_DASH, RULE, Figure, Stage, layout
from ui.numbers import fixed

HEIGHT = 250
RANGE = (-2.2, 8.6)  # holds every column of the page's network


def draw(values: FloatArray, names: Sequence[str], stage: Stage) -> Figure:
    """A dot for each of N rows, the mean as a line, one standard deviation to each side as a band. values: (N, C)."""
    count = len(names)
    mean, std = values.mean(axis=0).tolist(), values.std(axis=0).tolist()
    shapes: list[dict[str, Any]] = [
        {
            "type": "line",
            "x0": 0,
            "x1": 0,
            "y0": -0.6,
            "y1": count - 0.4,
            "line": {"color": RULE, "width": 1, "dash": "dot"},
        }
    ]
    for j in range(count):
        at = count - 1 - j
        band = {"x0": mean[j] - std[j], "x1": mean[j] + std[j], "y0": at - 0.34, "y1": at + 0.34}
        shapes.append({"type": "rect", "fillcolor": stage.tint(0.2), "line": {"width": 0}, "layer": "below", **band})
        line = {"color": stage.color, "width": 2.5, "dash": BATCH_DASH}
        shapes.append({"type": "line", "x0": mean[j], "x1": mean[j], "y0": at - 0.34, "y1": at + 0.34, "line": line})
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers",
                "x": values.T.ravel().tolist(),
                "y": [count - 1 - j for j in range(count) for _ in range(len(values))],
                "marker": {"symbol": stage.marker, "size": 7, "color": stage.color, "opacity": 0.75},
                "name": stage.name,
                "hoverinfo": "x",
            },
        ],
        "layout": layout(
            HEIGHT,
            left=118,
            bottom=30,
            xaxis={"range": list(RANGE), "tickvals": [-2, 0, 2, 4, 6], "showgrid": False},
            yaxis={
                "range": [-0.6, 3.6],
                "tickvals": [count - 1 - j for j in range(count)],
                "ticktext": [
                    f"<b>{name}</b><br>μ {fixed(mean[j], 2)}, σ {fixed(std[j], 2)}" for j, name in enumerate(names)
                ],
                "tickfont": {"size": 12},
                "showgrid": False,
            },
            shapes=shapes,
        ),
    }


def describe(values: FloatArray, names: Sequence[str], stage: Stage) -> str:
    """What the picture says now, for those who do not see it."""
    parts = "; ".join(
        f"{name}: mean {fixed(float(column.mean()), 2)}, standard deviation {fixed(float(column.std()), 2)}"
        for name, column in zip(names, values.T, strict=True)
    )
    return f"{len(names)} columns of {len(values)} values, {stage.name}. {parts}."
