"""One value for each feature, in training."""

import pytest

from bn import CONVENTIONS
from ui.numbers import fixed
from ui.studies.one_row import PATIENT, WHO_REFUSES, refusal, table_of_singles


@pytest.mark.parametrize("beta", [-1.5, 0.0, 2.0])
def test_whatever_comes_alone_becomes_beta(beta):
    head, line, *rows = table_of_singles([9.0, -3.0, -1e6], beta).splitlines()
    assert head.count("|") == line.count("|") == 4
    assert rows == [f"| {x} | 0.0 | **{fixed(beta, 1)}** |" for x in ("9", "−3", "−1,000,000")]


def test_who_computes_it_and_who_does_not():
    assert PATIENT.takes(1)
    assert CONVENTIONS["keras"].takes(1)
    assert not CONVENTIONS["pytorch"].takes(1)
    assert WHO_REFUSES.startswith("**Keras 3** computes that; **PyTorch** refuses: “Expected more than 1 value")
    assert refusal(CONVENTIONS["pytorch"]).startswith("PyTorch refuses to train on one row")
