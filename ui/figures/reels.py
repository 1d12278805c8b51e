"""Reels: the figures of all stops of a slider, packed for a browser that shows the one under the hand.

What is the same at all stops is sent once. What differs is sent as tracks: the numbers of a trace as whole multiples of a
unit that no eye can tell apart, each as its difference from the one before; and all of it deflated.
"""

import base64
import json
import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.figures.style import Figure

WIDEST = 1000  # px between the margins; in a wider picture a dot may be off by more than a quarter of a pixel
DOT, LINE = 2, 8  # parts of a pixel: a number is off by at most half of one; a line shows smaller steps than a dot
DIGITS = 5
FEW = 12  # numbers, of which digits are not worth a look

Shot = tuple[Figure, str]  # a figure, and what it says
Path = tuple[str | int, ...]
Track = dict[str, Any]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Reel:
    """The pictures of a slider's stops, low, low + step, …: packed, 1 to 60 kB."""

    slider: str
    low: float
    step: float
    stops: int
    height: int
    frames: str


def reel(slider: str, low: float, high: float, step: float, shoot: Callable[[Any], Shot]) -> Reel:
    """Draw the picture at each stop of the slider with this key, these ends and this step."""
    stops = round((high - low) / step) + 1
    whole = all(isinstance(each, int) for each in (low, high, step))
    values = [low + k * step if whole else round(low + k * step, 10) for k in range(stops)]
    shots = [shoot(value) for value in values]
    height = shots[0][0]["layout"]["height"]
    return Reel(slider, low, step, stops, height, pack([{"figure": figure, "alt": alt} for figure, alt in shots]))


# --- numbers as fine as they are seen ----------------------------------------------------------------------------


def fine_enough(values: Sequence[float | None]) -> list[float | None]:
    """Five digits of each number, and more where they lie close together far from zero: to 1/100,000 of their span."""
    numbers = np.array(values)
    if numbers.dtype.kind == "O":  # None is a gap
        numbers = numbers.astype(np.float64)
    sizes = np.abs(numbers)
    known = np.isfinite(sizes) & (sizes > 0)
    if numbers.dtype.kind != "f" or not known.any():
        return list(values)
    span = float(np.ptp(numbers[np.isfinite(numbers)])) or math.inf
    places = DIGITS - 1 - np.floor(np.log10(np.minimum(sizes[known], span)))
    unit = 10.0 ** np.clip(places, 0, 15)
    numbers[known] = np.round(numbers[known] * unit) / unit
    return [None if value is None else number for value, number in zip(values, numbers.tolist(), strict=True)]


# --- packing -----------------------------------------------------------------------------------------------------


def pack(frames: Sequence[Any]) -> str:
    """The frames, one for each stop, as assets/live/film.js unrolls them."""
    frames = _even(frames)
    still, moving = frames[0], []
    integers: list[Integers] = []
    for path, values in _tracks(frames, ()):
        track, numbers = _track(path, values, frames)
        moving.append([list(path), track])
        still = _without(still, path)
        if numbers is not None:
            integers.append(numbers.ravel())
    text = json.dumps({"still": _fine(still), "moving": moving}, separators=(",", ":"), allow_nan=False).encode()
    flat = np.concatenate(integers) if integers else np.zeros(0, np.int64)
    # The sign as the lowest bit, then all lowest bytes first: what is mostly zero lies together.
    folded = ((flat << 1) ^ (flat >> 63)).astype("<u4")
    planes = folded.view(np.uint8).reshape(-1, 4).T.tobytes()
    return base64.b64encode(zlib.compress(len(text).to_bytes(4, "little") + text + planes, 9)).decode()


def _even(frames: Sequence[Any]) -> list[Any]:
    """The frames with the same traces everywhere, in the same order, those that are not there unseen.

    Where the points of a trace have symbols of their own at any stop, they have them at all.
    """
    names = list(dict.fromkeys(_names(frame) for frame in frames))
    if len(names) > 1:
        order = max(names, key=len)
        frames = [_with_data(frame, _aligned(frame, order, frames)) for frame in frames]
    own = {
        k
        for frame in frames
        for k, trace in enumerate(frame["figure"]["data"])
        if isinstance(trace.get("marker", {}).get("symbol"), list)
    }
    return [_with_symbols(frame, own) for frame in frames] if own else list(frames)


