"""The map of learning rate × depth as a control: a cell says what was reached there, and choosing it trains there.

What this session has trained leaves its mark on the map.
"""

from collections.abc import Callable, Sequence
from typing import TypedDict

import streamlit as st

from ui.figures.style import WITH, WITHOUT, Twin
from ui.live.component import Component
from ui.live.messages import told_cell
from ui.numbers import percent, short
from ui.studies.rate_map import DEPTHS, RATES, STEPS, Cell, layers, map_of, rate_name
from ui.studies.twins import Run, TwinSettings

TWINS: Sequence[tuple[int, Twin]] = ((1, WITHOUT), (0, WITH))  # from left to right, each with its place in a pair
TITLES = ("With batch norm", "Without batch norm")
MOST_MARKS = 200


Row = list[int | None]  # percent right at each learning rate; None where it is not known or not to be seen


class Map(TypedDict):
    """What one twin reached, row by row from the first depth on."""

    title: str
    short: str
    color: str
    marker: str
    percents: list[Row]
    diverged: list[list[bool]]
    covered: bool


class Visit(TypedDict):
    """A run of this session: where on the map, as log10 of the learning rate and layers, and in words what came of it."""

    at: tuple[float, float]
    words: str


class Data(TypedDict):
    """What the script is given.

    rates    log10 of the learning rates; names: as they are written
    now      where the sliders stand, as log10 of the learning rate and layers
    sliders  their keys: the map follows them while they are held
    note     what the numbers are
    """

    rates: list[float]
    names: list[str]
    depths: list[int]
    maps: list[Map]
    now: tuple[float, int]
    marks: list[Visit]
    sliders: tuple[str, str]
    note: str


_component = Component[Data]("rate_map")
HEIGHT = 293  # px, about, where it is wide


def show_rate_map(
    cells: Sequence[Cell],
    settings: TwinSettings,
    *,
    covered: bool,
    note: str,
    sliders: tuple[str, str],
    key: str,
    on_choose: Callable[[], None],
) -> None:
    """Show both maps side by side; covered: nothing of the twin with batch norm. on_choose asks `chosen(key)`."""
    _component(
        {
            "rates": list(RATES),
            "names": [rate_name(rate) for rate in RATES],
            "depths": list(DEPTHS),
            "maps": [_map(cells, k, twin, covered=covered and twin is WITH) for k, twin in TWINS],
            "now": (settings.rate, settings.depth),
            "marks": [
                {"at": (run.rate, run.depth), "words": words(run, reached, covered=covered)}
                for run, reached in _kept().items()
                if map_of(run) == map_of(settings)
            ],
            "sliders": sliders,
            "note": note,
        },
        key=key,
        height=HEIGHT,
        on_choose_change=on_choose,
    )


def chosen(key: str) -> tuple[float, int] | None:
    """The place of the cell that was chosen: log10 of the learning rate, and layers."""
    match told_cell(key):
        case row, column if 0 <= row < len(DEPTHS) and 0 <= column < len(RATES):
            return RATES[column], DEPTHS[row]
    return None


def keep_mark(settings: TwinSettings, pair: tuple[Run, Run]) -> None:
    """Leave the mark of a run that has ended; pair: with batch normalization, and without."""
    kept = _kept()
    kept[settings] = (_reached(pair[0]), _reached(pair[1]))
    while len(kept) > MOST_MARKS:
        del kept[next(iter(kept))]


def words(run: TwinSettings, reached: tuple[str, str], *, covered: bool) -> str:
    """What came of a run, and how it differs from that of its cell."""
    own = (
        ""
        if run.rate in RATES and run.depth in DEPTHS
        else f" at η = {short(run.learning_rate, 3)}, {layers(run.depth)}"
    )
    after = "" if run.steps == STEPS else f" after {run.steps:,} steps"
    said = [f"{twin.short} {reached[k]}" for k, twin in TWINS if not (covered and twin is WITH)]
    return f"Your run{own}{after}: {', '.join(said)}."


def _kept() -> dict[TwinSettings, tuple[str, str]]:
    kept: dict[TwinSettings, tuple[str, str]] = st.session_state.setdefault("_tn_marks", {})
    return kept


def _reached(run: Run) -> str:
    return "diverged" if run.stopped else percent(run.accuracy, 1)


def _map(cells: Sequence[Cell], k: int, twin: Twin, *, covered: bool) -> Map:
    """One twin's numbers, k: which of the pair it is."""
    at = {(cell.depth, cell.rate): cell for cell in cells} if not covered else {}
    rows = [[at.get((depth, rate)) for rate in RATES] for depth in DEPTHS]
    return {
        "title": TITLES[k],
        "short": twin.short,
        "color": twin.color,
        "marker": twin.marker,
        "percents": [[None if cell is None else round(100 * cell.accuracies[k]) for cell in row] for row in rows],
        "diverged": [[cell is not None and cell.diverged[k] for cell in row] for row in rows],
        "covered": covered,
    }
