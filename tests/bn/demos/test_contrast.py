"""What is left of contrast: closed forms, and what each norm must do to them."""

import math

import numpy as np
import pytest

from bn import batch_norm, channel_ratio, contrast_of_first, group_norm, instance_norm, layer_norm, map_stds

X = np.random.default_rng(3).normal(size=(4, 4, 6, 6)) * np.array([1.0, 2, 4, 8])[:, None, None]
FAINT = X * np.array([0.25, 1, 1, 1])[:, None, None, None]


def test_deviations_are_those_of_each_map():
    x = np.zeros((1, 2, 1, 2))
    x[0, 1, 0] = [1, 5]
    np.testing.assert_array_equal(map_stds(x), [[0, 2]])


def test_ink_is_the_contrast_and_channels_do_not_count():
    assert contrast_of_first(FAINT) == pytest.approx(0.25 * contrast_of_first(X))
    assert channel_ratio(3 * X) == pytest.approx(channel_ratio(X))
    assert channel_ratio(np.stack([X[:, 0], 5 * X[:, 0]], axis=1)) == pytest.approx(5)


def test_batch_norm_keeps_the_contrast_of_an_image_and_takes_that_of_channels():
    """Each channel has another divisor but all images the same; X has channel means near 0."""
    assert contrast_of_first(batch_norm(FAINT)) < 0.3
    assert channel_ratio(batch_norm(FAINT)) < 1.05


def test_layer_norm_takes_the_contrast_of_an_image_and_keeps_that_of_channels():
    assert contrast_of_first(layer_norm(FAINT)) == pytest.approx(contrast_of_first(layer_norm(X)), abs=1e-4)
    assert channel_ratio(layer_norm(FAINT)) == pytest.approx(8, rel=0.15)


def test_instance_norm_takes_both_and_group_norm_stands_between():
    assert contrast_of_first(instance_norm(FAINT)) == pytest.approx(1, abs=1e-3)
    assert channel_ratio(instance_norm(FAINT)) == pytest.approx(1, abs=1e-3)
    assert 1.5 < channel_ratio(group_norm(FAINT, 2)) < channel_ratio(layer_norm(FAINT))


def test_constant_maps():
    flat = np.zeros((2, 2, 3, 3))
    assert (contrast_of_first(flat), channel_ratio(flat)) == (1, 1)
    flat[0, 0, 0, 0] = 1
    assert (contrast_of_first(flat), channel_ratio(flat)) == (math.inf, math.inf)


def test_alone_there_is_nothing_to_compare_with():
    with pytest.raises(ValueError, match="N must be at least 2"):
        contrast_of_first(X[:1])


def test_a_channel_is_as_strong_as_the_root_mean_square_of_its_deviations():
    """A map of deviation 1 and one of 7 make 5, not 4."""
    x = np.zeros((2, 2, 1, 2))
    x[:, 0, 0] = [[-1, 1], [-7, 7]]
    x[:, 1, 0] = [[-5, 5], [-5, 5]]
    assert channel_ratio(x) == pytest.approx(1)
