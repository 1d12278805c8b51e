"""Reels: the figures of all stops of a slider, packed for a browser that shows the one under the hand.

What is the same at all stops is sent once. What differs is sent as tracks: the numbers of a trace as whole multiples of a
unit that no eye can tell apart, each as its difference from the one before; and all of it deflated.
"""

import base64
import json
import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.figures.style import Figure

WIDEST = 1000  # px between the margins; in a wider picture a dot may be off by more than a quarter of a pixel
DOT, LINE = 2, 4  # parts of a pixel: a number is off by at most half of one; a line without dots shows smaller steps
SMOOTH = 150  # points; a line through more is jagged anyway
SHADES = 512  # of a heat map
MOST = 2**29  # a whole number that is sent
DIGITS = 5
FEW = 12  # numbers, of which digits are not worth a look

# A figure, and what it says; where sliders do not share what they move, the part of what it says that each moves.
Shot = tuple[Figure, str | dict[str, str]]
Path = tuple[str | int, ...]
Track = dict[str, Any]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Reel:
    """The pictures of a slider's stops, low, low + step, …: packed, 1 to 60 kB.

    options: what the stops stand for, if that is not the numbers that the browser's slider goes through.
    """

    slider: str
    low: float
    step: float
    stops: int
    height: int
    frames: str
    options: Sequence[float] = ()

    @property
    def name(self) -> str:
        """The same for the same frames alone."""
        return f"{zlib.crc32(self.frames.encode()):08x}"

    def stop(self, value: float) -> int:
        """Which stop a value is, from 0."""
        return self.options.index(value) if self.options else round((value - self.low) / self.step)

    def value(self, stop: int) -> float:
        """The value at a stop: whole where all are."""
        if self.options:
            return self.options[stop]
        value = self.low + stop * self.step
        return value if isinstance(value, int) else round(value, 10)


def reel(slider: str, low: float, high: float, step: float, shoot: Callable[[Any], Shot]) -> Reel:
    """Draw the picture at each stop of the slider with this key, these ends and this step."""
    return _shot(Reel(slider, low, step, round((high - low) / step) + 1, 0, ""), shoot)


def reel_of(slider: str, options: Sequence[Any], shoot: Callable[[Any], Shot]) -> Reel:
    """Draw the picture at each option of the st.select_slider with this key."""
    return _shot(Reel(slider, 0, 1, len(options), 0, "", options), shoot)


def still(name: str, figure: Figure, alt: str) -> Reel:
    """A picture that no slider moves, of this name among the reels."""
    return _shot(Reel(name, 0, 1, 1, 0, ""), lambda _: (figure, alt))


def _shot(empty: Reel, shoot: Callable[[Any], Shot]) -> Reel:
    shots = [shoot(empty.value(stop)) for stop in range(empty.stops)]
    height = shots[0][0]["layout"]["height"]
    return replace(empty, height=height, frames=pack([{"figure": figure, "alt": alt} for figure, alt in shots]))


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
    if len({len(frame["figure"]["data"]) for frame in frames}) > 1:
        frames = _aligned(frames)
    own = {
        k
        for frame in frames
        for k, trace in enumerate(frame["figure"]["data"])
        if isinstance(trace.get("marker", {}).get("symbol"), list)
    }
    return [_with_symbols(frame, own) for frame in frames] if own else list(frames)


def _names(frame: Any) -> tuple[str, ...]:
    return tuple(trace.get("name", "") for trace in frame["figure"]["data"])


def _aligned(frames: Sequence[Any]) -> list[Any]:
    """The frames with all their traces, by name; where one is not, that of another frame, unseen."""
    most = max(frames, key=lambda frame: len(frame["figure"]["data"]))
    order = _names(most)
    if len(set(order)) < len(order) or any(not set(_names(frame)) <= set(order) for frame in frames):
        raise ValueError("traces that come and go need names of their own, all of them in one of the figures")
    others = dict(zip(order, most["figure"]["data"], strict=True))
    made = []
    for frame in frames:
        own = dict(zip(_names(frame), frame["figure"]["data"], strict=True))
        made.append(_with_data(frame, [own.get(name) or {**others[name], "visible": False} for name in order]))
    return made


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
    if all(isinstance(value, list) for value in values) and any(values):
        longest = max(values, key=len)
        if all(value == longest[: len(value)] for value in values):  # a curve that grows
            lengths = list(map(len, values))
            if (unit := _unit(path, frames)) and (made := _numbers([longest], *unit)):
                return {**made[0], "grows": True, "lengths": lengths}, made[1]
            return {"kind": "prefix", "lengths": lengths, "of": _fine(longest)}, None
        if {type(each) for value in values for each in value} == {str}:
            return _words(values)
        if (unit := _unit(path, frames)) and (made := _numbers(values, *unit)):
            return made
    one = [[value] for value in values]
    numbers = all(type(value) in (int, float) for value in values)
    if numbers and (unit := _unit(path, frames)) and (made := _numbers(one, *unit)):
        return {**made[0], "one": True}, made[1]
    known: dict[str, int] = {}
    at = [known.setdefault(json.dumps(_fine(value), allow_nan=False), len(known)) for value in values]
    return {"kind": "each", "at": at, "of": [json.loads(each) for each in known]}, None


