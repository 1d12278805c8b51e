"""Long computations in short turns: a page shows how far it is, takes another turn, and stops when nobody looks.

The browser's clock asks for each turn, so a page that was closed computes nothing. One turn is taken at a time, and who
finds another job at it asks again at the next tick of the clock: so those who train neither take the processor from
those who read, nor wait in a line. Who has nothing to show yet goes before those who have. What is finished is
remembered for all sessions.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from ui.threads import compute_on_one_thread

FIRST_TURN_SECONDS = 0.0  # one part: a reader's hand is answered at once
TURN_SECONDS = 0.1
CLOCK_SECONDS = 0.2
REMEMBERED = 32


class Order:
    """Who may compute now: one job at a time, and the first part of a job before later parts of others.

    A newcomer that was refused keeps the others back for two ticks of the clock, long enough to ask again; one that
    left does so no longer than that.
    """

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._newcomer_until = 0.0

    @contextmanager
    def turn(self, newcomer: bool) -> Iterator[bool]:
        """Whether it is the asking job's turn, until the block ends; never waits."""
        free = self._one_at_a_time.acquire(blocking=False)
        try:
            if newcomer:
                self._newcomer_until = 0.0 if free else time.monotonic() + 2 * CLOCK_SECONDS
            yield free and (newcomer or time.monotonic() >= self._newcomer_until)
        finally:
            if free:
                self._one_at_a_time.release()


ORDER = Order()


@dataclass
class Job:
    """A computation of one session: what identifies it, where it goes on, and the parts that are done."""

    key: Hashable
    rest: Iterator[Any]
    done: list[Any] = field(default_factory=list)
    finished: bool = False
    stopped: bool = False

    def take_turn(self) -> None:
        """Compute the first part, and later as many as fit into a turn, unless it is another job's turn now."""
        with ORDER.turn(newcomer=not self.done) as mine:
            if mine:
                self._compute(TURN_SECONDS if self.done else FIRST_TURN_SECONDS)

    def _compute(self, seconds: float) -> None:
        """Compute for this long, at least one part."""
        end = time.monotonic() + seconds
        for part in self.rest:
            self.done.append(part)
            if time.monotonic() >= end:
                return
        self.finished = True


class Memory:
    """The parts of finished jobs, as many as were asked for last; parts are immutable, so sessions can share them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._parts: OrderedDict[Hashable, tuple[Any, ...]] = OrderedDict()

    def recall(self, key: Hashable) -> tuple[Any, ...] | None:
        """The parts of a finished job, or None."""
        with self._lock:
            if key in self._parts:
                self._parts.move_to_end(key)
            return self._parts.get(key)

    def remember(self, job: Job) -> None:
        """Keep the parts of a finished job and forget those that were not asked for longest."""
        with self._lock:
            self._parts[job.key] = tuple(job.done)
            while len(self._parts) > self._size:
                self._parts.popitem(last=False)


MEMORY = Memory(REMEMBERED)


def in_turns(
    name: str, key: Hashable, start: Callable[[], Iterator[Any]], show: Callable[[tuple[Any, ...], bool], None]
) -> None:
    """Compute what `start` yields in turns, and after each `show` the parts that are done (one at least) and whether there are more.

    name is the place of the job in the session; key holds every setting that the parts depend on, and another key
    begins anew. The parts must be immutable, with read-only arrays.
    """
    compute_on_one_thread()
    state = st.session_state
    job: Job | None = state.get(f"_{name}")
    if job is None or job.key != key:
        known = None if state.pop(f"_{name}_anew", False) else MEMORY.recall(key)
        job = Job(key, iter(()), list(known), finished=True) if known else Job(key, start())
        state[f"_{name}"] = job
    if _goes_on(job):
        state[f"_{name}_ticks"] = True
    st.fragment(_turn, run_every=CLOCK_SECONDS if _goes_on(job) else None)(name, show)


def so_far(name: str) -> tuple[tuple[Any, ...], bool]:
    """The parts of this session's job that are done, and whether there are more; nothing where there is no job."""
    job: Job | None = st.session_state.get(f"_{name}")
    return (tuple(job.done), _goes_on(job)) if job else ((), False)


def stop(name: str) -> None:
    """Take no further turns of this session's job; what is done stays."""
    job: Job | None = st.session_state.get(f"_{name}")
    if job is not None:
        job.stopped = True


def forget(name: str) -> None:
    """Drop this session's job, if there is one, with all that it holds."""
    st.session_state.pop(f"_{name}", None)


def start_again(name: str) -> None:
    """Forget this session's job, so that it is computed anew before the reader's eyes, remembered or not."""
    forget(name)
    st.session_state[f"_{name}_anew"] = True


def _goes_on(job: Job) -> bool:
    return not (job.finished or job.stopped)


def _turn(name: str, show: Callable[[tuple[Any, ...], bool], None]) -> None:
    job: Job | None = st.session_state.get(f"_{name}")
    if job is None:
        st.rerun()  # what is shown had a button that starts again
    if _goes_on(job):
        job.take_turn()
        if job.finished:
            MEMORY.remember(job)
    if job.done:
        show(tuple(job.done), _goes_on(job))
    else:
        st.info("Somebody else's computation has its turn. Yours begins in a moment.")
    if not _goes_on(job) and st.session_state.pop(f"_{name}_ticks", False):
        st.rerun()  # only a run of the whole page stops the clock, be it that of another job in this place
