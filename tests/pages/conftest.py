"""Long computations on pages without a browser: their pace is set by the test, not by the machine's clock."""

import pytest

from ui.serving import jobs


@pytest.fixture(autouse=True)
def one_part_at_a_time(monkeypatch):
    """Each run of a page takes one part of what it computes, and nothing is remembered from other tests."""
    monkeypatch.setattr(jobs, "TURN_SECONDS", 0.0)
    monkeypatch.setattr(jobs, "MEMORY", jobs.Memory(jobs.REMEMBERED))


@pytest.fixture
def all_at_once(monkeypatch):
    """Each run of a page takes all that is left of what it computes."""
    monkeypatch.setattr(jobs, "FIRST_TURN_SECONDS", 1e9)
    monkeypatch.setattr(jobs, "TURN_SECONDS", 1e9)
