"""Long computations in short turns: a page shows how far it is, takes another turn, and stops when nobody looks.

The browser's clock asks for each turn, so a page that was closed computes nothing. One turn is taken at a time, and who
finds another job at it asks again at the next tick of the clock: so those who train neither take the processor from
those who read, nor wait in a queue. Who has nothing to show yet goes before those who have, and nobody goes twice while
another waits. What is finished is remembered for all sessions.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import streamlit as st

from ui.serving.threads import compute_on_one_thread

FIRST_TURN_SECONDS = 0.0  # one part: a reader's hand is answered at once
TURN_SECONDS = 0.1
UNHURRIED = 2  # so many times as long takes the turn of a job that nothing is set for, while all time is its own:
OWN_SHARE = 0.9  # the share of it that its thread had, or more
NEWCOMERS_SECONDS = TURN_SECONDS  # so long they go before others, all together
CLOCK_SECONDS = 0.2
SLOW_CLOCK_SECONDS = 1.0
PATIENCE_SECONDS = 2 * CLOCK_SECONDS  # enough for who waits to ask again
REMEMBERED = 32
WAIT = "Somebody else's computation has its turn. Yours begins in a moment."
Done = TypeVar("Done")  # what a job yields


@dataclass(frozen=True)
class Refusal:
    """Of a job: since when it waits for its next turn, when it asked last, and whether it is a newcomer."""

    since: float
    last: float
    newcomer: bool


class Order:
    """Who may compute now: one job at a time.

    Who had a turn while another job waited yields to that one before the next, however often it asks. A newcomer's
    first part goes before later parts of others, until newcomers have taken as long as one turn; then it is they who
    yield, however many come, and the latest to the first. A job that does not ask again within two ticks of the clock
    has left.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: dict[int, Refusal] = {}  # by the identity of the job
        self._newcomers_took = 0.0  # seconds since somebody else had a turn

    @contextmanager
    def turn(self, job: "Job") -> Iterator[bool]:
        """Whether it is this job's turn, until the block ends; never waits."""
        begin, newcomer = time.monotonic(), not job.done
        mine = self._ask(job, newcomer, begin)
        try:
            yield mine
        finally:
            if mine:
                with self._lock:
                    self._taken = False
                    job.last_turn = time.monotonic()
                    self._newcomers_took = self._newcomers_took + job.last_turn - begin if newcomer else 0.0

    def _ask(self, job: "Job", newcomer: bool, now: float) -> bool:
        """Take the turn, if it is this job's; if not, it waits from now on."""
        with self._lock:
            own = self._waiting.pop(id(job), Refusal(now, now, newcomer))
            self._waiting = {key: each for key, each in self._waiting.items() if now - each.last < PATIENCE_SECONDS}
            refused = self._taken or any(self._goes_before(each, own, job.last_turn) for each in self._waiting.values())
            if refused:
                self._waiting[id(job)] = replace(own, last=now)
            else:
                self._taken = True
            return not refused

    def _goes_before(self, other: Refusal, own: Refusal, last_turn: float) -> bool:
        """Whether a job that waits goes before the one that asks and had its last turn then."""
        if other.newcomer and own.newcomer:
            return other.since <= own.since - PATIENCE_SECONDS
        if other.newcomer or own.newcomer:
            return other.newcomer == (self._newcomers_took <= NEWCOMERS_SECONDS)
        return other.since <= last_turn


ORDER = Order()


@dataclass
class Job:
    """A computation of one session: what identifies it, where it goes on, and the parts that are done.

    first: as many parts the first turn computes, at least
    unhurried: whether its turns may be longer where nobody else needs the processor
    """

    key: Hashable
    rest: Iterator[Any]
    done: list[Any] = field(default_factory=list)
    finished: bool = False
    stopped: bool = False
    first: int = 1
    unhurried: bool = False
    shown: bool = False
    last_turn: float = -math.inf  # when it ended

    def take_turn(self) -> None:
        """Compute the first parts, and later as many as fit into a turn, unless it is another job's turn now."""
        with ORDER.turn(self) as mine:
            if mine:
                self._compute(TURN_SECONDS if self.done else FIRST_TURN_SECONDS)

    def _compute(self, seconds: float) -> None:
        """Compute for this long, at least the first parts, and later one; unhurried and undisturbed, longer."""
        begin, worked = time.monotonic(), time.thread_time()
        for part in self.rest:
            self.done.append(part)
            took = time.monotonic() - begin
            own = self.unhurried and time.thread_time() - worked >= OWN_SHARE * took
            if took >= seconds * (UNHURRIED if own else 1) and len(self.done) >= self.first:
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


