"""Choosing and changing single cells of the lab's tables."""

import numpy as np
import pytest

from bn import EXAMPLE
from tests.pages.driving import open_page, tell
from tests.pages.lab import batch_tables, cells, formulas, messages, own


@pytest.fixture
def at():
    return open_page()


def test_row_and_feature_choose_the_cell_whose_calculation_is_shown(at):
    assert batch_tables(at)["chosen"] == [0, 0]
    at.number_input(key="row").set_value(7)
    at.selectbox(key="feature").set_value("F3")
    at.run()
    assert batch_tables(at)["chosen"] == [7, 3]
    for number in ("35.79", "30.602500", "14.473544", "x_{7}", r"\hat x_{7}"):
        assert number in formulas(at)


def test_choosing_a_cell_in_a_table_shows_its_calculation(at):
    tell(at, "tables", "choose", [3, 2])
    assert not at.exception
    assert batch_tables(at)["chosen"] == [3, 2]
    assert at.number_input(key="row").value == 3
    assert at.selectbox(key="feature").value == "F2"
    assert "16.39" in formulas(at)


@pytest.mark.parametrize("feature", range(3))
def test_every_column_can_be_chosen_when_names_are_alike(feature):
    at = own("a,a,a (1)\n1,2,3\n4,5,7\n")
    tell(at, "tables", "choose", [1, feature])
    assert not at.exception
    assert batch_tables(at)["chosen"] == [1, feature]


def test_changing_a_cell_changes_that_number_and_all_that_follows(at):
    before = cells(at)
    tell(at, "tables", "edit", [3, 2, " 7.5 "])
    assert not at.exception
    changed = EXAMPLE.copy()
    changed[3, 2] = 7.5
    x, x_hat, _ = cells(at)
    np.testing.assert_array_equal(x, changed)
    assert np.all(x_hat[:, 2] != before[1][:, 2])
    np.testing.assert_array_equal(np.delete(x_hat, 2, axis=1), np.delete(before[1], 2, axis=1))


def test_a_changed_batch_is_the_readers_own_and_can_be_changed_further(at):
    tell(at, "tables", "edit", [0, 0, "1"])
    tell(at, "tables", "edit", [7, 3, "-2e3"])
    assert at.session_state["source"] == "Your own"
    x = cells(at)[0]
    assert (x[0, 0], x[7, 3]) == (1, -2000)
    assert at.text_area(key="batch").value.splitlines()[0] == "1,15.85,23.19,25.19"


def test_a_changed_drawn_batch_keeps_its_other_numbers():
    at = open_page(source="Drawn", seed="5", n="16")
    before = cells(at)[0]
    tell(at, "tables", "edit", [2, 1, "99"])
    after = cells(at)[0]
    assert np.argwhere(after != before).tolist() == [[2, 1]]
    assert after[2, 1] == 99


@pytest.mark.parametrize("typed", ["abc", "", "nan", "inf", "1e308", "<b>1</b>"])
def test_a_value_that_is_no_number_leaves_the_cell_and_says_so_until_the_reader_moves_on(at, typed):
    tell(at, "tables", "edit", [3, 2, typed])
    assert "Row 3, column F2" in messages(at, "error")
    np.testing.assert_array_equal(cells(at)[0], EXAMPLE)
    assert at.session_state["source"] == "Example"
    tell(at, "tables", "choose", [0, 0])
    assert not at.error


@pytest.mark.parametrize("names", ["a;b\tc", "a\tb"])
def test_a_batch_with_any_names_can_be_changed(names):
    at = own(f"{names}\n1\t2\n3\t4\n")
    tell(at, "tables", "edit", [1, 0, "9"])
    assert not at.error
    np.testing.assert_array_equal(cells(at)[0], [[1, 2], [9, 4]])
    assert batch_tables(at)["columns"] == names.split("\t")


def test_a_chosen_cell_that_is_gone_is_replaced_by_one_that_exists():
    at = open_page(source="Drawn", n="200", row="150", feature="F3")
    assert batch_tables(at)["chosen"] == [150, 3]
    at.number_input(key="n").set_value(5)
    at.number_input(key="c").set_value(2)
    at.run()
    assert not at.exception
    row, feature = batch_tables(at)["chosen"]
    assert row < 5
    assert feature < 2
