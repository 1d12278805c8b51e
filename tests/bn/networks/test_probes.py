"""The probes against what can be computed by hand: quadratic directions, single layers, known moments."""

import math
from dataclasses import replace

import numpy as np
import pytest

from bn import (
    ACTIVATIONS,
    Network,
    covariate_shift,
    is_flat,
    layer_states,
    moment_shifts,
    percentiles,
    smoothness,
    train,
)

RNG = np.random.default_rng(21)
IMAGES = RNG.standard_normal((24, 5))
LABELS = RNG.integers(0, 3, 24)
SIZES = (5, 6, 4, 3)
NORMS = pytest.mark.parametrize("norm", ["batch", "noisy", "noise", None])


def network_of(norm="batch", activation="tanh", **settings):
    return Network.create(SIZES, activation, norm, dtype=np.float64, seed=2, **settings)


def step_of(norm="batch", activation="tanh"):
    return list(train(network_of(norm, activation), IMAGES, LABELS, steps=3, batch_size=12, learning_rate=0.4))[-1]


class TestPercentiles:
    def test_of_all_values_and_of_one_unit(self):
        values = np.stack([np.arange(101), 1000 + np.arange(101)], axis=1)
        assert percentiles(values, 0) == (15, 50, 85)
        assert percentiles(values, 1) == (1015, 1050, 1085)
        low, middle, high = percentiles(values)
        assert low < 100 < middle < 1000 < high

    def test_between_two_values_lies_a_straight_line(self):
        assert percentiles([[0.0], [10.0]]) == pytest.approx((1.5, 5.0, 8.5))

    @pytest.mark.parametrize(
        ("values", "unit"), [([1.0], None), (np.ones((0, 3)), None), ([[np.nan]], None), ([[1.0]], 1), ([[1.0]], -1)]
    )
    def test_refusals(self, values, unit):
        with pytest.raises(ValueError, match=r"values has shape|unit is"):
            percentiles(values, unit)


class TestLayerStates:
    @NORMS
    @pytest.mark.parametrize("activation", ACTIVATIONS)
    def test_they_describe_what_goes_into_the_activation(self, activation, norm):
        step = step_of(norm, activation)
        for unit in (None, 2):
            states = layer_states(step.passed, step.gradients, unit)
            assert [state.units for state in states] == [6, 4]
            for i, (state, hidden) in enumerate(zip(states, step.passed.hidden, strict=True)):
                z = hidden.into_activation
                assert state.percentiles == percentiles(z, unit)
                assert state.saturated == is_flat(ACTIVATIONS[activation], z).mean()
                assert state.gradient_norm == pytest.approx(np.linalg.norm(step.gradients.layers[i].weights))
        assert layer_states(step.passed)[0].gradient_norm is None

    def test_a_dead_unit_is_counted_for_relu_alone(self):
        for activation, dead in (("relu", 2), ("sigmoid", 0), ("tanh", 0)):
            network = network_of(None, activation)
            bias = np.zeros(network.layout.length)
            bias[network.layout.layers[0].bias] = [0, -100, 0, 0, -100, 0]
            passed = network.moved(bias).train(IMAGES)[0]
            assert layer_states(passed)[0].dead == dead

    def test_a_unit_that_wakes_for_one_example_is_not_dead(self):
        network = network_of(None, "relu")
        zero = np.zeros(network.layout.length)
        images = np.zeros((9, 5))
        bias = zero.copy()
        bias[network.layout.layers[0].bias] = [-1, 1, 1, 1, 1, 1]
        asleep = network.moved(bias)
        assert layer_states(asleep.train(images)[0])[0].dead == 1
        images[4] = 10 * network.layers[0].weights[:, 0]
        assert layer_states(asleep.train(images)[0])[0].dead == 0

    def test_wide_weights_saturate(self):
        narrow, wide = (layer_states(network_of(None, weight_scale=s).train(IMAGES)[0])[0] for s in (0.1, 20))
        assert narrow.saturated == 0
        assert wide.saturated > 0.8


