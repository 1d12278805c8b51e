"""Films as tests see them: what a browser would show, unrolled in Python."""

import base64
import json
import zlib
from copy import deepcopy
from functools import lru_cache, reduce

import numpy as np


def at_rest(data):
    """What a film shows, as data of its component say: a figure, and what it says. All its reels must agree."""
    if data.get("apart"):
        return _together(data["reels"])
    shown = [_frame(reel["frames"], reel["stops"], reel["now"]) for reel in data["reels"]]
    assert len({frame["alt"] for frame in shown}) == 1
    return _in_plotlys_words(shown[0]["figure"]), shown[0]["alt"]


def _in_plotlys_words(figure):
    """Without what only a film has: grips, and gaps where at other stops there is a shape or a note."""
    layout = dict(figure["layout"])
    for part in {"shapes", "annotations"} & set(layout):
        layout[part] = [each for each in layout[part] if each is not None]
    return {"data": figure["data"], "layout": layout}


def _together(reels):
    """What each slider moves, where it stands; no two may move the same."""
    first, *others = reels
    frame = _frame(first["frames"], first["stops"], first["now"])
    moved = _paths(first)
    for reel in others:
        paths = _paths(reel)
        assert not moved & paths
        other = _frame(reel["frames"], reel["stops"], reel["now"])
        for path in paths:
            _put(frame, path, reduce(lambda node, key: node[key], path, other))
        moved |= paths
    return _in_plotlys_words(frame["figure"]), " ".join(frame["alt"].values())


def _paths(reel):
    return {tuple(path) for path, _ in _unpacked(reel["frames"], reel["stops"])[1]}


def unrolled(frames, stops):
    """Each frame of a reel, as assets/live/film.js puts it together."""
    return [_frame(frames, stops, stop) for stop in range(stops)]


def _frame(frames, stops, stop):
    still, moving = _unpacked(frames, stops)
    made = json.loads(still)
    for path, values in moving:
        _put(made, path, deepcopy(values[stop]))
    return made


@lru_cache(maxsize=64)  # pages are drawn again and again with the same reels
def _unpacked(frames, stops):
    """What stands still, and what each path is at every stop."""
    raw = zlib.decompress(base64.b64decode(frames))
    length = int.from_bytes(raw[:4], "little")
    packed = json.loads(raw[4 : 4 + length])
    planes = np.frombuffer(raw[4 + length :], np.uint8).reshape(4, -1)
    folded = planes.T.copy().view("<u4").ravel().astype(np.int64)
    steps = (folded >> 1) ^ -(folded & 1)
    moving = []
    for path, track in packed["moving"]:
        rows = 1 if track.get("grows") else stops
        size = track.get("size", 0) * rows
        own, steps = steps[:size], steps[size:]
        moving.append((path, _played(track, own.reshape(rows, -1) if size else own)))
    return json.dumps(packed["still"]), moving


def _played(track, steps):
    if track["kind"] == "each":
        return [track["of"][at] for at in track["at"]]
    if track["kind"] == "prefix":
        return [track["of"][:length] for length in track["lengths"]]
    if "s" in track["along"]:
        steps = steps.cumsum(axis=0)
    if "p" in track["along"]:
        steps = steps.cumsum(axis=1)
    lengths = track.get("lengths", [track["size"]] * len(steps))
    if track["kind"] == "words":
        return [
            [track["of"][each] for each in row[:length]] for row, length in zip(steps.tolist(), lengths, strict=True)
        ]
    numbers = steps * track["unit"]
    rows = (10.0**numbers if track["log"] else numbers).tolist()
    if track.get("one"):
        return [row[0] for row in rows]
    rows = [[None if i in track["gaps"] else each for i, each in enumerate(row)] for row in rows]
    if track.get("grows"):
        return [rows[0][:length] for length in lengths]
    return [row[:length] for row, length in zip(rows, lengths, strict=True)]


def _put(node, path, value):
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
