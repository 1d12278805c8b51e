"""The marks that pictures are made of, and the axes they stand on: what is shown, in place of Plotly's grammar.

Each function returns a part of a figure as a plain dict; `more` is in Plotly's own words. Under the pointer a trace says
its texts, or nothing if it has none; `hover` is another hoverinfo, or a template.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from bn import FloatArray
from ui.figures.style import RULE

Mark = dict[str, Any]
Values = FloatArray | Sequence[float | None] | float  # a number is the same all along
Point = tuple[float, float]
Span = tuple[float, float]
Ticks = Sequence[float] | Mapping[int, str] | Mapping[float, str]

# How a marker or a dash is written between words.
GLYPHS: Mapping[str, str] = {
    "circle": "●",
    "ring": "◎",
    "square": "■",
    "square-open": "□",
    "diamond": "◆",
    "cross": "✚",
    "x": "✕",
    "star": "★",
    "star-open": "☆",
    "triangle-up": "▲",
    "triangle-down-open": "▽",
    "solid": "<b>─</b>",
    "dash": "<b>- -</b>",
    "dot": "<b>···</b>",
    "longdashdot": "<b>─·─</b>",
    "box": "<b>□</b>",
}


# --- traces: what belongs to the data ----------------------------------------------------------------------------


def lines(
    name: str,
    x: Values,
    y: Values,
    color: str = RULE,
    width: float = 1.5,
    dash: str = "",
    *,
    text: Sequence[str] | None = None,
    hover: str = "",
    **more: Any,
) -> Mark:
    """A line through points; None is a gap."""
    return _trace("lines", name, x, y, text, hover, {"line": _line(color, width, dash), **more})


def segments(name: str, pairs: Iterable[tuple[Point, Point]], color: str, width: float, **more: Any) -> Mark:
    """Each pair of points joined, all as one trace."""
    ends = [(a, b) for a, b in pairs]
    x = [each for a, b in ends for each in (a[0], b[0], None)]
    y = [each for a, b in ends for each in (a[1], b[1], None)]
    return lines(name, x, y, color, width, **more)


def area(name: str, x: Values, y: Values, fill: str, color: str, width: float = 1) -> Mark:
    """What a line encloses, filled."""
    return lines(name, x, y, color, width, fill="toself", fillcolor=fill)


def dots(
    name: str,
    x: Values,
    y: Values,
    color: str | None,
    marker: str | Sequence[str],
    size: float | Sequence[float],
    *,
    opacity: float | None = None,
    edge: Mapping[str, Any] | None = None,
    text: Sequence[str] | None = None,
    hover: str = "",
    **more: Any,
) -> Mark:
    """A marker at each point, the same for all or each its own. edge: the line around it; color None: Plotly's own."""
    look = {"symbol": marker, "size": size, **_given(color=color, opacity=opacity, line=edge)}
    return _trace("markers", name, x, y, text, hover, {"marker": look, **more})


def words(name: str, x: Values, y: Values, text: Sequence[str], size: int, **more: Any) -> Mark:
    """Words that stand in the picture, centered at their places."""
    return _trace("text", name, x, y, text, "skip", {"textfont": {"size": size}, **more})


def apart(points: Iterable[Point]) -> tuple[list[float], list[float]]:
    """The x of points, and their y."""
    places = list(points)
    return [x for x, _ in places], [y for _, y in places]


def at_edge(
    values: FloatArray,
    ends: Span,
    marker: str | Sequence[str],
    beyond: tuple[str, str] = ("triangle-down", "triangle-up"),
) -> str | Sequence[str]:
    """The markers of values that are drawn at the ends of the axis where they lie beyond them.

    Arrays of symbols cost more than one symbol, so they are made only where something lies outside.
    """
    below, above = values < ends[0], values > ends[1]
    if not (below | above).any():
        return marker
    symbols: list[str] = np.where(below, beyond[0], np.where(above, beyond[1], marker)).ravel().tolist()
    return symbols


# --- shapes: x and y from, to; a number is both ends -------------------------------------------------------------


def rule(x: Span | float, y: Span | float, color: str = RULE, width: float = 1, dash: str = "dot", **more: Any) -> Mark:
    """A straight line."""
    return {"type": "line", **_spans(x, y), "line": _line(color, width, dash), **more}


def band(x: Span, y: Span, fill: str, **more: Any) -> Mark:
    """A filled rectangle without an edge."""
    return {"type": "rect", **_spans(x, y), "fillcolor": fill, "line": {"width": 0}, **more}


