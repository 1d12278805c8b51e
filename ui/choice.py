"""Choices that hold whatever comes: one of those that there are, and what is folded until it is asked for."""

from collections.abc import Callable, Sequence
from typing import Literal, TypedDict, TypeVar, Unpack

import streamlit as st

Option = TypeVar("Option")
Drawn = TypeVar("Drawn")


class RowOptions(TypedDict, total=False):
    """Of a row of buttons, as of st.segmented_control."""

    help: str
    disabled: bool
    label_visibility: Literal["visible", "hidden", "collapsed"]
    wrap: bool


def choose_one(
    label: str, options: Sequence[Option], default: Option, *, key: str, **look: Unpack[RowOptions]
) -> Option:
    """A row of buttons, one of which is chosen whatever comes; it is kept in the link.

    Only the browser sees to `required`: a message or a link that chooses nothing would make it None.
    """
    state = st.session_state
    if key in state and state[key] is None:
        state[key] = default
    chosen = st.segmented_control(label, options, default=default, required=True, key=key, bind="query-params", **look)
    return default if chosen is None else chosen


def on_demand(label: str, draw: Callable[[], Drawn], *, key: str) -> Drawn | None:
    """What is drawn, and computed, once the reader unfolds it; None until then. Whether it is open is kept in the link."""
    panel = st.expander(label, key=key, bind="query-params")
    if not panel.open:
        return None
    with panel:
        return draw()


def keep_row(key: str, rows: int) -> None:
    """Before its widget is drawn: of a row that a smaller batch does not have, make the last that it has."""
    state = st.session_state
    if key in state:
        state[key] = min(state[key], rows - 1)


def keep_name(key: str, names: Sequence[str]) -> None:
    """Before its widget is drawn: of a feature that another batch does not have, make its first."""
    state = st.session_state
    if key in state and state[key] not in names:
        state[key] = names[0]
