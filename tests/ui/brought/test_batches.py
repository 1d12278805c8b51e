"""Several batches in one text: divided where they are divided, each read, arrays with three axes, padding left out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ui.brought.batches import ALL_COUNT, MASK, MAX_TEXT, ZEROS, Batches, read_batches, rows_of, split

X = np.arange(24.0).reshape(2, 3, 4)


def read(text, **how):
    found = read_batches(text, **how)
    assert isinstance(found, Batches), found
    return found


def values(text, **how):
    return [x.tolist() for x in read(text, **how).values]


@pytest.mark.parametrize("between", ["\n\n", "\n---\n", "\n\n\n", "\n \n", "\n-----\n", "\n\n---\n\n", "\r\n\r\n"])
def test_a_blank_line_or_a_rule_divides(between):
    assert values(f"1, 2\n3, 4{between}5, 6\n") == [[[1, 2], [3, 4]], [[5, 6]]]


def test_inside_brackets_nothing_divides():
    text = str(np.array([[1.0, 2.0], [3.0, 4.0]])) + "\n\n" + "[[5, 6],\n\n [7, 8]]"
    assert values(text) == [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
    assert len(split(str(X))) == 1


def test_names_are_those_of_the_first():
    found = read("age, km\n1, 2\n3, 4\n\n5, 6")
    assert found.names == ("age", "km")
    assert [len(x) for x in found.values] == [2, 1]
    assert rows_of(found.values) == 3


def test_what_was_assumed_is_said_with_the_batch():
    found = read("1\t3,000\n2\t42,000\n\n3\t5,000\n7\t1,000")
    assert found.notes
    assert found.notes[0].startswith("Batch 0: “3,000” is read as 3000")


def printed(x):
    return {
        "NumPy": str(x),
        "NumPy's repr": repr(x),
        "Python": str(x.tolist()),
        "PyTorch": f"tensor({x.tolist()}, dtype=torch.float64)",
    }


@pytest.mark.parametrize("how", printed(X))
@pytest.mark.parametrize(("channel_axis", "channels"), [(1, 3), (-1, 4)])
def test_three_axes(how, channel_axis, channels):
    found = read(printed(X)[how], channel_axis=channel_axis)
    assert found.three_axes
    [rows] = found.values
    assert rows.shape == (24 // channels, channels)
    expected = np.moveaxis(X, channel_axis, -1).reshape(-1, channels)
    np.testing.assert_array_equal(rows, expected)
    assert found.names == tuple(f"F{j}" for j in range(channels))


@given(
    arrays(np.float64, st.tuples(*[st.integers(1, 4)] * 3), elements=st.integers(-999, 999).map(lambda each: each / 8))
)
@settings(max_examples=100, deadline=None)
def test_arrays_with_three_axes_are_read_back(x):
    for text in printed(x).values():
        [rows] = read(text).values
        np.testing.assert_array_equal(rows, np.moveaxis(x, 1, -1).reshape(-1, x.shape[1]))


@given(
    st.integers(1, 4).flatmap(
        lambda c: st.lists(
            st.integers(1, 5).flatmap(lambda n: arrays(np.float64, (n, c), elements=st.integers(-999, 999))),
            min_size=1,
            max_size=5,
        )
    )
)
@settings(max_examples=60, deadline=None)
def test_batches_are_read_back(batches):
    text = "\n\n".join("\n".join("\t".join(f"{value + 0.5:.2f}" for value in row) for row in x) for x in batches)
    found = read(text)
    for x, read_back in zip(batches, found.values, strict=True):
        np.testing.assert_array_equal(read_back, x + 0.5)


class TestPadding:
    TEXT = "1\n2\n3\n4\n5\n0\n0\n0\n0\n0"

    def test_zeros_are_left_out_when_asked(self):
        assert read(self.TEXT).values[0].mean() == 1.5
        found = read(self.TEXT, padding=ZEROS)
        assert found.values[0].mean() == 3
        assert found.with_padding[0].mean() == 1.5

    def test_a_mask(self):
        found = read("a,b,mask\n1,2,1\n3,4,1\n9,9,0", padding=MASK)
        assert found.names == ("a", "b")
        assert found.values[0].tolist() == [[1, 2], [3, 4]]
        assert found.with_padding[0].shape == (3, 2)

    def test_positions_of_three_axes(self):
        x = np.array([[[1.0, 2.0], [3.0, 4.0], [0.0, 0.0]]])
        [rows] = read(str(x.tolist()), channel_axis=-1, padding=ZEROS).values
        assert rows.tolist() == [[1, 2], [3, 4]]

    @pytest.mark.parametrize(
        ("text", "padding", "words"),
        [
            ("0\n0", ZEROS, "all of its rows are padding"),
            ("1\n2", MASK, "two columns or more"),
            ("1,0\n2,0", MASK, "all of its rows are padding"),
            (str(X.tolist()), MASK, "no column for a mask"),
        ],
    )
    def test_refusals(self, text, padding, words):
        assert words in read_batches(text, padding=padding)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "There is no batch yet"),
        ("1\n\nx y", "Batch 1: "),
        ("1, 2\n\n3", "Batch 1 has 1 column and batch 0 has 2"),
        ("1\n\n2, 3", "Batch 1 has 2 columns and batch 0 has 1"),
        ("1\n\n" * 25, "25 batches; at most 24"),
        ("1" * (MAX_TEXT + 1), "at most"),
        ("[[[1, 2], [3]]]", "ragged: along axis 2"),
        ("[[[1, 2], [3, 4]]", "do not match"),
        ("[[[[1]]]]", "4 axes"),
        ("[[[1, x]]]", "“x” , which|“x”|“x]]]”"),
        ("[[[1, ..., 2]]]", "leaves values out"),
        ("[[[1, nan]]]", "NaN, infinity"),
        ("[[[1, 2e9]]]", "more than 1,000,000,000"),
        (str(np.zeros((1, 9, 1)).tolist()), "9 channels; at most 8"),
    ],
)
def test_what_is_no_sequence(text, words):
    found = read_batches(text, padding=ALL_COUNT)
    assert isinstance(found, str)
    assert any(each in found for each in words.split("|")), found
