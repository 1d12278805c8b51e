"""Who is served when. A class that does the same at once would share the interpreter, and each would be served last."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Condition, Lock

COURTESY_S = 0.1  # who opens a page lets those go first who move something on it, for so long at most


class Line:
    """The readers of one page: they open it one by one, and move each part of it one by one, who moves before who opens."""

    def __init__(self) -> None:
        self._opens = Lock()
        self._moves: dict[str, Lock] = defaultdict(Lock)
        self._moving = 0
        self._nobody_moves = Condition()

    @contextmanager
    def to_open(self) -> Iterator[None]:
        """Wait until nobody else opens the page and, for a moment, until nobody moves anything on it."""
        with self._opens:
            with self._nobody_moves:
                self._nobody_moves.wait_for(lambda: not self._moving, COURTESY_S)
            yield

    @contextmanager
    def to_move(self, part: str) -> Iterator[None]:
        """Wait until nobody else moves this part."""
        self._count(1)
        try:
            with self._moves[part]:
                yield
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        with self._nobody_moves:
            self._moving += more
            if not self._moving:
                self._nobody_moves.notify_all()


@cache
def line_of(script: str) -> Line:
    """The one line of a page on this server, by the name of its script, which is executed anew for every session."""
    return Line()
