"""A table before anybody knows what its numbers are: rows of cells, and what its shape told."""

from dataclasses import dataclass, field

Cell = str | float


MOST_COLUMNS = 2_000  # of a table, of which eight are read


class ShapeError(ValueError):
    """Why a text has no rows and columns, as a sentence."""


@dataclass(frozen=True, eq=False)
class Grid:
    """rows: cells as they were written, of any length; a float is a number that nothing can be assumed of.

    names: where the shape itself says which they are. row_names: whether the first column is none of the data.
    separator: what stood between the cells; empty where there was one column. scale: what the numbers are to be taken
    times. quoted: whether more than a comma stood between numbers, quotation marks or spaces. certain: numbers have a decimal point and the first row is data. title, footer: lines of another form.
    """

    rows: list[list[Cell]]
    names: list[str] | None = None
    row_names: bool = False
    separator: str = ""
    scale: float = 1.0
    certain: bool = False
    quoted: bool = False
    title: list[str] = field(default_factory=list)
    footer: list[str] = field(default_factory=list)
    notes: tuple[str, ...] = ()


def check_columns(count: int) -> None:
    """Raises ShapeError for more columns than anybody chooses from; what is as wide is a list, or a table on its side."""
    if count > MOST_COLUMNS:
        raise ShapeError(
            f"The table has {count:,} columns; at most {MOST_COLUMNS:,} are looked at. Keep the columns you need, or give each "
            "row a line."
        )
