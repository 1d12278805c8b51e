"""Links to the lab: they bring every setting, and what they ask in vain is said."""

import numpy as np
import pytest

from bn import EXAMPLE
from tests.pages.driving import charts, open_page, spec
from tests.pages.lab import batch_tables, cells, messages, own

EVERYTHING = {
    "source": "Drawn",
    "n": "16",
    "c": "3",
    "seed": "9",
    "shape_1": "two peaks",
    "convention": "Keras 3",
    "eps": "0.1",
    "decay": "0.5",
    "mode": "Inference",
    "undo": "true",
    "gamma_0": "2",
    "beta_2": "-1.5",
    "row": "11",
    "feature": "F2",
    "seen": "30",
}


def test_a_link_brings_every_setting():
    at = open_page(**EVERYTHING)
    assert not at.warning
    for key, text in EVERYTHING.items():
        value = at.session_state[key]
        assert str(value).casefold() == text.casefold() or float(value) == float(text), key
    assert cells(at)[0].shape == (16, 3)
    assert batch_tables(at)["chosen"] == [11, 2]


def test_a_link_from_when_keras_3_was_called_keras_still_leads_there():
    at = open_page(**{**EVERYTHING, "convention": "Keras"})
    assert not at.warning
    assert at.selectbox(key="convention").value == "Keras 3"
    np.testing.assert_array_equal(cells(at), cells(open_page(**EVERYTHING)))


def test_a_link_that_asks_for_what_every_picture_does_today_is_not_complained_of():
    at = open_page(own_axes="true", gamma_0="2")
    assert not at.warning
    assert not at.exception
    assert at.slider(key="gamma_0").value == 2


def test_a_link_shows_the_same_picture_to_everybody():
    one, other = open_page(**EVERYTHING), open_page(**EVERYTHING)
    np.testing.assert_array_equal(cells(one), cells(other))
    assert {key: spec(chart) for key, chart in charts(one).items()} == {
        key: spec(chart) for key, chart in charts(other).items()
    }


def test_a_link_brings_a_batch_with_its_names():
    at = own("age,km\n3,42000\n12,180000\n", gamma_0="2.5")
    np.testing.assert_array_equal(cells(at)[0], [[3, 42000], [12, 180000]])
    assert batch_tables(at)["columns"] == ["age", "km"]
    assert at.slider(key="gamma_0").value == 2.5
    assert not at.warning


@pytest.mark.parametrize(
    ("key", "text", "instead"),
    [
        ("n", "999", "8"),
        ("n", "0", "8"),
        ("n", "many", "8"),
        ("c", "0", "4"),
        ("seed", "-1", "0"),
        ("gamma_0", "99", "1"),
        ("gamma_0", "nan", "1"),
        ("eps", "-1", "1e-05"),
        ("eps", "0.123", "1e-05"),
        ("decay", "2", "0.9"),
        ("mode", "Dreaming", "Training"),
        ("undo", "perhaps", "False"),
        ("convention", "Caffe", "PyTorch"),
        ("shape_0", "square", "normal"),
        ("source", "Nowhere", "Example"),
        ("row", "8", "0"),
        ("feature", "F9", "F0"),
        ("seen", "100000", "1"),
        ("gamma_9", "1", ""),
        ("<b>", "<i>", ""),
    ],
)
def test_a_setting_that_cannot_be_used_is_said_and_the_page_stands(key, text, instead):
    at = open_page(**{key: text})
    assert not at.exception
    warning = messages(at, "warning")
    assert f"“{key}”" in warning
    assert instead in warning
    np.testing.assert_array_equal(cells(at)[0], EXAMPLE)
    at.run()
    assert not at.warning, "once is enough"


def test_the_rest_of_a_tampered_link_is_used():
    at = open_page(**{**EVERYTHING, "n": "1e99", "mode": ""})
    assert "“n”" in messages(at, "warning")
    assert "“mode”" in messages(at, "warning")
    assert at.slider(key="gamma_0").value == 2
    assert at.number_input(key="seed").value == 9


@pytest.mark.parametrize("text", ["1", "x"])
def test_no_key_of_the_page_can_be_misused_in_a_link(text):
    for key in open_page().session_state.to_dict():
        at = open_page(**{key: text})
        assert not at.exception, key
        warning = messages(at, "warning")
        assert "{" not in warning, f"{key} is nobody's business: {warning}"
        assert " at 0x" not in warning, f"{key} is nobody's business: {warning}"
        np.testing.assert_array_equal(cells(at)[0], EXAMPLE)


@pytest.mark.parametrize("cut", range(1, 24, 3))
def test_a_link_that_was_cut_in_the_middle_of_its_batch_opens(cut):
    at = own("3.25,42000\n12,180000\n7,91"[:cut])
    assert not at.exception
    assert cells(at)[0].shape in {(8, 4), (1, 1), (1, 2), (2, 2), (3, 2)}
    if cells(at)[0].shape == (8, 4):
        assert "last good batch is shown" in messages(at, "error")


def test_a_link_as_long_as_servers_accept_opens():
    at = own("1,2\n" * 2000)
    assert not at.exception
    assert cells(at)[0].shape == (256, 2)
