"""How far one example moves all others, against the batch size."""

from collections.abc import Sequence

from bn import FloatArray
from ui.figures.marks import apart, dots, legend, lines, log_axis, pinned
from ui.figures.style import OUTPUT, RULE, Figure, layout
from ui.numbers import exact, fixed

HEIGHT = 380
RANGE = (0.0008, 4.0)
HERE = "at the size that is set"
TICKS = (0.001, 0.01, 0.1, 1.0)


def draw(sizes: Sequence[int], moved: FloatArray, size: int, here: float | None) -> Figure:
    """Root mean square of how far the other outputs move, (K,), in batches of each of `sizes`, on logarithmic axes.

    The line through the last one falls as 1/N. here: the same at the size that is set, a large marker; None where there
    are no others. A value of 0, when nothing was pushed, has no place on a logarithmic axis.
    """
    shown = [(m, value) for m, value in zip(sizes, moved.tolist(), strict=True) if value > 0]
    told = "batches of %{x:.0f}: %{y:.2g}"
    traces = [dots("all others, training", *apart(shown), OUTPUT.color, OUTPUT.marker, 9, hover=told)]
    if shown:
        last, value = shown[-1]
        traces.append(lines("as 1/N", [sizes[0], last], [value * last / sizes[0], value]))
    if here:
        traces.append(dots(HERE, size, here, OUTPUT.color, OUTPUT.marker, 17, hover=told))
    others = (OUTPUT.marker, OUTPUT.color, "all others, training")
    signs = legend(others, ("solid", RULE, "falls as 1/N"), between="<br>")
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=52,
            bottom=44,
            xaxis=log_axis(0.85, 1.2 * sizes[-1], "batch size N", ticks=[1, 4, 16, 64, 256], showgrid=False),
            yaxis=log_axis(*RANGE, "how far the others move", ticks={tick: exact(tick) for tick in TICKS}),
            annotations=[pinned(f"{signs}<br>in inference: 0", 0.03, 0.03, "left bottom", align="left")],
        ),
        "grips": [{"slider": "bs_together", "trace": HERE, "point": 0}],
    }


def describe(sizes: Sequence[int], moved: FloatArray, size: int, here: float | None) -> str:
    """What the picture says now, for those who do not see it."""
    values = moved.tolist()
    return (
        f"In batches of {sizes[0]} the others move by {fixed(values[0], 2)}, in batches of {sizes[-1]} by "
        f"{fixed(values[-1], 3)} (root of the mean square, training mode). "
        + ("" if here is None else f"In batches of {size} it is {fixed(here, 3)}. ")
        + "In inference they move by 0 at every size."
    )
