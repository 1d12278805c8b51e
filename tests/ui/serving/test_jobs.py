"""Long computations in turns: they go on, they end, they stop, and what is finished is shared and bounded."""

import ast
import itertools
import threading
import time
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from ui.serving import jobs
from ui.serving.jobs import Job, Memory, Order


def counting() -> None:
    import streamlit as st

    from ui.serving.jobs import in_turns, start_again, stop

    def parts():
        yield from range(st.session_state.get("until", 3))

    st.button("stop", on_click=stop, args=("job",), key="stop")
    st.button("again", on_click=start_again, args=("job",), key="again")
    key = ("count", st.session_state.get("until", 3), st.session_state.get("salt", 0))
    in_turns("job", key, parts, lambda done, more: st.write(f"{list(done)} {'more' if more else 'end'}"))


@pytest.fixture
def at(monkeypatch):
    monkeypatch.setattr(jobs, "MEMORY", Memory(2))
    monkeypatch.setattr(jobs, "TURN_SECONDS", 0.0)  # one part to a turn
    return AppTest.from_function(counting)


def said(at):
    return at.markdown[0].value


def run_to_the_end(at):
    for _ in range(10):
        if said(at.run()).endswith("end"):
            return at
    raise AssertionError("it does not end")


def test_a_turn_is_short_and_the_next_goes_on(at):
    for done in ("[0] more", "[0, 1] more", "[0, 1, 2] more", "[0, 1, 2] end", "[0, 1, 2] end"):
        assert said(at.run()) == done


@pytest.mark.parametrize(("unhurried", "own_share", "parts"), [(True, 1.0, 20), (True, 0.8, 10), (False, 1.0, 10)])
def test_a_turn_is_longer_only_if_nobody_waits_for_its_job_and_nobody_else_needs_the_processor(
    monkeypatch, unhurried, own_share, parts
):
    now = 0.0

    def hundredths():
        nonlocal now
        for k in itertools.count():
            now += 0.01001
            yield k

    clock = SimpleNamespace(monotonic=lambda: now, thread_time=lambda: own_share * now)
    monkeypatch.setattr(jobs, "time", clock)
    job = Job("key", hundredths(), done=[None], unhurried=unhurried)
    job.take_turn()
    assert len(job.done) - 1 == parts


def test_the_first_turn_is_one_part_and_the_next_takes_as_many_as_fit_into_its_time(monkeypatch):
    monkeypatch.setattr(jobs, "TURN_SECONDS", 1e9)
    job = Job("key", iter(range(3)))
    job.take_turn()
    assert (job.done, job.finished) == ([0], False)
    job.take_turn()
    assert (job.done, job.finished) == ([0, 1, 2], True)


def test_the_first_turn_is_as_many_parts_as_were_asked_for():
    job = Job("key", iter(range(9)), first=3)
    job.take_turn()
    assert job.done == [0, 1, 2]


def with_more_beside() -> None:
    import streamlit as st

    from ui.serving.jobs import beside, in_turns

    @st.fragment
    def turns():
        until = st.session_state.get("until", 3)
        in_turns(
            "job",
            until,
            lambda: iter(range(until)),
            lambda done, more: st.write(f"turn {list(done)}"),
            wait=lambda: st.write("in a moment"),
        )

    with beside("job", lambda key, done, more: st.write(f"beside {key} {list(done)} {'more' if more else 'end'}")):
        turns()


@pytest.fixture
def beside(monkeypatch):
    monkeypatch.setattr(jobs, "ORDER", Order())
    monkeypatch.setattr(jobs, "MEMORY", Memory(2))
    monkeypatch.setattr(jobs, "TURN_SECONDS", 0.0)
    return AppTest.from_function(with_more_beside)


def all_said(at):
    return [each.value for each in at.markdown]


def test_a_page_says_itself_that_it_waits_and_shows_nothing_beside(beside):
    with jobs.ORDER.turn(Job("another", iter(()))):
        assert all_said(beside.run()) == ["in a moment"]


def test_what_is_shown_beside_has_the_same_parts(beside):
    assert all_said(beside.run()) == ["turn [0]", "beside 3 [0] more"]
    for _ in range(4):
        beside.run()
    assert all_said(beside) == ["turn [0, 1, 2]", "beside 3 [0, 1, 2] end"]


class RerunError(Exception):
    """Of the whole page."""


def test_another_job_is_answered_alone_and_with_its_second_turn_the_whole_page(beside, monkeypatch):
    """As a fragment that runs alone does: what is beside it is that of the job before."""
    for _ in range(5):
        beside.run()
    state = beside.session_state
    seen = []

    def rerun():
        raise RerunError

    monkeypatch.setattr("streamlit.session_state", state)
    monkeypatch.setattr("streamlit.rerun", rerun)

    def show(done, more):
        seen.append(list(done))

    state["_job"] = Job("new", iter(range(9)))
    jobs._turn("job", show, jobs.say_wait)
    with pytest.raises(RerunError):
        jobs._turn("job", show, jobs.say_wait)
    assert seen == [[0], [0, 1]]
    state["_job_beside"] = state["_job"]  # the page was drawn
    jobs._turn("job", show, jobs.say_wait)
    assert seen[-1] == [0, 1, 2]


