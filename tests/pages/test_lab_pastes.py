"""A pasted table in the lab: what was read of it is said, each assumption has its choice, and the choice is in the link."""

import numpy as np
import pytest

from tests.pages.driving import HOSTILE, assert_in_order, open_page, tell
from tests.pages.lab import batch_tables, cells, messages, own, said, statistics

LABEL = "How it is read"
GERMAN = "Umsatz;Menge;Art\n8.250;2;A\n950;3;B\n12.000;4;A\n"
IRIS = ",length,width,species\n0,5.1,3.5,setosa\n1,4.9,3.0,setosa\n2,7.0,3.2,versicolor\n"


def paste(at, text):
    at.text_area(key="batch").set_value(text)
    return at.run()


def choose(at, what, value):
    at.segmented_control(key=f"_read_{what}").set_value(value)
    return at.run()


def preview(at):
    (panel,) = [each for each in at.expander if each.label == LABEL]
    return panel


def notes(at):
    return [each.value for each in preview(at).markdown]


@pytest.fixture
def at():
    page = open_page()
    page.session_state["source"] = "Your own"
    page.session_state["_read_open"] = True
    return page.run()


def test_nothing_is_said_of_no_rows_or_of_another_batch(at):
    assert not [each for each in at.expander if each.label == LABEL]
    paste(at, GERMAN)
    at.session_state["source"] = "Example"
    at.run()
    assert not [each for each in at.expander if each.label == LABEL]


def test_what_was_assumed_is_said_beside_the_choice_that_changes_it(at):
    paste(at, GERMAN)
    np.testing.assert_array_equal(cells(at)[0], [[8250, 2], [950, 3], [12000, 4]])
    assert "Read: 3 rows, 2 columns; 2 things were assumed or left out." in said(at)
    words = " ".join(notes(at)).replace("\\", "").replace("\u2060", "")
    assert "“8.250” is read as 8250" in words
    assert "“Art” is left out" in words
    choose(at, "decimal", ".")
    np.testing.assert_allclose(cells(at)[0], [[8.25, 2], [950, 3], [12, 4]])
    assert at.query_params["read"] == "point"


def test_the_first_line_is_names_or_numbers_as_the_reader_says(at):
    paste(at, "0,1,2\n0.5,1.5,2.5\n1.5,3.5,4.5")
    assert batch_tables(at)["columns"] == ["0", "1", "2"]
    choose(at, "names", "data")
    assert cells(at)[0].shape == (3, 3)
    choose(at, "names", "")
    assert cells(at)[0].shape == (2, 3)


def test_columns_are_chosen_and_as_it_looks_comes_back_with_none(at):
    paste(at, IRIS)
    assert batch_tables(at)["columns"] == ["length", "width"]
    at.multiselect(key="_read_columns").set_value([0, 2]).run()
    np.testing.assert_array_equal(cells(at)[0], [[0, 3.5], [1, 3], [2, 3.2]])
    assert at.query_params["read"] == "c0-2"
    at.multiselect(key="_read_columns").set_value([]).run()
    assert batch_tables(at)["columns"] == ["length", "width"]


def test_of_too_many_rows_the_first_or_a_sample_are_read(at):
    paste(at, "x\n" + "\n".join(map(str, range(1000))))
    assert cells(at)[0][:3].tolist() == [[0], [1], [2]]
    choose(at, "rows", "sample")
    sample = cells(at)[0].copy()
    assert sample.max() > 900
    assert len(np.unique(sample)) == 256
    reopened = own(at.text_area(key="batch").value, read="sample")
    np.testing.assert_array_equal(cells(reopened)[0], sample)


def test_percent_signs_are_left_out_or_mean_hundredths(at):
    paste(at, "a;b\n12%;3\n8%;4")
    np.testing.assert_array_equal(cells(at)[0], [[12, 3], [8, 4]])
    choose(at, "percent", "0.12")
    np.testing.assert_allclose(cells(at)[0], [[0.12, 3], [0.08, 4]])


