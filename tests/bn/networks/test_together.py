"""Side by side: each network goes the way that it goes alone, whatever stands beside it, and whoever ends leaves the rest."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from bn import ACTIVATIONS, CONVENTIONS, Network, separate, side_by_side, train, train_together
from bn.networks.network import INJECTING, NORM_KINDS
from bn.networks.together import Batch, losses_and_gradients, losses_of_variants, losses_together, of_variants, or_alone

RNG = np.random.default_rng(13)
SIZES = (6, 5, 4, 3)
IMAGES = RNG.standard_normal((60, 6))
LABELS = RNG.integers(0, 3, 60)
RATES, SEEDS = (0.1, 0.5, 1.0), (3, 3, 8)
SETTINGS = {"steps": 9, "batch_size": 10}
EACH = pytest.mark.parametrize(
    ("activation", "norm", "placement"), list(itertools.product(ACTIVATIONS, NORM_KINDS, ("before", "after")))
)


def networks(activation="tanh", norm="batch", placement="before", dtype=np.float64, **settings):
    """Three networks with nothing at its default: biases, gamma, beta and moving averages random too."""
    return [
        network.moved(0.3 * np.random.default_rng(k).standard_normal(network.parameters.shape)).train(IMAGES[k:])[1]
        for k in range(3)
        for network in [Network.create(SIZES, activation, norm, placement, seed=k, dtype=dtype, **settings)]
    ]


def together(nets, images=IMAGES, rates=RATES, seeds=SEEDS, **settings):
    return list(train_together(nets, images, LABELS, learning_rates=rates, seeds=seeds, **{**SETTINGS, **settings}))


def alone(nets, images=IMAGES, rates=RATES, seeds=SEEDS, **settings):
    return [
        list(train(net, images, LABELS, learning_rate=rate, seed=seed, **{**SETTINGS, **settings}))
        for net, rate, seed in zip(nets, rates, seeds, strict=True)
    ]


def assert_same(network, other, **tolerance):
    np.testing.assert_allclose(network.parameters, other.parameters, **tolerance)
    for one, two in zip(network.norms, other.norms, strict=True):
        for name in ("gamma", "beta", "running_mean", "running_var"):
            np.testing.assert_allclose(getattr(one, name), getattr(two, name), **tolerance)
        assert one.batches_seen == two.batches_seen


# --- the same as alone -------------------------------------------------------------------------------------------


@EACH
def test_each_network_goes_the_way_that_it_goes_alone(activation, norm, placement):
    """In double precision, from random parameters, with rates and seeds of their own."""
    nets = networks(activation, norm, placement)
    steps, runs = together(nets), alone(nets)
    assert [step.members for step in steps] == [(0, 1, 2)] * 9
    for step, *singles in zip(steps, *runs, strict=True):
        for k, (before, after, one) in enumerate(
            zip(separate(step.before), separate(step.after), singles, strict=True)
        ):
            assert step.losses[k] == pytest.approx(one.loss, rel=1e-11)
            np.testing.assert_allclose(step.gradients[k], one.gradients.vector, rtol=1e-9, atol=1e-12)
            assert_same(before, one.passed.network, rtol=1e-9, atol=1e-12)
            assert_same(after, one.network, rtol=1e-9, atol=1e-12)
            np.testing.assert_array_equal(step.images.reshape(10, 3, 6)[:, k], one.images)
            np.testing.assert_array_equal(step.labels[:, k], one.labels)
            assert step.noise_seeds[k] == one.noise_seed


@EACH
def test_the_gradients_of_a_random_upstream_are_each_network_s_own(activation, norm, placement):
    """Not those of training batches: each network with images and labels of its own, against central differences."""
    nets = networks(activation, norm, placement)
    stack = side_by_side(nets)
    x, labels = RNG.standard_normal((7, 18)), RNG.integers(0, 3, (7, 3))
    noises = stack.noises(7, 1, 2, 3)
    assert bool(noises) is (norm in INJECTING)
    losses, gradients = losses_and_gradients(stack, x, labels, noises)
    for k, (net, direction) in enumerate(zip(nets, RNG.standard_normal((3, nets[0].layout.length)), strict=True)):
        own = x.reshape(7, 3, 6)[:, k]
        above, below = (
            net.moved(change).train(own, k + 1)[0].loss(labels[:, k])
            for change in (1e-6 * direction, -1e-6 * direction)
        )
        assert losses[k] == pytest.approx(net.train(own, k + 1)[0].loss(labels[:, k]), rel=1e-12)
        assert gradients[k] @ direction == pytest.approx((above - below) / 2e-6, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("norm", NORM_KINDS)
def test_in_single_precision_too(norm):
    nets = networks("sigmoid", norm, dtype=np.float32)
    last, runs = together(nets, steps=3)[-1], alone(nets, steps=3)
    assert last.after.dtype == last.losses.dtype == last.gradients.dtype == np.float32
    for after, run in zip(separate(last.after), runs, strict=True):
        assert_same(after, run[-1].network, rtol=1e-4, atol=1e-6)


def test_far_from_zero_and_next_to_a_constant_each_keeps_its_digits():
    """What one network sees must not cost another digits: 100,000 off zero, constant, tiny, all in float64 alone."""
    nets = networks()
    for images in (IMAGES + 1e5, np.ones_like(IMAGES), IMAGES * 1e-170):
        for after, run in zip(
            separate(together(nets, images, steps=2)[-1].after), alone(nets, images, steps=2), strict=True
        ):
            assert_same(after, run[-1].network, rtol=1e-6, atol=1e-9)


def test_side_by_side_and_apart_again():
    nets = networks("relu", "batch", "after")
    for one, other in zip(separate(side_by_side(nets)), nets, strict=True):
        assert_same(one, other, rtol=0)
        np.testing.assert_array_equal(one.infer(IMAGES).logits, other.infer(IMAGES).logits)


def test_a_network_alone_can_stand_side_by_side_with_nobody():
    (net, *_) = networks()
    assert_same(separate(together([net], rates=[0.3], seeds=[2])[-1].after)[0],
                alone([net], rates=[0.3], seeds=[2])[0][-1].network, rtol=1e-9)  # fmt: skip


def test_nothing_in_a_step_can_be_changed():
    step = together(networks("tanh", "noisy"))[0]
    for stack in (step.before, step.after):
        arrays = [stack.parameters, *(norm.running_var for norm in stack.norms)]
        assert not any(array.flags.writeable for array in arrays)
    assert not step.images.flags.writeable


# --- ends --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("norm", NORM_KINDS)
def test_whose_numbers_overflow_leaves_and_says_what_it_says_alone(norm):
    """Three of five break off, at different steps; a warning would be an error here."""
    nets = [Network.create(SIZES, "relu", norm, seed=k) for k in range(5)]
    nets[3] = replace(nets[3], parameters=nets[3].parameters * np.float32(1e25))
    rates, seeds = (0.1, 1e30, 0.2, 0.1, 1e12), (1, 2, 3, 4, 5)
    steps = together(nets, rates=rates, seeds=seeds, steps=20)
    ended = {k: end for step in steps for k, end in step.ended}
    runs = alone(nets, rates=rates, seeds=seeds, steps=20)
    assert {k: end.stopped for k, end in ended.items()} == {k: run[-1].stopped for k, run in enumerate(runs) if run[-1].stopped}  # fmt: skip
    assert 1 in ended
    assert {0, 2} <= set(steps[-1].members)
    assert [step.number for step in steps] == list(range(1, 21))
    for step in steps:
        assert np.isfinite(step.losses).all()
        assert len(step.losses) == len(step.gradients) == len(step.after.parameters) == len(step.members)
        assert (step.images.shape, step.labels.shape) == ((10, 6 * len(step.members)), (10, len(step.members)))
    for k, after in zip(steps[-1].members, separate(steps[-1].after), strict=True):
        if k in (0, 2):
            assert_same(after, runs[k][-1].network, rtol=1e-3, atol=1e-4)


def test_weights_beyond_the_largest_number_end_a_run_at_that_step():
    """And not at the next, whose loss would not be a number."""
    nets = [Network.create(SIZES, "relu", None, seed=k) for k in range(2)]
    rates, seeds = (0.1, 3e38), (1, 2)
    steps = together(nets, 100 * IMAGES, rates=rates, seeds=seeds)
    (end,) = alone(nets, 100 * IMAGES, rates=rates, seeds=seeds)[1]
    assert [(k, each.number, each.stopped) for step in steps for k, each in step.ended] == [(1, 1, end.stopped)]
    assert "the weights have grown" in end.stopped


def test_when_all_have_ended_there_is_no_further_step():
    nets = networks("relu", None, dtype=np.float32)
    steps = together(nets, rates=(1e38,) * 3, steps=20)
    assert len(steps) < 20
    assert steps[-1].members == ()
    assert {k for step in steps for k, _ in step.ended} == {0, 1, 2}


@pytest.mark.parametrize("norm", ["batch", None])
def test_what_overflows_is_infinite_for_that_network_alone(norm):
    nets = networks("relu", norm, dtype=np.float32)
    nets[1] = nets[1].moved(3e38 * np.sign(nets[1].parameters) - nets[1].parameters)
    x = np.tile(IMAGES[:8].astype(np.float32), (1, 3))
    labels = RNG.integers(0, 3, (8, 3))
    losses, gradients = losses_and_gradients(side_by_side(nets), x, labels, ())
    assert math.isinf(losses[1])
    np.testing.assert_allclose(losses_together(side_by_side(nets), x, labels, ()), losses, rtol=1e-6)
    for k in (0, 2):
        own = nets[k].loss_and_gradients(IMAGES[:8], labels[:, k])
        assert losses[k] == pytest.approx(own.loss, rel=1e-5)
        np.testing.assert_allclose(gradients[k], own.vector, rtol=1e-3, atol=1e-5)


def test_a_gradient_that_overflows_is_a_step_of_which_nothing_is_known():
    """Beside a network whose loss and gradient are finite; the loss of the first would be 60."""
    steep, other = (Network.create((1, 1, 2), "relu", None, dtype=np.float32, seed=k) for k in range(2))
    steep = replace(steep, parameters=np.array([1e-38, 0, 3e38, -3e38, 0, 0], np.float32))
    x, labels = np.full((2, 2), 10, np.float32), np.ones((2, 2), int)
    losses, gradients = losses_and_gradients(side_by_side([steep, other]), x, labels, ())
    assert losses[0] == math.inf
    assert not np.isfinite(gradients[0]).all()
    assert losses[1] == pytest.approx(other.train(x[:, 1:])[0].loss([1, 1]))


def test_variants_that_are_no_variants_have_the_very_results_of_the_batch():
    nets = networks("tanh", "noisy")
    stack = side_by_side(nets)
    x, labels = np.tile(IMAGES[:9], (1, 3)), np.tile(LABELS[:9, None], (1, 3))
    noises = stack.noises(9, 1, 2, 3)
    batch = Batch(stack, x, labels, noises, *losses_and_gradients(stack, x, labels, noises))
    losses, gradients = of_variants(batch, np.stack([stack.parameters, stack.parameters + 0.1]))
    np.testing.assert_array_equal(losses[0], batch.losses)
    np.testing.assert_array_equal(gradients[0], batch.gradients)
    noted = replace(batch, losses=batch.losses + 1, gradients=batch.gradients + 1)  # so they are taken and not computed
    np.testing.assert_array_equal(of_variants(noted, stack.parameters[None])[0][0], noted.losses)
    np.testing.assert_array_equal(of_variants(noted, stack.parameters[None])[1][0], noted.gradients)
    np.testing.assert_array_equal(losses_of_variants(noted, stack.parameters[None])[0], noted.losses)
    np.testing.assert_allclose(losses_of_variants(batch, stack.parameters[None] + 0.1), losses[1:], rtol=1e-12)
    for k, net in enumerate(nets):
        moved = net.moved(np.full(net.layout.length, 0.1)).loss_and_gradients(IMAGES[:9], LABELS[:9], k + 1)
        assert losses[1, k] == pytest.approx(moved.loss, rel=1e-12)
        np.testing.assert_allclose(gradients[1, k], moved.vector, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("refused", [0, 1])
def test_what_is_refused_of_one_is_computed_of_the_others(refused):
    def compute(members):
        if refused in members:
            raise ValueError
        return [10 * member for member in members]

    for members in ([0, 1], [0, 1, 2]):
        assert or_alone(compute, members) == [None if each == refused else 10 * each for each in members]


# --- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        Network.create((6, 5, 3, 3)),
        Network.create(SIZES, "relu"),
        Network.create(SIZES, norm="noisy"),
        Network.create(SIZES, placement="after"),
        Network.create(SIZES, dtype=np.float64),
        Network.create(SIZES, convention=CONVENTIONS["keras"]),
        Network.create(SIZES).train(IMAGES)[1],
    ],
)
def test_networks_of_different_shape_are_refused(other):
    with pytest.raises(ValueError, match="side by side must differ"):
        together([Network.create(SIZES), other], rates=(0.1, 0.1), seeds=(1, 1))


def test_what_train_refuses_of_any_is_refused_at_once():
    with pytest.raises(ValueError, match="learning_rate is -1"):
        train_together(networks(), IMAGES, LABELS, learning_rates=(0.1, -1, 0.1), seeds=SEEDS, **SETTINGS)
    with pytest.raises(ValueError, match="3 networks need"):
        train_together(networks(), IMAGES, LABELS, learning_rates=(0.1, 0.1), seeds=SEEDS, **SETTINGS)
