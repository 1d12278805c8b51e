"""What is kept of a run agrees with the run itself, is small, cannot be changed, and survives overflow."""

import math
import pickle
from dataclasses import replace

import numpy as np
import pytest

from bn import BINS, REACH, Images, Network, layer_states, look, record, train

pytestmark = pytest.mark.trains

RNG = np.random.default_rng(5)
TRAINING = Images(RNG.standard_normal((60, 6)), RNG.integers(0, 3, 60))
HELD_OUT = Images(RNG.standard_normal((30, 6)), RNG.integers(0, 3, 30))
RUN = {"steps": 40, "batch_size": 8, "learning_rate": 0.3, "seed": 2}


def network(norm="batch", activation="sigmoid", scale=1.0, placement="before"):
    return Network.create((6, 7, 5, 3), activation, norm, placement, weight_scale=scale, seed=1)


def recorded(net, **changes):
    return list(record(net, TRAINING, HELD_OUT, parts=10, looks=5, guessed=(3, 0, 7), **{**RUN, **changes}))


@pytest.mark.parametrize("norm", ["batch", None])
def test_losses_are_means_over_the_steps_of_a_part(norm):
    losses = [step.loss for step in train(network(norm), *TRAINING, **RUN)]
    parts = recorded(network(norm))
    assert [part.number for part in parts] == list(range(0, 41, 4))
    assert parts[0].loss is None
    np.testing.assert_allclose([part.loss for part in parts[1:]], np.reshape(losses, (10, 4)).mean(axis=1), rtol=1e-6)


@pytest.mark.parametrize("norm", ["batch", None])
def test_looks_are_taken_where_they_are_due_and_see_the_network_there(norm):
    parts = recorded(network(norm))
    assert [part.number for part in parts if part.look] == [0, 8, 16, 24, 32, 40]
    nets = {0: network(norm)} | {step.number: step.network for step in train(network(norm), *TRAINING, **RUN)}
    for part in parts:
        if part.look:
            judged = nets[part.number].infer(HELD_OUT.images)
            assert part.look.accuracy == judged.accuracy(HELD_OUT.labels)
            assert part.look.loss == judged.loss(HELD_OUT.labels)
            assert part.look.guesses == tuple(int(judged.predictions[i]) for i in (3, 0, 7))


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
@pytest.mark.parametrize("placement", ["before", "after"])
def test_layers_are_looked_at_in_training_mode_on_the_first_examples(activation, placement):
    net = network(activation=activation, placement=placement)
    probe = Images(TRAINING.images[:20], TRAINING.labels[:20])
    seen = look(net, probe, HELD_OUT, ())
    passed, _ = net.train(probe.images)
    states = layer_states(passed, passed.backward(probe.labels))
    for layer, state, hidden in zip(seen.layers, states, passed.hidden, strict=True):
        assert (layer.percentiles, layer.saturated, layer.dead) == (state.percentiles, state.saturated, state.dead)
        assert layer.gradient_norm == state.gradient_norm
        each = [np.std([float(value) for value in unit]) for unit in hidden.out.T]
        assert layer.spread == pytest.approx(np.sqrt(np.mean(np.square(each))), rel=1e-6)
        clipped = np.clip(hidden.into_activation, -REACH, np.nextafter(REACH, 0))
        np.testing.assert_array_equal(layer.counts, np.histogram(clipped, BINS, (-REACH, REACH))[0])
        assert layer.counts.sum() == hidden.into_activation.size


def test_far_values_count_in_the_outermost_bins():
    seen = look(network(None, "relu", scale=1e3), TRAINING, HELD_OUT, ())
    counts = seen.layers[0].counts
    assert counts.shape == (BINS,)
    assert counts[0] + counts[-1] > 0.9 * counts.sum()


def test_gamma_and_beta_are_percentiles_over_the_units():
    last = recorded(network())[-1].look
    *_, step = train(network(), *TRAINING, **RUN)
    for layer, learned in zip(last.layers, step.network.layers, strict=False):
        np.testing.assert_allclose(layer.gammas, np.percentile(learned.gamma, [15, 50, 85]), rtol=1e-6)
        np.testing.assert_allclose(layer.betas, np.percentile(learned.beta, [15, 50, 85]), rtol=1e-6, atol=1e-9)
    assert recorded(network(None))[-1].look.layers[0].gammas is None


def test_divergence_is_the_last_part_and_its_numbers_stay_finite():
    parts = recorded(network(None, "relu"), learning_rate=1e20)
    assert parts[-1].stopped.startswith(f"The run ended at step {parts[-1].number}")
    assert all(part.stopped is None for part in parts[:-1])
    assert parts[-1].number < RUN["steps"]
    assert all(math.isfinite(part.loss) for part in parts if part.loss is not None)
    assert all(math.isfinite(part.look.loss) for part in parts if part.look)


