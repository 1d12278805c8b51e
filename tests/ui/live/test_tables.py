"""The tables: one scale of shades for all of them, and numbers as text."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bn import EXAMPLE, BatchNorm
from ui.live import tables
from ui.live.tables import Table, shades, show_batch_tables, statistics_table

TRACE = BatchNorm.create(4).train(EXAMPLE)[0]


@pytest.fixture
def shown(monkeypatch):
    """What the component was given, by key."""
    calls = {}
    monkeypatch.setattr(
        tables, "_component", lambda data, **given: calls.update({given["key"]: {"data": data, **given}})
    )
    return calls


def table(values, **more):
    return Table(name="t", title="T", values=values, **more)


def show_all(shown):
    three = [table(TRACE.x, editable=True), table(TRACE.x_hat), table(2 * TRACE.y)]
    show_batch_tables(three, list("abcd"), (2, 1), note="N", key="t", on_choose=print, on_edit=repr)
    return shown["t"]


def test_the_strongest_shade_belongs_to_the_largest_magnitude():
    values = np.array([[-8.0, 2.0], [0.0, 0.5]])
    np.testing.assert_array_equal(shades(values, 8.0), [[-1, 0.5], [0, 0.25]])


def test_shades_are_relative_to_the_scale_that_is_given():
    np.testing.assert_array_equal(shades(np.array([[1.0]]), 100.0), [[0.1]])


def test_zeros_have_no_shade():
    np.testing.assert_array_equal(shades(np.zeros((3, 2)), 0.0), np.zeros((3, 2)))


@given(arrays(np.float64, (3, 2), elements=st.floats(-1e9, 1e9)), st.floats(1, 1e3))
def test_shades_keep_the_sign_the_order_and_the_range(values, factor):
    largest = factor * float(np.abs(values).max())
    shade = shades(values, largest)
    assert (np.abs(shade) <= 1).all()
    assert (shade * values >= 0).all()
    order = np.argsort(values, axis=None)
    assert (np.diff(shade.ravel()[order]) >= 0).all()


def test_one_scale_for_all_tables(shown):
    data = show_all(shown)["data"]
    largest = np.abs(TRACE.x).max()
    for one, values in zip(data["tables"], (TRACE.x, TRACE.x_hat, 2 * TRACE.y), strict=True):
        expected = np.sign(values) * np.sqrt(np.abs(values) / largest)
        np.testing.assert_allclose(one["shades"], expected, atol=0.0051)


def test_the_largest_magnitude_may_stand_in_any_table(shown):
    large = [table(TRACE.x), table(-1000 * TRACE.y)]
    show_batch_tables(large, list("abcd"), (0, 0), note="N", key="t", on_choose=print, on_edit=print)
    first, second = (np.abs(one["shades"]) for one in shown["t"]["data"]["tables"])
    assert second.max() == 1
    assert first.max() < 0.2


def test_the_input_is_written_as_given_and_the_rest_with_three_decimals(shown):
    data = show_all(shown)["data"]
    assert data["tables"][0]["cells"][1] == ["−1.71", "13.96", "21.25", "27.3"]
    assert data["tables"][1]["cells"][0] == ["−0.335", "1.502", "1.389", "−1.423"]
    assert [one["editable"] for one in data["tables"]] == [True, False, False]


def test_names_rows_and_the_chosen_cell_reach_the_component(shown):
    call = show_all(shown)
    assert call["data"]["columns"] == list("abcd")
    assert call["data"]["rows"] == [str(i) for i in range(8)]
    assert call["data"]["chosen"] == (2, 1)
    assert (call["on_choose_change"], call["on_edit_change"]) == (print, repr)


def test_statistics_are_a_table_of_their_own_with_names_as_text():
    rows = [("mean", TRACE.mean), ("var", TRACE.var)]
    html = statistics_table(rows, ["a", "b", "<b>&", "d"], title="Statistics")
    found = re.findall(r"<(th|td)[^>]*>([^<]*)</", html)
    assert [text for tag, text in found if tag == "th"] == ["", "a", "b", "&lt;b&gt;&amp;", "d", "mean", "var"]
    assert [text for tag, text in found if tag == "td"] == [
        *["−0.113750", "12.748750", "17.521250", "30.602500"],
        *["6.396448", "4.260436", "16.666811", "14.473544"],
    ]
    assert "<caption>Statistics</caption>" in html
