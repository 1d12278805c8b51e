"""Networks: forward written out by hand, gradients against central differences, refusals, and values that stay."""

import math
from dataclasses import replace

import numpy as np
import pytest

from bn import ACTIVATIONS, CONVENTIONS, Network
from bn.networks.network import INJECTING, NORM_KINDS, NORMALIZING

SIZES = (5, 4, 3, 3)
RNG = np.random.default_rng(1502)
X = RNG.standard_normal((7, 5))
LABELS = np.array([0, 2, 1, 1, 0, 2, 2])
KINDS = ("weights", "bias", "gamma", "beta")
EACH = pytest.mark.parametrize(
    ("activation", "norm", "placement"),
    [(f, norm, placement) for f in ACTIVATIONS for norm in NORM_KINDS for placement in ("before", "after")],
)


def network_of(activation="sigmoid", norm="batch", placement="before", **settings):
    """A network with nothing at its default: biases, gamma and beta random too."""
    fresh = Network.create(SIZES, activation, norm, placement, dtype=np.float64, **settings)
    rng = np.random.default_rng(3)
    return fresh.moved(0.3 * rng.standard_normal(fresh.parameters.shape))


def places_of(network, kind):
    """Indices of all parameters of one kind in the vector."""
    index = np.arange(network.layout.length)
    return [i for layer in network.layout.views(index) for i in np.ravel(getattr(layer, kind)) if i is not None]


@EACH
class TestGradients:
    @pytest.mark.parametrize("kind", KINDS)
    def test_central_differences(self, activation, norm, placement, kind):
        network = network_of(activation, norm, placement)
        gradients = network.train(X, noise_seed=4)[0].backward(LABELS)
        places = places_of(network, kind)
        assert bool(places) is (kind in ("weights", "bias") or norm in NORMALIZING)
        step = 1e-6
        for i in places:
            change = np.zeros(network.layout.length)
            change[i] = step
            above, below = (network.moved(d).train(X, noise_seed=4)[0].loss(LABELS) for d in (change, -change))
            assert gradients.vector[i] == pytest.approx((above - below) / (2 * step), rel=1e-6, abs=1e-9)
        assert not places or np.abs(gradients.vector[places]).max() > 1e-3

    def test_of_each_layer_s_activations(self, activation, norm, placement):
        """Adding to the next layer's bias is adding to what it sums up: dL/dout = ddense_next @ weights_next.T."""
        network = network_of(activation, norm, placement)
        passed, _ = network.train(X)
        gradients = passed.backward(LABELS)
        assert [d.shape for d in gradients.out] == [(7, 4), (7, 3)]
        assert [d.shape for d in gradients.dense] == [(7, 4), (7, 3), (7, 3)]
        onehot = np.eye(3)[LABELS]
        np.testing.assert_allclose(gradients.dense[2], (passed.probabilities - onehot) / 7, atol=1e-15)
        for i in (0, 1):
            np.testing.assert_allclose(gradients.out[i], gradients.dense[i + 1] @ network.layers[i + 1].weights.T)
            np.testing.assert_allclose(
                gradients.layers[i + 1].weights, passed.hidden[i].out.T @ gradients.dense[i + 1], atol=1e-15
            )
        np.testing.assert_array_equal(gradients.loss, passed.loss(LABELS))

    def test_forward_by_hand(self, activation, norm, placement):
        network = network_of(activation, norm, placement)
        passed, _ = network.train(X, noise_seed=9)
        signal = X
        for hidden, layer in zip(passed.hidden, network.layers, strict=False):
            assert hidden.x is passed.x or hidden.x is signal
            dense = signal @ layer.weights + (0 if layer.bias is None else layer.bias)
            f = ACTIVATIONS[activation]

            def normalize(z, hidden=hidden, layer=layer):
                y = z
                if norm in NORMALIZING:
                    y = layer.gamma * (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + 1e-5) + layer.beta
                    np.testing.assert_allclose(hidden.trace.y, y, atol=1e-12)
                return hidden.noise.scale * y + hidden.noise.shift if norm in INJECTING else y

            into = normalize(dense) if placement == "before" else dense
            out = f(into) if placement == "before" else normalize(f(into))
            for actual, expected in (
                (hidden.dense, dense),
                (hidden.into_activation, into),
                (hidden.activated, f(into)),
                (hidden.out, out),
            ):
                np.testing.assert_allclose(actual, expected, atol=1e-12)
            assert (hidden.trace is not None) is (norm in NORMALIZING)
            assert (hidden.noise is not None) is (norm in INJECTING)
            signal = hidden.out
        last = network.layers[-1]
        np.testing.assert_allclose(passed.logits, signal @ last.weights + last.bias, atol=1e-12)

    def test_every_array_is_read_only(self, activation, norm, placement):
        network = network_of(activation, norm, placement)
        passed, after = network.train(X)
        gradients = passed.backward(LABELS)
        arrays = [network.parameters, gradients.vector, passed.x, passed.logits, passed.probabilities]
        arrays += [passed.predictions, *gradients.out, *gradients.dense]
        for layer in (*network.layers, *after.layers, *gradients.layers):
            arrays += [value for value in layer if value is not None]
        for hidden in (*passed.hidden, *after.infer(X).hidden):
            arrays += [value for value in hidden if isinstance(value, np.ndarray)]
            arrays += [*(hidden.noise or ())]
            if hidden.trace:
                arrays += [value for value in hidden.trace if isinstance(value, np.ndarray)]
        for each in (network, after):
            for layer in each.norms:
                arrays += [layer.gamma, layer.beta, layer.running_mean, layer.running_var]
        assert len(arrays) > 20
        assert not any(array.flags.writeable for array in arrays)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_twins_have_the_same_weights(activation):
    twins = [
        Network.create((8, 6, 6, 3), activation, norm, placement, weight_scale=0.7, seed=5)
        for norm in NORM_KINDS
        for placement in ("before", "after")
    ]
    for twin in twins[1:]:
        for ours, theirs in zip(twins[0].layers, twin.layers, strict=True):
            np.testing.assert_array_equal(ours.weights, theirs.weights)
    for twin in twins:
        for layer in twin.layers:
            assert all(
                (value == start).all() for value, start in zip(layer[1:], (0, 1, 0), strict=True) if value is not None
            )


