"""Which values share a mean in what frameworks call layer, group and instance norm, to what they compute."""

import numpy as np
import pytest

from bn import Sharing, batch_norm, group_norm, instance_norm, layer_norm


@pytest.fixture
def relatives(golden):
    return golden("relatives")


def by_label(x, norm, eps):
    labels = Sharing(norm, x.shape).labels().ravel()
    flat, sizes = x.ravel(), np.bincount(labels)
    mean = (np.bincount(labels, flat) / sizes)[labels]
    var = (np.bincount(labels, (flat - mean) ** 2) / sizes)[labels]
    return ((flat - mean) / np.sqrt(var + eps)).reshape(x.shape)


def test_pytorch_s_layer_norm_over_three_axes_is_the_paper_s(relatives):
    found = relatives["pytorch"]["layer_norm"]
    np.testing.assert_allclose(layer_norm(relatives["x"], found["eps"]), found["y"], rtol=1e-12)


@pytest.mark.parametrize("framework", ["keras", "flax"])
def test_that_of_keras_and_flax_has_a_mean_for_each_pixel(relatives, framework):
    found = relatives[framework]["layer_norm"]
    x, y = np.array(relatives["x"]), np.array(found["y"])
    np.testing.assert_allclose(by_label(x, "layer norm, each pixel", found["eps"]), y, rtol=1e-5, atol=1e-6)
    assert np.abs(layer_norm(x, found["eps"]) - y).max() > 0.1


@pytest.mark.parametrize("framework", ["pytorch", "keras", "flax"])
def test_group_norm_with_as_many_groups_as_channels_is_instance_norm_everywhere(relatives, framework):
    found = relatives[framework]["group_norm"]
    x = np.array(relatives["x"])
    np.testing.assert_allclose(group_norm(x, x.shape[1], found["eps"]), found["y"], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(instance_norm(x, found["eps"]), found["y"], rtol=1e-5, atol=1e-6)


def test_what_is_learned_is_as_the_page_says(relatives):
    """In PyTorch one gamma and beta for each value of layer norm's axes, for each channel of group norm, none of instance norm."""
    learned = {name: found["learned"] for name, found in relatives["pytorch"].items() if "learned" in found}
    assert learned == {"layer_norm": ["(3, 2, 4)"] * 2, "group_norm": ["(3,)"] * 2, "instance_norm": []}
    for framework in ("keras", "flax"):
        for name in ("layer_norm", "group_norm"):
            assert relatives[framework][name]["learned"] == ["(3,)"] * 2


def test_pytorch_refuses_what_would_only_be_zeros(relatives):
    refused = dict(relatives["pytorch"]["refused"])
    assert refused.pop("batch norm of an image") is None
    assert set(refused) == {"instance norm of a pixel", "batch norm of a pixel", "batch norm of an example"}
    for message in refused.values():
        assert "Expected more than 1" in message
    for norm in (instance_norm, batch_norm):
        assert not norm(np.full((1, 3, 1, 1), 7.0)).any()