@pytest.mark.parametrize(
    ("read", "values"),
    [
        ("comma", [[1.5], [2.5], [3.25]]),
        ("auto", [[1.5], [2.5], [3.25]]),
        ("", [[1, 5], [2, 5], [3, 25]]),
        ("x_c", [[1.5], [2.5], [3.25]]),
    ],
)
def test_a_link_is_read_as_it_was_made_also_one_from_before_there_were_choices(read, values):
    at = own("1,5\n2,5\n3,25\n", **({"read": read} if read else {}))
    np.testing.assert_array_equal(cells(at)[0], values)
    assert bool(at.warning) == (read == "x_c"), "what a link asks for and does not get is said"


def test_a_paste_that_an_old_link_would_read_otherwise_is_marked_in_its_link(at):
    paste(at, "1,5\n2,5\n3,25\n")
    np.testing.assert_array_equal(cells(at)[0], [[1.5], [2.5], [3.25]])
    assert at.query_params["read"] == "auto"
    paste(at, "a,b\n1,2\n3,4")
    assert "read" not in at.query_params


def test_a_new_paste_is_read_as_it_looks(at):
    paste(at, GERMAN)
    choose(at, "decimal", ".")
    paste(at, "a;b\n1,5;2\n3;4")
    np.testing.assert_array_equal(cells(at)[0], [[1.5, 2], [3, 4]])
    assert "read" not in at.query_params


def test_a_cell_is_typed_in_the_notation_of_the_paste_or_of_the_page(at):
    paste(at, "a;b\n1,5;2\n3;4")
    tell(at, "tables", "edit", [1, 1, "7,25"])
    assert cells(at)[0][1, 1] == 7.25
    assert at.text_area(key="batch").value == "a;b\n1,5;2\n3;7,25\n"
    tell(at, "tables", "edit", [0, 0, "1.234"])
    assert cells(at)[0][0, 0] == 1.234


def test_what_two_marks_forbid_to_read_can_be_chosen_and_the_last_picture_stays(at):
    paste(at, "a;b\n1,2\n3,4".replace(",", ";"))
    before = cells(at)[0].copy()
    paste(at, "a;b\n12%;1\n0,5;2")
    assert "percent sign" in messages(at, "error")
    np.testing.assert_array_equal(cells(at)[0], before)
    choose(at, "percent", "0.12")
    np.testing.assert_allclose(cells(at)[0], [[0.12, 1], [0.5, 2]])
    assert not at.error


def test_a_guessed_encoding_is_said(at):
    at.file_uploader(key="upload").set_value(("a.csv", "Größe;b\n1,5;2\n3;4\n".encode("cp1252"), "text/csv")).run()
    assert batch_tables(at)["columns"] == ["Größe", "b"]
    assert "Windows" in " ".join(notes(at))


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_paste_becomes_markup(at, text):
    cell = text.replace('"', '""').replace("\n", " ")
    paste(at, f'"{cell}",b,"c {cell}"\n"{cell}",1,2\n"{cell}",3,4\n')
    assert_in_order(at, text)


def test_other_pages_read_the_rows_in_the_same_way():
    link = {"source": "Your own", "batch": "a;b;c\n8.250;2;3\n950;3;4\n", "read": "point_c0-1"}
    at = open_page("pages/backward_pass.py", **link)
    assert "2 rows, 2 features" in said(at)


def test_what_was_assumed_of_the_rows_to_learn_from_is_said(at):
    paste(at, "a;b\n1,5;2\n3;4")
    at.text_area(key="learned").set_value("5 cm;2\n6 cm;3").run()
    assert "To learn from: In “F0” the unit “cm” is left out" in said(at).replace("\\", "").replace("\u2060", "")


def test_inference_goes_on_with_what_was_learned_from_a_paste_that_an_old_link_would_read_otherwise(at):
    paste(at, "1,5\n2,5\n3,25\n")
    at.segmented_control(key="mode").set_value("Inference").run()
    before = statistics(at)["moving mean"]
    tell(at, "tables", "edit", [0, 0, "9"])
    assert not at.error
    assert statistics(at)["moving mean"] == before