def _names(frame: Any) -> tuple[str, ...]:
    return tuple(trace.get("name", "") for trace in frame["figure"]["data"])


def _aligned(frame: Any, order: Sequence[str], frames: Sequence[Any]) -> list[Any]:
    """The traces of a frame in this order of names; one that is not there is that of another frame, unseen."""
    own = dict(zip(_names(frame), frame["figure"]["data"], strict=True))
    if not set(own) <= set(order) or len(set(order)) < len(order):
        raise ValueError(f"traces {list(own)} do not fit {list(order)}: the names tell which belong together")
    others = {name: trace for each in frames for name, trace in zip(_names(each), each["figure"]["data"], strict=True)}
    return [own.get(name) or {**others[name], "visible": False} for name in order]


def _with_data(frame: Any, data: list[Any]) -> Any:
    return {**frame, "figure": {**frame["figure"], "data": data}}


def _with_symbols(frame: Any, own: set[int]) -> Any:
    data = list(frame["figure"]["data"])
    for k in own:
        marker = data[k].get("marker", {})
        if isinstance(marker.get("symbol"), str):
            data[k] = {**data[k], "marker": {**marker, "symbol": [marker["symbol"]] * len(data[k]["x"])}}
    return _with_data(frame, data)


def _tracks(values: Sequence[Any], path: Path) -> Iterator[tuple[Path, Sequence[Any]]]:
    """What differs from stop to stop, and where."""
    first = values[0]
    if all(value is first or value == first for value in values):
        return
    if all(isinstance(value, dict) for value in values):
        for key in dict.fromkeys(key for value in values for key in value):
            yield from _tracks([value.get(key) for value in values], (*path, key))
    elif all(isinstance(value, list) for value in values) and not _is_one(values):
        longest = max(map(len, values))
        padded = [[*value, *[None] * (longest - len(value))] for value in values]
        for k in range(longest):
            yield from _tracks([value[k] for value in padded], (*path, k))
    else:
        yield path, values


def _is_one(values: Sequence[list[Any]]) -> bool:
    """Whether lists are packed as wholes: of numbers, of words, or of different lengths without a figure's parts in them."""
    kinds = set().union(*(set(map(type, value)) for value in values))
    return kinds <= {int, float, type(None)} or kinds <= {str}


def _track(path: Path, values: Sequence[Any], frames: Sequence[Any]) -> tuple[Track, Integers | None]:
    """How the values at all stops are written, and the whole numbers that belong to it."""
    lists = [value for value in values if isinstance(value, list)]
    longest = max(lists, key=len, default=[])
    if len(lists) == len(values) and longest:
        lengths = list(map(len, lists))
        grows = min(lengths) < len(longest)
        if grows and all(value == longest[: len(value)] for value in lists):
            return {"kind": "prefix", "lengths": lengths, "of": _fine(longest)}, None
        if isinstance(longest[0], str) and not grows:
            return _words(lists)
        if path[:2] == ("figure", "data") and path[3:] in (("x",), ("y",)):
            made = _numbers(path, _padded(lists, longest), frames)
            if made:
                return (made[0] | {"lengths": lengths} if grows else made[0]), made[1]
    known: dict[str, int] = {}
    at = [known.setdefault(json.dumps(_fine(value), allow_nan=False), len(known)) for value in values]
    return {"kind": "each", "at": at, "of": [json.loads(each) for each in known]}, None


def _padded(lists: Sequence[list[Any]], longest: list[Any]) -> list[list[Any]]:
    """Lists of one length: what a shorter one lacks is that of the stop after it, from which it differs least."""
    padded = [longest]
    for value in reversed(lists):
        padded.append([*value, *padded[-1][len(value) :]])
    return padded[:0:-1]


def _words(lists: Sequence[list[str]]) -> tuple[Track, Integers]:
    known: dict[str, int] = {}
    places = np.array([[known.setdefault(word, len(known)) for word in words] for words in lists])
    along, steps = _steps(places)
    return {"kind": "words", "size": len(lists[0]), "of": list(known), "along": along}, steps