def test_where_a_run_ends_it_is_looked_at_though_no_look_is_due():
    """At its first step, before which the network was as at the beginning."""
    far = Images(100 * TRAINING.images, TRAINING.labels)
    settings = {**RUN, "steps": 10, "learning_rate": 3e38, "parts": 10, "looks": 5}
    first, last = record(network(None, "relu"), far, HELD_OUT, **settings)
    assert last.stopped
    assert last.look.loss == first.look.loss


def test_the_layers_are_looked_at_with_the_first_of_the_training_examples():
    probe = Images(TRAINING.images[:20], TRAINING.labels[:20])
    expected = look(network(), probe, HELD_OUT, ()).layers
    seen = recorded(network(), probed=20)[0].look.layers
    assert [layer.percentiles for layer in seen] == [layer.percentiles for layer in expected]


def test_values_whose_squares_overflow_in_single_precision_are_measured():
    seen = look(network(None, "relu", scale=1e10), TRAINING, HELD_OUT, ())
    out = network(None, "relu", scale=1e10).train(TRAINING.images)[0].hidden[1].out.astype(np.float64)
    assert seen.layers[1].spread == pytest.approx(np.sqrt(out.var(axis=0).mean()), rel=1e-6)
    assert 1e19 < seen.layers[1].spread < np.inf


def test_a_gradient_whose_length_overflows_is_infinitely_long_and_no_warning():
    net = Network.create((6, 7, 5, 3), "relu", None, dtype=np.float64)
    steep = np.zeros(net.layout.length)
    steep[net.layout.layers[-1].weights] = 1e200 * RNG.standard_normal(15)
    seen = look(net.moved(steep), TRAINING, HELD_OUT, ())
    assert seen.layers[0].gradient_norm == math.inf
    assert math.isfinite(seen.loss)


def test_values_further_apart_than_the_largest_number_are_looked_at_without_a_warning():
    """Between two of them lies a percentile."""
    steep = replace(Network.create((1, 1, 2), "sigmoid", None), parameters=np.array([3e38, 0, 1, -1, 0, 0], np.float32))
    two = Images(np.array([[1.0], [-1.0]]), np.array([0, 1]))
    seen = look(steep, two, two, ())
    assert seen.layers[0].counts[[0, -1]].tolist() == [1, 1]


def test_a_network_whose_numbers_overflow_is_not_seen():
    assert look(network("batch", "relu", scale=1e30, placement="after"), TRAINING, HELD_OUT, ()) is None
    assert look(network(None, "relu", scale=1e30), TRAINING, HELD_OUT, ()) is None


def test_a_network_whose_gradient_alone_overflows_is_not_seen_either():
    steep = replace(
        Network.create((1, 1, 2), "relu", None), parameters=np.array([1e-38, 0, 3e38, -3e38, 0, 0], np.float32)
    )
    two = Images(np.array([[10.0], [10.0]]), np.array([1, 1]))
    assert steep.infer(two.images).loss(two.labels) == pytest.approx(60, rel=1e-5)
    assert look(steep, two, two, ()) is None


def test_a_network_whose_sigmoids_get_infinity_is_not_seen_either():
    """Of which they make 1, so that nothing behind them overflows."""
    steep = replace(Network.create((1, 1, 2), "sigmoid", None), parameters=np.array([3e38, 0, 1, -1, 0, 0], np.float32))
    two = Images(np.array([[2.0], [2.0]]), np.array([0, 1]))
    assert np.isfinite(steep.infer(two.images).loss(two.labels))
    assert look(steep, two, two, ()) is None


def test_the_looks_change_nothing_about_the_run():
    few = [part.loss for part in recorded(network())]
    many = [part.loss for part in record(network(), TRAINING, HELD_OUT, parts=10, looks=10, **RUN)]
    assert few == many


def test_what_is_kept_is_small_and_cannot_be_changed():
    parts = recorded(network())
    assert len(pickle.dumps(parts)) < 20_000
    with pytest.raises(ValueError, match="read-only"):
        parts[0].look.layers[0].counts[0] = 1
    with pytest.raises(AttributeError):
        parts[0].number = 1


@pytest.mark.parametrize("changes", [{"steps": 41}, {"parts": 10, "looks": 3}, {"learning_rate": -1}])
def test_what_does_not_fit_is_refused_at_once(changes):
    with pytest.raises(ValueError, match=r"steps don't fall|learning_rate is -1"):
        record(network(), TRAINING, HELD_OUT, **{"parts": 10, "looks": 5, **RUN, **changes})
