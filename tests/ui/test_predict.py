"""Questions before pictures: no answer at first, then the right one, however the reader guessed."""

import pytest
from streamlit.testing.v1 import AppTest

from ui.links import SHOW_ME


def asking() -> None:
    from ui.predict import predict, reveal

    if guess := predict("How many?", ["one", "two"], key="guess"):
        reveal(guess, "two", "One and one.")


def asking_of_two_pictures() -> None:
    import streamlit as st

    from ui.predict import predict, reveal, said_of

    picture = st.radio("Picture", ["first", "second"], key="picture")
    if guess := predict("How many?", ["one", "two"], key="guess"):
        reveal(said_of(guess, picture, key="guess"), "two", picture)


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


def test_what_was_said_of_one_picture_is_not_held_against_another():
    at = AppTest.from_function(asking_of_two_pictures).run()
    at.radio(key="guess").set_value("one").run()
    assert at.warning[0].value == "You said one. It is **two**. first"
    at.radio(key="picture").set_value("second").run()
    assert [each.value for each in at.info] == ["It is **two**. second"]
    at.radio(key="picture").set_value("first").run()
    assert at.warning
    at.radio(key="picture").set_value("second").run()
    at.radio(key="guess").set_value("two").run()
    assert at.success[0].value == "Yes: **two**. second"


def asking_in_one_place() -> None:
    import streamlit as st

    from ui.predict import predict, say_right

    guess = st.session_state.get("guess")
    predict("How many?", ["one", "two"], key="guess", answer=guess and say_right(guess, "two", "One and one."))


def test_an_answer_can_stand_in_the_place_of_its_question():
    at = AppTest.from_function(asking_in_one_place).run()
    assert [each.value for each in at.markdown] == ["**Predict.** How many?"]
    at.radio(key="guess").set_value("one").run()
    assert [each.value for each in at.markdown] == ["You said one. It is **two**. One and one."]
    assert at.radio(key="guess").value == "one"
