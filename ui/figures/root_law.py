"""The spread of batch means and variances against the batch size: straight lines on logarithmic axes."""

import math
from collections.abc import Callable, Sequence

from bn import FloatArray, Source
from ui.figures.marks import Mark, apart, dots, legend, lines, log_axis, pinned
from ui.figures.style import INPUT, RULE, Figure, layout
from ui.numbers import exact, fixed

HEIGHT = 390
RANGE = (0.035, 2.2)
HERE = "at the size that is set"
TICKS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
VARIANCE_MARKER = "triangle-down-open"
Side = tuple[str, FloatArray, Callable[[int], float], str]  # name, measured, calculated, marker


def draw(sizes: Sequence[int], means: FloatArray, variances: FloatArray, source: Source, size: int) -> Figure:
    """Markers: the standard deviation over batches of each of `sizes`, of their mean and of their variance ÷N, both (K,).

    Thin lines: what calculation says. The large markers are what it says at the size that is set. A spread of 0, as the variance's in batches of one, has no place on a logarithmic axis.
    """
    smooth = [2 ** (k / 4) for k in range(4 * round(math.log2(sizes[-1])) + 1)]
    whole = sorted({round(each) for each in smooth})
    traces: list[Mark] = []
    for name, measured, law, marker in _sides(means, variances, source):
        look: Mark = {"color": INPUT.color, "marker": marker}
        shown = [(m, value) for m, value in zip(sizes, measured.tolist(), strict=True) if value > 0]
        text = [f"{name}, batches of {m}: {fixed(value, 3)}" for m, value in shown]
        edge = {"width": 2, "color": INPUT.color}
        traces += [
            lines(f"calculated for the {name}", *apart((m, law(m)) for m in whole if law(m) > 0)),
            dots(name, *apart(shown), size=9, edge=edge, text=text, **look),
        ]
        if law(size) > 0:
            text = [f"{name}, batches of {size}, calculated: {fixed(law(size), 3)}"]
            edge = {"width": 3, "color": INPUT.color}
            traces.append(dots(f"{name} {HERE}", size, law(size), size=17, edge=edge, text=text, **look))
    sides = [(marker, INPUT.color, name) for name, _, _, marker in _sides(means, variances, source)]
    signs = legend(*sides, ("solid", RULE, "calculated"), between="<br>")
    ticks = [m for m in sizes if round(math.log2(m)) % 2 == 0]
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=44,
            bottom=44,
            xaxis=log_axis(0.85, 1.18 * sizes[-1], "batch size N", ticks=ticks, showgrid=False),
            yaxis=log_axis(*RANGE, "spread over batches", ticks={tick: exact(tick) for tick in TICKS}),
            annotations=[pinned(signs, 0.03, 0.03, "left bottom", align="left")],
        ),
        "grips": [
            {"slider": "bs_m", "trace": f"{name} {HERE}", "point": 0} for name, *_ in _sides(means, variances, source)
        ],
    }


def describe(sizes: Sequence[int], means: FloatArray, variances: FloatArray, source: Source, size: int) -> str:
    """What the picture says now, for those who do not see it."""
    parts = []
    for name, measured, law, _ in _sides(means, variances, source):
        parts.append(
            f"The spread of the {name} falls from {fixed(float(measured[1]), 2)} in batches of {sizes[1]} to "
            f"{fixed(float(measured[-1]), 3)} in batches of {sizes[-1]}, measured; at {size} it is {fixed(law(size), 3)}, "
            "calculated."
        )
    return " ".join(parts) + " Both follow nearly straight lines that fall by half when N grows fourfold."


def _sides(means: FloatArray, variances: FloatArray, source: Source) -> Sequence[Side]:
    return (
        ("mean, in σ", means, source.spread_of_mean, INPUT.marker),
        ("variance, in σ²", variances, source.spread_of_variance, VARIANCE_MARKER),
    )
