"""Questions before pictures: no answer at first, then the right one, however the reader guessed."""

import pytest
from streamlit.testing.v1 import AppTest

from ui.links import SHOW_ME


def asking() -> None:
    from ui.predict import predict, reveal

    if guess := predict("How many?", ["one", "two"], key="guess"):
        reveal(guess, "two", "One and one.")


@pytest.fixture
def at():
    return AppTest.from_function(asking).run()


def test_nothing_is_revealed_before_an_answer(at):
    assert at.radio(key="guess").value is None
    assert not any((at.success, at.warning, at.info))


@pytest.mark.parametrize(("guess", "kind"), [("two", "success"), ("one", "warning"), (SHOW_ME, "info")])
def test_every_answer_reveals_the_right_one_and_why(at, guess, kind):
    at.radio(key="guess").set_value(guess).run()
    (said,) = getattr(at, kind)
    assert "**two**. One and one." in said.value
    assert sum(map(len, (at.success, at.warning, at.info))) == 1


def test_the_answer_is_in_the_link():
    at = AppTest.from_function(asking)
    at.query_params["guess"] = "two"
    assert at.run().radio(key="guess").value == "two"
    assert at.success
