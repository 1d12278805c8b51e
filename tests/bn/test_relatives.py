"""Batch, layer, instance and group norm against PyTorch, and against each other."""

import numpy as np
import pytest

from bn import CONVENTIONS, BatchNorm, batch_norm, group_norm, instance_norm, layer_norm

X = 3 * np.random.default_rng(8).standard_normal((3, 4, 2, 5)) + np.arange(4).reshape(1, 4, 1, 1)
FUNCTIONS = {
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "instance_norm": instance_norm,
    "group_norm_1": lambda x, **eps: group_norm(x, 1, **eps),
    "group_norm_2": lambda x, **eps: group_norm(x, 2, **eps),
    "group_norm_4": lambda x, **eps: group_norm(x, 4, **eps),
}
EVERY = pytest.mark.parametrize("name", FUNCTIONS)


def groups_of_values(name, x):
    """Each set of values that shares its statistics, as the rows of a matrix."""
    n, c, h, w = x.shape
    if name == "batch_norm":
        return np.moveaxis(x, 1, 0).reshape(c, -1)
    sets = {"layer_norm": 1, "instance_norm": c}.get(name) or int(name[-1])
    return x.reshape(n * sets, c // sets * h * w)


@EVERY
def test_value_is_pytorch_s(golden, name):
    relatives = golden("pytorch")["relatives"]
    np.testing.assert_allclose(FUNCTIONS[name](relatives["x"]), relatives[name], rtol=1e-12, atol=1e-13)


@EVERY
def test_each_set_is_centered_and_scaled_by_its_biased_variance(name):
    rows, values = groups_of_values(name, FUNCTIONS[name](X, eps=0.5)), groups_of_values(name, X)
    var = values.var(axis=1)
    np.testing.assert_allclose(rows.mean(axis=1), 0, atol=1e-14)
    np.testing.assert_allclose(rows.var(axis=1), var / (var + 0.5), rtol=1e-12)


def test_layer_norm_is_group_norm_with_one_group():
    np.testing.assert_array_equal(layer_norm(X), group_norm(X, 1))


def test_instance_norm_is_group_norm_with_a_group_per_channel():
    np.testing.assert_array_equal(instance_norm(X), group_norm(X, 4))


def test_batch_norm_is_the_layer_in_training():
    trace, _ = BatchNorm.create(4, CONVENTIONS["pytorch"]).train(X)
    np.testing.assert_array_equal(batch_norm(X), trace.x_hat)


def test_on_a_batch_of_one_image_batch_norm_is_instance_norm():
    np.testing.assert_allclose(batch_norm(X[:1]), instance_norm(X[:1]), rtol=1e-12)


@EVERY
def test_only_batch_norm_mixes_the_examples(name):
    other = X.copy()
    other[0] += np.random.default_rng(9).standard_normal(other[0].shape)
    unmoved = np.array_equal(FUNCTIONS[name](other)[1:], FUNCTIONS[name](X)[1:])
    assert unmoved == (name != "batch_norm")


@EVERY
def test_input_stays_and_float32_stays_float32(name):
    x = X.astype(np.float32)
    before = x.copy()
    result = FUNCTIONS[name](x)
    assert result.dtype == np.float32
    np.testing.assert_array_equal(x, before)
    np.testing.assert_allclose(result, FUNCTIONS[name](X), atol=1e-5)


@EVERY
def test_constant_image_becomes_zero(name):
    np.testing.assert_allclose(FUNCTIONS[name](np.full((2, 4, 3, 3), 7.5)), 0, atol=1e-10)


@pytest.mark.parametrize("groups", [0, -1, 3, 8])
def test_groups_must_divide_the_channels(groups):
    with pytest.raises(ValueError, match=f"groups is {groups}; it must divide the 4 channels"):
        group_norm(X, groups)


@EVERY
@pytest.mark.parametrize("shape", [(4, 4), (1, 2, 4, 4, 4), (0, 4, 2, 2), (2, 4, 0, 2)])
def test_other_shapes_are_refused(name, shape):
    with pytest.raises(ValueError, match="four axes"):
        FUNCTIONS[name](np.zeros(shape))


@EVERY
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_the_message_names_the_place_of_a_value_that_is_not_finite(name, value):
    x = X.copy()
    x[2, 3, 1, 4] = value
    with pytest.raises(ValueError, match=rf"x\[2, 3, 1, 4\] is {value}"):
        FUNCTIONS[name](x)


@EVERY
def test_text_is_refused(name):
    with pytest.raises(ValueError, match="real numbers"):
        FUNCTIONS[name]([[[["a"]]]])
