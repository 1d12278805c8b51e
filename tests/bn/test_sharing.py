"""Sets of values that share a mean: counted, labeled, and held to what the norms compute."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bn import NORMS, Sharing, batch_norm, dividing, group_norm, instance_norm, layer_norm

EVERY = pytest.mark.parametrize("norm", NORMS)
sizes = st.integers(1, 5)


def by_labels(x, labels):
    """Normalize each set of values that have the same label."""
    out = np.empty_like(x)
    for label in np.unique(labels):
        inside = labels == label
        out[inside] = (x[inside] - x[inside].mean()) / np.sqrt(x[inside].var() + 1e-5)
    return out


@pytest.mark.parametrize(
    ("norm", "compute"),
    [
        ("batch norm", batch_norm),
        ("layer norm", layer_norm),
        ("instance norm", instance_norm),
        ("group norm", lambda x: group_norm(x, 3)),
    ],
)
def test_labels_say_what_the_norms_compute(norm, compute):
    x = np.random.default_rng(1).normal(size=(2, 6, 3, 2)) + np.arange(6)[:, None, None]
    labels = Sharing(norm, x.shape, groups=3).labels()
    np.testing.assert_allclose(compute(x), by_labels(x, labels), rtol=1e-9, atol=1e-12)
    last = x.transpose(0, 2, 3, 1)
    other = Sharing(norm, last.shape, channel_axis=-1, groups=3).labels()
    np.testing.assert_array_equal(other.transpose(0, 3, 1, 2), labels)


@EVERY
@given(n=sizes, c=sizes, h=sizes, w=sizes, last=st.booleans(), pick=st.integers(0, 9))
def test_counts_are_those_of_the_labels(norm, n, c, h, w, last, pick):
    groups = dividing(1 + pick % c, c)
    shape, axis = ((n, h, w, c), 3) if last else ((n, c, h, w), 1)
    sharing = Sharing(norm, shape, axis, groups)
    labels = sharing.labels()
    assert labels.shape == shape
    found = Counter(labels.ravel().tolist())
    assert sorted(found) == list(range(sharing.statistics))
    assert set(found.values()) == {sharing.values}
    straight = labels.ravel().tolist()[:20]
    assert [sharing.label(*place) for place in sharing.in_memory(20)] == straight


@EVERY
@pytest.mark.parametrize(("shape", "axis"), [((3, 4), 1), ((3, 4, 2, 5), 1), ((3, 2, 5, 4), 3)])
def test_the_axes_are_those_along_which_labels_stay(norm, shape, axis):
    sharing = Sharing(norm, shape, axis)
    labels = sharing.labels()
    same = [i for i in range(len(shape)) if shape[i] > 1 and (np.diff(labels, axis=i) == 0).all()]
    assert sharing.axes == tuple(same)


@pytest.mark.parametrize(
    ("norm", "statistics", "values"),
    [
        ("batch norm", 64, 400_000),
        ("layer norm", 10, 2_560_000),
        ("group norm", 320, 80_000),
        ("instance norm", 640, 40_000),
        ("layer norm, each pixel", 400_000, 64),
    ],
)
def test_the_large_batch_is_counted_without_being_made(norm, statistics, values):
    sharing = Sharing(norm, (10, 200, 200, 64), channel_axis=3, groups=32)
    assert (sharing.statistics, sharing.values) == (statistics, values)


@pytest.mark.parametrize(("norm", "statistics", "values"), [("batch norm", 50, 64), ("layer norm", 64, 50)])
def test_a_dense_layer_has_a_mean_for_each_feature(norm, statistics, values):
    sharing = Sharing(norm, (64, 50))
    assert (sharing.statistics, sharing.values, sharing.pixels) == (statistics, values, 1)


def test_channels_last_puts_the_channels_of_a_pixel_side_by_side():
    assert Sharing("batch norm", (2, 2, 2, 3), 3).in_memory(4) == ((0, 0, 0), (0, 1, 0), (0, 2, 0), (0, 0, 1))
    assert Sharing("batch norm", (2, 3, 2, 2)).in_memory(5)[3:] == ((0, 0, 3), (0, 1, 0))
    assert len(Sharing("batch norm", (1, 2)).in_memory(16)) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("batch", (2, 3)), "'batch' is none of"),
        (("batch norm", (3,)), "two axes"),
        (("batch norm", (3, 0, 2, 2)), "none of them empty"),
        (("batch norm", (3, 4), 0), "channel_axis is 0"),
        (("batch norm", (3, 4), -2), "channel_axis is -2"),
        (("batch norm", (3, 4), 2), "channel_axis is 2"),
        (("group norm", (3, 4), 1, 3), "groups is 3; it must divide the 4 channels"),
        (("group norm", (3, 4), 1, 0), "groups is 0"),
    ],
)
def test_what_cannot_be_shared_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Sharing(*arguments)


@pytest.mark.parametrize(
    ("groups", "channels", "found"), [(5, 8, 4), (8, 8, 8), (9, 8, 8), (6, 7, 1), (1, 1, 1), (32, 48, 24)]
)
def test_the_nearest_number_of_groups_below_that_divides(groups, channels, found):
    assert dividing(groups, channels) == found


def test_no_groups_are_refused():
    with pytest.raises(ValueError, match="0 groups"):
        dividing(0, 4)
