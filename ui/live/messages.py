"""What a component tells the page. Taken only in the form in which its script sends it, and ignored else.

A message can come late, when the component has gone or the batch has shrunk, or from a browser that is none.
"""

import sys
from collections.abc import Mapping

import streamlit as st

from ui.batch.reading import MAX_COLUMNS, MAX_ROWS

MOST_CHANGES = MAX_COLUMNS * (MAX_ROWS + 2)  # each value of the largest batch, each γ and β: no script sends more
MOST_CHARACTERS = 1_000  # of a number
MOST_NAME = 1_000  # characters of a file's name
MOST_FILES = 1_000_000  # that one session sends


def told(key: str, event: str) -> object:
    """What the component with this key tells of an event now, or None."""
    component = st.session_state.get(key)
    said: object = component.get(event) if component is not None else None
    return said


def told_cell(key: str) -> tuple[int, int] | None:
    """The cell that was chosen in a component: row and column."""
    match told(key, "choose"):
        case [int(row), int(column)]:
            return row, column
    return None


def told_text(key: str) -> tuple[int, int, str] | None:
    """The cell that was typed into, and what, as far as it can be a number."""
    match told(key, "edit"):
        case [int(row), int(column), str(text)]:
            return row, column, text[:MOST_CHARACTERS]
    return None


def told_changes(key: str) -> list[tuple[str, int, int, float]]:
    """What was dragged: each change as kind, row, column and the finite value that it became."""
    changes = told(key, "change")
    if not isinstance(changes, list) or len(changes) > MOST_CHANGES:
        return []
    found = []
    for change in changes:
        match change:
            case [str(kind), int(row), int(column), int(value) | float(value)] if abs(value) <= sys.float_info.max:
                found.append((kind, row, column, float(value)))
    return found


def told_stop(key: str, slider: str, stops: int) -> int | None:
    """The stop of this slider, one of so many, that a grip in a film was dragged to."""
    match told(key, "change"):
        case [str(name), int(stop)] if name == slider and 0 <= stop < stops:
            return stop
    return None


def told_sliders(key: str) -> list[str]:
    """The sliders whose reels a film lacks."""
    asked = told(key, "ask")
    return [each for each in asked if isinstance(each, str)] if isinstance(asked, list) else []


def told_file(key: str) -> tuple[int, Mapping[str, object]] | None:
    """What came of a file: its number among those of this session, and what was read of it, whose form is still to be checked."""
    match told(key, "take"):
        case {"number": int(number), "name": str(name), **rest} if 0 < number < MOST_FILES and len(name) <= MOST_NAME:
            return number, {"name": name, **{str(field): value for field, value in rest.items()}}
    return None
