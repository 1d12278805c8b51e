"""A tensor as tiles: one for each example and channel, numbered and tinted by the mean and variance they share."""

from typing import Any

import numpy as np
import numpy.typing as npt

from ui.figures.style import Figure, layout

HEIGHT = 380
MOST_ROWS, MOST_COLUMNS, MOST_PLACES = 8, 12, 3  # that are drawn
# Told apart also by the number in each tile; in this order neighbors differ in lightness.
HUES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#7B8794", "#F0E442")


def draw(sets: npt.NDArray[np.int_], height: int, width: int) -> Figure:
    """Tiles of `height` by `width` values for the first examples (down) and channels (across).

    sets: (N, C), the number of the set that each tile belongs to.
    """
    rows, columns, h, w = drawn(sets, height, width)
    z = np.full((rows * (h + 1) - 1, columns * (w + 1) - 1), np.nan)
    for i in range(rows):
        for j in range(columns):
            top, left = i * (h + 1), j * (w + 1)
            z[top : top + h, left : left + w] = sets[i, j] % len(HUES)
    middles_y = [i * (h + 1) + (h - 1) / 2 for i in range(rows)]
    middles_x = [j * (w + 1) + (w - 1) / 2 for j in range(columns)]
    axis: dict[str, Any] = {"showgrid": False, "ticks": ""}
    return {
        "data": [
            {
                "type": "heatmap",
                "z": [[None if np.isnan(value) else int(value) for value in row] for row in z.tolist()],
                "zmin": -0.5,
                "zmax": len(HUES) - 0.5,
                "colorscale": _steps(),
                "showscale": False,
                "xgap": 1,
                "ygap": 1,
                "hoverinfo": "skip",
                "name": "tiles",
            },
            {
                "type": "scatter",
                "mode": "markers+text",
                "x": middles_x * rows,
                "y": [y for y in middles_y for _ in range(columns)],
                "text": [str(sets[i, j] + 1) for i in range(rows) for j in range(columns)],
                "textfont": {"size": 13, "color": "#14202B"},
                "marker": {"size": 24, "color": "#FFFFFF", "opacity": 0.85},
                "hoverinfo": "skip",
                "name": "numbers",
            },
        ],
        "layout": layout(
            HEIGHT,
            left=52,
            bottom=48,
            xaxis={**axis, "title": {"text": "channel"}, "tickvals": middles_x, "ticktext": list(range(columns))},
            yaxis={
                **axis,
                "title": {"text": "example"},
                "tickvals": middles_y,
                "ticktext": list(range(rows)),
                "autorange": "reversed",
            },
        ),
    }


def describe(sets: npt.NDArray[np.int_], height: int, width: int) -> str:
    """What the picture says now, for those who do not see it."""
    rows, columns, h, w = drawn(sets, height, width)
    lines = "; ".join(f"example {i}: sets {', '.join(str(k + 1) for k in sets[i, :columns])}" for i in range(rows))
    return f"{rows} by {columns} tiles of {h} by {w} values, numbered by the mean and variance they share. {lines}."


def drawn(sets: npt.NDArray[np.int_], height: int, width: int) -> tuple[int, int, int, int]:
    """How many examples, channels, rows and columns of places are drawn."""
    n, c = sets.shape
    return min(n, MOST_ROWS), min(c, MOST_COLUMNS), min(height, MOST_PLACES), min(width, MOST_PLACES)


def _steps() -> list[list[float | str]]:
    """A color scale of plain steps, one for each hue."""
    n = len(HUES)
    return [[(k + end) / n, hue] for k, hue in enumerate(HUES) for end in (0, 1)]
