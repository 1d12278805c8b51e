"""A loss over two weights as rings of equal height, and the path of gradient descent in it, step by step."""

import math
from dataclasses import dataclass

import numpy as np

from bn import Descent, FloatArray, Valley
from ui.figures.marks import Mark, area, axis, dots, lines, pinned
from ui.figures.style import RULE, Figure, Stage, layout
from ui.numbers import fixed

HEIGHT = 320
SHARES = (1.0, 0.56, 0.25, 0.06, 0.01)  # of the height at the start: the rings
GRADIENT = "#CC79A7"
ROOM = 1.2  # the picture reaches this much further than the ring through the start
FAR = 12.0  # half pictures away from the lowest point: a path is cut off there
ARROW = 0.34  # length of the gradient's arrows, in half pictures
FRAME_MS = 180
DIGITS = 4  # decimals; the picture is some 40 wide
ACROSS = (("triangle-right", "top right"), ("triangle-left", "top left"))  # an arrow's head, and where its name stands
UP = (("triangle-up", "top center"), ("triangle-down", "bottom center"))
PLAY, STOP, END = "play", "stop", "end"


@dataclass(frozen=True, eq=False)
class Picture:
    """What is drawn.

    valley, descent  the loss and the path in it, two weights each
    step             where on the path the dot stands; the last point where the path was given up earlier
    steps            how many steps the animation has, so that every path has as many frames
    stage            the color and marker of the data that the loss is of
    title            what stands above the picture
    names            the two columns
    """

    valley: Valley
    descent: Descent
    step: int
    steps: int
    stage: Stage
    title: str
    names: tuple[str, str]


def draw(data: Picture) -> Figure:
    """Rings, path, and the dot at its step with the downhill direction split into its parts along the two weights.

    A unit is as long on both axes, so the path is perpendicular to the rings, as gradient descent sees it. The arrows
    together always have the same length; only their directions and shares are the gradient's. The frames move dot and
    arrows along the path; the buttons that start and stop them are for ui/live/play.py.
    """
    walk, stage = _walk(data), data.stage
    half, path = walk.half, walk.path
    x, y = (float(value) for value in data.valley.best)
    text = [f"step {k}" for k in range(len(path))]
    look: Mark = {"mode": "lines+markers", "marker": {"symbol": stage.marker, "size": 5, "color": stage.color}}
    standing = [
        *_rings(data),
        dots("lowest point", x, y, None, "cross-thin", 12, edge={"width": 2, "color": RULE}, hover="name+x+y"),
        lines("path", path[:, 0], path[:, 1], stage.color, text=text, **look),
    ]
    moving = [len(standing) + k for k in range(3)]
    each = [_moving(data, walk, k) for k in range(data.steps + 1)]
    frames = [{"name": str(k), "data": _news(each, k), "traces": moving} for k in range(data.steps + 1)]
    grid: Mark = {"nticks": 8, "showgrid": False}
    return {
        "data": [*standing, *_standing(data, walk)],
        "frames": frames,
        "layout": layout(
            HEIGHT,
            left=56,
            bottom=44,
            margin={"l": 56, "r": 8, "t": 30, "b": 44, "autoexpand": False},
            xaxis=axis(x - half[0], x + half[0], f"weight of {data.names[0]}", **grid),
            yaxis=axis(y - half[1], y + half[1], f"weight of {data.names[1]}", scaleanchor="x", **grid),
            annotations=[pinned(f"<b>{data.title}</b>", 0, 1, "left bottom", size=15)],
            updatemenus=[_buttons(data.steps)],
        ),
    }


def describe(data: Picture) -> str:
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
            f"The path leaves the picture: after {step} steps the loss is {now / start:.1e} times that of the start"
        )
    else:
        words += f"After {step} steps of {len(descent.w) - 1} the loss above the lowest is {fixed(100 * now / start, 1)} percent of the start's"
    down = -descent.gradient[step]
    return f"{words}; downhill is {fixed(float(down[0]))} along {data.names[0]} and {fixed(float(down[1]))} along {data.names[1]}."


def _reached(data: Picture) -> int:
    return min(data.step, len(data.descent.w) - 1)


def _half(data: Picture) -> tuple[float, float]:
    """Half the width and half the height that hold the ring through the start."""
    reach = np.sqrt(2 * float(data.descent.above_lowest[0]) * np.diag(np.linalg.inv(data.valley.hessian)))
    return float(ROOM * reach[0]), float(ROOM * reach[1])


