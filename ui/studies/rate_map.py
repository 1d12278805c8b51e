"""A map of learning rate × depth: what twins reach in each place, as a table that is shaded."""

from collections.abc import Sequence

from ui.figures.style import Twin
from ui.studies.twins import SWEEP_DEPTHS, SWEEP_RATES, Cell

MOST = 55  # percent of the twin's color where every digit is right; more would drown the number


def rate_map(cells: Sequence[Cell], twin: Twin, k: int) -> str:
    """What one twin reached in each cell that is known, as HTML, deepest networks at the top; k: which of the pair it is."""
    known = {(cell.depth, cell.rate): cell for cell in cells}
    head = "".join(f'<th scope="col">{rate_name(rate)}</th>' for rate in SWEEP_RATES)
    rows = "".join(
        f'<tr><th scope="row">{depth}</th>'
        + "".join(_cell(known.get((depth, rate)), twin, k) for rate in SWEEP_RATES)
        + "</tr>"
        for depth in reversed(SWEEP_DEPTHS)
    )
    return (
        f'<table class="bn-map"><caption>{twin.name}: % of held-out digits right</caption>'
        f'<thead><tr><th scope="col">layers</th>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def rate_name(rate: float) -> str:
    """10**rate with one significant digit, as a dial would say it: 0.03, 1, 3."""
    return f"{float(f'{10**rate:.1g}'):g}"


def _cell(cell: Cell | None, twin: Twin, k: int) -> str:
    if cell is None:
        return "<td></td>"
    share = cell.accuracies[k]
    mark = "✗" if cell.diverged[k] else ""
    shade = round(MOST * share)
    style = f"background: color-mix(in srgb, {twin.color} {shade}%, transparent)"
    return f'<td style="{style}">{100 * share:.0f}{mark}</td>'
