"""Long computations in turns: they go on, they end, they stop, and what is finished is shared and bounded."""

import threading
import time

import pytest
from streamlit.testing.v1 import AppTest

from ui import turns
from ui.turns import Job, Memory


def counting(until: int) -> None:
    import time

    import streamlit as st

    from ui.turns import in_turns, start_again, stop

    def parts():
        for i in range(st.session_state.get("until", 3)):
            time.sleep(0.06)  # two to a turn
            yield i

    st.button("stop", on_click=stop, args=("job",), key="stop")
    st.button("again", on_click=start_again, args=("job",), key="again")
    key = ("count", st.session_state.get("until", 3), st.session_state.get("salt", 0))
    in_turns("job", key, parts, lambda done, more: st.write(f"{list(done)} {'more' if more else 'end'}"))


@pytest.fixture
def at(monkeypatch):
    monkeypatch.setattr(turns, "MEMORY", Memory(2))
    return AppTest.from_function(counting, args=(3,))


def said(at):
    return at.markdown[0].value


def test_a_turn_is_short_and_the_next_goes_on(at):
    at.session_state["until"] = 4
    assert said(at.run()) == "[0, 1] more"
    at.run()
    assert said(at.run()) == "[0, 1, 2, 3] end"
    assert said(at.run()) == "[0, 1, 2, 3] end"


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
    assert said(at) == "[0, 1] more"


def test_what_is_remembered_is_computed_anew_when_it_is_asked_to_start_again(at):
    while said(at.run()).endswith("more"):
        pass
    at.button(key="again").click().run()
    assert said(at) == "[0, 1] more"


def test_other_settings_are_another_job(at):
    at.run()
    at.session_state["salt"] = 1
    assert said(at.run()) == "[0, 1] more"


def test_a_finished_job_is_recalled_by_another_session(at):
    while said(at.run()).endswith("more"):
        pass
    other = AppTest.from_function(counting, args=(3,))
    assert said(other.run()) == "[0, 1, 2] end"


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


def test_one_turn_is_taken_at_a_time():
    at_once, most = [], []

    def parts():
        for _ in range(3):
            at_once.append(1)
            most.append(len(at_once))
            time.sleep(0.01)
            at_once.pop()
            yield None

    jobs = [Job(i, parts()) for i in range(4)]
    threads = [threading.Thread(target=job.take_turn, args=(0.1,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert all(job.finished for job in jobs)
