"""Reading the reader's own batch: every way people separate numbers, and back to text without losing a bit."""

import csv
import io
import string
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ui.batch import reading
from ui.batch.reading import (
    MAX_COLUMNS,
    MAX_NAME,
    MAX_ROWS,
    REMEMBERED,
    BatchError,
    Choices,
    OwnBatch,
    Reading,
    as_it_was,
    default_names,
    read_as,
    read_batch,
    with_cell,
    write_batch,
    write_exactly,
)
from ui.numbers import shortest

TWO_BY_TWO = [[1.5, -2000.0], [3.0, 0.25]]


@pytest.mark.parametrize(
    "text",
    [
        "1.5,-2e3\n3,.25",
        "1.5,-2e3\n3,.25\n",
        "1.5, -2e3\n3, .25",
        " 1.5 ,\t-2e3\n 3 , .25 ".replace("\t", ""),
        "1.5;-2e3\n3;.25",
        "1,5;-2000\n3;0,25",
        "1.5\t-2e3\n3\t.25",
        "1,5\t-2000\n3\t0,25",
        "1.5 -2e3\n3 .25",
        "  1.5    -2e3\n3      .25  ",
        "1.5,-2e3\r\n3,.25\r\n",
        "1.5,-2e3\r3,.25\r",
        "\n\n1.5,-2e3\n\n   \n3,.25\n\n",
        "1.5,-2e3,\n3,.25,\n",
        "1.5;-2e3;;;\n3;.25;;;",
        '"1.5","-2e3"\n"3",".25"',
        "+1.5,-2000.0\n3e0,25e-2",
    ],
)
def test_separators_blank_lines_and_line_ends(text):
    batch = read_batch(text)
    np.testing.assert_array_equal(batch.values, TWO_BY_TWO)
    assert batch.names == ("F0", "F1")


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("age,distance", ("age", "distance")),
        (" age , distance ", ("age", "distance")),
        ("age,", ("age", "F1")),
        (",distance", ("F0", "distance")),
        ('"a, b",c', ("a, b", "c")),
        ("größe,距離", ("größe", "距離")),
        ("same,same", ("same (0)", "same (1)")),
        (f"{'long' * 20},b", (("long" * 20)[: MAX_NAME - 1] + "…", "b")),
    ],
)
def test_a_line_of_names(header, names):
    batch = read_batch(f"{header}\n1.5,-2000\n3,0.25\n")
    assert batch.names == names
    np.testing.assert_array_equal(batch.values, TWO_BY_TWO)


def test_a_single_column():
    np.testing.assert_array_equal(read_batch("1\n2\n3").values, [[1], [2], [3]])
    assert read_batch("age\n1\n2\n3").names == ("age",)


@pytest.mark.parametrize("text", ["1,2", "1,2\n", "a,b\n1,2"])
def test_one_row_is_a_batch(text):
    np.testing.assert_array_equal(read_batch(text).values, [[1, 2]])


def test_the_limits_themselves_are_allowed():
    widest = read_batch(",".join(["1"] * MAX_COLUMNS))
    assert widest.values.shape == (1, 8)
    assert read_batch("\n".join(["7"] * MAX_ROWS)).values.shape == (256, 1)
    assert read_batch("names\n" + "\n".join(["7"] * MAX_ROWS)).values.shape == (256, 1)
    assert read_batch("1e9\n-1e9").values.tolist() == [[1e9], [-1e9]]


