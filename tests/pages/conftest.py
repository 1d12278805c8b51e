"""Pages without a clock: a turn of a long computation takes one part, on every machine."""

import pytest

from ui import turns


@pytest.fixture(autouse=True)
def _one_part_in_each_turn(monkeypatch):
    """So that what is shown does not depend on how fast the machine is; each run of the page takes the next turn."""
    monkeypatch.setattr(turns, "TURN_SECONDS", 0.0)
