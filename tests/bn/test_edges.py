"""One test for each unusual batch or setting that the layer must take in its stride."""

from dataclasses import replace

import numpy as np
import pytest

from bn import CONVENTIONS, EXAMPLE, BatchNorm

RNG = np.random.default_rng(99)
X = RNG.standard_normal((6, 3))
DY = RNG.standard_normal((6, 3))
ACCEPTING = [name for name in CONVENTIONS if name != "pytorch"]
VECTORS = ("gamma", "beta", "running_mean", "running_var")
STEPS = ("mean", "var", "centered", "std", "x_hat", "y", "gamma", "beta")


def busy_layer(num_features=3, convention="pytorch", **settings):
    """A layer whose gamma, beta and moving averages are not the defaults."""
    rng = np.random.default_rng(num_features)
    vectors = {name: 0.5 + rng.random(num_features) for name in VECTORS}
    return replace(BatchNorm.create(num_features, CONVENTIONS[convention]), **{**vectors, **settings})


class TestBatchOfOne:
    def test_pytorch_refuses_to_train_on_one_row(self):
        with pytest.raises(ValueError, match=r"1 value per channel.*PyTorch refuses"):
            busy_layer().train([[1.0, 2.0, 3.0]])

    def test_pytorch_refuses_one_image_of_one_pixel(self):
        with pytest.raises(ValueError, match="1 value per channel"):
            busy_layer().train(np.ones((1, 3, 1, 1)))

    @pytest.mark.parametrize("name", ACCEPTING)
    def test_others_answer_with_beta_whatever_the_row(self, name):
        layer = busy_layer(convention=name)
        trace, after = layer.train([[1.0, -200.0, 3e7]])
        assert (trace.x_hat == 0).all()
        np.testing.assert_array_equal(trace.y, layer.beta[None])
        assert (trace.backward([[0.3, -2.0, 5.0]]).x == 0).all()
        keep = 0 if layer.decay is None else layer.decay
        np.testing.assert_allclose(after.running_var, keep * layer.running_var, rtol=1e-13)

    @pytest.mark.parametrize("name", CONVENTIONS)
    def test_inference_takes_one_row(self, name):
        layer = busy_layer(convention=name)
        expected = layer.gamma * (X[:1] - layer.running_mean) / np.sqrt(layer.running_var + layer.eps) + layer.beta
        np.testing.assert_allclose(layer.infer(X[:1]).y, expected, rtol=1e-13)

    def test_pytorch_takes_one_image_of_several_pixels(self):
        x = RNG.standard_normal((1, 3, 2, 2))
        trace, after = busy_layer(decay=0.0).train(x)
        np.testing.assert_allclose(trace.mean, x.mean(axis=(0, 2, 3)), rtol=1e-13)
        np.testing.assert_allclose(after.running_var, x.var(axis=(0, 2, 3), ddof=1), rtol=1e-13)


def test_batch_of_two_becomes_plus_and_minus_one():
    trace, after = busy_layer(eps=0.0, decay=0.0).train([[1.0, 5.0, -2.0], [4.0, 3.0, -1.0]])
    np.testing.assert_allclose(trace.x_hat, [[-1, 1, -1], [1, -1, 1]], rtol=1e-13)
    np.testing.assert_allclose(after.running_var, [4.5, 2.0, 0.5], rtol=1e-13)
    np.testing.assert_allclose(trace.backward([[1.0, 2.0, 3.0], [-2.0, 0.5, 7.0]]).x, 0, atol=1e-14)


