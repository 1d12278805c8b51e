"""The map has a place for every learning rate and depth, numbers and marks beside the shading."""

import re

from ui.figures.style import WITH, WITHOUT
from ui.studies.rate_map import MOST, rate_map, rate_name
from ui.studies.twins import SWEEP_DEPTHS, SWEEP_RATES, Cell

CELLS = [Cell(10, -2.0, (0.951, 0.08), (False, True)), Cell(1, 1.0, (1.0, 0.5), (False, False))]


def cells(html):
    return [re.findall(r"<td[^>]*>([^<]*)</td>", line) for line in html.split("<tr>")[2:]]


def test_each_cell_stands_in_its_place():
    rows = cells(rate_map(CELLS, WITH, 0))
    assert len(rows) == len(SWEEP_DEPTHS)
    assert all(len(row) == len(SWEEP_RATES) for row in rows)
    assert rows[0][0] == "95"
    assert rows[-1][-1] == "100"
    assert sum(text != "" for row in rows for text in row) == 2


def test_the_other_twin_has_its_own_numbers_and_its_divergence_is_marked():
    rows = cells(rate_map(CELLS, WITHOUT, 1))
    assert (rows[0][0], rows[-1][-1]) == ("8✗", "50")


def test_shades_follow_the_numbers():
    shades = [int(shade) for shade in re.findall(r"(\d+)%, transparent", rate_map(CELLS, WITH, 0))]
    assert shades == [round(MOST * 0.951), MOST]


def test_rates_are_written_as_on_a_dial():
    assert [rate_name(rate) for rate in SWEEP_RATES] == ["0.01", "0.03", "0.1", "0.3", "1", "3", "10"]