class TestSmoothness:
    @NORMS
    def test_it_looks_where_the_steps_would_lead(self, norm):
        network, seed = network_of(norm), (3, 1)
        here = network.loss_and_gradients(IMAGES, LABELS, seed)
        lengths = [0.0, 0.1, 0.5, 2.0]
        found = smoothness(network, IMAGES, LABELS, lengths, seed)
        there = [network.moved(-t * here.vector).loss_and_gradients(IMAGES, LABELS, seed) for t in lengths]
        distances = [np.linalg.norm(each.vector - here.vector) for each in there]
        np.testing.assert_allclose(found.losses, [each.loss for each in there], rtol=1e-12)
        np.testing.assert_allclose(found.distances, distances, rtol=1e-12)
        assert found.losses[0] == found.loss == here.loss
        assert found.norm == pytest.approx(np.linalg.norm(here.vector))
        assert found.loss_range == (min(found.losses), max(found.losses))
        assert found.distance_range == (0, max(found.distances))
        ratios = [distance / (t * found.norm) for distance, t in zip(distances, lengths, strict=True) if t]
        assert found.effective_beta == pytest.approx(max(ratios), rel=1e-12)

    @NORMS
    def test_a_short_step_sees_the_curvature(self, norm):
        """For short steps, |g' - g| / |d| is |H g| / |g|: here H g comes from differences on the other side."""
        network = network_of(norm)
        g = network.loss_and_gradients(IMAGES, LABELS).vector
        h = 1e-5
        ahead = network.moved(h * g).loss_and_gradients(IMAGES, LABELS).vector
        curvature = np.linalg.norm((ahead - g) / h) / np.linalg.norm(g)
        assert smoothness(network, IMAGES, LABELS, [1e-5]).effective_beta == pytest.approx(curvature, rel=1e-2)

    def test_the_loss_falls_along_a_short_step_as_the_gradient_says(self):
        found = smoothness(network_of(), IMAGES, LABELS, [1e-6])
        assert (found.loss - found.losses[0]) / 1e-6 == pytest.approx(found.norm**2, rel=1e-4)

    def test_without_a_gradient_nothing_moves(self):
        network = network_of(None)
        network = replace(network, parameters=np.zeros(network.layout.length))
        labels = np.arange(24) % 3  # balanced, so that equal logits are best
        found = smoothness(network, IMAGES, labels, [0.1, 1.0])
        assert found.norm == pytest.approx(0, abs=1e-15)
        assert found.losses == pytest.approx(math.log(3))

    def test_steps_of_no_length_have_no_beta(self):
        assert smoothness(network_of(), IMAGES, LABELS, [0.0]).effective_beta == 0

    @NORMS
    def test_beyond_the_largest_number_it_is_infinite_without_a_warning(self, norm):
        network = Network.create(SIZES, "relu", norm)
        found = smoothness(network, IMAGES, LABELS, [0.1, 3e38, 1e300])
        assert np.isfinite(found.losses[0])
        assert found.losses[2] == found.distances[2] == found.effective_beta == np.inf

    @pytest.mark.parametrize("lengths", [[], [[0.1]], [-0.1], [np.nan], [np.inf]])
    def test_refusals(self, lengths):
        with pytest.raises(ValueError, match="lengths is"):
            smoothness(network_of(), IMAGES, LABELS, lengths)

    def test_a_batch_of_one_is_refused_where_the_convention_refuses_it(self):
        with pytest.raises(ValueError, match="a batch of 1 is refused by PyTorch"):
            smoothness(network_of(), IMAGES[:1], LABELS[:1], [0.1])

    def test_a_network_without_a_finite_loss_has_nothing_to_measure(self):
        network = Network.create(SIZES, "relu", None)
        huge = network.moved(np.sign(network.parameters) * np.float32(3e38))
        with pytest.raises(ValueError, match="not finite"):
            smoothness(huge, IMAGES, LABELS, [0.1])


def test_beyond_the_largest_parameter_there_is_no_loss():
    """Not even where the activation function would make something finite of an infinite weight."""
    network = Network.create((1, 1, 2), "sigmoid", None)
    network = network.moved(np.array([0, 0, 1, -1, 0, 0], np.float32) - network.parameters)
    near, far = smoothness(network, [[1e4]], [1], [1.0, 1e36]).losses
    assert math.isfinite(near)
    assert far == math.inf


