"""Input and settings that are refused, with a message that names what is wrong."""

from dataclasses import replace

import numpy as np
import pytest

from bn import CONVENTIONS, BatchNorm

LAYER = BatchNorm.create(3)
X = np.random.default_rng(1).standard_normal((4, 3))
MODES = {"train": LAYER.train, "infer": LAYER.infer}
EVERY_MODE = pytest.mark.parametrize("mode", MODES)


def with_value(value, index):
    x = X.copy()
    x[index] = value
    return x


@EVERY_MODE
@pytest.mark.parametrize("x", [[], [[]], np.zeros((0, 3)), np.zeros((2, 3, 0)), np.zeros((0, 3, 2, 2))])
def test_an_empty_batch(mode, x):
    with pytest.raises(ValueError, match="shape"):
        MODES[mode](x)


@EVERY_MODE
def test_no_rows(mode):
    with pytest.raises(ValueError, match=r"empty \(shape \(0, 3\)\)"):
        MODES[mode](np.zeros((0, 3)))


@EVERY_MODE
@pytest.mark.parametrize("shape", [(4, 2), (3, 4), (2, 4, 3, 3)])
def test_another_number_of_features(mode, shape):
    with pytest.raises(ValueError, match=f"x has {shape[1]} features.*the layer has 3"):
        MODES[mode](np.ones(shape))


@EVERY_MODE
@pytest.mark.parametrize("x", [5.0, [1.0, 2.0, 3.0]])
def test_fewer_than_two_axes(mode, x):
    with pytest.raises(ValueError, match="at least two axes"):
        MODES[mode](x)


@pytest.mark.parametrize("axis", [2, -3])
def test_an_axis_that_is_not_there(axis):
    with pytest.raises(ValueError, match=f"axis {axis}"):
        replace(LAYER, channel_axis=axis).train(X)


@EVERY_MODE
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("index", [(0, 0), (2, 1), (3, 2)])
def test_x_that_is_not_finite(mode, value, index):
    with pytest.raises(ValueError, match=rf"x\[{index[0]}, {index[1]}\] is {value}"):
        MODES[mode](with_value(value, index))


@EVERY_MODE
def test_nan_beside_values_that_overflow(mode):
    with pytest.raises(ValueError, match=r"x\[2, 1\] is nan"):
        MODES[mode](with_value(np.nan, (2, 1)) * 1e300)


@EVERY_MODE
def test_nan_in_an_image(mode):
    x = np.ones((2, 3, 2, 2))
    x[1, 2, 0, 1] = np.nan
    with pytest.raises(ValueError, match=r"x\[1, 2, 0, 1\] is nan"):
        MODES[mode](x)


@EVERY_MODE
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_dy_that_is_not_finite(mode, value):
    trace = LAYER.train(X)[0] if mode == "train" else LAYER.infer(X)
    with pytest.raises(ValueError, match=rf"dy\[1, 2\] is {value}"):
        trace.backward(with_value(value, (1, 2)))


@pytest.mark.parametrize("dy", [X.T, X[:1], X[:, :1], X[None], X[0], 1.0])
def test_dy_of_another_shape(dy):
    with pytest.raises(ValueError, match=r"dy has shape .*the shape of x, \(4, 3\)"):
        LAYER.train(X)[0].backward(dy)


@EVERY_MODE
@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([["a", "b", "c"]], "real numbers, not <U1"),
        ("1 2 3", "real numbers, not <U5"),
        ([[1j, 2, 3], [4, 5, 6]], "real numbers, not complex128"),
        ([[None, 1, 2]], "real numbers, not object"),
        (np.array([["2015-02-11"] * 3], "M8[D]"), "real numbers, not datetime64"),
        ([[1, 2, 3], [4, 5]], "rows differ in length"),
    ],
    ids=["text", "string", "complex", "none", "dates", "ragged"],
)
def test_what_is_not_a_table_of_numbers(mode, x, message):
    with pytest.raises(ValueError, match=message):
        MODES[mode](x)
    with pytest.raises(ValueError, match=message):
        LAYER.infer(X).backward(x)


@pytest.mark.parametrize("name", ["gamma", "beta", "running_mean"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_vector_that_is_not_finite(name, value):
    with pytest.raises(ValueError, match=rf"{name}\[1\] is {value}"):
        replace(LAYER, **{name: [1.0, value, 2.0]})


@pytest.mark.parametrize("name", ["beta", "running_mean", "running_var"])
@pytest.mark.parametrize("value", [[1.0, 2.0], [1.0] * 4, [[1.0, 2.0, 3.0]], 1.0, []])
def test_a_vector_of_another_length(name, value):
    with pytest.raises(ValueError, match=name):
        replace(LAYER, **{name: value})


@pytest.mark.parametrize("value", [np.ones((1, 3)), 2.0])
def test_gamma_that_is_not_a_vector(value):
    with pytest.raises(ValueError, match="gamma has shape"):
        replace(LAYER, gamma=value)


@pytest.mark.parametrize("value", [-1.0, -1e-300, np.nan, -np.inf])
def test_a_running_variance_below_zero(value):
    with pytest.raises(ValueError, match=r"running_var is .* at least 0"):
        replace(LAYER, running_var=[1.0, value, 2.0])


@pytest.mark.parametrize("eps", [-1e-5, -1.0, np.nan, np.inf])
def test_eps(eps):
    with pytest.raises(ValueError, match=f"eps is {eps}"):
        replace(LAYER, eps=eps)


@pytest.mark.parametrize("decay", [-0.1, 1.1, 99.0, np.nan, np.inf])
def test_decay(decay):
    with pytest.raises(ValueError, match=f"decay is {decay}"):
        replace(LAYER, decay=decay)


@pytest.mark.parametrize("name", CONVENTIONS)
def test_every_convention_refuses_the_same_settings(name):
    with pytest.raises(ValueError, match="eps"):
        replace(BatchNorm.create(3, CONVENTIONS[name]), eps=-1.0)
