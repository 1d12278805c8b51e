"""Where the lab's batch comes from: the example, a draw, or the reader, whose last good batch stays."""

import numpy as np
import pytest

from bn import EXAMPLE, Feature, draw
from tests.pages.driving import HOSTILE, TEXTS, marked_up, open_page, tell
from tests.pages.lab import batch_tables, cells, messages, own, said, statistics

GOOD = "age,km\n3,42000\n12,180000\n7,91000\n"
GOOD_VALUES = [[3, 42000], [12, 180000], [7, 91000]]
BAD = {
    "text": ("1,2\n3,x", "Row 1, column F1"),
    "infinity": ("1,2\n3,4\ninf,6", "Row 2, column F0"),
    "too large": ("1,2\n3,1e308", "Row 1, column F1"),
    "ragged": ("1.5,2\n3,4\n5", "Row 2 has 1 value"),
    "names alone": ("age,km", "Row 0, column F0"),
    "no rows": ("", "no batch"),
    "not closed": ('1,"2\n3,4', "quotation mark"),
}


def paste(at, text):
    at.text_area(key="batch").set_value(text)
    return at.run()


def upload(at, data, name="cars.csv"):
    at.file_uploader(key="upload").set_value((name, data, "text/csv"))
    return at.run()


def show(at, source):
    at.session_state["source"] = source
    return at.run()


@pytest.fixture
def at():
    return show(open_page(), "Your own")


def test_a_pasted_batch_is_shown_with_its_names(at):
    paste(at, GOOD)
    np.testing.assert_array_equal(cells(at)[0], GOOD_VALUES)
    assert batch_tables(at)["columns"] == ["age", "km"]
    assert at.slider(key="gamma_1").label == "γ of km"
    assert "these 3 rows" in said(at)
    assert len(statistics(at)["batch mean"]) == 2
    assert not at.error
    assert not at.warning


@pytest.mark.parametrize("name", BAD)
def test_a_bad_batch_is_refused_and_the_last_good_one_stays(at, name):
    text, reason = BAD[name]
    paste(at, GOOD)
    paste(at, text)
    said_why = messages(at, "error") + messages(at, "info")
    assert reason in said_why
    assert "last good batch is shown" in said_why
    np.testing.assert_array_equal(cells(at)[0], GOOD_VALUES)
    assert batch_tables(at)["columns"] == ["age", "km"]
    assert not at.exception
    paste(at, "5,6\n7,8")
    np.testing.assert_array_equal(cells(at)[0], [[5, 6], [7, 8]])
    assert not at.error


@pytest.mark.parametrize("name", BAD)
def test_a_bad_batch_before_any_good_one_leaves_the_example(name):
    at = own(BAD[name][0])
    assert BAD[name][1] in messages(at, "error") + messages(at, "info")
    np.testing.assert_array_equal(cells(at)[0], EXAMPLE)


def test_no_batch_yet_is_no_error(at):
    assert not at.error
    assert "no batch yet" in messages(at, "info")


def test_a_bad_batch_is_not_spoken_of_where_it_is_not_used(at):
    paste(at, "1,2\n3,x")
    show(at, "Example")
    assert not at.error
    np.testing.assert_array_equal(cells(at)[0], EXAMPLE)


def test_a_bad_batch_after_a_drawn_one_leaves_the_drawn_one():
    at = open_page(source="Drawn", seed="7")
    drawn = cells(at)[0]
    show(at, "Your own")
    paste(at, "1,2\n3,x")
    np.testing.assert_array_equal(cells(at)[0], drawn)
    assert messages(at, "error")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_upload_is_shown_and_can_be_edited_as_text(at, encoding):
    upload(at, GOOD.encode(encoding))
    np.testing.assert_array_equal(cells(at)[0], GOOD_VALUES)
    assert batch_tables(at)["columns"] == ["age", "km"]
    assert at.text_area(key="batch").value.strip() == GOOD.strip()
    assert not at.error


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n", "not text"),
        (b"PK\x03\x04\0\0", "binary"),
        (b"1,2\n3,x", "Row 1, column F1"),
        (b"", "no batch"),
        (b"1.5,2\n3,4\n5", "Row 2 has 1 value"),
    ],
)
def test_a_bad_upload_is_named_and_the_last_good_batch_stays(at, data, reason):
    paste(at, GOOD)
    upload(at, data, "my <b>cars</b>.csv")
    assert "my <b>cars</b>.csv" in messages(at, "error")
    assert "<b>" not in at.error[0].value
    assert reason in messages(at, "error")
    np.testing.assert_array_equal(cells(at)[0], GOOD_VALUES)
    assert at.text_area(key="batch").value == GOOD
    assert not at.exception