def _rings(data: Picture) -> list[Mark]:
    valley = data.valley
    angle = np.linspace(0, 2 * np.pi, 61)
    radii = np.sqrt(2 * float(data.descent.above_lowest[0]) / valley.curvatures)
    outer = (np.stack([np.cos(angle), np.sin(angle)], axis=-1) * radii) @ valley.directions.T
    rings = {share: np.round(valley.best + math.sqrt(share) * outer, 3).T for share in SHARES}
    fill = data.stage.tint(0.07)
    return [area(f"{share:.0%} of the loss at the start", x, y, fill, RULE) for share, (x, y) in rings.items()]


@dataclass(frozen=True, eq=False)
class _Walk:
    """What moves, computed for all steps at once.

    half    half the width and half the height of the picture
    path    (K, 2) the points that are drawn
    arrows  (K, 2) the downhill direction at each, as long as it is drawn
    cut     the path was cut off: its last point lies far outside the picture
    """

    half: tuple[float, float]
    path: FloatArray
    arrows: FloatArray
    cut: bool


def _walk(data: Picture) -> _Walk:
    half = _half(data)
    path, best, far = data.descent.w, data.valley.best, FAR * max(half)
    distance = np.abs(path - best).max(axis=1)
    outside = np.flatnonzero(distance > far)
    if len(outside):
        end = int(outside[0])
        path = path[: end + 1].copy()
        path[end] = best + (path[end] - best) * (far / distance[end])
    down = -data.descent.gradient[: len(path)]
    length = np.hypot(*down.T)[:, None]
    arrows = ARROW * max(half) * np.divide(down, length, out=np.zeros_like(down), where=length > 0)
    return _Walk(half, np.round(path, DIGITS), np.round(arrows, DIGITS), bool(len(outside)))


def _moving(data: Picture, walk: _Walk, step: int) -> list[Mark]:
    """What moves at a step: the two parts of the downhill direction, and the dot."""
    at = min(step, len(walk.path) - 1)
    (x, y), (across, up) = walk.path[at].tolist(), walk.arrows[at].tolist()
    to_x, to_y = (walk.path[at] + walk.arrows[at]).round(DIGITS).tolist()
    seen = 0.02 * max(walk.half)
    outside = walk.cut and step >= len(walk.path) - 1
    label = "start" if step == 0 else f"step {step}"
    return [
        _arrow([x, to_x], [y, y], across, abs(across) > seen, data.names[0], ACROSS),
        _arrow([x, x], [y, to_y], up, abs(up) > seen, data.names[1], UP),
        {"x": [x], "y": [y], "text": ["" if outside else label]},
    ]


def _news(each: list[list[Mark]], k: int) -> list[Mark]:
    """What is another than a step before. The ends, which are jumped to from anywhere, say all."""
    if k in (0, len(each) - 1):
        return each[k]
    return [
        {word: value for word, value in now.items() if value != before[word]}
        for before, now in zip(each[k - 1], each[k], strict=True)
    ]


def _arrow(
    x: list[float], y: list[float], part: float, seen: bool, name: str, ends: tuple[tuple[str, str], tuple[str, str]]
) -> Mark:
    head, place = ends[part < 0]
    return {
        "x": x,
        "y": y,
        "marker": {"size": [0, 10 if seen else 0], "symbol": head, "color": GRADIENT},
        "text": ["", name if seen else ""],
        "textposition": place,
    }


def _standing(data: Picture, walk: _Walk) -> list[Mark]:
    """The traces that move, where they stand at the step of the picture."""
    moved, stage = _moving(data, walk, data.step), data.stage
    arrow: Mark = {"mode": "lines+markers+text", "textfont": {"size": 12}}
    written: Mark = {"mode": "markers+text", "textposition": "bottom right", "textfont": {"size": 13}}
    edge = {"width": 2, "color": "white"}
    looks = [lines(f"downhill along {name}", [], [], GRADIENT, 3, **arrow) for name in data.names]
    looks.append(dots("now", [], [], stage.color, stage.marker, 13, edge=edge, **written))
    return [{**look, **place} for look, place in zip(looks, moved, strict=True)]


def _buttons(steps: int) -> Mark:
    """Play from the start, stop, and jump to the end. Plotly's buttons cannot be focused, so the page hides them and has one of its own."""
    still = {"frame": {"duration": 0, "redraw": False}, "transition": {"duration": 0}, "mode": "immediate"}
    walk = {
        "frame": {"duration": FRAME_MS, "redraw": False},
        "transition": {"duration": 0},
        "mode": "immediate",
        "fromcurrent": False,
    }
    return {
        "type": "buttons",
        "buttons": [
            {"label": PLAY, "method": "animate", "args": [None, walk]},
            {"label": STOP, "method": "animate", "args": [[None], still]},
            {"label": END, "method": "animate", "args": [[str(steps)], still]},
        ],
    }
