"""The moving average of one feature under every convention, batch by batch."""

from collections.abc import Mapping
from typing import Any

from bn import FloatArray
from ui.figures.style import RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 340
# None of them is a stage of the layer, so none has a stage's color; they differ in dash and marker as well.
LOOKS = (
    ("#CC79A7", "dash", "circle"),
    ("#8C7B00", "longdashdot", "square"),
    ("#9467BD", "dashdot", "cross"),
    ("#56B4E9", "dot", "diamond"),
    ("#A6761D", "longdash", "triangle-up"),
    (RULE, "solid", "x"),
)


def draw(paths: Mapping[str, FloatArray], truth: float, steps: int) -> Figure:
    """A line for each convention, its average before the first batch and after each, (T + 1,); thin: the true value.

    The axis starts at what all start from and the truth; it grows with the number of batches.
    """
    ends = [value for path in paths.values() for value in (float(path.min()), float(path.max()))]
    low, high = min(*ends, truth), max(*ends, truth)
    pad = 0.08 * (high - low) or 1.0
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [0, max(steps, 1)],
            "y": [truth, truth],
            "line": {"color": RULE, "width": 1},
            "hoverinfo": "name+y",
            "name": "truth, ÷ N",
        }
    ]
    for (color, dash, marker), (name, path) in zip(LOOKS, paths.items(), strict=True):
        traces += [
            {
                "type": "scatter",
                "mode": "lines",
                "x": list(range(len(path))),
                "y": path.tolist(),
                "line": {"color": color, "width": 2, "dash": dash},
                "hoverinfo": "name+x+y",
                "name": name,
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": [len(path) - 1],
                "y": [float(path[-1])],
                "marker": {"color": color, "symbol": marker, "size": 11},
                "cliponaxis": False,
                "hoverinfo": "name+x+y",
                "name": name,
            },
        ]
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=58,
            bottom=44,
            margin={"l": 58, "r": 104, "t": 8, "b": 44},
            xaxis={"title": {"text": "batches seen"}, "range": [-0.02 * max(steps, 1), max(steps, 1)]},
            yaxis={"range": [low - pad, high + pad]},
            annotations=_names(paths, high - low + 2 * pad),
        ),
    }


def describe(paths: Mapping[str, FloatArray], truth: float, steps: int) -> str:
    """What the picture says now, for those who do not see it."""
    ends = "; ".join(f"{name} {fixed(float(path[-1]))}" for name, path in paths.items())
    return f"Moving averages after {steps} batches: {ends}. The true value is {fixed(truth)}."


def _names(paths: Mapping[str, FloatArray], height: float) -> list[dict[str, Any]]:
    """The names at the ends of the lines; those that would lie on one another form a stack, in the order of their lines."""
    stacks: list[list[tuple[float, str]]] = []
    ends = [
        (float(path[-1]), f"{_glyph(k)} {name.removeprefix('the ')}") for k, (name, path) in enumerate(paths.items())
    ]
    for end, name in sorted(ends, reverse=True):
        if stacks and stacks[-1][0][0] - end < 0.1 * height:
            stacks[-1].append((end, name))
        else:
            stacks.append([(end, name)])
    return [
        {
            "text": "<br>".join(name for _, name in stack),
            "font": {"size": 12},
            "showarrow": False,
            "align": "left",
            "xref": "paper",
            "x": 1,
            "xshift": 10,
            "xanchor": "left",
            "y": sum(end for end, _ in stack) / len(stack),
        }
        for stack in stacks
    ]


def _glyph(k: int) -> str:
    color, _, marker = LOOKS[k]
    sign = {"circle": "●", "square": "■", "cross": "✚", "diamond": "◆", "triangle-up": "▲", "x": "✕"}[marker]
    return f'<span style="color:{color}">{sign}</span>'
