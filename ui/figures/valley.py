"""A loss over two weights as rings of equal height, and the path of gradient descent in it, to a step."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bn import Descent, FloatArray, Valley
from ui.figures.marks import Mark, Span, area, axis, dots, lines, pinned
from ui.figures.style import RULE, Figure, Stage, layout
from ui.numbers import fixed, percent, short

HEIGHT = 380
SHARES = (1.0, 0.56, 0.25, 0.06, 0.01)  # of the height at the start: the rings
CORNERS = 17  # points of a ring, the first again as the last; the line through them is curved
GRADIENT = "#CC79A7"
START = "start"  # the trace that can be taken hold of
ROOM = 1.04  # the picture reaches this much further than the ring through the start
FAR = 12.0  # half pictures away from the lowest point: a path is cut off there
ARROW = 0.45  # length of the gradient's arrows, in half pictures
ACROSS = (("triangle-right", "top right"), ("triangle-left", "top left"))  # an arrow's head, and where its name stands
UP = (("triangle-up", "top center"), ("triangle-down", "bottom center"))


@dataclass(frozen=True, eq=False)
class View:
    """What is drawn.

    valley, descent  the loss and the path in it, two weights each
    step             where on the path the dot stands; the last point where the path was given up earlier
    steps            how many steps a path has that is not given up
    stage            the color and marker of the data that the loss is of
    title            what stands above the picture
    names            the two columns
    window           what is seen of each weight: the same for all valleys that one slider shows
    """

    valley: Valley
    descent: Descent
    step: int
    steps: int
    stage: Stage
    title: str
    names: tuple[str, str]
    window: tuple[Span, Span]


def window_of(valley: Valley, start: FloatArray) -> tuple[Span, Span]:
    """What has to be seen of each weight to hold the ring through the start."""
    reach = ROOM * np.sqrt(2 * float(valley.above_lowest(start)) * np.diag(np.linalg.inv(valley.hessian)))
    (left, low), (right, high) = (valley.best - reach).tolist(), (valley.best + reach).tolist()
    return (left, right), (low, high)


def draw(data: View) -> Figure:
    """Rings, path, and the dot at its step with the downhill direction split into its parts along the two weights.

    A unit is as long on both axes, so the path is perpendicular to the rings, as gradient descent sees it. The arrows
    together always have the same length; only their directions and shares are the gradient's.
    """
    stage, path = data.stage, _path(data)
    x, y = (float(value) for value in data.valley.best)
    text = [f"step {k}" for k in range(len(path))]
    look: Mark = {"mode": "lines+markers", "marker": {"symbol": stage.marker, "size": 5, "color": stage.color}}
    across, up = data.window
    grid: Mark = {"nticks": 8, "showgrid": False}
    return {
        "data": [
            *_rings(data.valley, float(f"{data.descent.above_lowest[0]:.9g}"), stage),  # whatever the start on the ring
            dots("lowest point", x, y, None, "cross-thin", 12, edge={"width": 2, "color": RULE}, hover="name+x+y"),
            lines("path", path[:, 0], path[:, 1], stage.color, text=text, **look),
            dots(START, path[:1, 0], path[:1, 1], RULE, "circle-open", 17, edge={"width": 2}),
            *_now(data, path),
        ],
        "layout": layout(
            HEIGHT,
            left=56,
            bottom=44,
            top=30,
            xaxis=axis(*across, f"weight of {data.names[0]}", **grid),
            yaxis=axis(*up, f"weight of {data.names[1]}", scaleanchor="x", **grid),
            annotations=[pinned(f"<b>{data.title}</b>", 0, 1, "left bottom", size=15)],
        ),
    }


def describe(data: View) -> str:
    """What the picture says now, for those who do not see it."""
    step, descent = _reached(data), data.descent
    start, now = float(descent.above_lowest[0]), float(descent.above_lowest[step])
    lean = math.sqrt(data.valley.condition)
    words = (
        f"{data.title}. Rings of equal loss, {fixed(lean, 1)} times as long as wide, around the lowest point "
        f"({fixed(float(data.valley.best[0]), 2)}, {fixed(float(data.valley.best[1]), 2)}). "
    )
    if descent.given_up and data.step > step:
        words += (
            f"The path leaves the picture: after {step} steps the loss is {short(now / start)} times that of the start"
        )
    else:
        words += f"After {step} steps of {len(descent.w) - 1} the loss above the lowest is {short(100 * now / start, 3)} percent of the start's"
    down = -descent.gradient[step]
    return f"{words}; downhill is {fixed(float(down[0]), 1)} along {data.names[0]} and {fixed(float(down[1]), 1)} along {data.names[1]}."


def _reached(data: View) -> int:
    return min(data.step, len(data.descent.w) - 1)


@lru_cache(maxsize=32)
def _rings(valley: Valley, height: float, stage: Stage) -> Sequence[Mark]:
    """Lines of equal loss, shares of this height above the lowest. Of one valley the same lists: 16 kB."""
    angle = np.linspace(0, 2 * np.pi, CORNERS)
    outer = (
        np.stack([np.cos(angle), np.sin(angle)], axis=-1) * np.sqrt(2 * height / valley.curvatures)
    ) @ valley.directions.T
    rings = {share: (valley.best + math.sqrt(share) * outer).T for share in SHARES}
    names = {share: f"{percent(share)} of the loss at the start" for share in SHARES}
    curved = {"color": RULE, "width": 1, "shape": "spline"}
    return [{**area(names[share], x, y, stage.tint(0.07), RULE), "line": curved} for share, (x, y) in rings.items()]


def _half(data: View) -> float:
    """Half of the longer side of what is seen."""
    return max(high - low for low, high in data.window) / 2


def _path(data: View) -> FloatArray:
    """Where the path goes, (steps + 1, 2). One that is given up, or leaves the picture far behind, rests outside."""
    path, best, far = data.descent.w, data.valley.best, FAR * _half(data)
    distance = np.abs(path - best).max(axis=1)
    outside = np.flatnonzero(distance > far)
    if not len(outside):
        return path
    end = int(outside[0])
    rest = best + (path[end] - best) * (far / distance[end])
    return np.concatenate([path[:end], np.tile(rest, (data.steps + 1 - end, 1))])


def _now(data: View, path: FloatArray) -> list[Mark]:
    """The two parts of the downhill direction at the step, and the dot."""
    stage, half, step = data.stage, _half(data), _reached(data)
    x, y = path[data.step].tolist()
    down = -data.descent.gradient[step]
    length = math.hypot(*down)
    across, up = (ARROW * half * down / length if length else down).tolist()
    outside = max(abs(x - data.valley.best[0]), abs(y - data.valley.best[1])) > FAR * half * (1 - 1e-9)
    label = "" if outside else "start" if data.step == 0 else f"step {data.step}"
    written: Mark = {"mode": "markers+text", "textposition": "bottom right", "textfont": {"size": 13}}
    edge = {"width": 2, "color": "white"}
    return [
        _arrow([x, x + across], [y, y], across, half, data.names[0], ACROSS),
        _arrow([x, x], [y, y + up], up, half, data.names[1], UP),
        dots("now", x, y, stage.color, stage.marker, 13, edge=edge, text=[label], **written),
    ]


def _arrow(
    x: list[float], y: list[float], part: float, half: float, name: str, ends: tuple[tuple[str, str], tuple[str, str]]
) -> Mark:
    head, place = ends[part < 0]
    seen = abs(part) > 0.02 * half
    look: Mark = {"mode": "lines+markers+text", "textfont": {"size": 12}, "textposition": place}
    marker = {"size": [0, 10 if seen else 0], "symbol": head, "color": GRADIENT}
    text = ["", name if seen else ""]
    return lines(f"downhill along {name}", x, y, GRADIENT, 3, text=text, hover="skip", marker=marker, **look)