def box(x: Span, y: Span, color: str, width: float = 2, dash: str = "", **more: Any) -> Mark:
    """The edge of a rectangle."""
    return {"type": "rect", **_spans(x, y), "line": _line(color, width, dash), **more}


# --- notes -------------------------------------------------------------------------------------------------------


def note(text: str, x: float, y: float, size: int | None = 13, **more: Any) -> Mark:
    """Words at a place on the axes, centered; size: None is the chart's own."""
    font = None if size is None else {"size": size}
    return {"text": text, "x": x, "y": y, "showarrow": False, **_given(font=font), **more}


def pinned(text: str, x: float, y: float, corner: str, **more: Any) -> Mark:
    """Words whose corner ("left top") stands at shares of the picture's width and height."""
    across, up = corner.split()
    return note(text, x, y, **{"xref": "paper", "yref": "paper", "xanchor": across, "yanchor": up, **more})


def heading(text: str, y: float, shift: int = 0, **more: Any) -> Mark:
    """A line of text at the left edge of the picture, y up its height, shifted by pixels into the margin."""
    return pinned(text, 0, y, "left top", **{"align": "left", "xshift": shift, **more})


def arrow(start: Point, end: Point, color: str, width: float = 2) -> Mark:
    """An arrow from one place on the axes to another."""
    place = {"x": end[0], "y": end[1], "ax": start[0], "ay": start[1]}
    axes = {"xref": "x", "axref": "x", "yref": "y", "ayref": "y"}
    return {"text": "", "showarrow": True, "arrowhead": 2, "arrowwidth": width, "arrowcolor": color, **place, **axes}


def colored(text: str, color: str) -> str:
    """Words in a color."""
    return f'<span style="color:{color}">{text}</span>'


def legend(*entries: tuple[str, str, str], between: str = "  ") -> str:
    """A row of names, each behind its marker or dash in its color: (look, color, name)."""
    return between.join(f"{colored(GLYPHS[look], color)} {name}" for look, color, name in entries)


# --- axes --------------------------------------------------------------------------------------------------------


def axis(
    low: float,
    high: float,
    title: str = "",
    *,
    ticks: Ticks | None = None,
    size: int | None = None,
    **more: Any,
) -> Mark:
    """An axis with fixed ends. ticks: where they are, or also what stands there, of this size."""
    named = list(ticks.values()) if isinstance(ticks, Mapping) else None
    places = None if ticks is None else list(ticks)
    font = None if size is None else {"size": size}
    heads = {"text": title} if title else None
    return {"range": [low, high], **_given(title=heads, tickvals=places, ticktext=named, tickfont=font), **more}


def log_axis(low: float, high: float, title: str = "", *, room: float = 0, **more: Any) -> Mark:
    """A logarithmic axis, with room beyond each end in powers of ten."""
    return axis(math.log10(low) - room, math.log10(high) + room, title, type="log", **more)


def no_axis(low: float, high: float, **more: Any) -> Mark:
    """Fixed ends, without numbers and without a grid."""
    return axis(low, high, showgrid=False, showticklabels=False, **more)


# --- grammar -----------------------------------------------------------------------------------------------------


def _trace(mode: str, name: str, x: Values, y: Values, text: Sequence[str] | None, hover: str, more: Mark) -> Mark:
    told = {"hovertemplate" if "%" in hover else "hoverinfo": hover or ("skip" if text is None else "text")}
    texts = None if text is None else list(text)
    place = {"x": _listed(x, y), "y": _listed(y, x), **_given(text=texts)}
    return {"type": "scatter", "mode": mode, "name": name, **told, **place, **more}


def _listed(values: Values, other: Values) -> list[float | None]:
    if isinstance(values, int | float):
        return [values] * (1 if isinstance(other, int | float) else len(other))
    return values.tolist() if isinstance(values, np.ndarray) else list(values)


def _line(color: str, width: float, dash: str) -> Mark:
    return {"color": color, "width": width, **_given(dash=dash or None)}


def _spans(x: Span | float, y: Span | float) -> Mark:
    (x0, x1), (y0, y1) = (each if isinstance(each, tuple) else (each, each) for each in (x, y))
    return {"x0": x0, "x1": x1, "y0": y0, "y1": y1}


def _given(**words: Any) -> Mark:
    return {word: value for word, value in words.items() if value is not None}
