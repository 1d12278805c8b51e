"""A network from top to bottom: where batch normalization sits, what each one learns and what it remembers."""

from bn import NetworkCounts
from ui.figures.marks import Mark, Span, box, no_axis, rule, words
from ui.figures.style import INPUT, MOVING_DASH, OUTPUT, RULE, Figure, layout

HEIGHT = 430
MOST = 10  # hidden layers
# Each row's boxes from left to right: where they begin and end, over a width of 1.
LINEAR, BIAS = (0.0, 0.22), (0.235, 0.335)
VECTORS = {"γ": (0.375, 0.46), "β": (0.47, 0.555), "μ": (0.6, 0.685), "σ²": (0.695, 0.78)}
ACTIVATION = (0.84, 1.0)
REMEMBERED = ("μ", "σ²")
CROSS = "#D55E00"
EMPTY = "rgba(0,0,0,0)"


def draw(network: NetworkCounts) -> Figure:
    """One row for each layer: weights, the bias that is crossed out, γ and β, moving mean and variance, activation.

    Solid edges: learned; dashed: remembered. The last row is the output, which keeps its bias.
    """
    boxes: list[Mark] = []
    xs: list[float] = []
    ys: list[float] = []
    texts: list[str] = []

    def write(text: str, span: Span, y: float) -> None:
        xs.append(sum(span) / 2)
        ys.append(y)
        texts.append(text)

    def draw_box(span: Span, y: float, text: str, color: str, dash: str = "solid", fill: str = EMPTY) -> None:
        boxes.append(box(span, (y - half, y + half), color, dash=dash, fillcolor=fill, layer="below"))
        if text:
            write(text, span, y)

    rows = len(network.hidden) + 1
    half = min(0.34, 0.085 * rows)
    size = 13 if rows < 8 else 11
    for k in range(rows - 1):
        y = float(rows - 1 - k)
        boxes.append(_way(y, half))
        draw_box(LINEAR, y, "", RULE)
        draw_box(BIAS, y, "bias", RULE, "dot")
        boxes.append(rule(BIAS, (y - half, y + half), CROSS, 2, ""))
        for symbol, span in VECTORS.items():
            remembered = symbol in REMEMBERED
            color, dash = (INPUT.color, MOVING_DASH) if remembered else (OUTPUT.color, "solid")
            draw_box(span, y, symbol, color, dash, EMPTY if remembered else OUTPUT.tint(0.2))
        draw_box(ACTIVATION, y, "ReLU", RULE)
    draw_box(LINEAR, 0.0, "", RULE)
    draw_box(BIAS, 0.0, "bias", RULE)
    learned, moving = (VECTORS["γ"][0], VECTORS["β"][1]), (VECTORS["μ"][0], VECTORS["σ²"][1])
    heads = {"<br>weights": LINEAR, "<br>learned": learned, "moving:<br>remembered": moving}
    for text, span in heads.items():
        write(f'<b><span style="font-size:11px">{text}</span></b>', span, rows - 1 + half + 0.06 * rows)
    return {
        "data": [words("labels", xs, ys, texts, size, cliponaxis=False), _sizes(network, size)],
        "layout": layout(
            HEIGHT,
            left=4,
            bottom=4,
            xaxis=no_axis(-0.01, 1.01),
            yaxis=no_axis(-0.5, rows - 1 + half + 0.12 * rows),
            shapes=boxes,
        ),
    }


def describe(network: NetworkCounts) -> str:
    """What the picture says now, for those who do not see it."""
    return " ".join(said(network).values())


def said(network: NetworkCounts) -> dict[str, str]:
    """What the picture says, apart by what the sizes and what the number of layers decide."""
    sizes = list(dict.fromkeys(layer.features for layer in network.hidden))
    count = len(network.hidden)
    sets = "1 hidden layer with its own set" if count == 1 else f"{count} hidden layers, each with its own set"
    return {
        "layers": (
            f"A network with {sets} of γ, β (learned), moving mean and moving variance (remembered). The bias before each is "
            "crossed out; the output keeps its own."
        ),
        "width": f"From {network.inputs} inputs over {', '.join(map(str, sizes))} neurons to {network.outputs}.",
    }


def _sizes(network: NetworkCounts, size: int) -> Mark:
    """What goes into each linear layer and comes out: as many words for each number of layers, those beyond nowhere."""
    rows, last = len(network.hidden), network.hidden[-1].features
    beyond = MOST - rows
    texts = [f"{layer.inputs} → {layer.features}" for layer in network.hidden]
    texts += [f"{last} → {last}"] * beyond + [f"{last} → {network.outputs}"]
    heights = [*(float(rows - k) for k in range(rows)), *[None] * beyond, 0.0]
    across = [None if height is None else sum(LINEAR) / 2 for height in heights]
    return words("sizes", across, heights, texts, size, cliponaxis=False)


def _way(y: float, half: float) -> Mark:
    """The lines between the boxes of a row, and from its end down to the beginning of the next."""
    begin, end = sum(LINEAR) / 2, sum(ACTIVATION) / 2
    gaps = ((LINEAR[1], BIAS[0]), (BIAS[1], VECTORS["γ"][0]), (VECTORS["σ²"][1], ACTIVATION[0]))
    across = " ".join(f"M {left},{y} L {right},{y}" for left, right in gaps)
    down = f"M {end},{y - half} L {end},{y - 0.5} L {begin},{y - 0.5} L {begin},{y - 1 + half}"
    return {"type": "path", "path": f"{across} {down}", "line": {"color": RULE, "width": 1.5}, "layer": "below"}
