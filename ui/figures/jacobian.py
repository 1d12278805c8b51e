"""Which output depends on which input: the Jacobian of one feature, in training and in inference."""

from typing import Any

import numpy as np

from bn import FloatArray
from ui.figures.marks import heading
from ui.figures.style import Figure, diverging, layout
from ui.numbers import fixed, short

HEIGHT = 380
WRITTEN = 8  # up to this many rows the numbers are written into the cells
STRENGTH = 0.55  # of the colors, with the page's own ink on them in both themes
TITLES = ("training", "inference")


def draw(training: FloatArray, inference: FloatArray) -> Figure:
    """Two heat maps of dy_i / dx_j, (n, n) each, on one scale that is symmetric about 0; row i from above."""
    largest = max(float(np.abs(each).max()) for each in (training, inference)) or 1.0
    n = len(training)
    ticks = list(range(0, n, max(1, n // 8)))
    across: dict[str, Any] = {"tickvals": ticks, "showgrid": False, "title": {"text": "j, input x", "standoff": 12}}
    down: dict[str, Any] = {"tickvals": ticks, "showgrid": False, "autorange": "reversed"}
    return {
        "data": [_map(matrix, largest, k) for k, matrix in enumerate((training, inference))],
        "layout": layout(
            HEIGHT,
            left=44,
            bottom=52,
            top=28,
            xaxis={**across, "domain": [0, 0.48]},
            yaxis={**down, "title": {"text": "i, output y"}},
            xaxis2={**across, "domain": [0.52, 1], "anchor": "y2"},
            yaxis2={**down, "anchor": "x2", "showticklabels": False},
            annotations=[heading(title, 1, yanchor="bottom") | {"x": 0.52 * k} for k, title in enumerate(TITLES)],
        ),
    }


def describe(training: FloatArray, inference: FloatArray) -> str:
    """What the picture says now, for those who do not see it."""
    return (
        f"How each of {len(training)} outputs changes with each of {len(training)} inputs of this feature. "
        f"{_say('Training', training)} {_say('Inference', inference)}"
    )


def entries(matrix: FloatArray) -> tuple[int, int]:
    """How many entries off the diagonal are not 0, and how many there are."""
    n = len(matrix)
    off = matrix[~np.eye(n, dtype=bool)]
    return int((np.abs(off) > 1e-12 * np.abs(matrix).max(initial=0.0)).sum()), n * (n - 1)


def _say(mode: str, matrix: FloatArray) -> str:
    filled, of = entries(matrix)
    diagonal = np.diag(matrix)
    return (
        f"{mode}: on the diagonal from {fixed(float(diagonal.min()))} to {fixed(float(diagonal.max()))}; off it "
        f"{filled} of {of} entries are not 0."
    )


def _map(matrix: FloatArray, largest: float, k: int) -> dict[str, Any]:
    small = len(matrix) <= WRITTEN
    return {
        "type": "heatmap",
        "z": matrix.tolist(),
        "zmin": -largest,
        "zmax": largest,
        "colorscale": diverging(STRENGTH),
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "text": [[_short(value) for value in row] for row in matrix.tolist()],
        "texttemplate": "%{text}" if small else "",
        "textfont": {"size": 10},
        "hovertemplate": "∂y<sub>%{y}</sub>/∂x<sub>%{x}</sub> = %{text}<extra></extra>",
        "xaxis": "x2" if k else "x",
        "yaxis": "y2" if k else "y",
        "name": TITLES[k],
    }


def _short(value: float) -> str:
    return "0" if value == 0 else fixed(value, 2) if abs(value) >= 0.005 else short(value, 1)
