"""What is told of deep stacks is what bn computes, and what the papers say."""

import pytest

from bn import stack
from ui.numbers import short
from ui.studies.deep_stacks import EXAMPLES, UNITS, say_growth, stack_table, stacks


@pytest.mark.parametrize("layers", [1, 50])
def test_the_table_has_the_stacks_numbers(layers):
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in stack_table(layers).splitlines()[2:]]
    for row, (norm, skip) in zip(rows, [(0, 0), (1, 0), (0, 1), (1, 1)], strict=True):
        found = stack(layers, norm=bool(norm), skip=bool(skip), units=UNITS, examples=EXAMPLES)
        assert row[1:3] == [short(float(found.variance[-1])), f"× {short(float(found.gradient[0]))}"]
        assert (("batch norm" in row[0]), ("skip" in row[0])) == (norm, skip)


def test_fifty_blocks_are_as_the_papers_say():
    """Room for other draws and roundings: 1e13 to 1e16 about 2e14, and 46 to 56 about 51."""
    plain, normed, skipped, both = stacks(50)
    assert 1e13 < skipped.variance[-1] < 1e16
    assert 46 < both.variance[-1] < 56
    assert normed.gradient[0] > 3000
    assert 0.1 < plain.gradient[0] < 10
    assert both.gradient[0] < 30
    assert "behind the first 10 layers" in say_growth(50)
    assert "= 1.21" in say_growth(50)
    assert "over these layers" in say_growth(19)