class TestCovariateShift:
    @NORMS
    def test_it_is_the_definition(self, norm):
        step = step_of(norm)
        before, after, seed = step.passed.network, step.network, step.noise_seed
        shifts = covariate_shift(before, after, step.images, step.labels, seed)
        assert len(shifts) == 3
        for i, shift in enumerate(shifts):
            begin = before.layout.spans[i].start
            mixed = np.concatenate([after.parameters[:begin], before.parameters[begin:]])
            g = before.loss_and_gradients(step.images, step.labels, seed).layers[i].weights.ravel()
            mixed = replace(before, parameters=mixed)
            g_after = mixed.loss_and_gradients(step.images, step.labels, seed).layers[i].weights.ravel()
            assert shift.distance == pytest.approx(np.linalg.norm(g_after - g), rel=1e-9, abs=1e-12)
            assert shift.norm == pytest.approx(np.linalg.norm(g))
            cosine = g @ g_after / np.linalg.norm(g) / np.linalg.norm(g_after)
            assert shift.cosine == pytest.approx(cosine, rel=1e-12)
        assert (shifts[0].distance, shifts[0].cosine) == (0, pytest.approx(1))
        assert min(shift.distance for shift in shifts[1:]) > 1e-4

    def test_an_update_of_the_last_layer_alone_shifts_none(self):
        network = network_of()
        change = np.zeros(network.layout.length)
        change[network.layout.spans[-1]] = 0.5
        shifts = covariate_shift(network, network.moved(change), IMAGES, LABELS)
        assert [shift.distance for shift in shifts] == [0, 0, 0]

    def test_an_update_of_the_second_layer_shifts_only_what_comes_behind(self):
        network = network_of()
        change = np.zeros(network.layout.length)
        change[network.layout.spans[1]] = 0.5
        first, second, third = covariate_shift(network, network.moved(change), IMAGES, LABELS)
        assert first.distance == second.distance == 0
        assert third.distance > 0.01

    def test_where_a_gradient_is_0_there_is_no_direction(self):
        network = network_of(None, "relu")
        bias = np.zeros(network.layout.length)
        bias[network.layout.layers[0].bias] = -100
        dead = network.moved(bias)
        assert covariate_shift(dead, dead, IMAGES, LABELS)[0].cosine is None

    def test_a_step_beyond_the_largest_number(self):
        network = Network.create(SIZES, "relu", None)
        change = np.sign(network.parameters) * np.float32(3e38)
        first, _, third = covariate_shift(network, network.moved(change), IMAGES, LABELS)
        assert first.distance == 0
        assert (third.distance, third.cosine) == (math.inf, None)

    def test_only_networks_of_one_kind_are_compared(self):
        with pytest.raises(ValueError, match="networks differ"):
            covariate_shift(network_of("batch"), network_of("noisy"), IMAGES, LABELS)


class TestMomentShifts:
    def test_known_moments(self):
        """Tripling the first layer's weights triples mean and deviation of what it sums up; a bias moves the mean."""
        network = network_of(None)
        parameters = network.parameters.copy()
        parameters[network.layout.layers[0].weights] *= 3
        parameters[network.layout.layers[0].bias] += 7
        images = IMAGES - IMAGES.mean(axis=0)
        before = network.train(images)[0]
        after = replace(network, parameters=parameters).train(images)[0]
        first = moment_shifts(before, after, of="dense")[0]
        spread = math.sqrt((before.hidden[0].dense.std(axis=0) ** 2).mean())
        assert first.mean == pytest.approx(7)
        assert first.std == pytest.approx(2 * spread)
        assert first.scale == pytest.approx(spread)

    @pytest.mark.parametrize("of", ["x", "dense", "into_activation", "activated", "out"])
    def test_of_each_of_its_values(self, of):
        step = step_of()
        after = step.network.train(step.images)[0]
        for shift, one, other in zip(
            moment_shifts(step.passed, after, of), step.passed.hidden, after.hidden, strict=True
        ):
            old, new = getattr(one, of), getattr(other, of)
            change = new.mean(axis=0) - old.mean(axis=0)
            assert shift.mean == pytest.approx(np.linalg.norm(change) / math.sqrt(len(change)), abs=1e-15)
            change = new.std(axis=0) - old.std(axis=0)
            assert shift.std == pytest.approx(np.linalg.norm(change) / math.sqrt(len(change)), abs=1e-15)

    def test_batch_norm_holds_the_moments_that_gamma_and_beta_set(self):
        network = network_of()
        change = np.zeros(network.layout.length)
        change[network.layout.layers[0].weights] = np.random.default_rng(0).standard_normal(30)
        shift = moment_shifts(network.train(IMAGES)[0], network.moved(change).train(IMAGES)[0], "into_activation")[0]
        assert max(shift.mean, shift.std) < 1e-4

    def test_refusals(self):
        passed = network_of().train(IMAGES)[0]
        with pytest.raises(ValueError, match="of is 'logits'"):
            moment_shifts(passed, passed, "logits")
        other = Network.create((5, 3)).train(IMAGES)[0]
        with pytest.raises(ValueError, match="sizes"):
            moment_shifts(passed, other)


def test_a_probe_leaves_the_network_as_it_was():
    network = network_of()
    before = network.parameters.copy()
    smoothness(network, IMAGES, LABELS, [0.5])
    covariate_shift(network, step_of().network, IMAGES, LABELS)
    np.testing.assert_array_equal(network.parameters, before)
