"""The arrays of the five steps as rectangles: which grow with the batch, which with the features, which not at all."""

import math

from bn import Array, layer_arrays
from ui.figures.marks import Mark, apart, box, no_axis, words
from ui.figures.style import INPUT, MOVING_DASH, NORMALIZED, OUTPUT, Figure, layout

HEIGHT = 340
STEPS = ("1<br>Activations", "2 Mean,<br>variance", "3<br>Normalize", "4 Scale,<br>shift", "5 Moving<br>average")
MOST_ROWS, MOST_FEATURES = 256, 1024
THIN = 0.1  # the side of one row or one feature
COLORS = {"x̂": NORMALIZED.color, "γ": OUTPUT.color, "β": OUTPUT.color, "y": OUTPUT.color}  # the others come from x
FILLS = {"batch": "rgba(123,135,148,0.2)", "learned": OUTPUT.tint(0.45), "remembered": "rgba(0,0,0,0)"}


def draw(n: int, c: int) -> Figure:
    """Each step's arrays for a batch (n, c). A side grows with the logarithm of its length, so that 1 and 1,024 both fit.

    Matrices stand above, vectors beneath; what is remembered has a dashed edge.
    """
    shapes: list[Mark] = []
    places: dict[str, tuple[float, float]] = {}
    below = [0] * len(STEPS)
    for array in layer_arrays(n, c):
        step = array.step - 1
        vector = _is_vector(array)
        width = side(array.shape[-1], MOST_FEATURES)
        height = THIN if vector else side(array.shape[0], MOST_ROWS)
        top = -0.36 - 0.5 * below[step] if vector else 1.0
        below[step] += vector
        shapes.append(_rectangle(array, step, width, top, height))
        places[array.symbol] = (step, top + 0.09)
    matrices, vectors = (
        [places[each.symbol] for each in layer_arrays(n, c) if _is_vector(each) is k] for k in (False, True)
    )
    raised = [(x, y + 0.16) for x, y in places.values()]
    # Rows and features are words of their own, so that neither slider moves what the other does.
    return {
        "data": [
            _written("symbols", raised, list(places), 14),
            _written("rows", matrices, f"({n},", 11, "middle left"),
            _written("features", matrices, f"{c})", 11, "middle right"),
            _written("vectors", vectors, f"({c},)", 11),
            _written("steps", [(step, 1.6) for step in range(len(STEPS))], [f"<b>{title}</b>" for title in STEPS], 11),
        ],
        "layout": layout(
            HEIGHT,
            left=8,
            bottom=8,
            xaxis=no_axis(-0.55, 4.55),
            yaxis=no_axis(-1.05, 1.8),
            shapes=shapes,
        ),
    }


def describe(n: int, c: int) -> str:
    """What the picture says now, for those who do not see it."""
    return " ".join(said(n, c).values())


def said(n: int, c: int) -> dict[str, str]:
    """What the picture says, apart by what the rows and what the features decide."""
    matrices, vectors = ([each.name for each in layer_arrays(n, c) if _is_vector(each) is k] for k in (False, True))
    return {
        "rows": f"A batch of {n} {'row' if n == 1 else 'rows'}, each of",
        "features": (
            f"{c} {'feature' if c == 1 else 'features'}: {', '.join(matrices)} have as many values in each row; "
            f"{', '.join(vectors)} are vectors ({c},), whatever the number of rows."
        ),
    }


def side(length: int, longest: int) -> float:
    """How long a side is drawn: THIN for 1, 0.9 for the longest, by the logarithm in between."""
    return THIN + (0.9 - THIN) * math.log(length) / math.log(longest)


def _rectangle(array: Array, step: int, width: float, top: float, height: float) -> Mark:
    color, dash = COLORS.get(array.symbol, INPUT.color), MOVING_DASH if array.kind == "remembered" else "solid"
    wide = (step - width / 2, step + width / 2)
    return box(wide, (top - height, top), color, dash=dash, fillcolor=FILLS[array.kind], name=array.name)


def _is_vector(array: Array) -> bool:
    return len(array.shape) == 1


def _written(name: str, places: list[tuple[float, float]], text: str | list[str], size: int, side: str = "") -> Mark:
    xs, ys = apart(places)
    texts = [text] * len(xs) if isinstance(text, str) else text
    beside = {"textposition": side} if side else {}
    return words(name, xs, ys, texts, size, cliponaxis=False, **beside)
