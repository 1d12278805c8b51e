"""What a reader does with a batch: reading, uploading, changing cells, taking back; and what is wrong with it."""

import dataclasses

import numpy as np
import pytest

from bn import EXAMPLE, Feature
from ui.batch.desk import DRAWN, OWN, Desk, Fields, Wrong
from ui.batch.desk import EXAMPLE as EXAMPLE_TAB
from ui.batch.sources import EXAMPLE_BATCH, Drawn

DRAW = Drawn((Feature("normal", 0.0, 1.0), Feature("uniform", 3.0, 2.0)), 6, 1)
GOOD = "age,km\n3,42000\n12,180000\n7,91000\n"
MINE = Fields(OWN, GOOD)


@pytest.fixture
def mine():
    return Desk().read(MINE, DRAW)


def test_a_new_desk_shows_the_example_and_nothing_is_wrong():
    desk = Desk()
    assert desk.shown is desk.learned is EXAMPLE_BATCH
    assert desk.wrong == Wrong()
    assert desk.before is None


def test_a_desk_cannot_be_changed(mine):
    with pytest.raises(dataclasses.FrozenInstanceError):
        mine.shown = EXAMPLE_BATCH
    with pytest.raises(ValueError, match="read-only"):
        mine.batch.values[0, 0] = 1.0


@pytest.mark.parametrize(("source", "shown"), [(EXAMPLE_TAB, EXAMPLE_BATCH), (DRAWN, DRAW)])
def test_the_example_and_a_draw_are_learned_from_themselves(mine, source, shown):
    desk = mine.read(Fields(source, GOOD, "1,2"), DRAW)
    assert desk.shown == desk.learned == shown


def test_what_is_drawn_is_the_same_batch_each_time():
    desk = Desk().read(Fields(DRAWN), DRAW)
    np.testing.assert_array_equal(desk.batch.values, Desk().read(Fields(DRAWN), DRAW).batch.values)
    assert desk.batch.values.shape == (6, 2)


def test_rows_of_the_readers_own_are_shown_and_learned_from(mine):
    assert mine.batch.names == ("age", "km")
    assert mine.batch.values.tolist() == [[3, 42000], [12, 180000], [7, 91000]]
    assert mine.learned is mine.shown


@pytest.mark.parametrize("text", ["", "1,2\n3,x", "1.5,2\n3"])
def test_what_cannot_be_read_leaves_the_last_good_batch_and_says_why(mine, text):
    desk = mine.read(Fields(OWN, text), DRAW)
    assert desk.shown is mine.shown
    assert desk.wrong.batch
    assert desk.fields.batch == text, "nothing that was typed is lost"
    assert desk.read(MINE, DRAW).wrong == Wrong()


def test_rows_that_are_not_shown_are_not_spoken_of(mine):
    assert mine.read(Fields(EXAMPLE_TAB, "1,2\n3,x"), DRAW).wrong == Wrong()


@pytest.mark.parametrize(
    ("learned", "values"),
    [("1,2\n3,4", [[1, 2], [3, 4]]), (" \n", [[3, 42000], [12, 180000], [7, 91000]])],
)
def test_the_averages_can_be_learned_from_other_rows(mine, learned, values):
    assert mine.read(Fields(OWN, GOOD, learned), DRAW).learned.values.tolist() == values


def test_the_averages_can_be_learned_from_a_draw_by_its_name(mine):
    assert mine.read(Fields(OWN, GOOD, f" {DRAWN} "), DRAW).learned == DRAW


@pytest.mark.parametrize(("learned", "reason"), [("1,2,3", "3 columns"), (EXAMPLE_TAB, "4 columns"), ("a;b", "Row 0")])
def test_rows_that_cannot_be_learned_from_are_named_and_the_batch_learns_from_itself(mine, learned, reason):
    desk = mine.read(Fields(OWN, GOOD, learned), DRAW)
    assert desk.learned is desk.shown
    assert reason in desk.wrong.learned