def say_wait() -> None:
    """What stands where nothing is done yet."""
    st.info(WAIT)


def in_turns(
    name: str,
    key: Hashable,
    start: Callable[[], Iterator[Done]],
    show: Callable[[tuple[Done, ...], bool], None],
    *,
    first: int = 1,
    unhurried: bool = False,
    wait: Callable[[], None] = say_wait,
) -> None:
    """Compute what `start` yields in turns, and after each `show` the parts that are done and whether there are more.

    name is the place of the job in the session; key holds every setting that the parts depend on, and another key
    begins anew. The parts must be immutable, with read-only arrays. first: how many parts there are the first time, at
    least; as long as others go before, `wait` shows that there is none. unhurried: for what no reader's hand waits for,
    longer turns while nobody takes the processor from them.
    """
    compute_on_one_thread()
    state = st.session_state
    job: Job | None = state.get(f"_{name}")
    if job is None or job.key != key:
        known = None if state.pop(f"_{name}_anew", False) else MEMORY.recall(key)
        job = (
            Job(key, iter(()), list(known), finished=True)
            if known
            else Job(key, start(), first=first, unhurried=unhurried)
        )
        state[f"_{name}"] = job
    if _goes_on(job):
        state[f"_{name}_ticks"] = True
    ticks = _goes_on(job) or _is_ahead(name, job)
    st.fragment(_turn, run_every=CLOCK_SECONDS if ticks else None)(name, show, wait)


@contextmanager
def beside(name: str, show: Callable[[Any, tuple[Done, ...], bool], None]) -> Iterator[None]:
    """Within this the job takes its turns; after it `show`, with the job's key, what takes longer to draw.

    For what is far from the reader's hand: another job is answered at once, and this follows with its second turn. Then it
    goes by a slower clock.
    """
    state = st.session_state
    state.pop(f"_{name}_beside", None)
    yield
    job: Job | None = state.get(f"_{name}")
    state[f"_{name}_beside"] = job
    st.fragment(_show_beside, run_every=SLOW_CLOCK_SECONDS if job and _goes_on(job) else None)(name, show)


def asked_for(name: str, key: Hashable, label: str) -> bool:
    """Whether the reader has asked for this job, or it is done already; until then there is a button to ask with."""
    place = f"_{name}_asked"
    if st.session_state.get(place) == key or MEMORY.recall(key):
        return True
    st.button(label, key=f"{name}_go", on_click=st.session_state.__setitem__, args=(place, key))
    return False


def recalled(key: Hashable) -> tuple[Any, ...]:
    """The parts of a job that somebody has finished; empty where none is remembered."""
    return MEMORY.recall(key) or ()


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


def _turn(name: str, show: Callable[[tuple[Done, ...], bool], None], wait: Callable[[], None]) -> None:
    job: Job | None = st.session_state.get(f"_{name}")
    if job is None:
        st.rerun()  # what is shown had a button that starts again
    is_late = job.shown and _is_ahead(name, job)
    if _goes_on(job):
        job.take_turn()
        if job.finished:
            MEMORY.remember(job)
    if job.done:
        show(tuple(job.done), _goes_on(job))
    else:
        wait()
    job.shown = bool(job.done)
    if is_late:
        st.rerun()  # only a run of the whole page draws beside what is another job now
    if not _goes_on(job) and st.session_state.pop(f"_{name}_ticks", False):
        st.rerun()  # only a run of the whole page stops the clock, be it that of another job in this place


def _show_beside(name: str, show: Callable[[Any, tuple[Done, ...], bool], None]) -> None:
    job: Job | None = st.session_state.get(f"_{name}")
    if job and job.done:
        show(job.key, tuple(job.done), _goes_on(job))


def _is_ahead(name: str, job: Job) -> bool:
    """Whether what is shown beside the job is still that of another."""
    other = st.session_state.get(f"_{name}_beside")
    return other is not None and other is not job