def _numbers(path: Path, lists: Sequence[list[Any]], frames: Sequence[Any]) -> tuple[Track, Integers] | None:
    """The x or y of a trace in whole multiples of a unit that no eye can tell apart."""
    numbers = np.array(lists, dtype=np.float64)  # (stops, points); None is a gap
    gaps = np.isnan(numbers)
    unit, log = _unit(path, frames)
    if unit is None or (gaps != gaps[0]).any() or (log and (numbers <= 0).any()):
        return None
    numbers[gaps] = 1
    whole = np.rint((np.log10(numbers) if log else numbers) / unit).astype(np.int64)
    holes = np.flatnonzero(gaps[0]).tolist()
    for hole in holes:  # as the number before it, so that nothing differs
        whole[:, hole] = whole[:, hole - 1] if hole else 0
    along, steps = _steps(whole)
    size = len(lists[0])
    return {"kind": "numbers", "size": size, "unit": unit, "log": log, "gaps": holes, "along": along}, steps


def _unit(path: Path, frames: Sequence[Any]) -> tuple[float | None, bool]:
    """The difference between neighbors on an axis, and whether that is of the logarithm: a part of a pixel."""
    _, _, k, letter = path
    spans, log, parts = [], False, DOT
    for frame in frames:
        figure = frame["figure"]
        layout, trace = figure["layout"], (figure["data"] + [None] * (int(k) + 1))[int(k)]
        if trace is None:
            continue
        name = trace.get(f"{letter}axis", letter)
        axis = layout[f"{letter}axis{name[1:]}"]
        log = axis.get("type") == "log"
        ends, (low, high) = axis.get("range"), axis.get("domain", (0, 1))
        margin = layout["margin"]
        if ends is None:
            return None, log
        length = WIDEST if letter == "x" else layout["height"] - margin["t"] - margin["b"]
        spans.append(abs(ends[1] - ends[0]) / (length * (high - low)))
        parts = max(parts, LINE if "lines" in trace.get("mode", "lines") else DOT)
    rough = min(spans) / parts
    digits = _told(path, frames)
    return _round_number(min(rough, digits)), log


def _told(path: Path, frames: Sequence[Any]) -> float:
    """The last digit that a trace says of its x or y under the pointer."""
    template = next((trace.get("hovertemplate", "") for frame in frames if (trace := _get(frame, path[:-1]))), "")
    _, found, spec = template.partition(f"%{{{path[-1]}:.")
    return 10.0 ** -int(spec[0]) if found else math.inf


def _round_number(most: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is not larger."""
    power = 10.0 ** math.floor(math.log10(most))
    return float(f"{next(m for m in (5, 2, 1) if m * power <= most * 1.000001) * power:.1g}")


def _steps(whole: Integers) -> tuple[str, Integers]:
    """Each number less the one before: at the stop before (s), in its list (p), both or neither, whichever is smallest."""
    ways = {"": whole}
    ways["s"] = _differences(whole, 0)
    ways["p"] = _differences(whole, 1)
    ways["ps"] = _differences(ways["p"], 0)
    along = min(ways, key=lambda way: float(np.log2(1 + np.abs(ways[way])).sum()))
    return along, ways[along]


def _differences(whole: Integers, axis: int) -> Integers:
    return np.diff(whole, axis=axis, prepend=0)


def _get(node: Any, path: Path) -> Any:
    for key in path:
        if isinstance(node, list):
            node = node[key] if isinstance(key, int) and key < len(node) else None
        else:
            node = node.get(key) if node else None
    return node


def _without(node: Any, path: Path) -> Any:
    """What stands still where something moves: nothing."""
    if not path:
        return None
    if isinstance(node, list):
        key = int(path[0])
        node = [*node, *[None] * (key + 1 - len(node))]
        return [*node[:key], _without(node[key], path[1:]), *node[key + 1 :]]
    return {**(node or {}), path[0]: _without((node or {}).get(path[0]), path[1:])}


def _fine(value: Any) -> Any:
    """Without the digits that no screen shows."""
    match value:
        case dict():
            return {key: _fine(each) for key, each in value.items()}
        case list() | tuple():
            if len(value) > 2 and {type(each) for each in value} <= {int, float, type(None)}:
                return fine_enough(value)
            return [_fine(each) for each in value]
        case float():
            return float(f"{value:.7g}")
        case np.generic():
            return _fine(value.item())
    return value
