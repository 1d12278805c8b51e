"""Distributions one above the other, before and after a norm: of each channel, and of each image."""

from collections.abc import Sequence
from typing import Any

from bn import FloatArray
from ui.figures.style import INPUT, NORMALIZED, RULE, Figure, heading

HEIGHT = 380
TALL = 0.9  # of the place of a row, for a share of a half or more
FULL = 0.5


def draw(
    edges: FloatArray,
    channels: tuple[FloatArray, FloatArray],
    images: tuple[FloatArray, FloatArray],
    names: Sequence[str],
) -> Figure:
    """Histograms (K, bins) before, blue outline, and after, vermilion and filled, for each channel and each image."""
    traces = []
    for panel, (before, after) in enumerate((channels, images)):
        for k in range(len(before)):
            floor = len(before) - 1 - k
            traces += [_ridge(edges, before[k], floor, panel, False), _ridge(edges, after[k], floor, panel, True)]
    x: dict[str, Any] = {
        "range": [float(edges[0]), float(edges[-1])],
        "tickvals": [-4, -2, 0, 2, 4],
        "fixedrange": True,
        "zeroline": True,
        "zerolinecolor": RULE,
        "automargin": False,
        "showgrid": False,
    }
    y: dict[str, Any] = {"fixedrange": True, "zeroline": False, "automargin": False, "showgrid": False}
    counts = [len(channels[0]), len(images[0])]
    labels = [list(names), [f"image {k}" for k in range(counts[1])]]
    ticks = [
        {"range": [-0.1, n], "tickvals": list(range(n)), "ticktext": label[::-1]}
        for n, label in zip(counts, labels, strict=True)
    ]
    return {
        "data": traces,
        "layout": {
            "height": HEIGHT,
            "margin": {"l": 62, "r": 8, "t": 26, "b": 30},
            "showlegend": False,
            "dragmode": False,
            "hovermode": False,
            "xaxis": {**x, "domain": [0, 0.42]},
            "yaxis": {**y, **ticks[0], "ticktext": [name.replace(" ", "<br>") for name in labels[0][::-1]]},
            "xaxis2": {**x, "domain": [0.58, 1], "anchor": "y2"},
            "yaxis2": {**y, **ticks[1], "anchor": "x2"},
            "annotations": [
                {**heading(text, 1, 0), "x": 0.58 * k, "yanchor": "bottom"}
                for k, text in enumerate(("each channel", "each image"))
            ],
        },
    }


def describe(
    edges: FloatArray,
    channels: tuple[FloatArray, FloatArray],
    images: tuple[FloatArray, FloatArray],
    names: Sequence[str],
) -> str:
    """What the picture says now, for those who do not see it."""
    middles = (edges[:-1] + edges[1:]) / 2
    said = []
    for what, (before, after) in (("channel", channels), ("image", images)):
        ranges = [
            f"{kind} from {float((each @ middles).min()):.2f} to {float((each @ middles).max()):.2f}"
            for kind, each in (("before", before), ("after", after))
        ]
        said.append(f"The {what} averages lie {ranges[0]}, {ranges[1]}.")
    return f"Histograms of {len(names)} channels and {len(images[0])} images, in bins. {' '.join(said)}"


def _ridge(edges: FloatArray, shares: FloatArray, floor: int, panel: int, after: bool) -> dict[str, Any]:
    """One histogram as steps that stand on their own floor."""
    xs = [float(edge) for edge in edges for _ in (0, 1)]
    heights = [0.0, *[float(min(share / FULL, 1) * TALL) for share in shares for _ in (0, 1)], 0.0]
    stage = NORMALIZED if after else INPUT
    return {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": [floor + each for each in heights],
        "line": {"color": stage.color, "width": 1.5, "dash": "solid" if after else "dot"},
        "fill": "toself" if after else "none",
        "fillcolor": stage.tint(0.25),
        "xaxis": "x2" if panel else "x",
        "yaxis": "y2" if panel else "y",
        "hoverinfo": "skip",
        "name": "after" if after else "before",
    }