def test_a_job_that_is_recalled_is_answered_alone_too(beside, monkeypatch):
    for _ in range(5):
        beside.run()
    before = beside.session_state["_job_beside"]
    beside.session_state["until"] = 1
    for _ in range(3):
        beside.run()
    assert all_said(beside)[-1] == "beside 1 [0] end"
    now = beside.session_state["_job"]
    assert not jobs._is_ahead("job", now)
    monkeypatch.setattr("streamlit.session_state", beside.session_state)
    assert beside.session_state["_job_beside"] is now
    assert jobs._is_ahead("job", before)


@pytest.fixture
def two_jobs(monkeypatch):
    """A job that has begun and a new one, both refused because of a third, in an order of their own."""
    monkeypatch.setattr(jobs, "ORDER", Order())
    monkeypatch.setattr(jobs, "TURN_SECONDS", 0.0)
    started, new = Job("started", iter(range(9))), Job("new", iter(range(9)))
    started.take_turn()
    with jobs.ORDER.turn(Job("third", iter(()))) as mine:
        assert mine
        started.take_turn()
        new.take_turn()
    return started, new


def test_nobody_waits_while_another_job_has_its_turn(two_jobs):
    started, new = two_jobs
    assert (started.done, new.done) == ([0], [])


def test_who_has_nothing_to_show_goes_before_those_who_have(two_jobs):
    started, new = two_jobs
    started.take_turn()
    assert started.done == [0], "a newcomer was refused a moment ago"
    new.take_turn()
    assert new.done == [0]
    started.take_turn()
    assert started.done == [0, 1], "nobody new waits"


def test_a_newcomer_that_left_holds_nobody_back_for_long(two_jobs, monkeypatch):
    started, _ = two_jobs
    later = time.monotonic() + 2 * jobs.CLOCK_SECONDS
    monkeypatch.setattr(jobs, "time", SimpleNamespace(monotonic=lambda: later, thread_time=lambda: later))
    started.take_turn()
    assert started.done == [0, 1]