def test_a_changed_cell_makes_the_batch_the_readers_own():
    desk = Desk().with_cells([(3, 2, " 7.5 "), (0, 0, "-1")], training=True)
    assert (desk.fields.source, desk.fields.learned) == (OWN, "")
    changed = EXAMPLE.copy()
    changed[3, 2], changed[0, 0] = 7.5, -1
    np.testing.assert_array_equal(desk.read(desk.fields, DRAW).batch.values, changed)


def test_a_cell_that_is_no_number_changes_nothing_and_says_where(mine):
    desk = mine.with_cells([(0, 0, "1"), (2, 1, "many")], training=True)
    assert desk.fields == MINE
    assert desk.before is None
    assert "Row 2, column km" in desk.wrong.cell
    assert desk.read(MINE, DRAW).wrong.cell, "it stands while the reader looks at it"
    assert desk.without_complaint().wrong == Wrong()
    assert desk.read(Fields(EXAMPLE_TAB), DRAW).wrong == Wrong()


@pytest.mark.parametrize(
    ("fields", "learned"),
    [
        (Fields(EXAMPLE_TAB, GOOD, "1"), EXAMPLE_TAB),
        (Fields(DRAWN, GOOD, "1"), DRAWN),
        (Fields(OWN, GOOD, "1,2\n3,4"), "1,2\n3,4"),
        (Fields(OWN, GOOD, " "), GOOD),
    ],
)
def test_inference_does_not_learn_from_a_cell_that_is_changed(fields, learned):
    desk = Desk().read(fields, DRAW)
    before = desk.learned
    desk = desk.with_cells([(0, 0, "5")], training=False)
    assert desk.fields.learned == learned
    after = desk.read(desk.fields, DRAW)
    assert after.wrong == Wrong()
    np.testing.assert_array_equal(getattr(after.learned, "values", 0), getattr(before, "values", 0))


def test_the_last_change_can_be_taken_back_once(mine):
    changed = mine.with_cells([(0, 0, "5")], training=False)
    back = changed.read(changed.fields, DRAW).taken_back()
    assert back.fields == MINE
    assert back.before is None
    assert back.taken_back().fields == MINE
    np.testing.assert_array_equal(back.read(back.fields, DRAW).batch.values, mine.batch.values)


def test_an_upload_puts_its_rows_in_the_field_and_forgets_what_was_learned_from(mine):
    desk = mine.read(Fields(OWN, GOOD, "1,2"), DRAW).with_upload("cars.csv", b"1,2\n3,4")
    assert desk.fields == Fields(OWN, "1,2\n3,4")


@pytest.mark.parametrize("data", [b"", b"\x89PNG", b"1,2\n3,x"])
def test_an_upload_that_cannot_be_read_is_named_and_changes_nothing(mine, data):
    desk = mine.with_upload("my <b>cars</b>.csv", data)
    assert desk.fields == MINE
    assert desk.shown is mine.shown
    assert desk.wrong.upload
    assert "<b>" not in desk.wrong.upload
    assert desk.read(MINE, DRAW).wrong.upload
    assert not desk.read(Fields(OWN, "1"), DRAW).wrong.upload


@pytest.mark.parametrize(("row", "column", "there"), [(2, 1, True), (3, 1, False), (2, 2, False), (-1, 0, False)])
def test_a_cell_is_there_or_not(mine, row, column, there):
    assert mine.has(row, column) == there


def test_pages_take_over_what_the_lab_shows_once_until_it_shows_another():
    desk = dataclasses.replace(Desk().read(Fields(DRAWN), DRAW), taken_to=frozenset({"bp"}))
    assert desk.read(Fields(DRAWN), dataclasses.replace(DRAW)).taken_to == {"bp"}
    assert desk.read(Fields(DRAWN), dataclasses.replace(DRAW, seed=2)).taken_to == set()
    assert desk.read(Fields(EXAMPLE_TAB), DRAW).taken_to == set()
