"""A small network in which everything before one layer is covered."""

from collections.abc import Sequence
from typing import Any

from ui.figures.style import INPUT, RULE, Figure, layout

HEIGHT = 250
SUBSCRIPTS = "₁₂₃₄₅₆₇₈₉"
TITLES = ("cars", "layer 1", "layer 2", "layer 3", "rent")


def draw(sizes: Sequence[int], layer: int) -> Figure:
    """Units in columns, sizes from the inputs to the output. What `layer` (1, 2, ...) is given is filled; before it a cover."""
    places = [[(float(k), _height(i, n)) for i in range(n)] for k, n in enumerate(sizes)]
    given = layer - 1
    shapes: list[dict[str, Any]] = []
    if given:
        shapes.append(
            {
                "type": "rect",
                "x0": -0.45,
                "x1": given - 0.3,
                "y0": -0.02,
                "y1": 1.02,
                "fillcolor": RULE,
                "line": {"width": 0},
            }
        )
    behind = [column for k, column in enumerate(places) if k != given]
    return {
        "data": [
            _edges(places, given),
            {
                "type": "scatter",
                "mode": "markers",
                "x": [x for column in behind for x, _ in column],
                "y": [y for column in behind for _, y in column],
                "marker": {"symbol": "circle-open", "size": 16, "color": RULE, "line": {"width": 2}},
                "name": "units",
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "mode": "markers+text",
                "x": [x for x, _ in places[given]],
                "y": [y for _, y in places[given]],
                "marker": {"symbol": INPUT.marker, "size": 26, "color": INPUT.color},
                "text": [("h" if given else "x") + SUBSCRIPTS[i] for i in range(sizes[given])],
                "textfont": {"size": 13, "color": "#FFFFFF"},
                "name": f"given to {TITLES[layer]}",
                "hoverinfo": "name",
            },
            {
                "type": "scatter",
                "mode": "text",
                "x": [float(k) for k in range(len(sizes))],
                "y": [1.12] * len(sizes),
                "text": [f"<b>{title}</b>" if k == layer else title for k, title in enumerate(TITLES[: len(sizes)])],
                "textfont": {"size": 13},
                "name": "names",
                "hoverinfo": "skip",
            },
        ],
        "layout": layout(
            HEIGHT,
            left=8,
            bottom=8,
            xaxis={"range": [-0.5, len(sizes) - 0.5], "visible": False},
            yaxis={"range": [-0.08, 1.22], "visible": False},
            shapes=shapes,
            annotations=_cover_text(given),
        ),
    }


def describe(sizes: Sequence[int], layer: int) -> str:
    """What the picture says now, for those who do not see it."""
    widths = ", ".join(f"{title} {n}" for title, n in zip(TITLES, sizes, strict=False))
    covered = (
        f"Everything before the {sizes[layer - 1]} columns that {TITLES[layer]} is given is covered."
        if layer > 1
        else f"Nothing is covered: {TITLES[layer]} is given the {sizes[0]} columns of the cars."
    )
    return f"A network with units in columns: {widths}. {covered}"


def _height(index: int, count: int) -> float:
    return 0.5 - (index - (count - 1) / 2) * 0.24


def _edges(places: Sequence[Sequence[tuple[float, float]]], given: int) -> dict[str, Any]:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for here, there in zip(places[given:-1], places[given + 1 :], strict=True):
        for a in here:
            for b in there:
                xs += [a[0], b[0], None]
                ys += [a[1], b[1], None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "line": {"color": RULE, "width": 1},
        "opacity": 0.6,
        "name": "weights",
        "hoverinfo": "skip",
    }


def _cover_text(given: int) -> list[dict[str, Any]]:
    if not given:
        return []
    middle = (-0.45 + given - 0.3) / 2
    font = {"size": 15, "color": "#10161D"}
    return [
        {"x": middle, "y": 0.5, "text": "covered", "showarrow": False, "font": font, "textangle": -90 * (given < 2)}
    ]
