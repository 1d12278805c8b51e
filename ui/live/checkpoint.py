"""Files of trained models: an area to drop them on, what is read of them, and what this session holds of them.

The script sends of a .safetensors file the vectors of its batch norm layers, of a small recording all, of any other file the
first bytes. What is read, is read before the page runs, so that nobody waits for it.
"""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from threading import Lock
from typing import TypedDict

import streamlit as st

from bn.checkup.stored import StoredModel
from ui.checkpoints.examples import EXAMPLES
from ui.checkpoints.reading import CheckpointError, read_recording, read_vectors, recognize
from ui.live.component import Component
from ui.live.messages import told_file
from ui.numbers import counted
from ui.serving.queue import patiently
from ui.studies.checkup import Checkup, check
from ui.studies.overview import shortened

MOST_BYTES = 20_000_000  # of a recording
MOST_PARTS = 256  # of a model, files that are read together
HEAD = 8_192  # characters of the first bytes that come of a file


class Data(TypedDict):
    """What the script is given.

    label     of the button; hint: what can be dropped; back: how to get rid of an own file
    name      of the reader's file that is shown, "" if none is
    said      what came of the last file, and whether that is a problem
    answered  the number of the last file that was looked at
    """

    label: str
    hint: str
    name: str
    said: str
    problem: bool
    answered: int
    back: str


_component = Component[Data]("checkpoint")
# A class that drops its files at once would share the interpreter with all who read other pages.
_one_at_a_time = Lock()


# --- what a session holds ----------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Taken:
    """What came of the files of one area: the last good one's checkup, and what is said of the last one.

    lines: code that turns the last file into one that can be read
    """

    checkup: Checkup | None = None
    said: str = ""
    problem: bool = False
    lines: str = ""
    answered: int = 0


def taken(key: str) -> Taken:
    """What this session holds of the area with this key."""
    held: Mapping[str, Taken] = st.session_state.get("_taken", {})
    return held.get(key, Taken())


def _keep(key: str, now: Taken) -> None:
    held: Mapping[str, Taken] = st.session_state.get("_taken", {})
    st.session_state["_taken"] = {**held, key: now}


# --- what comes --------------------------------------------------------------------------------------------------


def show_area(*, key: str, label: str, hint: str, back: str) -> Taken:
    """Show an area to drop a file on; what came of the files that were dropped on it."""
    now = taken(key)
    data: Data = {
        "label": label,
        "hint": hint,
        "name": now.checkup.model.source if now.checkup else "",
        "said": now.said,
        "problem": now.problem,
        "answered": now.answered,
        "back": back,
    }
    _component(data, key=key, on_take_change=partial(_take, key), on_forget_change=partial(_forget, key))
    return now


def _take(key: str) -> None:
    if told := told_file(key):
        number, message = told
        with patiently(_one_at_a_time):
            now = received(message, taken(key))
        _keep(key, replace(now, answered=number))


def _forget(key: str) -> None:
    _keep(key, Taken(answered=taken(key).answered))


def received(message: Mapping[str, object], before: Taken) -> Taken:
    """What a session holds after this message; if nothing can be read of it, what it held before, and why."""
    name = shortened(str(message["name"]))
    try:
        match message:
            case {"file": str(text)}:
                model = read_recording(_bytes(text, MOST_BYTES), str(message["name"]))
            case {"head": str(text)}:
                return _foreign(_bytes(text[:HEAD], HEAD), str(message["name"]), before)
            case _:
                model = read_vectors(message)
        checkup = check(model)
    except CheckpointError as error:
        kept = " The picture stays that of the last file." if before.checkup else ""
        return replace(before, said=f"{error}{kept}", problem=True, lines="")
    return Taken(checkup, said(checkup, name, message))


def said(checkup: Checkup, name: str, message: Mapping[str, object]) -> str:
    """What was read, and how much of the file left the reader's machine."""
    layers, count = len(checkup.model.layers), sum(layer.channels for layer in checkup.model.layers)
    read = f"{name}: {counted(layers, 'batch norm layer')} with {counted(count, 'channel')}."
    parts = _of_parts(message)
    match message:
        case {"bytes": int(size), "sent": int(sent)} if 0 < sent < 1e9 and 0 < size < 1e15:
            have = "The files have" if message.get("files", 1) != 1 else "The file has"
            return f"{read} {have} {_amount(size)}; {_amount(sent)} left your machine.{parts}"
    return f"{read}{parts}"


def _of_parts(message: Mapping[str, object]) -> str:
    """That several files were read as one model, and whether parts of it are missing."""
    match message:
        case {"files": int(files), "parts": int(parts)} if 0 < files <= MOST_PARTS and 0 <= parts < 1e6:
            as_one = (
                f" {files} files were read as one model, its layers in the order of their names." if files > 1 else ""
            )
            if parts <= files:
                return as_one
            have = "This is one" if files == 1 else f"These are {files}"
            return f"{as_one} {have} of {parts:,} parts: the layers of the others are missing. Choose or drop all parts together."
    return ""


def _amount(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3)):,} kB"


def _bytes(text: str, most: int) -> bytes:
    if len(text) > most * 4 // 3 + 4:
        raise CheckpointError(f"The file is larger than {_amount(most)}.")
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise CheckpointError("The file did not arrive whole. Choose it again.") from None


def _foreign(head: bytes, name: str, before: Taken) -> Taken:
    it = recognize(head, name)
    if it is None:
        known = "Drop a .safetensors file, or an .npz or .json of the lines below."
        return replace(
            before, said=f"{shortened(name)} is of no kind that is known here. {known}", problem=True, lines=""
        )
    return replace(before, said=f"{shortened(name)} is {it.what}. {it.why}", problem=True, lines=it.lines)


# --- examples ----------------------------------------------------------------------------------------------------


@lru_cache(16)  # 100 kB each
def example(name: str) -> Checkup:
    """The checkup of one of the models that stand ready."""
    model: StoredModel = EXAMPLES[name]
    return check(model)
