"""A small network in which everything before one layer is covered."""

from collections.abc import Sequence

from ui.figures.marks import Mark, Point, apart, axis, band, dots, note, segments, words
from ui.figures.style import INPUT, RULE, Figure, layout

HEIGHT = 250
SUBSCRIPTS = "₁₂₃₄₅₆₇₈₉"
TITLES = ("cars", "layer 1", "layer 2", "layer 3", "rent")


def draw(sizes: Sequence[int], layer: int) -> Figure:
    """Units in columns, sizes from the inputs to the output. What `layer` (1, 2, ...) is given is filled; before it a cover."""
    places = [[(float(k), _height(i, n)) for i in range(n)] for k, n in enumerate(sizes)]
    given = layer - 1
    behind = [place for k, column in enumerate(places) if k != given for place in column]
    titles = [f"<b>{title}</b>" if k == layer else title for k, title in enumerate(TITLES[: len(sizes)])]
    return {
        "data": [
            _edges(places, given),
            dots("units", *apart(behind), RULE, "circle-open", 16, edge={"width": 2}),
            dots(
                f"given to {TITLES[layer]}",
                *apart(places[given]),
                INPUT.color,
                INPUT.marker,
                26,
                mode="markers+text",
                text=[("h" if given else "x") + SUBSCRIPTS[i] for i in range(sizes[given])],
                textfont={"size": 13, "color": "#FFFFFF"},
                hover="name",
            ),
            words("names", [float(k) for k in range(len(sizes))], 1.12, titles, 13),
        ],
        "layout": layout(
            HEIGHT,
            left=8,
            bottom=8,
            xaxis=axis(-0.5, len(sizes) - 0.5, visible=False),
            yaxis=axis(-0.08, 1.22, visible=False),
            shapes=[band((-0.45, given - 0.3), (-0.02, 1.02), RULE)] if given else [],
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


def _edges(places: Sequence[Sequence[Point]], given: int) -> Mark:
    pairs = zip(places[given:-1], places[given + 1 :], strict=True)
    return segments("weights", [(a, b) for here, there in pairs for a in here for b in there], RULE, 1)


def _cover_text(given: int) -> list[Mark]:
    if not given:
        return []
    font = {"size": 15, "color": "#10161D"}
    return [note("covered", (-0.45 + given - 0.3) / 2, 0.5, font=font, textangle=-90 * (given < 2))]
