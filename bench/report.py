"""What the bench has measured: figures beside their references, printed, and kept as a dated table."""

import datetime
import os
import platform
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

RESULTS = Path(__file__).parent / "RESULTS.md"


@dataclass(frozen=True)
class Figure:
    """One measured value, and the same of a reference that was measured in the same run."""

    what: str
    value: float
    unit: str
    against: str = ""
    reference: float | None = None

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """What it is, the value, the reference, and the ratio of the two."""
        if self.reference is None:
            return self.what, f"{self.value:,.4g} {self.unit}".strip(), "", ""
        ratio = f"{self.value / self.reference:.2f}" if self.reference else "–"
        reference = f"{self.against} {self.reference:,.4g} {self.unit}".strip()
        return self.what, f"{self.value:,.4g} {self.unit}".strip(), reference, ratio

    def __str__(self) -> str:
        what, value, reference, ratio = self.cells
        return f"{what:58} {value:>12}   {reference:>28}   {ratio:>6}".rstrip()


def write(parts: dict[str, list[Figure]]) -> None:
    """Write bench/RESULTS.md: a table for each part, by its title."""
    lines = [
        "# Results",
        "",
        f"Measured on {datetime.datetime.now(datetime.UTC):%Y-%m-%d} by `make bench` on {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}, Streamlit {st.__version__}. "
        "A ratio compares two figures of the same run; what stands alone depends on the machine.",
    ]
    for title, figures in parts.items():
        lines += ["", f"## {title}", "", "| | measured | reference | ratio |", "|:--|--:|--:|--:|"]
        lines += [f"| {' | '.join(figure.cells)} |" for figure in figures]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
