"""What a link asked for and did not get: one sentence for each setting, and no harm done by any text."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.links import SHOWN, is_endless, renamed, unusable

GOT = {
    "n": 8,
    "gamma_0": 1.0,
    "eps": 1e-5,
    "decay": "plain mean",
    "mode": "Training",
    "undo": True,
    "batch": "1,2\n3,4",
    "own_words": {},
    "nothing": None,
    "list": [1, 2],
}


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("n", "8"),
        ("gamma_0", "1.0"),
        ("gamma_0", "1"),
        ("eps", "1e-05"),
        ("eps", "0.00001"),
        ("decay", "plain mean"),
        ("mode", "Training"),
        ("undo", "true"),
        ("undo", "True"),
        ("batch", "1,2\n3,4"),
    ],
)
def test_a_setting_that_is_shown_is_no_problem(key, text):
    assert unusable({key: text}, GOT) == []


def test_a_setting_that_could_not_be_used_is_named_with_what_is_shown_instead():
    (problem,) = unusable({"n": "999"}, GOT)
    assert "“n”" in problem
    assert "“999”" in problem
    assert "8 is shown" in problem


@pytest.mark.parametrize(
    ("key", "text"),
    [("n", "eight"), ("n", "8.5"), ("n", ""), ("gamma_0", "nan"), ("undo", "1"), ("undo", ""), ("mode", "t")],
)
def test_near_misses_are_said_too(key, text):
    assert len(unusable({key: text}, GOT)) == 1


def test_a_setting_that_does_not_exist_is_named():
    (problem,) = unusable({"gamma_9": "1"}, GOT)
    assert r"gamma\_9" in problem
    assert "not a setting" in problem


def test_one_sentence_for_each_problem_in_the_order_of_the_link():
    problems = unusable({"z": "1", "n": "999", "mode": "Training", "a": "2"}, GOT)
    assert [problem.split("”")[0] for problem in problems] == ["“z", "“n", "“a"]
    assert all(problem.endswith(".") for problem in problems)


def test_an_empty_link_has_no_problems():
    assert unusable({}, GOT) == []


def test_long_text_is_cut():
    for problem in unusable({"k" * 5000: "1", "n": "9" * 5000}, GOT):
        assert len(problem) < 3 * SHOWN + 60
        assert "…" in problem


@pytest.mark.parametrize("text", ["1", "0", "nan", "x", ""])
@pytest.mark.parametrize("key", ["own_words", "nothing", "list"])
def test_a_key_of_the_page_that_is_no_setting_does_no_harm(key, text):
    assert len(unusable({key: text}, GOT)) == 1


@given(st.dictionaries(st.one_of(st.text(), st.sampled_from(sorted(GOT))), st.text(), max_size=4))
def test_no_link_can_break_the_page_or_write_markup(asked):
    for problem in unusable(asked, GOT):
        said = problem
        for mark in string.punctuation:
            said = said.replace(f"\\{mark}", "")
        assert not set(said) & set("<>[]{}$*_`#|~:\\&")


@pytest.mark.parametrize("text", ["inf", "-inf", "Infinity", "nan", "1e999", "9" * 400])
def test_numbers_without_an_end_are_known(text):
    assert is_endless(text)


@pytest.mark.parametrize("text", ["", "8", "-1.5", "1e300", "eight", "plain mean", "1,2\n3,4", "infinite"])
def test_everything_else_is_not_endless(text):
    assert not is_endless(text)


def test_settings_of_older_links_lead_to_what_they_are_today():
    assert renamed({"convention": "Keras", "own_axes": "true", "n": "8"}) == {"convention": "Keras 3", "n": "8"}
