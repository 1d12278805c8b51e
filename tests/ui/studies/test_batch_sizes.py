"""What the chapter on batch size shares between sessions: functions of their arguments that nobody can change."""

import dataclasses

import numpy as np
import pytest

from ui.figures import cloud
from ui.links import BATCH_SIZES
from ui.studies import batch_sizes
from ui.studies.batch_sizes import SIZES, SWEPT, Training


def arrays(thing):
    if isinstance(thing, np.ndarray):
        yield thing
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from arrays(getattr(thing, field.name))
    elif isinstance(thing, tuple):
        for each in thing:
            yield from arrays(each)
    elif hasattr(thing, "values"):
        for each in thing.values():
            yield from arrays(each)


CACHED = {
    "unit": lambda: batch_sizes.unit(3),
    "statistics": lambda: batch_sizes.statistics(3, 8, 1),
    "spreads": lambda: batch_sizes.spreads(3, 1),
    "channels": batch_sizes.channels,
    "company": lambda: batch_sizes.company(5, 1, 0),
    "infected": lambda: batch_sizes.infected(8, 2.0),
}


@pytest.mark.parametrize("name", CACHED)
def test_what_is_cached_cannot_be_changed(name):
    found = list(arrays(CACHED[name]()))
    assert found
    for each in found:
        with pytest.raises(ValueError, match="read-only"):
            each[...] = 0
    assert CACHED[name]() is CACHED[name]()


def test_no_relative_can_be_put_in_the_place_of_another():
    with pytest.raises(TypeError):
        batch_sizes.company(5, 1, 0).relatives["layer norm"] = np.zeros(1)


def test_the_caches_are_bounded():
    small = (batch_sizes.statistics, batch_sizes.spreads, batch_sizes.company, batch_sizes.infected)
    for each in (*small, batch_sizes.dial_reels, batch_sizes.push_reels, batch_sizes.together_reels):
        assert each.cache_info().maxsize <= 512


def test_the_learning_rate_is_given_for_batches_of_32():
    assert [Training("relu", 0.2, True, 0).rate_for(size) for size in (32, 2, 128)] == pytest.approx([0.2, 0.0125, 0.8])
    assert {Training("relu", 0.2, False, 0).rate_for(size) for size in SWEPT} == {0.2}


def test_the_dial_s_sizes_are_the_powers_of_two():
    assert (SIZES[0], SIZES[-1], len(SIZES)) == (1, 256, 9)
    assert set(np.diff(np.log2(SIZES))) == {1}


def test_a_batch_grows_out_of_the_smaller_ones():
    means, larger = (batch_sizes.statistics(3, size, 1)[0] for size in (8, 16))
    assert np.corrcoef(means, larger)[0, 1] > 0.6


@pytest.mark.parametrize("number", [0, 7, 21])
def test_the_batch_that_can_be_dragged_begins_far_from_the_truth_and_never_leaves_the_picture(number):
    one = batch_sizes.straightest(number, 0)
    path = np.array([np.array(batch_sizes.statistics(number, size, 0))[:, one] for size in BATCH_SIZES])
    assert np.hypot(*(path[0] - path[-1])) > 1.5
    for values, (low, high) in zip(path.T, (cloud.MEAN_RANGE, cloud.VARIANCE_RANGE), strict=True):
        assert low < values.min() < values.max() < high


@pytest.mark.parametrize(
    ("reels", "most"),
    [
        (lambda: batch_sizes.dial_reels(3, 1), 45_000),
        (lambda: batch_sizes.together_reels(-10.0), 19_000),
        (lambda: batch_sizes.push_reels(8), 8_000),
        (lambda: batch_sizes.push_reels(256), 15_000),
    ],
)
def test_films_are_small(reels, most):
    assert sum(len(each.frames) for each in reels()) < most
