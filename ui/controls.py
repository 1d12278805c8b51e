"""Controls that several pages use."""

import math

import streamlit as st


def parameter(label: str, key: str, default: float, needed: float) -> float:
    """A slider that reaches at least 3 to both sides, and further where undoing the normalization needs more."""
    half = reach(needed)
    ranges = st.session_state.setdefault("_ranges", {})
    # Another range makes another widget to Streamlit, which would forget the value.
    if ranges.get(key, half) != half and key in st.session_state:
        st.session_state[key] = min(max(st.session_state[key], -half), half)
    ranges[key] = half
    return st.slider(label, -half, half, default, step(half), key=key, bind="query-params")


def reach(needed: float) -> float:
    """The end of a slider: 3, or the first of 5, 10, 20, 50, 100, … that leaves a quarter of room beyond `needed`."""
    if 1.25 * needed <= 3:
        return 3.0
    power = 10.0 ** math.floor(math.log10(1.25 * needed))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= max(1.25 * needed, 5))


def step(half: float) -> float:
    """The step of a slider: 0.1, or about a hundredth of its range where that is wide."""
    return 0.1 if half <= 5 else half / 50
