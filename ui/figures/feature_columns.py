"""The columns that a layer is given, one strip for each, on one axis."""

from collections.abc import Sequence

from bn import FloatArray
from ui.figures.marks import axis, band, dots, rule
from ui.figures.style import BATCH_DASH, Figure, Stage, layout
from ui.numbers import counted, fixed

HEIGHT = 250
RANGE = (-2.2, 8.6)  # holds every column of the page's network


def draw(values: FloatArray, names: Sequence[str], stage: Stage) -> Figure:
    """A dot for each of N rows, the mean as a line, one standard deviation to each side as a band. values: (N, C)."""
    count = len(names)
    mean, std = values.mean(axis=0).tolist(), values.std(axis=0).tolist()
    shapes = [rule(0, (-0.6, count - 0.4))]
    ticks = {
        count - 1 - j: f"<b>{name}</b><br>μ {fixed(mean[j], 2)}, σ {fixed(std[j], 2)}" for j, name in enumerate(names)
    }
    for at, middle, aside in zip(ticks, mean, std, strict=True):
        height = (at - 0.34, at + 0.34)
        shapes.append(band((middle - aside, middle + aside), height, stage.tint(0.2), layer="below"))
        shapes.append(rule(middle, height, stage.color, 2.5, BATCH_DASH))
    x, y = values.T.ravel(), [at for at in ticks for _ in range(len(values))]
    return {
        "data": [dots(stage.name, x, y, stage.color, stage.marker, 7, hover="x")],
        "layout": layout(
            HEIGHT,
            left=118,
            bottom=30,
            xaxis=axis(*RANGE, ticks=[-2, 0, 2, 4, 6], showgrid=False),
            yaxis=axis(-0.6, 3.6, ticks=ticks, size=12, showgrid=False),
            shapes=shapes,
        ),
    }


def describe(values: FloatArray, names: Sequence[str], stage: Stage) -> str:
    """What the picture says now, for those who do not see it."""
    parts = "; ".join(
        f"{name}: mean {fixed(float(column.mean()), 2)}, standard deviation {fixed(float(column.std()), 2)}"
        for name, column in zip(names, values.T, strict=True)
    )
    return f"{counted(len(names), 'column')} of {counted(len(values), 'value')}, {stage.name}. {parts}."
