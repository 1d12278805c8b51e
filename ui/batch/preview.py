"""What was read of the reader's own rows: a sentence for all that was assumed, and beside it the choice that changes it."""

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any

import streamlit as st

from ui.batch.desk import Desk, sentence
from ui.batch.reading import MAX_COLUMNS, MAX_ROWS, Choices, Reading
from ui.batch.roles import COUNT, NUMBERS
from ui.numbers import exact

SHOWN = 3  # rows
AS_IT_LOOKS = ""
# For each field of Choices that has a row of buttons: its label, and its values with what they are called.
BUTTONS: dict[str, tuple[str, dict[str, str]]] = {
    "names": ("First line", {AS_IT_LOOKS: "auto", "names": "names", "data": "data"}),
    "decimal": ("Decimal mark", {AS_IT_LOOKS: "auto", ".": "1.5", ",": "1,5"}),
    "rows": (f"Which {MAX_ROWS} rows", {"first": "the first", "sample": "a random sample"}),
    "percent": ("12% is", {"12": "12", "0.12": "0.12"}),
    "nines": ("-9999 is", {"missing": "missing", "number": "a number"}),
}
ALWAYS = ("names", "decimal", "columns")


def show_reading(desk: Desk, on_choice: Callable[[Choices], None]) -> None:
    """What was read, folded, with its choices; on_choice: takes what the reader chose."""
    choices, reading = Choices.of(desk.fields.read), desk.reading
    if reading is not None:
        st.markdown(f":small[{_size(reading)}]")
    panel = st.expander("How it is read", key="_read_open", on_change="rerun")  # with another label it would close
    if not panel.open:
        return
    with panel:
        if reading is not None:
            st.html(_first_rows(reading))
        for note in desk.noted:
            st.markdown(f":small[{sentence(note)}]")
        asked = list(zip(reading.notes, reading.about, strict=True)) if reading else []
        last = {about: i for i, (_, about) in enumerate(asked) if about}
        for i, (note, about) in enumerate(asked):
            st.markdown(f":small[{sentence(note)}]")
            if last.get(about) == i:  # beneath the last sentence that it changes
                _control(about, choices, reading, on_choice)
        for about in ALWAYS:
            if about not in last and not (about == "columns" and reading is None):
                _control(about, choices, reading, on_choice)
        if reading is None and "%" in desk.fields.batch:
            _control("percent", choices, None, on_choice)


def _size(reading: Reading) -> str:
    rows, columns = reading.values.shape
    size = f"{rows} {'row' if rows == 1 else 'rows'}, {columns} {'column' if columns == 1 else 'columns'}"
    count = len(reading.notes)
    assumed = f"; {count} {'thing was' if count == 1 else 'things were'} assumed or left out" if count else ""
    return f"Read: {size}{assumed}."


def _first_rows(reading: Reading) -> str:
    """The first rows as a table; whatever the reader wrote is text in it."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in reading.names)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(exact(value))}</td>' for value in row)}</tr>"
        for row in reading.values[:SHOWN].tolist()
    )
    more = len(reading.values) - SHOWN
    caption = "All that was read" if more <= 0 else f"The first {SHOWN} of {len(reading.values)} rows"
    return (
        f'<div class="bn-read" role="group" tabindex="0" aria-label="{caption}"><table><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _control(about: str, choices: Choices, reading: Reading | None, on_choice: Callable[[Choices], None]) -> None:
    """The choice of one thing. What a widget says is taken from the choices anew, so no two can differ."""
    key = f"_read_{about}"
    if about == "columns":
        if reading is not None:
            _columns(key, choices, reading, on_choice)
        return
    label, names = BUTTONS[about]
    now = getattr(choices, about)
    st.session_state[key] = now if now in names else next(iter(names))

    def take() -> None:
        chosen = st.session_state[key]
        changed: dict[str, Any] = {about: next(iter(names)) if chosen is None else chosen}
        on_choice(replace(choices, **changed))

    st.segmented_control(label, list(names), format_func=names.__getitem__, required=True, key=key, on_change=take)


def _columns(key: str, choices: Choices, reading: Reading, on_choice: Callable[[Choices], None]) -> None:
    names = [f"{title[0].upper()}{title[1:]}".strip("“”") for title, _ in reading.columns]
    if len(set(names)) < len(names):  # the browser knows options by what they are called
        names = [f"{j}: {name}" for j, name in enumerate(names)]
    usable = [j for j, (_, kind) in enumerate(reading.columns) if kind in (NUMBERS, COUNT)]
    st.session_state[key] = [j for j in reading.taken.columns if j in usable]

    def take() -> None:
        # None chosen: as it looks. In the order of the table, whichever was clicked first.
        on_choice(replace(choices, columns=tuple(sorted(st.session_state[key]))))

    st.multiselect(
        "Columns",
        usable,
        format_func=names.__getitem__,
        key=key,
        max_selections=MAX_COLUMNS,
        on_change=take,
    )
