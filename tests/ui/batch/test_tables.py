"""Tables as people paste them, of every kind: read right, with a note for what was assumed, or refused with a reason."""

import numpy as np
import pytest

from tests.ui.batch.tables import CASES
from ui.batch import BatchError, read_batch


@pytest.mark.parametrize("name", CASES)
def test_a_table_is_read_right_or_refused_with_a_reason(name):
    case = CASES[name]
    if isinstance(case.values, str):
        with pytest.raises(BatchError) as caught:
            read_batch(case.text)
        assert case.values in str(caught.value)
        return
    reading = read_batch(case.text)
    np.testing.assert_allclose(reading.values, case.values, rtol=1e-12)
    if case.names:
        assert list(reading.names) == case.names
    notes = " ".join(reading.notes)
    assert case.note in notes
    assert case.note or not notes, notes