def _words(lists: Sequence[list[str]]) -> tuple[Track, Integers]:
    """Words by their numbers in a list of all."""
    known: dict[str, int] = {}
    places = [[known.setdefault(word, len(known)) for word in words] for words in lists]
    along, steps = _steps(_as_long(places))
    return {"kind": "words", **_size(lists), "of": list(known), "along": along}, steps


def _numbers(lists: Sequence[list[float | None]], unit: float, log: bool) -> tuple[Track, Integers] | None:
    """Numbers, or their logarithms, as whole multiples of a unit; None where that is not possible."""
    numbers = np.array(_as_long(lists), dtype=np.float64)  # (stops, points); None is a gap
    gaps = np.isnan(numbers)
    if (gaps != gaps[0]).any() or (log and (numbers <= 0).any()):
        return None
    numbers[gaps] = 1
    whole = np.rint((np.log10(numbers) if log else numbers) / unit)
    if np.abs(whole).max() > MOST:
        return None
    along, steps = _steps(whole)
    holes = np.flatnonzero(gaps[0]).tolist()
    return {"kind": "numbers", **_size(lists), "unit": unit, "log": log, "gaps": holes, "along": along}, steps


def _as_long(lists: Sequence[list[Any]]) -> list[list[Any]]:
    """Lists as long as the longest, whose end is added: where each list goes on from the one before, that weighs nothing."""
    longest = max(lists, key=len)
    return [[*each, *longest[len(each) :]] for each in lists]


def _size(lists: Sequence[list[Any]]) -> Track:
    lengths = list(map(len, lists))
    longest = max(lengths)
    return {"size": longest} if min(lengths) == longest else {"size": longest, "lengths": lengths}


def _unit(path: Path, frames: Sequence[Any]) -> tuple[float, bool] | None:
    """The unit of what stands on an axis or a scale, and whether it is of the logarithm: a part of a pixel or a shade."""
    match path:
        case ("figure", "layout", "shapes", int(k), "x0" | "x1" | "y0" | "y1"):
            layouts = [frame["figure"]["layout"] for frame in frames]
            units = [_edge(str(path[4])[0], layout["shapes"][k], layout) for layout in layouts]
        case ("figure", "data", int(k), "x" | "y"):
            units = [_pixel(str(path[3]), trace, frame["figure"]["layout"]) for frame, trace in _each(frames, k)]
        case ("figure", "data", int(k), "z", int()):
            units = [((trace["zmax"] - trace["zmin"]) / SHADES, False) for _, trace in _each(frames, k)]
        case _:
            return None
    digits = [_last_digit(str(path[3]), trace) for _, trace in _each(frames, k)] if path[1] == "data" else []
    if math.inf in (sizes := [size for size, _ in units]):
        return None
    return _round_number(min(*sizes, *digits)), units[0][1]


def _edge(letter: str, shape: Any, layout: Any) -> tuple[float, bool]:
    """A part of a pixel for the edge of a shape, on an axis or as a share of the picture."""
    ref = shape.get(f"{letter}ref", letter)
    if ref == "paper":
        return _axis_part({"range": (0, 1)}, letter, layout, LINE)
    return _axis_part(layout[f"{letter}axis{ref[1:]}"], letter, layout, LINE)


def _each(frames: Sequence[Any], k: int) -> list[tuple[Any, Any]]:
    return [(frame, frame["figure"]["data"][k]) for frame in frames]


def _pixel(letter: str, trace: Any, layout: Any) -> tuple[float, bool]:
    """A part of a pixel on the axis of a trace; infinite if the axis does not say its ends."""
    mode = trace.get("mode", "lines")
    smooth = "lines" in mode and "markers" not in mode and len(trace[letter]) <= SMOOTH
    axis = layout[f"{letter}axis{trace.get(f'{letter}axis', letter)[1:]}"]
    return _axis_part(axis, letter, layout, LINE if smooth else DOT)


def _axis_part(axis: Any, letter: str, layout: Any, parts: int) -> tuple[float, bool]:
    (low, high), margin = axis.get("domain", (0, 1)), layout["margin"]
    length = WIDEST if letter == "x" else layout["height"] - margin["t"] - margin["b"]
    start, end = axis.get("range", (0, math.inf))
    return abs(end - start) / (length * (high - low) * parts), axis.get("type") == "log"


def _last_digit(letter: str, trace: Any) -> float:
    """The last digit that a trace says of its x, y or z under the pointer."""
    _, found, spec = trace.get("hovertemplate", "").partition(f"%{{{letter}:.")
    return 10.0 ** -int(spec[0]) if found else math.inf


def _round_number(most: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is not larger."""
    power = 10.0 ** math.floor(math.log10(most))
    return float(f"{next(m for m in (5, 2, 1) if m * power <= most * 1.000001) * power:.1g}")


def _steps(numbers: Any) -> tuple[str, Integers]:
    """Each number less the one before: at the stop before (s), in its list (p), both or neither, whichever is smallest."""
    whole = np.asarray(numbers, dtype=np.int64)
    ways = {"": whole}
    ways["s"] = _differences(whole, 0)
    ways["p"] = _differences(whole, 1)
    ways["ps"] = _differences(ways["p"], 0)
    along = min(ways, key=lambda way: float(np.log2(1 + np.abs(ways[way])).sum()))
    return along, ways[along]


def _differences(whole: Integers, axis: int) -> Integers:
    return np.diff(whole, axis=axis, prepend=0)


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
