"""One of several options, always."""

from collections.abc import Sequence
from typing import Any, TypeVar

import streamlit as st

Option = TypeVar("Option")


def choose_one(label: str, options: Sequence[Option], default: Option, *, key: str, **look: Any) -> Option:
    """A row of buttons, one of which is chosen whatever comes; it is kept in the link. look: as of st.segmented_control.

    Only the browser sees to `required`: a message or a link that chooses nothing would make it None.
    """
    state = st.session_state
    if key in state and state[key] is None:
        state[key] = default
    chosen = st.segmented_control(label, options, default=default, required=True, key=key, bind="query-params", **look)
    return default if chosen is None else chosen
