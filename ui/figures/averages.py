"""The moving average of one statistic on its way from where it starts to the truth."""

import html

from bn import FloatArray
from ui.figures.marks import Mark, axis, dots, lines
from ui.figures.style import INPUT, MOVING_DASH, Figure, layout
from ui.numbers import counted, fixed

HEIGHT = 220
MOST_TICKS = 6


def draw(moving: FloatArray, batch: FloatArray, truth: float, *, statistic: str) -> Figure:
    """Dots: the statistic of each batch. Dashed line: its moving average. Thin line: the true value.

    moving: (T + 1,), from before the first batch; batch: (T,); statistic: what it is called, with a reader's own name.
    """
    steps = list(range(len(moving)))
    values = [*moving.tolist(), *batch.tolist(), truth]
    pad = 0.08 * (max(values) - min(values)) or 1.0
    crosses: Mark = {
        "mode": "lines+markers" if len(steps) < 30 else "lines",
        "marker": {"size": 6, "symbol": "x", "color": INPUT.color},
    }
    counted: Mark = {"dtick": 1} if len(batch) <= MOST_TICKS else {"nticks": MOST_TICKS}  # never half a batch
    return {
        "data": [
            lines("true value", [0, max(len(batch), 1)], truth, hover="name+y"),
            dots("this batch", steps[1:], batch, INPUT.color, INPUT.marker, 6, opacity=0.8, hover="name+x+y"),
            lines("moving average", steps, moving, INPUT.color, 2.5, MOVING_DASH, hover="name+x+y", **crosses),
        ],
        "layout": layout(
            HEIGHT,
            left=70,
            bottom=44,
            xaxis=axis(-0.5, max(len(batch), 1) + 0.5, "batches seen", tickformat="d", **counted),
            yaxis=axis(min(values) - pad, max(values) + pad, html.escape(statistic)),
        ),
    }


def describe(moving: FloatArray, batch: FloatArray, truth: float, *, statistic: str) -> str:
    """What the picture says now, for those who do not see it."""
    count = len(batch)
    seen = f"after {counted(count, 'batch')}"
    return (
        f"Moving {statistic}: it starts at {fixed(float(moving[0]))} and is {fixed(float(moving[-1]))} {seen}; "
        f"the true value is {fixed(truth)}."
    )
