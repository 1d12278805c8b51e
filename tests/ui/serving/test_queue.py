"""The queue in front of a page: who waits for whom, and that nobody waits for ever."""

from contextlib import contextmanager, suppress
from threading import Event, Thread

import pytest

import ui.serving.queue as queueing
from ui.serving.queue import Queue, queue_of

SOON_S = 10  # so long a test waits for what must happen
NEVER_S = 0.05  # and so long for what must not


@pytest.fixture
def behind():
    """Start someone who joins a queue; return what is set when they have passed through it."""
    threads = []

    def join(turn):
        passed = Event()

        def run():
            with turn:
                passed.set()

        threads.append(Thread(target=run, daemon=True))
        threads[-1].start()
        return passed

    yield join
    for thread in threads:
        thread.join(SOON_S)


@pytest.mark.parametrize("turn", [Queue.to_open, lambda queue: queue.to_move("part")], ids=["open", "move"])
@pytest.mark.parametrize("problem", [None, ValueError, SystemExit])
def test_one_goes_after_the_other_whatever_happens_to_the_first(behind, turn, problem):
    one = Queue()
    with suppress(ValueError, SystemExit), turn(one):
        second = behind(turn(one))
        assert not second.wait(NEVER_S)
        if problem:
            raise problem
    assert second.wait(SOON_S)


def test_another_part_and_another_page_are_not_waited_for(behind):
    with queue_of("first.py").to_move("part"):
        assert behind(queue_of("first.py").to_move("another part")).wait(SOON_S)
        assert behind(queue_of("second.py").to_move("part")).wait(SOON_S)
        assert behind(queue_of("second.py").to_open()).wait(SOON_S)


def test_who_moves_goes_before_who_opens(behind, monkeypatch):
    monkeypatch.setattr(queueing, "COURTESY_S", 2 * SOON_S)
    one = Queue()
    with one.to_move("part"):
        opener = behind(one.to_open())
        assert not opener.wait(NEVER_S)
        mover = behind(one.to_move("another part"))
        assert mover.wait(SOON_S)
        assert not opener.wait(NEVER_S)
    assert opener.wait(SOON_S)


def test_who_opens_is_not_kept_for_ever(behind, monkeypatch):
    monkeypatch.setattr(queueing, "COURTESY_S", 0)
    one = Queue()
    with one.to_move("part"):
        assert behind(one.to_open()).wait(SOON_S)


def test_a_page_moves_its_own_parts_while_it_opens(behind):
    one = Queue()

    @contextmanager
    def opening():
        with one.to_open(), one.to_move("part"), one.to_move("another part"):
            yield

    assert behind(opening()).wait(SOON_S)
    assert behind(one.to_open()).wait(SOON_S), "and leaves nothing behind"


@pytest.mark.parametrize("turn", [Queue.to_open, lambda queue: queue.to_move("part")], ids=["open", "move"])
def test_who_stays_too_long_is_not_waited_for_any_longer(behind, monkeypatch, turn):
    monkeypatch.setattr(queueing, "PATIENCE_S", NEVER_S)
    one = Queue()
    with turn(one):
        assert behind(turn(one)).wait(SOON_S)
        second = behind(turn(one))
    assert second.wait(SOON_S)
    monkeypatch.setattr(queueing, "PATIENCE_S", SOON_S)
    with turn(one):
        assert not behind(turn(one)).wait(NEVER_S), "the one that went out of turn has opened the queue for all"
