"""Digits through filters: shared and never changed; and who answers when the company of an image is exchanged."""

import numpy as np
import pytest

from bn import FILTERS
from tests.films import unrolled
from ui.studies.digits import digits
from ui.studies.filtered_digits import (
    BATCH,
    IMAGES,
    NAMES,
    NORMALIZERS,
    WEIGHT,
    apart_by_size,
    change_in_inference,
    changes,
    company,
    ink_reels,
    maps,
    through,
)

DIGIT, INK = 5, 0.5


def test_there_is_a_map_for_each_image_and_filter():
    assert maps(company(DIGIT, 0)).shape == (IMAGES, len(FILTERS), 6, 6)


def test_the_same_rows_are_the_same_array_that_nobody_can_change():
    first = maps(company(DIGIT, 0))
    assert maps(company(DIGIT, 0)) is first
    assert not first.flags.writeable


def test_ink_fades_the_first_digit_alone_and_leaves_the_data_as_they_are():
    before = digits().train.images.copy()
    full, faded = (through(WEIGHT, digits().train.images[:3], ink) for ink in (1.0, INK))
    np.testing.assert_allclose(faded[0], INK * full[0])
    np.testing.assert_array_equal(faded[1:], full[1:])
    np.testing.assert_array_equal(digits().train.images, before)


def test_other_company_leaves_the_digit_in_its_place():
    one, other = company(DIGIT, 0), company(DIGIT, 1)
    assert one[0] == other[0] == DIGIT
    assert one[1:] != other[1:]


@pytest.mark.parametrize("name", NORMALIZERS)
def test_batch_norm_alone_answers_to_other_company(name):
    change = changes(DIGIT, 1.0, 0, 1)[name]
    assert change.shape == (len(NAMES), 6, 6)
    assert (np.abs(change).max() > 0.01) == (name == BATCH)
    assert name == BATCH or not change.any()


def test_with_moving_averages_nobody_answers():
    assert change_in_inference(DIGIT, 1.0, 0, 1) == 0


def test_a_batch_of_one_is_instance_norm_and_larger_ones_are_not():
    alone, two, all_four = apart_by_size(DIGIT, 1.0, (1, 2, 4))
    assert alone < 1e-12 < 0.01 < min(two, all_four)


def test_the_pictures_move_with_the_ink_and_are_small():
    reels = ink_reels(1, BATCH)
    assert sum(len(reel.frames) for reel in reels) < 50_000
    before, after, *_ = ([frame["alt"] for frame in unrolled(reel.frames, reel.stops)] for reel in reels)
    assert len(set(before)) == len(set(after)) == len(before) == 20
    assert "100% ink" in before[reels[0].stop(1.0)]
