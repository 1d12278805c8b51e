"""How much is tried, and the count of what was tried at the end of the run."""

import os
from collections import Counter

import pytest

AMOUNT = int(os.environ.get("FUZZ", "1"))  # `make fuzz` tries a hundred times as much


@pytest.fixture
def tried(record_property):
    """Counts what was tried, by name."""
    counts = Counter()

    def count(what: str, times: int = 1) -> None:
        counts[what] += times

    yield count
    for what, times in counts.items():
        record_property(f"tried {what}", times)
