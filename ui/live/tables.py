"""Tables that belong together, as real HTML tables that mark the chosen cell in all of them.

Streamlit's own dataframe draws on a canvas: three of them more than double the time until a page settles after a
slider moved, a cell cannot be marked from outside, and editable cells cannot be shaded.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TypedDict

import numpy as np

from bn import FloatArray
from ui.live.component import Component
from ui.numbers import exact, fixed


class WrittenTable(TypedDict):
    """A table as text, each cell with how strongly it is shaded, -1 to 1."""

    name: str
    title: str
    cells: list[list[str]]
    shades: list[list[float]]
    editable: bool


class Data(TypedDict):
    """What the script is given."""

    columns: list[str]
    rows: list[str]
    tables: list[WrittenTable]
    chosen: tuple[int, int]
    note: str


_component = Component[Data]("tables")


@dataclass(frozen=True, eq=False)
class Table:
    """One table: its name, its title, the numbers (rows, columns), and whether its cells can be typed into.

    An editable table shows every number as it was given, the others three decimals.
    """

    name: str
    title: str
    values: FloatArray
    editable: bool = False


def show_batch_tables(
    tables: Sequence[Table],
    columns: Sequence[str],
    chosen: tuple[int, int],
    *,
    note: str,
    key: str,
    on_choose: Callable[[], None],
    on_edit: Callable[[], None],
) -> None:
    """Show batches of one shape side by side, shaded on one scale, one cell chosen in all of them, and a note beneath.

    The callbacks read st.session_state[key]: `choose` is [row, column], `edit` is [row, column, what was typed].
    """
    largest = max(float(np.abs(np.nan_to_num(table.values, posinf=0, neginf=0)).max()) for table in tables)
    _component(
        {
            "columns": list(columns),
            "rows": [str(i) for i in range(len(tables[0].values))],
            "chosen": chosen,
            "note": note,
            "tables": [
                {
                    "name": table.name,
                    "title": table.title,
                    "cells": [[(exact if table.editable else fixed)(v) for v in row] for row in table.values.tolist()],
                    "shades": shades(table.values, largest).tolist(),
                    "editable": table.editable,
                }
                for table in tables
            ],
        },
        key=key,
        on_choose_change=on_choose,
        on_edit_change=on_edit,
    )


def statistics_table(rows: Sequence[tuple[str, FloatArray]], columns: Sequence[str], *, title: str) -> str:
    """One line of numbers for each statistic, one column for each feature, as HTML."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in ("", *columns))
    lines = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{fixed(value, 6)}</td>" for value in values.tolist())
        + "</tr>"
        for name, values in rows
    )
    return (
        f'<div class="bn-statistics" role="group" tabindex="0" aria-label="{escape(title)}"><table>'
        f"<caption>{escape(title)}</caption><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def shades(values: FloatArray, largest: float) -> FloatArray:
    """How strongly each cell is shaded, -1 to 1: the signed square root of its share of the largest magnitude.

    The root keeps the small numbers after normalization visible beside the large ones before it. What is no number is not
    shaded.
    """
    values = np.nan_to_num(values, posinf=0, neginf=0)
    share = values / largest if largest > 0 else np.zeros_like(values)
    strength: FloatArray = np.round(np.sign(share) * np.sqrt(np.abs(share)), 2)
    return strength
