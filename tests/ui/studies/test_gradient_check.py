"""Formula against central differences, over step sizes and for features of any unit."""

import numpy as np
import pytest

from bn import EXAMPLE
from ui.studies.gradient_check import STEPS, check

DY = np.linspace(-1, 2, 8)


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e5])
def test_both_agree_in_every_unit(unit):
    found = check(EXAMPLE[:, 1] * unit, DY, 1.5, 1e-12)
    assert min(found.of_x) < 1e-8
    assert found.of_x[-1] > 1e-2, "a step as long as a standard deviation is too long"


def test_the_parameters_enter_linearly():
    found = check(EXAMPLE[:, 1], DY, 1.5, 1e-5)
    assert max(found.of_gamma[-6:] + found.of_beta[-6:]) < 1e-12


def test_there_is_one_number_for_each_step():
    found = check(EXAMPLE[:, 1], DY, 1.5, 1e-5)
    assert len(found.of_x) == len(found.of_gamma) == len(found.of_beta) == len(STEPS)


def test_where_nothing_depends_on_x_they_agree_at_once():
    assert max(check(EXAMPLE[:, 1], DY, 0.0, 1e-5).of_x) == 0
