"""Feature maps as small pictures in rows and columns, on a range of values that never changes."""

from collections.abc import Sequence

import numpy as np

from bn import FloatArray
from ui.figures.marks import Mark, axis, heading
from ui.figures.style import RULE, Figure, diverging, layout
from ui.numbers import exact, fixed

HEIGHT = 370
GAP = 1  # pixels between maps
LEFT = 92


def draw(maps: FloatArray, rows: Sequence[str], columns: Sequence[str], title: str, reach: float) -> Figure:
    """Draw maps (R, C, H, W), a row of C maps for each of R names. The colors end at -reach and reach."""
    _, _, h, w = maps.shape
    spaced = np.pad(maps, ((0, 0), (0, 0), (0, GAP), (0, GAP)), constant_values=np.nan)
    sheet = spaced.transpose(0, 2, 1, 3).reshape(len(rows) * (h + GAP), len(columns) * (w + GAP))[:-GAP, :-GAP]
    z = [[None if value != value else round(value, 4) for value in line] for line in sheet.tolist()]
    high, wide = sheet.shape
    square: Mark = {"showgrid": False, "constrain": "domain"}
    return {
        "data": [
            {
                "type": "heatmap",
                "z": z,
                "zmin": -reach,
                "zmax": reach,
                "colorscale": diverging(1),
                "hoverongaps": False,
                "hovertemplate": "%{z:.2f}<extra></extra>",
                "colorbar": {
                    "orientation": "h",
                    "thickness": 8,
                    "len": 0.6,
                    "y": 0,
                    "ypad": 6,
                    "yanchor": "top",
                    "tickvals": [-reach, 0, reach],
                    "ticktext": [f"≤ −{exact(reach)}", "0", f"≥ {exact(reach)}"],
                    "outlinewidth": 1,
                    "outlinecolor": RULE,
                },
                "name": "maps",
            }
        ],
        "layout": layout(
            HEIGHT,
            left=LEFT,
            bottom=44,
            top=50,
            xaxis=axis(
                -0.5,
                wide - 0.5,
                ticks={j * (w + GAP) + (w - 1) / 2: name for j, name in enumerate(columns)},
                size=11,
                side="top",
                tickangle=0,
                constraintoward="left",
                **square,
            ),
            yaxis=axis(
                high - 0.5,
                -0.5,
                ticks={i * (h + GAP) + (h - 1) / 2: name for i, name in enumerate(rows)},
                size=11,
                scaleanchor="x",
                constraintoward="top",
                **square,
            ),
            annotations=[heading(f"<b>{title}</b>", 1, 4 - LEFT, yshift=50)],
        ),
    }


def describe(maps: FloatArray, rows: Sequence[str], columns: Sequence[str], title: str, reach: float) -> str:
    """What the picture says now, for those who do not see it."""
    parts = [
        f"{name}: from {fixed(float(row.min()), 2)} to {fixed(float(row.max()), 2)}, standard deviation {fixed(float(row.std()), 2)}"
        for name, row in zip((each.replace("<br>", " ") for each in rows), maps, strict=True)
    ]
    words = f"{title}, one row for each of {len(rows)}, one map for each of {', '.join(columns)}. {'; '.join(parts)}."
    return f"{words} Colors end at −{exact(reach)} and {exact(reach)}."
