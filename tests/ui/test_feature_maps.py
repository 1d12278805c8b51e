"""Digits through filters: the same for the same seed, shared and never changed."""

import numpy as np

from bn import FILTERS
from ui.feature_maps import IMAGES, feature_maps


def test_there_is_a_map_for_each_image_and_filter():
    assert feature_maps(0).shape == (IMAGES, len(FILTERS), 6, 6)


def test_another_seed_is_other_digits_and_the_first_come_back():
    first = feature_maps(0)
    assert not np.array_equal(first, feature_maps(1))
    assert feature_maps(0) is first
    assert not first.flags.writeable
