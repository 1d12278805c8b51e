"""A bias added to a batch: the input moves, the normalized values do not."""

import html

import numpy as np

from bn import BiasProof, FloatArray
from ui.figures.marks import Mark, arrow, axis, dots, note, rule
from ui.figures.style import INPUT, NORMALIZED, Figure, Stage, layout
from ui.numbers import fixed, short

HEIGHT = 250
MOST_BIAS = 10.0  # standard deviations that the picture has room for, to each side
ROOM = 4.0  # and beside them


def draw(proof: BiasProof, feature: int, *, name: str, revealed: bool) -> Figure:
    """One feature: above, x as it was (rings) and x + b (dots); beneath, x̂ of both, unless it is not revealed yet.

    Both rows have one standard deviation as their unit, so that x̂ would move as far as x if it moved.
    """
    before, after = proof.before, proof.after
    middle, unit = float(before.mean[feature]), unit_of(proof, feature)
    traces = [
        _points((before.x[:, feature] - middle) / unit, INPUT, 1.0, moved=False),
        _points((after.x[:, feature] - middle) / unit, INPUT, 1.0, moved=True),
    ]
    end = (float(after.mean[feature]) - middle) / unit
    shapes = [_mean(end, INPUT, 1.0)]
    if revealed:
        traces += [
            _points(before.x_hat[:, feature], NORMALIZED, 0.0, moved=False),
            _points(after.x_hat[:, feature], NORMALIZED, 0.0, moved=True),
        ]
        shapes.append(_mean(float(after.x_hat[:, feature].mean()), NORMALIZED, 0.0))
    reach = MOST_BIAS + max(ROOM, 1.1 * float(np.abs(before.x_hat[:, feature]).max()))
    notes = [
        note(f"{html.escape(name)}: b = {fixed(float(proof.bias[feature]))}", 0, 1.62, size=None),
        *([arrow((0, 1.42), (end, 1.42), INPUT.color)] if proof.bias[feature] else []),
        *([] if revealed else [note("x̂: predict first", 0, 0.1, size=None)]),
    ]
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=56,
            bottom=40,
            xaxis=axis(-reach, reach, "in standard deviations", showgrid=False, nticks=8),
            yaxis=axis(-0.5, 1.8, ticks={1: "x + b", 0: NORMALIZED.symbol}, size=15, showgrid=True),
            shapes=shapes,
            annotations=notes,
        ),
    }


def describe(proof: BiasProof, feature: int, *, name: str, revealed: bool) -> str:
    """What the picture says now, for those who do not see it."""
    before, after, bias = proof.before, proof.after, float(proof.bias[feature])
    moved = (
        f"{name} with a bias of {fixed(bias)}: the mean goes from {fixed(float(before.mean[feature]))} "
        f"to {fixed(float(after.mean[feature]))}"
    )
    if not revealed:
        return f"{moved}. What becomes of the normalized values is still hidden."
    difference = float(np.abs(after.x_hat[:, feature] - before.x_hat[:, feature]).max())
    return f"{moved}; the normalized values move by at most {short(difference)}."


def unit_of(proof: BiasProof, feature: int) -> float:
    """The length of one standard deviation of the feature, of 1 if it is constant."""
    return float(np.sqrt(proof.before.var[feature])) or 1.0


def _points(places: FloatArray, stage: Stage, y: float, *, moved: bool) -> Mark:
    symbol = stage.symbol + (" with bias" if moved else " without bias")
    marker, size, opacity = (stage.marker, 8, 0.9) if moved else (f"{stage.marker}-open", 13, 0.7)
    text = [f"row {i}" for i in range(len(places))]
    hover = f"%{{text}}: {symbol}, %{{x:.2f}} standard deviations"
    return dots(symbol, places, y, stage.color, marker, size, opacity=opacity, text=text, hover=hover)


def _mean(x: float, stage: Stage, y: float) -> Mark:
    return rule(x, (y - 0.3, y + 0.3), stage.color, 2.5, "", name=f"mean {stage.symbol}")
