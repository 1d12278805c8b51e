"""The layer as a graph of elementary operations: each node's value, and its gradient once the way back has reached it."""

from bn import FloatArray, Graph
from ui.figures.marks import Mark, axis, colored, dots, note, segments
from ui.figures.style import INPUT, NORMALIZED, OUTPUT, RULE, Figure, layout
from ui.numbers import fixed

HEIGHT = 500

# node: symbol (with the index of the example where it has one), place, color
NODES = {
    "x": ("xᵢ", (0.0, 6.0), INPUT.color),
    "mean": ("μ", (1.0, 5.6), RULE),
    "centered": ("xᵢ − μ", (0.0, 4.7), RULE),
    "squared": ("(xᵢ − μ)²", (1.0, 4.7), RULE),
    "var": ("σ²", (1.0, 3.7), RULE),
    "std": ("√(σ² + ε)", (1.0, 2.9), RULE),
    "inverse": ("1 / √(σ² + ε)", (1.0, 2.1), RULE),
    "x_hat": ("x̂ᵢ", (0.0, 2.1), NORMALIZED.color),
    "gamma": ("γ", (1.0, 1.05), RULE),
    "scaled": ("γ x̂ᵢ", (0.0, 1.05), RULE),
    "beta": ("β", (1.0, 0.0), RULE),
    "y": ("yᵢ", (0.0, 0.0), OUTPUT.color),
}
# Its words stand under the node, for edges come from above.
UNDER = "centered"
EDGES = (
    ("x", "mean"),
    ("x", "centered"),
    ("mean", "centered"),
    ("centered", "squared"),
    ("squared", "var"),
    ("var", "std"),
    ("std", "inverse"),
    ("centered", "x_hat"),
    ("inverse", "x_hat"),
    ("x_hat", "scaled"),
    ("gamma", "scaled"),
    ("scaled", "y"),
    ("beta", "y"),
)
# The way back: at which nodes each step arrives.
REACHED = (
    (),
    ("y",),
    ("beta", "scaled"),
    ("gamma", "x_hat"),
    ("inverse",),
    ("std", "var"),
    ("squared", "centered"),
    ("mean",),
    ("x",),
)
LAST = len(REACHED) - 1


def draw(graph: Graph, row: int, step: int) -> Figure:
    """The graph for the example in this row; gradients are shown where the first `step` steps back have arrived."""
    known = _known(step)
    now = REACHED[step]
    traces = [_edges(known, False), _edges(known, True)]
    for name, (_, (x, y), color) in NODES.items():
        marker, size = "circle" if name in known else "circle-open", 18 if name in now else 11
        traces.append(dots(name, x, y, color, marker, size, edge={"width": 2, "color": color}))
    return {
        "data": traces,
        "layout": layout(
            HEIGHT,
            left=8,
            bottom=8,
            xaxis=axis(-0.12, 2.0, visible=False),
            yaxis=axis(-0.25, 6.55, visible=False),
            annotations=[_words(graph, name, row, name in known, name in now) for name in NODES],
        ),
        # A press on a node goes to the step at which its gradient arrives.
        "grips": [
            {"slider": "bp_step", "trace": name, "point": 0, "stop": k}
            for k, names in enumerate(REACHED)
            for name in names
        ],
    }


def describe(graph: Graph, row: int, step: int) -> str:
    """What the picture says now, for those who do not see it."""
    forward = "; ".join(f"{symbol} = {_value(graph.values[name], row)}" for name, (symbol, _, _) in NODES.items())
    known = _known(step)
    back = "; ".join(
        f"at {symbol} {_value(graph.gradients[name], row)}" for name, (symbol, _, _) in NODES.items() if name in known
    )
    return f"Twelve nodes from x to y. Example in row {row}: {forward}. Step {step} of {LAST} of the way back. " + (
        f"Gradients of the loss: {back}." if back else "No gradient yet."
    )


def _known(step: int) -> set[str]:
    return {name for names in REACHED[: step + 1] for name in names}


def _edges(known: set[str], reached: bool) -> Mark:
    """The edges over which a gradient has come back, thick, or all others."""
    pairs = [(NODES[start][1], NODES[end][1]) for start, end in EDGES if ({start, end} <= known) is reached]
    look = ("way back", NORMALIZED.color, 4) if reached else ("way forward", RULE, 1.5)
    return segments(look[0], pairs, *look[1:])


def _words(graph: Graph, name: str, row: int, known: bool, now: bool) -> Mark:
    symbol, (x, y), _ = NODES[name]
    text = f"<b>{symbol}</b> = {_value(graph.values[name], row)}"
    if known:
        gradient = f"∂ = {_value(graph.gradients[name], row)}"
        text += f"<br>{colored(f'<b>{gradient}</b>' if now else gradient, NORMALIZED.color)}"
    side: Mark = {"yanchor": "top", "yshift": -2} if name == UNDER else {"yanchor": "bottom", "yshift": 3}
    return note(text, x, y, xanchor="left", xshift=10, align="left", **side)


def _value(array: FloatArray, row: int) -> str:
    return fixed(float(array if array.ndim == 0 else array[row]))
