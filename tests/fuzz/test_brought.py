"""Texts that are no layer and no batches: read as one or refused with a sentence, and never for long."""

import random
import time

import pytest

from tests.fuzz.conftest import AMOUNT
from ui.brought.batches import MASK, ZEROS, Batches, read_batches
from ui.brought.reading import MAX_TEXT, LayerError, read_numbers, read_printout, read_vector

TEXTS = 400 * AMOUNT
LETTERS = "1 ,.;[](){}'\"\n\t-=:ameanvrwightu_σγ%eE/|&\\"
AGAIN = (
    *("1 ", "1,", "a", "a.", "mean:", "mean: [", "[", "(", "[[", "]", "weight running_mean ", "running_var: [1,", "1."),
    *(
        "'",
        '"',
        "=",
        "\n",
        "- ",
        "1\n\n",
        "---\n",
        "[[[1,",
        "\\u03b3",
        "{'mean': ",
        "c(",
        "tensor(",
        "nan ",
        "eps=",
        "1e",
    ),
    *("(1,", "1;", "\t", "|", "&", "\\\\", "1|2\n", "1 2\n", "a b\n", "12%,", "1,5 ", "...", "[1, 2]\n", "mean 1 2\n"),
)
LONGEST = 2.0  # seconds for 20,000 characters, on a machine that does other things as well


def read_all(text):
    """Everything that reads what readers bring; what cannot be read is said in a sentence."""
    for read in (read_numbers, read_vector, read_printout):
        try:
            read(text)
        except LayerError as problem:
            assert str(problem).endswith((".", ".”")), (text, problem)  # noqa: PT017 (it may also be read)
    for how in ({}, {"channel_axis": -1, "padding": ZEROS}, {"padding": MASK}):
        found = read_batches(text, **how)
        assert isinstance(found, Batches) or found.endswith("."), (text, found)


def test_any_text_is_read_or_refused(tried):
    rng = random.Random(18)  # noqa: S311 (nobody's secret)
    for k in range(TEXTS):
        text = "".join(rng.choice(LETTERS) for _ in range(rng.randint(0, 80)))
        read_all(f"mean: {text} var: {text}" if k % 3 == 0 else f"[[[{text}" if k % 3 == 1 else text)
    tried("texts for a layer and batches", TEXTS)


@pytest.mark.parametrize("again", AGAIN)
def test_nothing_takes_long(again):
    text = (again * (MAX_TEXT // len(again) + 1))[:MAX_TEXT]
    start = time.process_time()
    read_all(text)
    assert time.process_time() - start < LONGEST