@pytest.fixture
def clock(monkeypatch):
    """A clock that only the test moves: `clock.now` in seconds."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(jobs, "time", SimpleNamespace(monotonic=lambda: clock.now, thread_time=lambda: clock.now))
    return clock


class Asker:
    """Someone who computes in turns: job after job with `parts` turns each, or one without end."""

    def __init__(self, order, clock, parts=1e9):
        self.order, self.clock, self.parts, self.turns = order, clock, parts, 0
        self.job = Job("key", iter(()))

    def ask(self, seconds=jobs.TURN_SECONDS, meanwhile=()):
        """Ask for a turn that takes so long, while others ask too; whether it was given."""
        with self.order.turn(self.job) as mine:
            if mine:
                assert not any(other.ask() for other in meanwhile), "two at once"
                self.clock.now += seconds
                self.job.done.append(None)
                self.turns += 1
        if len(self.job.done) >= self.parts:
            self.job = Job("key", iter(()))
        return mine


@pytest.fixture
def askers(clock):
    """Makers of askers in one order: those with one job each, begun already, and those who only ever begin."""
    order = Order()

    def begun(count):
        some = [Asker(order, clock) for _ in range(count)]
        for each in some:
            assert each.ask(0.0)
        clock.now += 1.0
        return some

    return begun, lambda: Asker(order, clock, parts=1)


def test_who_had_a_turn_yields_to_whoever_was_refused_meanwhile(askers, clock):
    begun, _ = askers
    greedy, honest = begun(2)
    assert greedy.ask(meanwhile=[honest])
    assert not greedy.ask()
    assert honest.ask(meanwhile=[greedy])
    assert not honest.ask()
    assert greedy.ask()
    clock.now += jobs.PATIENCE_SECONDS
    assert greedy.ask(), "nobody else waits"


def test_nobody_goes_twice_while_another_waits_be_they_many(askers):
    begun, _ = askers
    *greedy, honest = begun(4)
    assert greedy[0].ask(meanwhile=[honest])
    given = [each.ask() for _ in range(5) for each in greedy]
    assert given.count(True) == 2, "each of the others once"
    assert honest.ask()


def test_who_left_is_not_waited_for(askers, clock):
    begun, _ = askers
    stays, leaves = begun(2)
    assert stays.ask(meanwhile=[leaves])
    clock.now += jobs.PATIENCE_SECONDS
    assert stays.ask()


def test_endless_newcomers_yield_when_they_took_longer_than_a_turn(askers):
    begun, newcomer = askers
    (honest,) = begun(1)
    given = 0
    while newcomer().ask(jobs.TURN_SECONDS / 2, meanwhile=[honest]):
        given += 1
        assert given < 9, "without end"
    assert given > 1
    assert honest.ask()
    assert newcomer().ask(), "it is their turn again"


def test_a_newcomer_goes_before_those_who_come_much_later(askers, clock):
    _, newcomer = askers
    unlucky = newcomer()
    while clock.now < jobs.PATIENCE_SECONDS:
        assert newcomer().ask(meanwhile=[unlucky])
    assert not newcomer().ask()
    assert unlucky.ask()


@pytest.mark.parametrize("crowd", ["one greedy", "endless newcomers"])
def test_an_honest_run_takes_twice_as_long_at_most_whoever_asks_without_pause(askers, clock, crowd):
    begun, newcomer = askers
    (honest,) = begun(1)
    greedy = begun(1)[0] if crowd == "one greedy" else newcomer()
    start = tick = clock.now
    while honest.turns < 20:
        clock.now += 0.001
        if tick <= clock.now:
            honest.ask()
            tick += jobs.CLOCK_SECONDS
        if greedy.ask(meanwhile=[honest] if tick <= clock.now + jobs.TURN_SECONDS else ()):
            tick += jobs.CLOCK_SECONDS * (tick <= clock.now)
    assert clock.now - start < 2.1 * 20 * jobs.CLOCK_SECONDS


def test_a_stopped_job_keeps_what_is_done_and_computes_nothing_more(at):
    at.session_state["until"] = 9
    at.run()
    at.button(key="stop").click().run()
    stopped = said(at)
    assert stopped.endswith("end")
    assert said(at.run()) == stopped


def test_starting_again_begins_anew(at):
    at.session_state["until"] = 9
    at.run().run()
    at.button(key="again").click().run()
    assert said(at) == "[0] more"


def test_what_is_remembered_is_computed_anew_when_it_is_asked_to_start_again(at):
    run_to_the_end(at)
    at.button(key="again").click().run()
    assert said(at) == "[0] more"


def test_other_settings_are_another_job(at):
    at.run()
    at.session_state["salt"] = 1
    assert said(at.run()) == "[0] more"


def test_a_finished_job_is_recalled_by_another_session(at):
    run_to_the_end(at)
    assert said(AppTest.from_function(counting).run()) == "[0, 1, 2] end"


def test_the_parts_of_a_finished_job_can_be_asked_for(at):
    assert jobs.recalled(("count", 3, 0)) == ()
    run_to_the_end(at)
    assert jobs.recalled(("count", 3, 0)) == (0, 1, 2)


def test_what_was_not_asked_for_longest_is_forgotten():
    memory = Memory(2)
    for key in "ab":
        memory.remember(Job(key, iter(()), [key]))
    memory.recall("a")
    memory.remember(Job("c", iter(()), ["c"]))
    assert [memory.recall(key) for key in "abc"] == [("a",), None, ("c",)]


def test_a_session_cannot_change_what_another_recalls():
    memory = Memory(2)
    job = Job("key", iter(()), [1, 2])
    memory.remember(job)
    job.done.append(3)
    assert memory.recall("key") == (1, 2)


def test_one_turn_is_taken_at_a_time(monkeypatch):
    monkeypatch.setattr(jobs, "TURN_SECONDS", 1e9)
    at_once, most = [], []

    def parts():
        yield None
        for _ in range(3):
            at_once.append(1)
            most.append(len(at_once))
            time.sleep(0.001)  # lets the others run
            at_once.pop()
            yield None

    def take_all(job):
        for _ in range(9999):
            if job.finished:
                return
            job.take_turn()

    four = [Job(i, parts()) for i in range(4)]
    threads = [threading.Thread(target=take_all, args=(job,)) for job in four]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert all(job.finished for job in four)


def peeking() -> None:
    import streamlit as st

    from ui.serving.jobs import in_turns, so_far, stop

    st.write(str(so_far("job")))
    st.button("stop", on_click=stop, args=("job",), key="stop")
    in_turns("job", "peeking", lambda: iter(range(1000)), lambda done, more: None)


def test_the_page_can_look_at_what_is_done_so_far(monkeypatch):
    monkeypatch.setattr(jobs, "TURN_SECONDS", 0.0)
    at = AppTest.from_function(peeking)
    assert at.run().markdown[0].value == "((), False)"
    assert at.run().markdown[0].value == "((0,), True)"
    at.button(key="stop").click().run()
    done, more = ast.literal_eval(at.markdown[0].value)
    assert done == tuple(range(len(done)))
    assert not more
