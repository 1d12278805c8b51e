"""Pages without a browser: the pace of long computations is set by the test, and charts have all their digits."""

import pytest

from ui import charts
from ui.serving import jobs


@pytest.fixture(scope="package", autouse=True)
def every_digit():
    """Tests compare the numbers of a chart with the core's; `test_charts` sees to what is left of them for a screen."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, "FEW", 1_000_000)
        yield


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