def test_a_batch_is_read_only_and_has_no_negative_zero():
    batch = read_batch("-0,1\n2,3")
    assert not batch.values.flags.writeable
    assert not np.signbit(batch.values).any()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_of_a_file(encoding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    text = "größe,距離\r\n1.5,-2000\r\n3,0.25\r\n"
    batch = read_batch(mark + text.encode(encoding))
    assert batch.names == ("größe", "距離")
    np.testing.assert_array_equal(batch.values, TWO_BY_TWO)


def test_a_byte_order_mark_in_pasted_text_belongs_to_no_cell():
    np.testing.assert_array_equal(read_batch("\ufeff1.5,-2000\n3,0.25").values, TWO_BY_TWO)
    assert read_batch("\ufeffage,b\n1.5,-2000\n3,0.25").names == ("age", "b")


def test_default_names_are_not_written():
    assert write_batch(OwnBatch(np.array(TWO_BY_TWO), default_names(2))) == "1.5,-2000\n3,0.25\n"
    assert write_batch(OwnBatch(np.array(TWO_BY_TWO), ("a", "b"))) == "a,b\n1.5,-2000\n3,0.25\n"


@given(
    arrays(
        np.float64,
        st.tuples(st.integers(1, 6), st.integers(1, MAX_COLUMNS)),
        elements=st.floats(-1e9, 1e9).map(lambda value: value + 0.0),
    )
)
def test_writing_and_reading_gives_the_identical_numbers(values):
    text = write_batch(OwnBatch(values, default_names(values.shape[1])))
    batch = read_as(text, as_it_was(text))
    assert batch.values.tobytes() == values.tobytes()
    assert batch.names == default_names(values.shape[1])


VALUES = arrays(
    np.float64,
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    elements=st.integers(-20, 300).map(float) | st.sampled_from([-999.0, -9999.0, 0.5, 1.234]) | st.floats(-1e9, 1e9),
).map(lambda values: values + 0.0)
NAMES = st.lists(
    st.sampled_from(["id", "", "Total", "date", "NA", "a;b", "1", "x, y", "Größe"]), min_size=4, max_size=4, unique=True
)


@given(VALUES, NAMES, st.booleans(), st.sampled_from(".,"))
def test_a_batch_that_is_written_with_its_choices_is_read_back_exactly_without_a_note(values, names, named, decimal):
    columns = values.shape[1]
    names = tuple(name or f"F{j}" for j, name in enumerate(names[:columns])) if named else default_names(columns)
    batch = Reading(values, names, taken=Choices(decimal=decimal))
    text, choices = write_exactly(batch)
    again = read_as(text, Choices.of(choices.text))
    assert again.values.tobytes() == values.tobytes()
    assert again.names == names
    assert not again.notes


@given(VALUES)
def test_a_link_from_before_there_were_choices_is_read_as_it_was(values):
    text = "".join(",".join(map(shortest, row)) + "\n" for row in values.tolist())
    again = read_as(text, as_it_was(text))
    assert again.values.tobytes() == values.tobytes()
    assert not again.notes
    named = ",".join(f"f{j}" for j in range(values.shape[1])) + "\n" + text
    again = read_as(named, as_it_was(named))
    assert again.values.tobytes() == values.tobytes()
    assert not again.notes


@pytest.mark.parametrize("text", ["", "x", "c", "c1-", "c99999", "names_" * 100, "c1_c2", "__", "point_comma", "ü"])
def test_choices_that_are_none_are_left_alone(text):
    assert isinstance(Choices.of(text), Choices)


@given(st.builds(Choices, *(st.sampled_from(each) for each in (("", "names", "data"), ("", ".", ",")))))
def test_choices_are_written_and_read_back(choices):
    assert Choices.of(choices.text) == choices


@pytest.mark.parametrize(
    "text",
    [
        "a;b\tc\n1.5\t-2000\n3\t0.25",
        "a, b\tc\n1,5\t-2000\n3\t0,25",
        '"a;b";c\n1,5;-2000\n3;0,25',
        '"a b" c\n1.5 -2000\n3 0.25',
        '"a\tb",c\n1.5,-2000\n3,0.25',
        'say "a",c\n1.5,-2000\n3,0.25',
    ],
)
def test_a_batch_whose_names_hold_separators_can_be_written_and_read_back(text):
    batch = read_batch(text)
    again = read_batch(write_batch(batch))
    np.testing.assert_array_equal(again.values, TWO_BY_TWO)
    assert again.names == batch.names


@pytest.mark.parametrize("name", ["two words", "a;b", "a\tb", "a,b", '"', "'", "1.0000000000000000000000x"])
def test_one_column_with_any_name_can_be_written_and_read_back(name):
    quoted = name.replace('"', '""')
    batch = read_batch(f'"{quoted}"\n1\n2\n')
    again = read_batch(write_batch(batch))
    assert again.values.tolist() == [[1], [2]]
    assert again.names == batch.names


@given(
    st.lists(st.text(alphabet=string.ascii_letters + string.punctuation + " é", max_size=12), min_size=2, max_size=4)
)
def test_whatever_is_read_can_be_written_and_read_back(names):
    row = ",".join(str(j) for j in range(len(names)))
    try:
        batch = read_batch(",".join(names) + f"\n{row}\n{row}\n")
    except BatchError:
        return
    again = read_batch(write_batch(batch))
    np.testing.assert_array_equal(again.values, batch.values)
    assert again.names == batch.names


def test_changing_one_cell_changes_that_cell():
    before = read_batch("a,b\n1,2\n3,4")
    after = with_cell(before, 1, 0, " -7.5 ")
    assert after.values.tolist() == [[1, 2], [-7.5, 4]]
    assert before.values.tolist() == [[1, 2], [3, 4]]
    assert after.names == before.names
    assert not after.values.flags.writeable


WIDE_SHEET = "\n".join("\t".join([f"{i}", f"{2 * i}", "7"] + [""] * 16_381) for i in range(12))
EMPTY_ROWS = "1,2\n3,4\n" + ",,,,\n" * 30_000


def test_empty_columns_and_rows_at_the_end_belong_to_no_batch_be_they_many():
    assert read_batch(WIDE_SHEET).values.tolist() == [[i, 2 * i, 7] for i in range(12)]
    assert read_batch(EMPTY_ROWS).values.tolist() == [[1, 2], [3, 4]]
    assert read_batch("1\t\t\n2\t\n3\t\t\t").values.tolist() == [[1], [2], [3]]


@pytest.mark.parametrize(
    "text",
    [
        *(WIDE_SHEET, EMPTY_ROWS, "\t" * 199_990 + "1", "1," * 99_999, "1\n" * 99_999, "\n" * 199_999 + "1"),
        *(mark * 199_999 for mark in "1,;[]({}\"'|&\\-= \n#%."),
        *(
            text * (200_000 // len(text))
            for text in (
                "[1,",
                "<td rowspan=9999 colspan=9999>1<tr>",
                "<table>",
                "<!--",
                "{|\n|",
                "[1 2]\n",
                "1 & 2 \\\\\n",
                "|1|2|\n",
                "1:2 ",
                "(1) ",
                '"1",',
                "{1:2}",
            )
        ),
        "[" * 100_000 + "]" * 100_000,
        "[" + '{"a":1},' * 24_000 + '{"a":1}]',
        "[" + ",".join(f'{{"k{i}":1}}' for i in range(14_000)) + "]",
    ],
)
def test_no_text_takes_long_to_read(text):
    """Measured by how long the standard library takes to split a long one."""

    def seconds(read):
        begin = time.process_time()
        read()
        return time.process_time() - begin

    def ours():
        reading._remembered.__wrapped__(text, Choices())

    split = min(seconds(lambda: list(csv.reader(io.StringIO(WIDE_SHEET), delimiter="\t"))) for _ in range(5))
    most = 1_000 * split  # three times as long as measured; quadratic would be a thousand times
    assert any(seconds(ours) < most for _ in range(3))


def test_what_is_blank_in_the_last_column_is_missing_only_where_not_all_is_blank():
    reading = read_batch("1,2,,\n3,4,5,")
    assert reading.values.tolist() == [[3, 4, 5]]
    assert "1 row is left out" in reading.notes[0]


def test_a_text_is_read_once_and_what_is_remembered_is_bounded_and_read_only(monkeypatch):
    reading._remembered.cache_clear()
    first = read_batch("1,2\n3,4")
    monkeypatch.setattr(reading, "_read", None)
    assert read_batch("1,2\n3,4") is first
    assert not first.values.flags.writeable
    assert reading._remembered.cache_info().maxsize == REMEMBERED


def test_a_refusal_is_remembered_as_a_sentence_and_raised_anew():
    problems = []
    for _ in range(2):
        with pytest.raises(BatchError) as caught:
            read_batch("1,2\n3,x")
        problems.append(caught.value)
    assert str(problems[0]) == str(problems[1])
    assert problems[0] is not problems[1]


def test_a_text_that_is_too_long_is_not_even_remembered():
    reading._remembered.cache_clear()
    with pytest.raises(BatchError, match="characters"):
        read_batch("1" * (reading.MAX_TEXT + 1))
    assert reading._remembered.cache_info().currsize == 0


def test_percent_signs_are_hundredths_when_asked():
    assert read_batch("a\n12%\n7%", percent="0.12").values.ravel() == pytest.approx([0.12, 0.07])


def test_of_too_many_rows_the_first_or_a_sample_that_is_the_same_each_time():
    text = "a\n" + "\n".join(f"{i}.5" for i in range(300))
    assert read_batch(text).values[:3].ravel().tolist() == [0.5, 1.5, 2.5]
    sample = read_batch(text, rows="sample").values
    reading._remembered.cache_clear()
    np.testing.assert_array_equal(read_batch(text, rows="sample").values, sample)


def test_a_cell_may_be_typed_as_the_page_writes_it_or_as_the_paste_had_it():
    batch = read_batch("a;b\n1,5;2,5\n3,5;4,25")
    for text in ("1.25", "1,25"):
        assert reading.with_cell(batch, 0, 0, text).values[0, 0] == 1.25


def test_nines_among_numbers_as_far_down_are_numbers():
    assert read_batch("a\n-300\n-9999\n-450").values.ravel().tolist() == [-300, -9999, -450]