class TestConstantFeature:
    def constant(self, value, rows):
        x = np.random.default_rng(rows).standard_normal((rows, 3))
        x[:, 1] = value
        return x

    def test_output_is_beta(self):
        layer = busy_layer()
        trace, _ = layer.train(self.constant(5.0, 6))
        assert (trace.x_hat[:, 1] == 0).all()
        assert (trace.y[:, 1] == layer.beta[1]).all()

    def test_eps_alone_bounds_the_gradient(self):
        layer = busy_layer(eps=1e-4)
        dx = layer.train(self.constant(5.0, 6))[0].backward(DY).x[:, 1]
        np.testing.assert_allclose(dx, layer.gamma[1] * 100 * (DY[:, 1] - DY[:, 1].mean()), rtol=1e-12)

    @pytest.mark.parametrize("value", [0.0, 5.0, -0.25])
    def test_without_eps_x_hat_and_dx_are_zero(self, value):
        trace, _ = busy_layer(eps=0.0).train(self.constant(value, 6))
        assert trace.std[1] == 0
        assert (trace.x_hat[:, 1] == 0).all()
        gradients = trace.backward(DY)
        assert (gradients.x[:, 1] == 0).all()
        assert gradients.gamma[1] == 0
        assert np.abs(trace.x_hat[:, 0]).min() > 0
        assert np.abs(gradients.x[:, 0]).min() > 0

    @pytest.mark.parametrize("rows", [3, 5, 6, 7, 100])
    @pytest.mark.parametrize("value", [0.1, 1.1, -7.77, 123.456])
    def test_without_eps_a_value_that_binary_rounds_gives_zero_too(self, value, rows):
        """The sum of the rows over their number need not be the value again: 3 times 0.1 is not 0.3."""
        trace, _ = busy_layer(eps=0.0).train(self.constant(value, rows))
        dy = np.random.default_rng(1).standard_normal((rows, 3))
        assert (trace.x_hat[:, 1] == 0).all()
        assert (trace.backward(dy).x[:, 1] == 0).all()

    def test_every_feature_constant(self):
        trace, after = busy_layer(eps=0.0, decay=0.0).train(np.full((4, 3), 2.0))
        assert (trace.x_hat == 0).all()
        assert (after.running_var == 0).all()
        assert (after.infer(np.full((4, 3), 2.0)).x_hat == 0).all()


