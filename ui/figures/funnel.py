"""One example's output in company that changes: a funnel for batch norm, a flat line for each of its relatives."""

from collections.abc import Mapping, Sequence

import numpy as np

from bn import FloatArray
from ui.figures.marks import Mark, at_edge, axis, dots, legend, note
from ui.figures.style import NORMALIZED, RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 380
REACH = 0.75  # of the deviations that are drawn
STEP = 0.32  # between the relatives' lines
AT_EDGE = 9  # px, of a triangle there, which would look like half a dot
SPREAD = 0.7  # how wide the dots of one batch size stand, where the distance to the next size is 1


def draw(sizes: Sequence[int], batch: FloatArray, relatives: Mapping[str, FloatArray]) -> Figure:
    """Deviations of an output from its average over the largest batches, one dot for each batch, side by side.

    batch: (K, T) by batch norm, in T batches of each of `sizes`; relatives: by each other norm, (K, t). All are drawn to
    one scale, the relatives in lines of their own beneath. What lies beyond is a triangle at the edge.
    """
    deviations = batch - batch[-1].mean()
    marker = at_edge(deviations, (-REACH, REACH), NORMALIZED.marker)
    pairs = zip(sizes, batch.tolist(), strict=True)
    text = [f"in a batch of {size}: {fixed(value)}" for size, row in pairs for value in row]
    x, y = _side_by_side(*batch.shape), np.round(np.clip(deviations, -REACH, REACH).ravel(), 5)
    beyond = np.abs(deviations).ravel() > REACH
    size = np.where(beyond, AT_EDGE, 5).tolist() if beyond.any() else 5
    look: Mark = {"opacity": 0.9, "text": text, "cliponaxis": False}
    traces = [dots("batch norm", x, y, NORMALIZED.color, marker, size, **look)]
    signs = f"{legend(('triangle-up', NORMALIZED.color, 'beyond the axis'))}  " if beyond.any() else ""
    labels = [_label(f"{signs}<b>batch norm</b>", REACH)]
    for line, (name, values) in enumerate(relatives.items()):
        level = -REACH - 0.12 - STEP * (line + 0.5)
        x, y = _side_by_side(*values.shape), np.round(level + (values - values.mean()).ravel(), 5)
        text = [f"{name}: {fixed(value)}" for value in values.ravel().tolist()]
        traces.append(dots(name, x, y, RULE, NORMALIZED.marker, 5, text=text))
        labels.append(_label(f"<b>{name}</b>", level + 0.14))
    bottom = -REACH - 0.12 - STEP * len(relatives)
    at = {place: str(size) for place, size in enumerate(sizes)}
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=60,
            bottom=44,
            top=14,
            xaxis=axis(-0.6, len(sizes) - 0.4, "batch size N", ticks=at, showgrid=False),
            yaxis=axis(bottom, REACH + 0.08, "how far x̂ is off", ticks={-0.5: "−0.5", 0: "0", 0.5: "0.5"}),
            annotations=labels,
        ),
    }


def describe(sizes: Sequence[int], batch: FloatArray, relatives: Mapping[str, FloatArray]) -> str:
    """What the picture says now, for those who do not see it."""
    spreads = batch.std(axis=1)
    words = (
        f"By batch norm the output spreads by {fixed(float(spreads[1]), 2)} in batches of {sizes[1]} and by "
        f"{fixed(float(spreads[-1]), 3)} in batches of {sizes[-1]}, around {fixed(float(batch[-1].mean()), 2)}: a funnel."
    )
    for name, values in relatives.items():
        words += f" By {name} it moves by {fixed(float(np.ptp(values)), 2)} and is {fixed(float(values.mean()), 2)}."
    return words


def _side_by_side(sizes: int, count: int) -> FloatArray:
    """Where the dots of each batch size stand, one size after the other."""
    across = SPREAD * (np.arange(count) / max(count - 1, 1) - 0.5)
    places: FloatArray = np.round((np.arange(sizes)[:, None] + across).ravel(), 3)
    return places


def _label(text: str, y: float) -> Mark:
    return note(text, 1, y, xref="paper", xanchor="right", yanchor="middle")
