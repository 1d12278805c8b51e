"""A batch on its way through the layer and an activation function, in one of the two orders, one row for each stage."""

from dataclasses import dataclass

import numpy as np

from bn import FloatArray, Placed, is_flat
from ui.figures.curve import FLAT, HALF
from ui.figures.marks import Mark, area, at_edge, axis, band, dots, no_axis, note, rule
from ui.figures.style import ACTIVATED, INPUT, OUTPUT, Figure, Stage, layout
from ui.numbers import exact, fixed

HEIGHT = 390
RIDGE = 0.5  # height of a distribution, where the distance between two rows is 1
BINS = 7
HIDDEN = "?"


@dataclass(frozen=True, eq=False)
class Stop:
    """One stage: how it is written, its values (N,), where its axis ends, and how many values lie where f is flat.

    flat is None where f is not applied to these values, or that is not to be seen yet.
    """

    symbol: str
    stage: Stage
    values: FloatArray
    ends: tuple[float, float]
    flat: int | None


def draw(placed: Placed, *, revealed: bool) -> Figure:
    """The distributions of the first feature, top to bottom: what comes in, the middle, what the next layer gets.

    Each row has an axis of its own, whose ends are written beneath it; mean as a line, one standard deviation as a band,
    and shaded where the activation function is flat. revealed: False hides all but the values of the first row.
    """
    rows = _rows(placed, revealed)
    data: list[Mark] = []
    shapes: list[Mark] = []
    annotations = [note(f"<b>{_title(placed)}</b>", 0.0, 3.04, 14, xanchor="left")]
    for k, row in enumerate(rows):
        base = 2.0 - k
        if k and not revealed:
            annotations.append(note(HIDDEN, 0.5, base + 0.25, 26, xanchor="center"))
            continue
        data += [_ridge(row, base), _dots(row, base)]
        shapes += _statistics(row, base)
        annotations += _numbers(row, base)
        if row.flat is not None:
            shapes += _flat_zones(row, placed, base)
    ticks = {2 - k: row.symbol for k, row in enumerate(rows)}
    return {
        "data": data,
        "layout": layout(
            HEIGHT,
            left=44,
            bottom=8,
            xaxis=no_axis(-0.03, 1.03),
            yaxis=axis(-0.3, 3.1, ticks=ticks, size=15, showgrid=False),
            shapes=shapes,
            annotations=annotations,
        ),
    }


def describe(placed: Placed, *, revealed: bool) -> str:
    """What the picture says now, for those who do not see it."""
    parts = []
    for row in _rows(placed, revealed)[: 3 if revealed else 1]:
        part = f"{row.symbol} from {fixed(float(row.values.min()), 2)} to {fixed(float(row.values.max()), 2)}, "
        part += f"mean {fixed(float(row.values.mean()), 2)}, standard deviation {fixed(float(row.values.std()), 2)}"
        if row.flat is not None:
            part += f", {row.flat} of {len(row.values)} where {placed.activation.name} is flat"
        parts.append(part)
    hidden = "" if revealed else " The rows below are hidden until there is a prediction."
    return f"{_title(placed)}: {'; '.join(parts)}.{hidden}"


def _title(placed: Placed) -> str:
    name = placed.activation.name
    return f"batch norm, then {name}" if placed.first else f"{name}, then batch norm"


def _rows(placed: Placed, revealed: bool) -> tuple[Stop, Stop, Stop]:
    x, middle, out = (values[:, 0] for values in (placed.x, placed.middle, placed.out))
    flat = int(is_flat(placed.activation, placed.into_activation[:, 0]).sum())
    wide = (-HALF, HALF)
    if placed.first:
        return (
            Stop("x", INPUT, x, wide, None),
            Stop("y", OUTPUT, middle, wide, flat),
            Stop("f(y)", ACTIVATED, out, _height(placed), None),
        )
    return (
        Stop("x", INPUT, x, wide, flat if revealed else None),
        Stop("f(x)", ACTIVATED, middle, _height(placed), None),
        Stop("y", OUTPUT, out, wide, None),
    )


def _height(placed: Placed) -> tuple[float, float]:
    """From the least to the largest value that f can have; where it has no largest, as far as the other rows go."""
    if np.isfinite(placed.activation.steep[1]):
        low, high = placed.activation(np.array([-1e3, 1e3])).tolist()
        return low, high
    return 0.0, HALF


def _ridge(row: Stop, base: float) -> Mark:
    """The distribution as one path over the values' own range; a spike where all are the same."""
    low, high = float(row.values.min()), float(row.values.max())
    if high - low > 1e-9:
        # np.histogram does the same and takes ten times as long, and a slider has a hundred stops.
        shares = BINS * (row.values - low) / (high - low)
        counts = np.bincount(np.minimum(shares.astype(int), BINS - 1), minlength=BINS)
        edges = np.linspace(low, high, BINS + 1)
        xs = np.repeat(_places(edges, row).clip(0, 1), 2)
        ys = np.concatenate([[0.0], np.repeat(RIDGE * counts / counts.max(), 2), [0.0]])
    else:
        xs, ys = _places(np.array([low, low]), row), np.array([0.0, RIDGE])
    return area(row.symbol, xs, base + ys, row.stage.tint(0.28), row.stage.color, 1.5)


def _dots(row: Stop, base: float) -> Mark:
    """The values; those beyond the axis as arrowheads at its end."""
    stage, symbol = row.stage, at_edge(row.values, row.ends, row.stage.marker, ("triangle-left", "triangle-right"))
    return dots(f"{row.symbol} values", _places(row.values, row).clip(0, 1), base, stage.color, symbol, 7)


def _statistics(row: Stop, base: float) -> list[Mark]:
    """The mean as a line, one standard deviation to each side as a band that ends with the axis."""
    mean, std = float(row.values.mean()), float(row.values.std())
    left, middle, right = np.clip(_places(np.array([mean - std, mean, mean + std]), row), 0, 1).tolist()
    height = (base - 0.08, base + RIDGE + 0.05)
    return [
        band((left, right), height, row.stage.tint(0.18), layer="below"),
        rule(middle, height, row.stage.color, 2.5, ""),
    ]


def _flat_zones(row: Stop, placed: Placed, base: float) -> list[Mark]:
    low, high = placed.activation.steep
    left, right = np.clip(_places(np.array([low, min(high, row.ends[1])]), row), 0, 1).tolist()
    zones = ((-0.03, left), (right, 1.03 if np.isfinite(high) else right))
    return [band(zone, (base - 0.28, base + 0.68), FLAT, layer="below") for zone in zones if zone[0] < zone[1]]


def _numbers(row: Stop, base: float) -> list[Mark]:
    numbers = f"mean {fixed(float(row.values.mean()), 2)}, std {fixed(float(row.values.std()), 2)}"
    left, right = (exact(end) for end in row.ends)
    notes = [
        note(numbers, 1.0, base + 0.66, 12, xanchor="right"),
        note(left, 0.0, base - 0.17, 12, xanchor="left"),
        note(right, 1.0, base - 0.17, 12, xanchor="right"),
    ]
    if row.flat is not None:
        text = f"<b>{row.flat} of {len(row.values)} flat</b>"
        notes.append(note(text, 0.0, base + 0.66, 12, xanchor="left"))
    return notes


def _places(values: FloatArray, row: Stop) -> FloatArray:
    low, high = row.ends
    places: FloatArray = (values - low) / (high - low)
    return places
