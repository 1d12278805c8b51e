"""Rows of the layers: histograms as characters, numbers as they are read."""

import numpy as np
import pytest

from bn import BINS, LayerLook
from ui.live.layers import LEVELS, _row
from ui.numbers import short, tenths


def row(counts, percentiles=(-1.24, 0.0, 1.26)):
    full = np.zeros(BINS, dtype=np.uint32)
    full[: len(counts)] = counts
    return _row(LayerLook(full, percentiles, 0.25, 3, 1.5e-5, 0.5, None, None))


def test_heights_are_shares_of_the_tallest_bin_and_what_is_there_is_seen():
    heights = [LEVELS.index(character) for character in row([1000, 500, 1, 0])[0]]
    assert heights[:4] == [35, 17, 1, 0]
    assert len(heights) == BINS


def test_numbers_are_written_as_read():
    assert row([1])[2:] == ("−1.2 · 0.0 · 1.3", "25%", "1.5e−5", "3")
    assert row([1], (-0.002, 0.0, 0.00004))[2] == "−0.002 · 0 · 4.0e−5"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.1234, "0.12"), (12.3, "12"), (1.2e-7, "1.2e−7"), (1.2e12, "1.2e12"), (1e5, "1.0e5"), (512.4, "512")],
)
def test_two_significant_digits(value, text):
    assert short(value) == text


def test_tenths_have_no_negative_zero():
    assert [tenths(value) for value in (-0.04, 0.06, -2.25, 3e5)] == ["0.0", "0.1", "−2.2", "3.0e5"]
