"""The moving average of one feature under every convention, batch by batch."""

from collections.abc import Mapping

from bn import FloatArray
from ui.figures.marks import Mark, axis, dots, legend, lines, note
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
    traces = [lines("truth, ÷ N", [0, max(steps, 1)], truth, width=1, hover="name+y")]
    for (color, dash, marker), (name, path) in zip(LOOKS, paths.items(), strict=True):
        last, end = len(path) - 1, float(path[-1])
        traces += [
            lines(name, range(len(path)), path, color, 2, dash, hover="name+x+y"),
            dots(name, last, end, color, marker, 11, hover="name+x+y", cliponaxis=False),
        ]
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=58,
            bottom=44,
            right=104,
            xaxis=axis(-0.02 * max(steps, 1), max(steps, 1), "batches seen"),
            yaxis=axis(low - pad, high + pad),
            annotations=_names(paths, high - low + 2 * pad),
        ),
    }


def describe(paths: Mapping[str, FloatArray], truth: float, steps: int) -> str:
    """What the picture says now, for those who do not see it."""
    ends = "; ".join(f"{name} {fixed(float(path[-1]))}" for name, path in paths.items())
    return f"Moving averages after {steps} batches: {ends}. The true value is {fixed(truth)}."


def _names(paths: Mapping[str, FloatArray], height: float) -> list[Mark]:
    """The names at the ends of the lines; those that would lie on one another form a stack, in the order of their lines."""
    stacks: list[list[tuple[float, str]]] = []
    ends = [
        (float(path[-1]), legend((marker, color, name.removeprefix("the "))))
        for (color, _, marker), (name, path) in zip(LOOKS, paths.items(), strict=True)
    ]
    for end, name in sorted(ends, reverse=True):
        if stacks and stacks[-1][0][0] - end < 0.1 * height:
            stacks[-1].append((end, name))
        else:
            stacks.append([(end, name)])
    aside = {"xref": "paper", "xanchor": "left", "xshift": 10, "align": "left"}
    return [
        note("<br>".join(name for _, name in stack), 1, sum(end for end, _ in stack) / len(stack), 12, **aside)
        for stack in stacks
    ]
