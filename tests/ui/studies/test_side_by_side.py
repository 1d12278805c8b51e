"""One feature under every convention: the layer after k batches is the one that saw k batches."""

import numpy as np
import pytest

from bn import CONVENTIONS, EXAMPLE, BatchNorm, feed, resample
from ui.studies.side_by_side import MOST_STEPS, after, history, steps_reel

X = EXAMPLE[:, [1]]


@pytest.mark.parametrize("convention", CONVENTIONS.values(), ids=lambda each: each.name)
@pytest.mark.parametrize("steps", [0, 1, 7])
def test_it_is_the_layer_that_saw_so_many_batches(convention, steps):
    batches = resample(X, 300, 0).batches[:steps]
    expected = feed(BatchNorm.create(1, convention, channel_axis=1), batches).layer
    found = after(X, convention, steps)
    np.testing.assert_array_equal(found.running_mean, expected.running_mean)
    np.testing.assert_array_equal(found.running_var, expected.running_var)
    assert found.batches_seen == expected.batches_seen == steps


def test_it_is_computed_once_and_shared_unchangeable():
    keras = CONVENTIONS["keras"]
    assert history(X, keras) is history(X.copy(), keras)
    assert not after(X, keras, 3).running_mean.flags.writeable


def test_the_film_of_all_steps_is_small():
    reel = steps_reel(X, of_mean=False)
    assert (reel.slider, reel.stops) == ("fw_steps", MOST_STEPS + 1)
    assert len(reel.frames) < 30_000