def test_only_a_norm_right_behind_it_makes_a_bias_redundant():
    def biases(norm, placement):
        return [layer.bias is not None for layer in Network.create(SIZES, norm=norm, placement=placement).layers]

    assert biases("batch", "before") == biases("noisy", "before") == [False, False, True]
    for norm, placement in (("batch", "after"), (None, "before"), ("noise", "before")):
        assert biases(norm, placement) == [True, True, True]


@pytest.mark.parametrize(("activation", "spread"), [("relu", 2 / 400), ("sigmoid", 2 / 700), ("tanh", 2 / 700)])
@pytest.mark.parametrize("weight_scale", [1.0, 0.1, 3.0])
def test_weights_start_as_documented(activation, spread, weight_scale):
    weights = Network.create((400, 300), activation, weight_scale=weight_scale).layers[0].weights
    assert weights.std() == pytest.approx(weight_scale * math.sqrt(spread), rel=0.01)
    assert abs(weights.mean()) < 0.01 * weight_scale


def test_the_seed_makes_the_weights():
    one, same, other = (Network.create(SIZES, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.parameters, same.parameters)
    assert (one.layers[0].weights != other.layers[0].weights).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_everything_stays_in_its_precision(dtype):
    for norm in ("noisy", None):
        network = Network.create(SIZES, norm=norm, dtype=dtype)
        passed, network = network.train(X)
        gradients = passed.backward(LABELS)
        arrays = [network.parameters, passed.x, passed.logits, gradients.vector, *gradients.dense, *gradients.out]
        arrays += [array for hidden in passed.hidden for array in (hidden.dense, hidden.into_activation, hidden.out)]
        assert {array.dtype for array in arrays} == {np.dtype(dtype)}
        assert network.infer(X.astype(np.float32)).logits.dtype == dtype


def test_loss_predictions_and_accuracy_by_hand():
    passed, _ = network_of().train(X)
    rows = np.exp(passed.logits) / np.exp(passed.logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(passed.probabilities, rows, atol=1e-14)
    assert passed.loss(LABELS) == pytest.approx(-np.log(rows[np.arange(7), LABELS]).mean(), rel=1e-12)
    np.testing.assert_array_equal(passed.predictions, rows.argmax(axis=1))
    assert passed.accuracy(LABELS) == (rows.argmax(axis=1) == LABELS).sum() / 7
    assert passed.accuracy(passed.predictions) == 1


def test_the_softmax_of_large_logits_is_exact():
    network = Network.create((3, 3), norm=None, dtype=np.float64)
    network = network.moved(np.concatenate([1000 * np.eye(3).ravel(), np.zeros(3)]) - network.parameters)
    passed, _ = network.train(np.eye(3))
    assert passed.loss([0, 1, 2]) == 0
    assert passed.loss([1, 2, 0]) == 1000
    np.testing.assert_array_equal(passed.probabilities, np.eye(3))


class TestMovingAverages:
    def test_training_moves_them_and_inference_uses_them(self):
        network = network_of()
        passed, after = network.train(X)
        dense = X @ network.layers[0].weights
        np.testing.assert_allclose(after.norms[0].running_mean, 0.1 * dense.mean(axis=0))
        np.testing.assert_allclose(after.norms[0].running_var, 0.9 + 0.1 * dense.var(axis=0, ddof=1))
        trace = after.infer(X).hidden[0].trace
        np.testing.assert_allclose(
            trace.x_hat, (dense - after.norms[0].running_mean) / np.sqrt(after.norms[0].running_var + 1e-5)
        )
        assert (network.norms[0].running_mean == 0).all()
        assert passed.training
        assert not after.infer(X).training

    def test_in_inference_no_example_depends_on_another(self):
        network = network_of("tanh", "noisy").train(X)[1]
        np.testing.assert_allclose(network.infer(X[:1]).logits, network.infer(X).logits[:1], rtol=1e-12)

    def test_inference_has_gradients_too(self):
        network = network_of().train(X)[1]
        gradient = network.infer(X).backward(LABELS).vector
        change = 1e-6 * np.random.default_rng(0).standard_normal(gradient.shape)
        above, below = (network.moved(d).infer(X).loss(LABELS) for d in (change, -change))
        assert gradient @ change == pytest.approx((above - below) / 2, rel=1e-6)

    def test_gamma_and_beta_of_the_norms_are_those_of_the_parameters(self):
        network = network_of()
        for each in (network, network.train(X)[1], replace(network, parameters=2 * network.parameters)):
            for norm, layer in zip(each.norms, each.layers, strict=False):
                np.testing.assert_array_equal(norm.gamma, layer.gamma)
                np.testing.assert_array_equal(norm.beta, layer.beta)


class TestNoise:
    def test_each_seed_has_its_own(self):
        network = network_of(norm="noisy")
        one, same, other = (network.train(X, noise_seed=seed)[0] for seed in ((0, 1), (0, 1), (0, 2)))
        np.testing.assert_array_equal(one.logits, same.logits)
        assert (one.hidden[0].noise.shift != other.hidden[0].noise.shift).all()

    def test_its_distribution_is_the_documented_one(self):
        network = Network.create((2, 400, 2), norm="noisy", dtype=np.float64)
        x = np.random.default_rng(1).standard_normal((500, 2))
        scale, shift = network.train(x)[0].hidden[0].noise
        means, spreads = shift.mean(axis=0), scale.mean(axis=0)
        assert -0.51 < means.min() < -0.45
        assert 0.45 < means.max() < 0.51
        assert 0.98 < spreads.min() < 1.03
        assert 1.22 < spreads.max() < 1.27
        assert abs(means.mean()) < 0.05
        np.testing.assert_allclose(spreads.mean(), 1.125, atol=0.02)
        np.testing.assert_allclose(shift.std(axis=0), 0.2 / math.sqrt(12), rtol=0.15)  # uniform, 0.2 wide
        np.testing.assert_allclose(scale.std(axis=0), 0.1, rtol=0.15)
        assert np.abs(shift - means).max() < 0.11

    def test_the_twin_without_noise_normalizes_the_same_values(self):
        noisy, quiet = (network_of(norm=norm).train(X)[0].hidden[0].trace for norm in ("noisy", "batch"))
        np.testing.assert_array_equal(noisy.y, quiet.y)

    def test_the_plain_network_s_is_the_same_and_the_only_difference(self):
        noise, noisy, plain = (Network.create(SIZES, norm=norm) for norm in ("noise", "noisy", None))
        np.testing.assert_array_equal(noise.parameters, plain.parameters)
        for one, other in zip(noise.train(X, 5)[0].hidden, noisy.train(X, 5)[0].hidden, strict=True):
            np.testing.assert_array_equal(one.noise, other.noise)
        np.testing.assert_array_equal(noise.infer(X).logits, plain.infer(X).logits)


class TestRefusals:
    @pytest.mark.parametrize(
        ("settings", "words"),
        [
            ({"sizes": (5,)}, "at least two"),
            ({"sizes": (5, 0, 3)}, "each at least 1"),
            ({"activation": "gelu"}, "activation is 'gelu'"),
            ({"norm": "layer"}, "norm is 'layer'"),
            ({"placement": "inside"}, "placement is 'inside'"),
            ({"weight_scale": -1.0}, "weight_scale is -1.0"),
            ({"weight_scale": math.inf}, "weight_scale is inf"),
            ({"seed": -1}, "seed is -1"),
            ({"dtype": np.float16}, "dtype is float16"),
        ],
    )
    def test_settings(self, settings, words):
        with pytest.raises(ValueError, match=words):
            Network.create(**{"sizes": SIZES, **settings})

    @pytest.mark.parametrize(
        ("x", "words"),
        [
            (X[:, :4], r"shape \(7, 4\)"),
            (X[0], r"shape \(5,\)"),
            (X[:0], r"shape \(0, 5\)"),
            (np.where(np.arange(35).reshape(7, 5) == 12, np.nan, X), r"x\[2, 2\] is nan"),
            (np.full((2, 5), 1e300), r"x\[0, 0\] is inf"),
            ([["a"] * 5], "real numbers"),
        ],
    )
    def test_x(self, x, words):
        network = Network.create(SIZES)
        for call in (network.train, network.infer):
            with pytest.raises(ValueError, match=words):
                call(x)

    @pytest.mark.parametrize(
        ("labels", "words"),
        [
            (LABELS[:6], "needs 7 whole numbers"),
            (LABELS.astype(float), "needs 7 whole numbers"),
            (LABELS + 1, "between 0 and 2"),
            (LABELS - 1, "between 0 and 2"),
        ],
    )
    def test_labels(self, labels, words):
        network = network_of()
        passed = network.infer(X)
        for call in (passed.loss, passed.accuracy, passed.backward, lambda y: network.loss_and_gradients(X, y)):
            with pytest.raises(ValueError, match=words):
                call(labels)

    def test_parameters(self):
        network = network_of()
        for parameters, words in (
            (network.parameters[:-1], "needs? "),
            (np.full(network.layout.length, np.nan), r"parameters\[0\] is nan"),
            (network.parameters.astype(np.float16), "dtype is float16"),
        ):
            with pytest.raises(ValueError, match=words):
                replace(network, parameters=parameters)
        with pytest.raises(ValueError, match="needs that of parameters"):
            network.moved(np.zeros(3))
        with pytest.raises(ValueError, match=r"parameters\[0\] is inf"):
            network.moved(np.full(network.layout.length, np.inf))

    def test_norms(self):
        network = network_of()
        with pytest.raises(ValueError, match="norms has 1 layers"):
            replace(network, norms=network.norms[:1])

    def test_a_batch_of_one_where_the_convention_refuses_it(self):
        with pytest.raises(ValueError, match="PyTorch"):
            network_of().train(X[:1])
        with pytest.raises(ValueError, match="a batch of 1 is refused by PyTorch"):
            network_of().loss_and_gradients(X[:1], LABELS[:1])
        network_of(convention=CONVENTIONS["keras"]).train(X[:1])
        network_of(norm=None).train(X[:1])
        network_of().infer(X[:1])


def test_a_caller_keeps_the_arrays_that_it_gave():
    parameters, x = network_of().parameters.copy(), X.copy()
    network = replace(network_of(), parameters=parameters)
    passed, _ = network.train(x)
    before = network.infer(X).logits.copy(), passed.backward(LABELS).vector.copy()
    parameters[:] = 0
    x[:] = 0
    assert x.flags.writeable
    np.testing.assert_array_equal(network.infer(X).logits, before[0])
    np.testing.assert_array_equal(passed.backward(LABELS).vector, before[1])


@pytest.mark.parametrize("norm", NORM_KINDS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_overflow_gives_none_and_no_warning(activation, norm):
    network = Network.create(SIZES, activation, norm)
    huge = network.moved(np.full(network.layout.length, 3e38, np.float32) * np.sign(network.parameters))
    assert huge.loss_and_gradients(X, LABELS) is None
    assert network.loss_and_gradients(X, LABELS) is not None


def test_what_overflows_is_not_finite_and_no_warning():
    network = Network.create(SIZES, "relu", None)
    huge = network.moved(np.full(network.layout.length, 3e38, np.float32) * np.sign(network.parameters))
    for passed in (huge.infer(X), huge.train(X)[0]):
        assert not np.isfinite(passed.logits).all()
        assert not math.isfinite(passed.loss(LABELS))
        assert not np.isfinite(passed.probabilities).all()
        assert not math.isfinite(passed.backward(LABELS).loss)
    with pytest.raises(ValueError, match=r"parameters\[0\] is (-?)inf"):
        huge.moved(huge.parameters)


def test_a_gradient_that_overflows_gives_none_where_the_loss_is_finite():
    network = Network.create((1, 1, 2), "relu", None)
    network = replace(network, parameters=np.array([1e-38, 0, 3e38, -3e38, 0, 0], np.float32))
    assert network.train([[10], [10]])[0].loss([1, 1]) == pytest.approx(60, rel=1e-5)
    assert network.loss_and_gradients([[10], [10]], [1, 1]) is None


def test_a_network_may_have_no_hidden_layer():
    network = Network.create((5, 3), dtype=np.float64)
    passed, after = network.train(X)
    assert passed.hidden == after.norms == ()
    np.testing.assert_allclose(passed.logits, X @ network.layers[0].weights)
