"""Who is served when. A class that does the same at once would share the interpreter, and each would be served last."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Condition, Lock

COURTESY_S = 0.1  # who opens a page lets those go first who move something on it, for so long at most
PATIENCE_S = 10.0  # longer than 300 who open a page at once; then one is served out of turn: nobody holds up all others


class Queue:
    """The readers of one page: they open it one by one, and move each part of it one by one, who moves before who opens.

    What a reader's own text can make long is done before (`ui.batch.reading.read_ahead`), and nobody waits for ever.
    """

    def __init__(self) -> None:
        self._opens = Lock()
        self._moves: dict[str, Lock] = defaultdict(Lock)
        self._moving = 0
        self._nobody_moves = Condition()

    @contextmanager
    def to_open(self) -> Iterator[None]:
        """Wait until nobody else opens the page and, for a moment, until nobody moves anything on it."""
        with patiently(self._opens):
            with self._nobody_moves:
                self._nobody_moves.wait_for(lambda: not self._moving, COURTESY_S)
            yield

    @contextmanager
    def to_move(self, part: str) -> Iterator[None]:
        """Wait until nobody else moves this part."""
        self._count(1)
        try:
            with patiently(self._moves[part]):
                yield
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        with self._nobody_moves:
            self._moving += more
            if not self._moving:
                self._nobody_moves.notify_all()


@contextmanager
def patiently(lock: Lock) -> Iterator[None]:
    """Hold a lock, or go on without it when it was not to be had in reasonable time."""
    mine = lock.acquire(timeout=PATIENCE_S)
    try:
        yield
    finally:
        if mine:
            lock.release()


@cache
def queue_of(script: str) -> Queue:
    """The one queue of a page on this server, by the name of its script, which is executed anew for every session."""
    return Queue()
