"""Every convention's averages over batches in an order: in turn, again and again, mixed, each with its own decay."""

import numpy as np
import pytest

from bn import CONVENTIONS
from ui.studies.own_batches import MOST_STEPS, Schedule, averages, decay_of, in_order, left_of_start

A, B = np.array([[0.0], [2.0]]), np.array([[10.0], [14.0], [12.0]])


def test_one_after_another_and_again():
    seen = in_order([A, B], Schedule(rounds=3))
    assert [len(x) for x in seen] == [2, 3] * 3
    assert len(in_order([A, B], Schedule(rounds=10_000))) == MOST_STEPS


def test_mixed_into_one():
    [x] = in_order([A, B], Schedule(mixed=True))
    np.testing.assert_array_equal(x, np.concatenate([A, B]))


def test_every_convention_has_its_own_averages():
    found = averages([A, B], Schedule())
    assert list(found) == [each.name for each in CONVENTIONS.values()]
    for convention in CONVENTIONS.values():
        it = found[convention.name]
        assert it.mean.shape == (3, 1)
        take = 1 if convention.decay is None else 1 - convention.decay
        assert it.mean[1, 0] == pytest.approx(take * 1.0)
        assert it.var[1, 0] == pytest.approx(1 - take + take * 1.0 * convention.correction(2, convention.eps))


def test_one_decay_for_all_but_a_plain_mean():
    order = Schedule(decay=0.25)
    assert {decay_of(each, order) for each in CONVENTIONS.values()} == {0.25, None}
    assert left_of_start(CONVENTIONS["keras"], order, 2) == 0.0625
    assert left_of_start(CONVENTIONS["paper"], order, 2) == 0
    assert averages([A], order)["Keras 3"].mean[-1, 0] == pytest.approx(0.75)


def test_weighed_by_rows():
    found = averages([A, B], Schedule(decay=0.5, weighed=True))["Flax"]
    assert found.mean[1, 0] == pytest.approx(0.5 * 2 / 3 * 1.0)


def test_they_are_shared_and_read_only():
    first = averages([A, B], Schedule(rounds=2))
    assert averages([A.copy(), B], Schedule(rounds=2)) is first
    with pytest.raises(ValueError, match="read-only"):
        first["PyTorch"].mean[0] = 1
