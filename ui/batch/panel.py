"""The lab's batch on other pages: it comes along, and can be changed there."""

from contextlib import suppress

import streamlit as st
from streamlit.errors import StreamlitAPIException

from ui.batch.reading import BatchError, OwnBatch, parse_batch, write_batch
from ui.batch.sources import EXAMPLE_BATCH, Drawn, first_batch
from ui.links import MAX_BATCH_IN_LINK

EXAMPLE, DRAWN, OWN = "Example", "Drawn", "Your own"  # as the lab calls them


def batch_controls(prefix: str) -> OwnBatch:
    """The panel that chooses the batch, and that batch. Tabs and text have the lab's keys: its links lead to it here.

    prefix: of the keys of the page's own settings.
    """
    take_over_from_lab(f"_{prefix}_known")
    with st.sidebar:
        st.header("Set up", anchor=False)
        tabs = st.tabs([EXAMPLE, DRAWN, OWN], key="source", bind="query-params")
        with tabs[0]:
            st.markdown("Eight rows of four features.")
        drawn = st.session_state.get("_last_good")
        with tabs[1]:
            if isinstance(drawn, Drawn):
                st.markdown("The batch that was drawn in the lab. A link to this page does not hold it.")
            else:
                st.markdown("Nothing was drawn in the lab yet, so the example is shown.")
        with tabs[2]:
            own = own_controls()
    chosen = st.session_state.get("source")
    if chosen == DRAWN and isinstance(drawn, Drawn):
        return first_batch(drawn)
    return own if chosen == OWN and own is not None else EXAMPLE_BATCH


def take_over_from_lab(known_as: str) -> None:
    """Show what the lab shows, if it changed since the reader was last here; widgets do not cross pages by themselves."""
    shown = st.session_state.get("_last_good")
    known = st.session_state.get(known_as)
    st.session_state[known_as] = shown
    if shown is None or shown == known or "source" in st.query_params:
        return
    if isinstance(shown, Drawn):
        st.session_state["source"] = DRAWN
    elif shown is EXAMPLE_BATCH:
        st.session_state["source"] = EXAMPLE
    else:
        text = write_batch(shown)
        st.session_state["source"] = OWN
        st.session_state["batch"] = text
        if len(text) <= MAX_BATCH_IN_LINK:
            # What is there before its widget does not reach the link by itself. Refused where the lab still holds the
            # name; then the link follows with the next change.
            with suppress(StreamlitAPIException):
                st.query_params.update({"source": OWN, "batch": text})


def own_controls() -> OwnBatch | None:
    """The text area for rows of the reader's own, and what they hold; None where that is no batch."""
    fits = len(st.session_state.get("batch", "")) <= MAX_BATCH_IN_LINK
    text = st.text_area(
        "Paste rows of numbers",
        height=160,
        key="batch",
        placeholder="age, distance\n3, 42000\n12, 180000",
        bind="query-params" if fits else None,
    )
    if not fits:
        st.warning("This batch is too long for a link; a reload loses it.")
    try:
        return parse_batch(text)
    except BatchError as problem:
        if st.session_state.get("source") == OWN:
            (st.error if text.strip() else st.info)(f"{problem} Until then the example is shown.")
        return None


def describe_batch(batch: OwnBatch) -> str:
    """Which batch the page shows, as a sentence."""
    n, c = batch.values.shape
    kind = "the example" if batch is EXAMPLE_BATCH else "yours" if st.session_state.get("source") == OWN else "drawn"
    rows, features = "row" if n == 1 else "rows", "feature" if c == 1 else "features"
    return f"The batch is **{kind}**: {n} {rows}, {c} {features}. Bring your own in the panel at the side."