def test_removing_an_upload_changes_nothing(at):
    upload(at, GOOD.encode())
    at.file_uploader(key="upload").clear().run()
    np.testing.assert_array_equal(cells(at)[0], GOOD_VALUES)
    assert not at.error


def test_a_batch_that_does_not_fit_into_a_link_is_shown_and_said(at):
    long = "\n".join([",".join(["1.23456"] * 8)] * 256)
    paste(at, long)
    assert "does not fit into a link" in messages(at, "warning")
    assert f"{len(long):,}" in messages(at, "warning")
    assert cells(at)[0].shape == (256, 8)
    paste(at, GOOD)
    assert not at.warning
    np.testing.assert_array_equal(cells(at)[0], GOOD_VALUES)


def test_a_long_batch_stays_when_other_things_move(at):
    paste(at, "\n".join([",".join(["1.23456"] * 8)] * 255 + ["9,9,9,9,9,9,9,9"]))
    at.slider(key="gamma_7").set_value(2.0).run()
    assert cells(at)[0].shape == (256, 8)
    tell(at, "tables", "edit", [0, 0, "5"])
    assert cells(at)[0][0, 0] == 5
    assert cells(at)[0][255, 7] == 9
    assert not at.error


def test_hostile_names_are_shown_as_they_were_typed(at):
    paste(at, TEXTS[-1])
    assert batch_tables(at)["columns"] == list(HOSTILE)
    assert at.selectbox(key="feature").options == list(HOSTILE)
    assert not [(where, text) for where, text in marked_up(at) if any(name in text for name in HOSTILE)]


def test_the_tabs_switch_between_sources_and_forget_none(at):
    paste(at, GOOD)
    show(at, "Drawn")
    drawn = cells(at)[0]
    show(at, "Example")
    np.testing.assert_array_equal(cells(at)[0], EXAMPLE)
    show(at, "Drawn")
    np.testing.assert_array_equal(cells(at)[0], drawn)
    show(at, "Your own")
    np.testing.assert_array_equal(cells(at)[0], GOOD_VALUES)


@pytest.mark.parametrize(("rows", "features"), [(2, 1), (256, 8), (7, 3)])
def test_a_drawn_batch_has_the_size_that_was_asked_for(rows, features):
    at = open_page(source="Drawn", n=str(rows), c=str(features))
    assert [table.shape for table in cells(at)] == [(rows, features)] * 3
    assert len([key for key in at.session_state.keys() if key.startswith("gamma_")]) == features  # noqa: SIM118


def test_the_same_seed_gives_the_same_batch_everywhere():
    first, second = (cells(open_page(source="Drawn", seed="12", n="16"))[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, cells(open_page(source="Drawn", seed="13", n="16"))[0])


def test_a_drawn_batch_is_what_the_core_draws():
    at = open_page(source="Drawn", seed="3", n="5", c="1", shape_0="normal")
    x = cells(at)[0]
    expected = draw([Feature("normal", 0.0, 2.5)], 5, 1, seed=3).batches[0]
    np.testing.assert_array_equal(x, expected)


def test_changing_one_distribution_leaves_the_other_features_alone():
    at = open_page(source="Drawn", seed="3")
    before = cells(at)[0]
    at.selectbox(key="shape_1").set_value("one outlier").run()
    changed = np.any(cells(at)[0] != before, axis=0)
    assert changed.tolist() == [False, True, False, False]


@pytest.mark.parametrize(("seed", "following"), [("0", 1), ("41", 42), ("999999", 0)])
def test_a_new_batch_is_the_next_seed(seed, following):
    at = open_page(source="Drawn", seed=seed)
    before = cells(at)[0]
    next(button for button in at.button if button.label == "New batch").click().run()
    assert at.number_input(key="seed").value == following
    assert not np.array_equal(cells(at)[0], before)


def test_two_readers_do_not_see_each_other():
    untouched = cells(open_page())
    mine, yours = open_page(), open_page(source="Your own")
    paste(yours, GOOD)
    yours.slider(key="gamma_0").set_value(2.0).run()
    tell(yours, "tables", "edit", [0, 0, "-77"])
    tell(mine, "tables", "choose", [4, 3])
    mine.slider(key="beta_2").set_value(1.5).run()
    assert cells(yours)[0].tolist() == [[-77, 42000], [12, 180000], [7, 91000]]
    assert batch_tables(yours)["chosen"] == [0, 0]
    np.testing.assert_array_equal(cells(mine)[0], EXAMPLE)
    assert mine.slider(key="gamma_0").value == 1
    assert yours.slider(key="gamma_0").value == 2
    np.testing.assert_array_equal(cells(open_page()), untouched)
