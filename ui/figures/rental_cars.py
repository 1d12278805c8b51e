"""The rental cars as dots, age against distance, in one of three ways of counting."""

from dataclasses import dataclass
from typing import Any

from bn import FloatArray
from ui.figures.style import INPUT, NORMALIZED, RULE, Figure, Stage, layout
from ui.numbers import fixed

HEIGHT = 270


@dataclass(frozen=True)
class Counting:
    """A way of counting: its name, its stage, what it calls the columns, and axes that hold every fleet."""

    name: str
    stage: Stage
    axes: tuple[str, str]
    ranges: tuple[tuple[float, float], tuple[float, float]]
    digits: int


BEFORE = Counting("before", INPUT, ("age (years)", "distance (km)"), ((-2.0, 32.0), (-60_000.0, 1_060_000.0)), 0)
MIN_MAX = Counting("min–max", NORMALIZED, ("age", "distance"), ((-0.12, 1.12), (-0.12, 1.12)), 2)
# A z-score among 25 cars is at most 24 / √25 = 4.8.
Z_SCORE = Counting("z-score", NORMALIZED, ("age", "distance"), ((-2.2, 5.2), (-2.2, 5.2)), 2)


def draw(cars: FloatArray, alone: FloatArray, counting: Counting) -> Figure:
    """Dots, the taxi as a star; the mean of each column as a line, one standard deviation to each side as a band.

    cars: (N, 2), the taxi last; alone: (N - 1, 2), the other cars where they would be without the taxi, as open rings.
    """
    stage = counting.stage
    mean, std = cars.mean(axis=0).tolist(), cars.std(axis=0).tolist()
    (left, right), (bottom, top) = counting.ranges
    taxi = cars[-1].tolist()
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers",
                "x": alone[:, 0].tolist(),
                "y": alone[:, 1].tolist(),
                "marker": {"symbol": "circle-open", "size": 7, "color": RULE, "line": {"width": 1}},
                "name": "without the taxi",
                "hoverinfo": "name+x+y",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": cars[:-1, 0].tolist(),
                "y": cars[:-1, 1].tolist(),
                "marker": {"symbol": stage.marker, "size": 8, "color": stage.color, "opacity": 0.85},
                "name": "car",
                "hoverinfo": "name+x+y",
            },
            {
                "type": "scatter",
                "mode": "markers+text",
                "x": taxi[:1],
                "y": taxi[1:],
                "marker": {"symbol": "star", "size": 15, "color": stage.color},
                "text": ["taxi"],
                "textposition": "middle left",
                "textfont": {"size": 13},
                "name": "taxi",
                "hoverinfo": "name+x+y",
            },
        ],
        "layout": layout(
            HEIGHT,
            left=62,
            bottom=44,
            xaxis={"title": {"text": counting.axes[0]}, "range": [left, right], "nticks": 6, "showgrid": False},
            yaxis={
                "title": {"text": counting.axes[1]},
                "range": [bottom, top],
                "nticks": 6,
                "showgrid": False,
                "tickformat": "~s" if counting is BEFORE else "",
            },
            shapes=_statistics(mean, std, stage) + _frame(counting),
        ),
    }


def describe(cars: FloatArray, alone: FloatArray, counting: Counting) -> str:
    """What the picture says now, for those who do not see it."""
    low, high = cars[:-1].min(axis=0).tolist(), cars[:-1].max(axis=0).tolist()
    mean, std = cars.mean(axis=0).tolist(), cars.std(axis=0).tolist()
    without = alone.max(axis=0).tolist()
    digits = counting.digits
    columns = "; ".join(
        f"{name}: {len(alone)} cars from {fixed(low[j], digits)} to {fixed(high[j], digits)}, taxi "
        f"{fixed(float(cars[-1, j]), digits)}, mean {fixed(mean[j], digits)}, standard deviation {fixed(std[j], digits)}"
        for j, name in enumerate(counting.axes)
    )
    return (
        f"Age against distance, {counting.name}. {columns.capitalize()}. "
        f"Without the taxi the distances would reach up to {fixed(without[1], digits)}."
    )


def _statistics(mean: list[float], std: list[float], stage: Stage) -> list[dict[str, Any]]:
    """For each column a line at the mean across the picture, and a band of one standard deviation to each side."""
    shapes: list[dict[str, Any]] = []
    for j, (axis, other) in enumerate((("x", "y"), ("y", "x"))):
        across: dict[str, Any] = {f"{other}ref": "paper", f"{other}0": 0, f"{other}1": 1, "layer": "below"}
        band = {f"{axis}0": mean[j] - std[j], f"{axis}1": mean[j] + std[j]}
        shapes.append({"type": "rect", "fillcolor": stage.tint(0.1), "line": {"width": 0}, **band, **across})
        line = {"color": stage.color, "width": 1.5}
        shapes.append({"type": "line", f"{axis}0": mean[j], f"{axis}1": mean[j], "line": line, **across})
    return shapes


def _frame(counting: Counting) -> list[dict[str, Any]]:
    """The square from 0 to 1 that min–max fills."""
    if counting is not MIN_MAX:
        return []
    line = {"color": RULE, "width": 1, "dash": "dot"}
    return [{"type": "rect", "x0": 0, "x1": 1, "y0": 0, "y1": 1, "line": line, "layer": "below"}]