class TestExtremeValues:
    @pytest.mark.parametrize("unit", [2.0**996, 2.0**-996, 1e300, 1e-300, 1e154, 1e-154, 1e160, 1e-160])
    def test_without_eps_x_hat_is_that_of_the_same_batch_in_units_of_one(self, unit):
        layer = busy_layer(eps=0.0)
        expected, _ = layer.train(X)
        trace, after = layer.train(X * unit)
        np.testing.assert_allclose(trace.x_hat, expected.x_hat, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(trace.y, expected.y, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(trace.std, expected.std * unit, rtol=1e-12)
        np.testing.assert_allclose(trace.mean, expected.mean * unit, rtol=1e-12)
        np.testing.assert_allclose(
            trace.backward(DY).x * unit, expected.backward(DY).x, rtol=1e-11, atol=1e-12 * min(1, 1 / unit)
        )
        after.infer(X * unit)

    def test_huge_values_with_eps(self):
        expected, _ = busy_layer(eps=0.0).train(X)
        trace, after = busy_layer(eps=1e-5).train(X * 1e300)
        np.testing.assert_allclose(trace.x_hat, expected.x_hat, rtol=1e-12, atol=1e-13)
        assert (trace.var == np.inf).all()
        assert (after.running_var == np.inf).all()
        assert np.isfinite(trace.backward(DY).x).all()

    def test_tiny_values_drown_in_eps(self):
        layer = busy_layer(eps=1e-5)
        trace, _ = layer.train(X * 1e-300)
        np.testing.assert_allclose(trace.std, np.sqrt(1e-5), rtol=1e-13)
        np.testing.assert_allclose(trace.x_hat * 1e300, (X - X.mean(axis=0)) / np.sqrt(1e-5), rtol=1e-12)
        centered = DY - DY.mean(axis=0)
        np.testing.assert_allclose(trace.backward(DY).x, layer.gamma / np.sqrt(1e-5) * centered, rtol=1e-12)

    def test_an_eps_as_tiny_as_the_variance_counts_as_much(self):
        """Both, and their sum, are among the numbers that have lost digits; in units of 2 ** -532 the eps is 1."""
        expected, _ = busy_layer(eps=1.0).train(X)
        trace, _ = busy_layer(eps=2.0**-1064).train(X * 2.0**-532)
        np.testing.assert_allclose(trace.x_hat, expected.x_hat, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(trace.std * 2.0**532, expected.std, rtol=1e-12)

    def test_huge_tiny_and_ordinary_features_side_by_side(self):
        expected, _ = busy_layer(eps=0.0).train(X)
        trace, _ = busy_layer(eps=0.0).train(X * [1e300, 1.0, 1e-300])
        np.testing.assert_allclose(trace.x_hat, expected.x_hat, rtol=1e-12, atol=1e-13)

    def test_the_largest_floats(self):
        x = np.finfo(np.float64).max * np.array([[1.0], [1.0], [-1.0], [-1.0]])
        trace, _ = busy_layer(1).train(x)
        np.testing.assert_allclose(trace.x_hat, [[1], [1], [-1], [-1]], rtol=1e-12)

    def test_a_moving_variance_beyond_the_largest_float_is_infinite(self):
        """The variance is 1e308, its unbiased estimate from two rows 2e308."""
        _, after = BatchNorm.create(1, CONVENTIONS["paper"]).train([[1e154], [-1e154]])
        assert after.running_var[0] == np.inf

    def test_a_moving_variance_beyond_the_largest_float32_is_infinite_there(self):
        """It was learned in double precision; in single, what it normalizes is 0."""
        layer = busy_layer(running_var=[1e300, 1.0, 1e39], running_mean=[0, 0, 0])
        trace = layer.infer(X.astype(np.float32))
        assert trace.var.tolist() == [np.inf, 1, np.inf]
        assert (trace.x_hat[:, [0, 2]] == 0).all()
        assert np.abs(trace.x_hat[:, 1]).min() > 0

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_float_types_meet_their_own_limits(self, dtype):
        limit = np.finfo(dtype)
        x = X.astype(dtype)
        expected, _ = busy_layer(eps=0.0).train(x)
        # Of the small ones, the variance is 0, or among the numbers that have lost digits.
        for unit in (2.0 ** (limit.maxexp - 4), 2.0 ** (limit.minexp + 30), 2.0 ** (limit.minexp // 2 - 6)):
            trace, _ = busy_layer(eps=0.0).train(x * dtype(unit))
            np.testing.assert_allclose(trace.x_hat, expected.x_hat, rtol=20 * limit.eps, atol=20 * limit.eps)


class TestPrecision:
    @pytest.mark.parametrize("mode", ["train", "infer"])
    @pytest.mark.parametrize("shape", [(6, 3), (2, 3, 4, 4), (40, 3, 10, 10)])
    def test_float32_stays_float32(self, mode, shape):
        x, dy = (np.random.default_rng(n).standard_normal(shape).astype(np.float32) for n in (1, 2))
        layer = busy_layer()
        trace = layer.train(x)[0] if mode == "train" else layer.infer(x)
        gradients = trace.backward(dy)
        for name in ("x", *STEPS):
            assert getattr(trace, name).dtype == np.float32, name
        for name in ("x", "gamma", "beta"):
            assert getattr(gradients, name).dtype == np.float32, name

    def test_float32_stays_float32_where_values_are_extreme(self):
        trace, _ = busy_layer(eps=0.0).train(X.astype(np.float32) * np.float32(1e30))
        assert {getattr(trace, name).dtype for name in STEPS} == {np.dtype(np.float32)}
        assert trace.backward(DY).x.dtype == np.float32

    def test_moving_averages_are_float64_for_every_input(self):
        for dtype in (np.float32, np.float64, np.int64):
            _, after = busy_layer().train((10 * X).astype(dtype))
            assert after.running_mean.dtype == after.running_var.dtype == np.float64

    @pytest.mark.parametrize("rows", [8, 64, 1000, 5000])
    def test_float32_with_ten_thousand_added_to_a_column(self, rows):
        """One unit in the last place of 1e4 is 1e-3 in float32, so x_hat cannot be better than about that."""
        x = np.random.default_rng(rows).normal([0, 1e4, 0], 1, (rows, 3)).astype(np.float32)
        exact = x.astype(np.float64)
        trace, _ = busy_layer().train(x)
        np.testing.assert_allclose(trace.var, exact.var(axis=0), rtol=2e-5)
        x_hat = (exact - exact.mean(axis=0)) / np.sqrt(exact.var(axis=0) + 1e-5)
        np.testing.assert_allclose(trace.x_hat[:, 1], x_hat[:, 1], atol=5e-3)
        np.testing.assert_allclose(trace.x_hat[:, [0, 2]], x_hat[:, [0, 2]], atol=5e-6)
        fast = (x * x).mean(axis=0) - x.mean(axis=0) ** 2
        assert abs(fast[1] / exact.var(axis=0)[1] - 1) > 0.5

    def test_float32_mean_over_many_pixels_with_channels_last(self):
        x = np.random.default_rng(4).normal([0, 1e4, 1e2], 1, (10, 100, 100, 3)).astype(np.float32)
        trace, _ = busy_layer(convention="keras").train(x)
        exact = x.astype(np.float64)
        np.testing.assert_allclose(trace.mean, exact.mean(axis=(0, 1, 2)), rtol=6e-8, atol=1e-7)
        np.testing.assert_allclose(trace.var, exact.var(axis=(0, 1, 2)), rtol=1e-6)

    def test_float32_gradients_over_many_pixels(self):
        rng = np.random.default_rng(6)
        x, dy = (rng.standard_normal((5, 100, 100, 3)).astype(np.float32) for _ in range(2))
        layer = busy_layer(convention="keras")
        actual = layer.train(x)[0].backward(dy)
        expected = layer.train(x.astype(np.float64))[0].backward(dy.astype(np.float64))
        np.testing.assert_allclose(actual.x, expected.x, atol=2e-6)
        np.testing.assert_allclose(actual.beta, expected.beta, atol=1e-4)
        np.testing.assert_allclose(actual.gamma, expected.gamma, atol=1e-4)

    @pytest.mark.parametrize("dtype", [np.int8, np.int64, np.uint8, np.bool_])
    def test_integers_and_booleans_become_float64(self, dtype):
        x = np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 0, 1]], dtype)
        trace, _ = busy_layer().train(x)
        assert {getattr(trace, name).dtype for name in ("x", *STEPS)} == {np.dtype(np.float64)}
        np.testing.assert_array_equal(trace.y, busy_layer().train(x.astype(np.float64))[0].y)

    def test_rows_in_lists(self):
        np.testing.assert_array_equal(busy_layer(4).train(EXAMPLE.tolist())[0].y, busy_layer(4).train(EXAMPLE)[0].y)


class TestChannelAxis:
    @pytest.mark.parametrize("mode", ["train", "infer"])
    def test_channels_last_is_channels_first_transposed(self, mode):
        rng = np.random.default_rng(7)
        x, dy = rng.standard_normal((2, 3, 4, 5)), rng.standard_normal((2, 3, 4, 5))
        results = []
        for axis, values, upstream in ((1, x, dy), (-1, np.moveaxis(x, 1, -1), np.moveaxis(dy, 1, -1))):
            layer = busy_layer(channel_axis=axis, eps=0.01)
            trace, after = layer.train(values)
            trace = trace if mode == "train" else layer.infer(values)
            results.append((trace, trace.backward(upstream), after))
        (first, first_gradients, first_after), (last, last_gradients, last_after) = results
        np.testing.assert_allclose(np.moveaxis(last.y, -1, 1), first.y, rtol=1e-12)
        np.testing.assert_allclose(np.moveaxis(last_gradients.x, -1, 1), first_gradients.x, rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(last_gradients.gamma, first_gradients.gamma, rtol=1e-11)
        np.testing.assert_allclose(last_gradients.beta, first_gradients.beta, rtol=1e-11)
        np.testing.assert_allclose(last_after.running_var, first_after.running_var, rtol=1e-12)

    def test_as_many_pixels_as_channels_confuse_nothing(self):
        x = np.random.default_rng(8).standard_normal((3, 3, 3, 3))
        for axis in (0, 1, 2, 3, -1, -4):
            others = tuple(other for other in range(4) if other != axis % 4)
            np.testing.assert_allclose(busy_layer(channel_axis=axis).train(x)[0].mean, x.mean(axis=others), rtol=1e-12)

    @pytest.mark.parametrize("shape", [(4, 3, 5), (2, 3, 2, 2, 2)])
    def test_other_numbers_of_axes(self, shape):
        x = np.random.default_rng(9).standard_normal(shape)
        others = (0, *range(2, len(shape)))
        np.testing.assert_allclose(busy_layer().train(x)[0].y.std(axis=others), busy_layer().gamma, rtol=1e-3)

    def test_memory_order_does_not_matter(self):
        np.testing.assert_allclose(
            busy_layer().train(np.asfortranarray(X))[0].y, busy_layer().train(X)[0].y, rtol=1e-12
        )


class TestDecay:
    def test_zero_remembers_the_last_batch_alone(self):
        _, after = busy_layer(decay=0.0).train(X)
        np.testing.assert_allclose(after.running_mean, X.mean(axis=0), rtol=1e-13)
        np.testing.assert_allclose(after.running_var, X.var(axis=0, ddof=1), rtol=1e-13)

    def test_one_never_learns(self):
        layer = busy_layer(decay=1.0)
        _, after = layer.train(X)
        np.testing.assert_array_equal(after.running_mean, layer.running_mean)
        np.testing.assert_array_equal(after.running_var, layer.running_var)
        _, after = layer.train(X * 1e300)
        np.testing.assert_array_equal(after.running_var, layer.running_var, "not from an infinite variance either")

    def test_none_is_the_mean_of_all_batches_and_forgets_the_start(self):
        layer = busy_layer(decay=None)
        batches = np.random.default_rng(10).standard_normal((4, 6, 3))
        for x in batches:
            _, layer = layer.train(x)
        np.testing.assert_allclose(layer.running_mean, batches.mean(axis=1).mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(layer.running_var, batches.var(axis=1, ddof=1).mean(axis=0), rtol=1e-12)

    def test_an_infinite_variance_is_forgotten_with_decay_zero(self):
        _, after = busy_layer(decay=0.0).train(X * 1e300)
        _, after = after.train(X)
        np.testing.assert_allclose(after.running_var, X.var(axis=0, ddof=1), rtol=1e-13)


class TestFrozen:
    """A frozen layer runs in inference mode while the rest of the network trains."""

    def test_gradient_passes_through_constants(self):
        layer = busy_layer()
        gradients = layer.infer(X).backward(DY)
        std = np.sqrt(layer.running_var + layer.eps)
        np.testing.assert_allclose(gradients.x, layer.gamma / std * DY, rtol=1e-13)
        np.testing.assert_allclose(gradients.gamma, (DY * (X - layer.running_mean) / std).sum(axis=0), rtol=1e-12)
        np.testing.assert_allclose(gradients.beta, DY.sum(axis=0), rtol=1e-12)

    def test_nothing_is_learned_from_inference(self):
        layer = busy_layer()
        first = layer.infer(X).y
        layer.infer(100 * X)
        np.testing.assert_array_equal(layer.infer(X).y, first)


class TestReadOnly:
    @pytest.mark.parametrize("mode", ["train", "infer"])
    @pytest.mark.parametrize("unit", [1.0, 1e300])
    def test_a_trace(self, mode, unit):
        trace = busy_layer().train(X * unit)[0] if mode == "train" else busy_layer().infer(X * unit)
        for name in STEPS:
            with pytest.raises(ValueError, match="read-only"):
                getattr(trace, name)[...] = 0

    def test_the_vectors_of_a_layer(self):
        layer = busy_layer()
        for each in (layer, layer.train(X)[1], replace(layer, decay=1.0).train(X)[1]):
            for name in VECTORS:
                with pytest.raises(ValueError, match="read-only"):
                    getattr(each, name)[...] = 0

    def test_the_caller_s_arrays_stay_the_caller_s(self):
        x, gamma = X.copy(), np.ones(3)
        layer = busy_layer(gamma=gamma)
        layer.train(x)
        layer.infer(x)
        gamma[:] = 7
        x[:] = 7
        np.testing.assert_array_equal(layer.gamma, np.ones(3))
