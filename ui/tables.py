"""Tables that belong together, as real HTML tables that mark the chosen cell in all of them.

Streamlit's own dataframe draws on a canvas: three of them more than double the time until a page settles after a
slider moved, a cell cannot be marked from outside, and editable cells cannot be shaded.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from bn import FloatArray
from ui.numbers import fixed, shortest

ASSETS = Path(__file__).parent.parent / "assets"

_component = st.components.v2.component(
    "bn_tables",
    html='<div class="tables"></div>',
    css=(ASSETS / "tables.css").read_text(encoding="utf-8"),
    js=(ASSETS / "tables.js").read_text(encoding="utf-8"),
)


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
    largest = max(float(np.abs(table.values).max()) for table in tables)
    _component(
        key=key,
        data=[
            {
                "columns": list(columns),
                "rows": [str(i) for i in range(len(tables[0].values))],
                "chosen": list(chosen),
                "note": note,
                "tables": [
                    {
                        "name": table.name,
                        "title": table.title,
                        "unit": "row",
                        "cells": [
                            [(shortest if table.editable else fixed)(v) for v in row] for row in table.values.tolist()
                        ],
                        "shades": shades(table.values, largest).tolist(),
                        "editable": table.editable,
                    }
                    for table in tables
                ],
            }
        ],
        on_choose_change=on_choose,
        on_edit_change=on_edit,
    )


def show_statistics(rows: Sequence[tuple[str, FloatArray]], columns: Sequence[str], *, title: str, key: str) -> None:
    """Show one line of numbers for each statistic, one column for each feature."""
    _component(
        key=key,
        data=[
            {
                "columns": list(columns),
                "rows": [name for name, _ in rows],
                "chosen": None,
                "note": "",
                "tables": [
                    {
                        "name": key,
                        "title": title,
                        "unit": "",
                        "cells": [[fixed(v, 6) for v in values.tolist()] for _, values in rows],
                        "shades": [],
                        "editable": False,
                    }
                ],
            }
        ],
    )


def shades(values: FloatArray, largest: float) -> FloatArray:
    """How strongly each cell is shaded, -1 to 1: the signed square root of its share of the largest magnitude.

    The root keeps the small numbers after normalization visible beside the large ones before it.
    """
    share = values / largest if largest > 0 else np.zeros_like(values)
    strength: FloatArray = np.round(np.sign(share) * np.sqrt(np.abs(share)), 2)
    return strength
