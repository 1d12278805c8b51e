"""The rental cars as dots, age against distance, in one of three ways of counting."""

from dataclasses import dataclass

from bn import FloatArray
from ui.figures.marks import Mark, axis, band, box, dots, rule
from ui.figures.style import INPUT, NORMALIZED, RULE, Figure, Stage, layout
from ui.numbers import fixed

HEIGHT = 270
HOVER = "name+x+y"


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
    others, taxi = cars[:-1], cars[-1].tolist()
    named: Mark = {"mode": "markers+text", "text": ["taxi"], "textposition": "middle left", "textfont": {"size": 13}}
    ringed: Mark = {"edge": {"width": 1}, "hover": HOVER}
    thousands = "~s" if counting is BEFORE else ""
    return {
        "data": [
            dots("without the taxi", alone[:, 0], alone[:, 1], RULE, "circle-open", 7, **ringed),
            dots("car", others[:, 0], others[:, 1], stage.color, stage.marker, 8, opacity=0.85, hover=HOVER),
            dots("taxi", taxi[0], taxi[1], stage.color, "star", 15, hover=HOVER, **named),
        ],
        "layout": layout(
            HEIGHT,
            left=62,
            bottom=44,
            xaxis=axis(*counting.ranges[0], counting.axes[0], nticks=6, showgrid=False),
            yaxis=axis(*counting.ranges[1], counting.axes[1], nticks=6, showgrid=False, tickformat=thousands),
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


def _statistics(mean: list[float], std: list[float], stage: Stage) -> list[Mark]:
    """For each column a line at the mean across the picture, and a band of one standard deviation to each side."""
    (x, y), (wide, high) = mean, [(middle - aside, middle + aside) for middle, aside in zip(mean, std, strict=True)]
    up: Mark = {"yref": "paper", "layer": "below"}
    across: Mark = {"xref": "paper", "layer": "below"}
    return [
        band(wide, (0, 1), stage.tint(0.1), **up),
        rule(x, (0, 1), stage.color, 1.5, "", **up),
        band((0, 1), high, stage.tint(0.1), **across),
        rule((0, 1), y, stage.color, 1.5, "", **across),
    ]


def _frame(counting: Counting) -> list[Mark]:
    """The square from 0 to 1 that min–max fills."""
    return [box((0, 1), (0, 1), RULE, 1, "dot", layer="below")] if counting is MIN_MAX else []
