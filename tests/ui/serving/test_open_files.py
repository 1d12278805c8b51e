"""The limit of open files: raised as far as it goes, never lowered, and said where it stays low."""

import logging
import sys
from types import SimpleNamespace

import pytest

from bench.classroom import Lesson, reader
from tests.apart import run_apart
from tools.serving import ROOT, served
from ui.serving.open_files import FEW, WANTED, allow_many_files

INFINITE = -1


@pytest.fixture
def limits(monkeypatch):
    """Pretend limits; return what they are after they were raised."""

    def raised(soft, hard, refused=None):
        now = [soft, hard]

        def setrlimit(_, wanted):
            if refused:
                raise refused
            now[:] = wanted

        fake = SimpleNamespace(
            RLIMIT_NOFILE=7, RLIM_INFINITY=INFINITE, getrlimit=lambda _: tuple(now), setrlimit=setrlimit
        )
        monkeypatch.setitem(sys.modules, "resource", fake)
        allow_many_files.__wrapped__()
        return tuple(now)

    return raised


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((1_024, 1_048_576), (WANTED, 1_048_576)),
        ((1_024, INFINITE), (WANTED, INFINITE)),
        ((1_024, 8_192), (8_192, 8_192)),
        ((500_000, 1_048_576), (500_000, 1_048_576)),
        ((INFINITE, INFINITE), (INFINITE, INFINITE)),
    ],
)
def test_the_limit_is_raised_as_far_as_it_may_be_and_never_lowered(limits, caplog, before, after):
    assert limits(*before) == after
    assert not caplog.records


@pytest.mark.parametrize("refused", [None, OSError(), ValueError()])
def test_a_limit_that_stays_low_is_said_with_what_it_means(limits, caplog, refused):
    with caplog.at_level(logging.WARNING):
        assert limits(1_024, 1_024 if refused is None else FEW, refused)[0] == 1_024
    (record,) = caplog.records
    assert "1024 files" in record.getMessage()
    assert "256 readers" in record.getMessage()


def test_a_system_without_such_a_limit_is_left_alone(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "resource", None)
    allow_many_files.__wrapped__()
    assert not caplog.records


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prlimit is Linux's")
def test_a_server_raises_its_limit_when_its_first_reader_comes():
    import resource

    with served(ROOT / "app.py") as (url, pid):
        _, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (256, hard))
        run_apart(reader(url, "for_teachers", Lesson(think=0, over=True)))
        soft, _ = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    assert soft == (WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard))
