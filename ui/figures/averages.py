"""The moving average of one statistic on its way from where it starts to the truth."""

import html

from bn import FloatArray
from ui.figures.style import INPUT, MOVING_DASH, RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 220
MOST_TICKS = 6


def draw(moving: FloatArray, batch: FloatArray, truth: float, *, statistic: str) -> Figure:
    """Dots: the statistic of each batch. Dashed line: its moving average. Thin line: the true value.

    moving: (T + 1,), from before the first batch; batch: (T,); statistic: what it is called, with a reader's own name.
    """
    steps = list(range(len(moving)))
    values = [*moving.tolist(), *batch.tolist(), truth]
    pad = 0.08 * (max(values) - min(values)) or 1.0
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "x": [0, max(len(batch), 1)],
                "y": [truth, truth],
                "line": {"color": RULE, "width": 1.5},
                "name": "true value",
                "hoverinfo": "name+y",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": steps[1:],
                "y": batch.tolist(),
                "marker": {"color": INPUT.color, "symbol": INPUT.marker, "size": 6, "opacity": 0.8},
                "name": "this batch",
                "hoverinfo": "name+x+y",
            },
            {
                "type": "scatter",
                "mode": "lines+markers" if len(steps) < 30 else "lines",
                "x": steps,
                "y": moving.tolist(),
                "line": {"color": INPUT.color, "width": 2.5, "dash": MOVING_DASH},
                "marker": {"size": 6, "symbol": "x"},
                "name": "moving average",
                "hoverinfo": "name+x+y",
            },
        ],
        "layout": layout(
            HEIGHT,
            left=64,
            bottom=44,
            xaxis={
                "title": {"text": "batches seen"},
                "range": [-0.5, max(len(batch), 1) + 0.5],
                **({"dtick": 1} if len(batch) <= MOST_TICKS else {"nticks": MOST_TICKS}),  # never half a batch
                "tickformat": "d",
            },
            yaxis={"title": {"text": html.escape(statistic)}, "range": [min(values) - pad, max(values) + pad]},
        ),
    }


def describe(moving: FloatArray, batch: FloatArray, truth: float, *, statistic: str) -> str:
    """What the picture says now, for those who do not see it."""
    count = len(batch)
    seen = f"after {count} {'batch' if count == 1 else 'batches'}"
    return (
        f"Moving {statistic}: it starts at {fixed(float(moving[0]))} and is {fixed(float(moving[-1]))} {seen}; "
        f"the true value is {fixed(truth)}."
    )
