"""One number for the moving average, read by two frameworks: the same batches, two different averages."""

from collections.abc import Sequence
from dataclasses import dataclass

from bn import FloatArray
from ui.figures.marks import Mark, axis, dots, legend, lines, pinned
from ui.figures.style import INPUT, RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 280
RANGE = (-1.5, 14.5)
# Neither is a stage of the layer, so neither has a stage's color; PyTorch's and Keras's lines differ in dash as well.
LOOKS = (("#CC79A7", "dash"), ("#8C7B00", "longdashdot"))


@dataclass(frozen=True, eq=False)
class Interpretation:
    """What one framework makes of the number.

    framework  its name
    decay      the weight of the OLD average that it takes the number for
    moving     (T + 1,) its moving mean, from before the first batch
    """

    framework: str
    decay: float
    moving: FloatArray


def draw(batches: FloatArray, truth: float, readings: Sequence[Interpretation]) -> Figure:
    """Dots: the mean of each batch, (T,). A broken line for each framework's moving mean. Thin line: the true mean."""
    count = len(batches)
    named: Mark = {"hover": "name+x+y"}
    traces = [
        lines("true mean", [0, count], truth, hover="name+y"),
        dots("mean of each batch", range(1, count + 1), batches, INPUT.color, INPUT.marker, 5, opacity=0.75, **named),
    ]
    signs = [legend((INPUT.marker, INPUT.color, "batch means"), ("solid", RULE, "truth"))]
    for (color, dash), reading in zip(LOOKS, readings, strict=True):
        name = f"{reading.framework}, decay {fixed(reading.decay, 2)}"
        traces.append(lines(name, range(count + 1), reading.moving, color, 3, dash, **named))
        signs.append(legend((dash, color, f"{reading.framework}: decay {fixed(reading.decay, 2)}")))
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=36,
            bottom=44,
            xaxis=axis(-0.01 * count, 1.01 * count, "batches seen", nticks=6, showgrid=False),
            yaxis=axis(*RANGE, nticks=5),
            annotations=[pinned("<br>".join(signs), 1, 0.02, "right bottom", align="left")],
        ),
    }


def describe(batches: FloatArray, truth: float, readings: Sequence[Interpretation]) -> str:
    """What the picture says now, for those who do not see it."""
    parts = [
        f"{len(batches)} batches with means from {fixed(float(batches.min()), 2)} to {fixed(float(batches.max()), 2)}"
    ]
    parts[0] += f"; the true mean is {fixed(truth, 2)}."
    for reading in readings:
        late = reading.moving[len(batches) // 2 :]
        parts.append(
            f"{reading.framework} averages with decay {fixed(reading.decay, 2)}: after 10 batches its moving mean is "
            f"{fixed(float(reading.moving[10]), 2)}, and in the second half it lies between {fixed(float(late.min()), 2)} "
            f"and {fixed(float(late.max()), 2)}."
        )
    return " ".join(parts)
