"""The arrays of the five steps as rectangles: which grow with the batch, which with the features, which not at all."""

import math

from bn import Array, layer_arrays
from ui.figures.marks import Mark, box, no_axis, words
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
    written: list[tuple[float, float, str]] = []
    below = [0] * len(STEPS)
    for array in layer_arrays(n, c):
        step = array.step - 1
        vector = len(array.shape) == 1
        width = side(array.shape[-1], MOST_FEATURES)
        height = THIN if vector else side(array.shape[0], MOST_ROWS)
        top = -0.36 - 0.5 * below[step] if vector else 1.0
        below[step] += vector
        shapes.append(_rectangle(array, step, width, top, height))
        text = f'<span style="font-size:14px">{array.symbol}</span><br>{_written(array.shape)}'
        written.append((step, top + 0.17, text))
    written += [(step, 1.6, f"<b>{title}</b>") for step, title in enumerate(STEPS)]
    xs, ys, texts = zip(*written, strict=True)
    return {
        "data": [words("labels", xs, ys, texts, 11, cliponaxis=False)],
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
    parts = [f"{array.name} {_written(array.shape)}" for array in layer_arrays(n, c)]
    return f"A batch of {n} rows and {c} features: {', '.join(parts)}."


def side(length: int, longest: int) -> float:
    """How long a side is drawn: THIN for 1, 0.9 for the longest, by the logarithm in between."""
    return THIN + (0.9 - THIN) * math.log(length) / math.log(longest)


def _rectangle(array: Array, step: int, width: float, top: float, height: float) -> Mark:
    color, dash = COLORS.get(array.symbol, INPUT.color), MOVING_DASH if array.kind == "remembered" else "solid"
    wide = (step - width / 2, step + width / 2)
    return box(wide, (top - height, top), color, dash=dash, fillcolor=FILLS[array.kind], name=array.name)


def _written(shape: tuple[int, ...]) -> str:
    return f"({shape[0]},)" if len(shape) == 1 else f"({shape[0]}, {shape[1]})"
