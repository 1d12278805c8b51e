"""The moving average of one feature under every convention, batch by batch."""

from collections.abc import Mapping, Sequence

from bn import FloatArray
from ui.figures.marks import Mark, axis, dots, legend, lines, log_axis, words
from ui.figures.style import RULE, Figure, layout
from ui.numbers import counted, fixed

HEIGHT = 340
TICKS = (0, 1, 3, 10, 30, 100, 300)
LINE = 0.055  # of the height, from name to name
# None of them is a stage of the layer, so none has a stage's color; they differ in dash and marker as well.
LOOKS = (
    ("#CC79A7", "dash", "circle"),
    ("#8C7B00", "longdashdot", "square"),
    ("#9467BD", "dashdot", "cross"),
    ("#2E8FC5", "dot", "diamond"),
    ("#A6761D", "longdash", "triangle-up"),
    (RULE, "solid", "x"),
)


def draw(paths: Mapping[str, FloatArray], truth: float, steps: int, *, called: str = "") -> Figure:
    """A line for each convention, (T + 1,), from before the first batch to after `steps` of T; thin: the true value.

    called: what that is, to stand at its line where it may lie far from all others.

    The axes show all T batches, so that they stand still while the lines grow. Batches are seen on a logarithmic axis, on
    which a longer memory is the same curve further to the right.
    """
    ends = [value for path in paths.values() for value in (float(path.min()), float(path.max()))]
    low, high = min(*ends, truth), max(*ends, truth)
    pad = 0.08 * (high - low) or 1.0
    most = max(len(path) for path in paths.values()) - 1
    traces = [lines(called or "truth, ÷ N", [1, most + 1], truth, width=1, hover="name+y")]
    seen = list(range(most + 1))
    places = list(range(1, steps + 2))  # a logarithmic axis has no 0
    for (color, dash, marker), (name, path) in zip(LOOKS, paths.items(), strict=True):
        line: Mark = {"customdata": seen, "hover": f"{name}, %{{customdata}} batches: %{{y:.4f}}"}
        traces += [
            lines(name, places, path[: steps + 1], color, 2, dash, **line),
            dots(f"{name} now", steps + 1, float(path[steps]), color, marker, 11, cliponaxis=False),
        ]
    if called:
        traces.append(_name_truth(f"{called}, {fixed(truth, 1)}", truth, paths))
    traces.append(_names(paths, steps, low - pad, high + pad))
    ticks = {float(k + 1): str(k) for k in TICKS if k <= most}
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=58,
            bottom=44,
            right=104,
            xaxis=log_axis(0.97, most + 1, "batches seen", ticks=ticks),
            yaxis=axis(low - pad, high + pad),
        ),
    }


def describe(paths: Mapping[str, FloatArray], truth: float, steps: int, *, called: str = "") -> str:
    """What the picture says now, for those who do not see it."""
    ends = "; ".join(f"{name} {fixed(float(path[steps]))}" for name, path in paths.items())
    return f"Moving averages after {counted(steps, 'batch')}: {ends}. {called.capitalize() or 'The true value'}: {fixed(truth)}."


def _name_truth(name: str, truth: float, paths: Mapping[str, FloatArray]) -> Mark:
    """A name at the left of the thin line, on the side from which no other line comes."""
    start = float(next(iter(paths.values()))[0])
    side = "top right" if truth >= start else "bottom right"
    return words("name of the truth", [1], [truth], [name], 12, textposition=side, cliponaxis=False)


def _names(paths: Mapping[str, FloatArray], steps: int, bottom: float, top: float) -> Mark:
    """The names beside the ends of the lines, in their order, no two on one another and none below the picture."""
    ends = [float(path[steps]) for path in paths.values()]
    names = [
        legend((marker, color, name.removeprefix("the ")))
        for (color, _, marker), name in zip(LOOKS, paths, strict=True)
    ]
    aside: Mark = {"textposition": "middle right", "cliponaxis": False}
    line = LINE * (top - bottom)
    places = above(spread(ends, line), bottom + line / 2, line)
    return words("names", steps + 1, places, [f"  {name}" for name in names], 12, **aside)


def spread(places: Sequence[float], least: float) -> list[float]:
    """The same places moved apart until neighbors are at least so far from each other; whole heaps keep their middle."""
    order = sorted(range(len(places)), key=lambda k: (places[k], -k))  # of equals the first is on top
    heaps: list[list[int]] = []
    for k in order:
        heaps.append([k])
        while len(heaps) > 1 and _bottom(heaps[-1], places, least) - _top(heaps[-2], places, least) < least:
            heaps[-2:] = [[*heaps[-2], *heaps[-1]]]
    moved = list(places)
    for heap in heaps:
        for i, k in enumerate(heap):
            moved[k] = _bottom(heap, places, least) + i * least
    return moved


def above(places: Sequence[float], bottom: float, least: float) -> list[float]:
    """The same places, so far apart already, moved up where they are below the bottom or pushed by one that was."""
    moved = list(places)
    for k in sorted(range(len(places)), key=places.__getitem__):
        moved[k] = max(places[k], bottom)
        bottom = moved[k] + least
    return moved


def _bottom(heap: Sequence[int], places: Sequence[float], least: float) -> float:
    return sum(places[k] for k in heap) / len(heap) - (len(heap) - 1) / 2 * least


def _top(heap: Sequence[int], places: Sequence[float], least: float) -> float:
    return _bottom(heap, places, least) + (len(heap) - 1) * least
