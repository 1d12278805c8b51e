"""Renewed averages as a file to load back."""

import io

import numpy as np
import pytest

from bn.checkup import renewed
from ui.checkpoints.examples import EXAMPLES
from ui.checkpoints.reading import read_recording
from ui.checkpoints.writing import as_file


@pytest.mark.parametrize("name", ["stale", "overflown in float16"])
def test_is_read_back_as_it_was_written(name):
    model = EXAMPLES[name]
    again = read_recording(as_file(model), "renewed.npz")
    assert again.framework == "pytorch"
    for before, after in zip(model.layers, again.layers, strict=True):
        assert before.name == after.name
        np.testing.assert_allclose(after.running_mean, before.running_mean, rtol=1e-6)
        np.testing.assert_allclose(after.running_var, before.running_var, rtol=1e-6)


def test_holds_what_the_snippets_load():
    file = np.load(io.BytesIO(as_file(renewed(EXAMPLES["stale"]))), allow_pickle=False)
    assert {key for key in file if key.startswith("3/")} == {"3/name", "3/running_mean", "3/running_var"}
    assert str(file["3/name"]) == EXAMPLES["stale"].layers[3].name
    assert file["3/running_var"].dtype == np.float32
