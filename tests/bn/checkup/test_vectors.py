"""Each rule on vectors: it finds its fault, measures it, and stays silent where a trained model may well be so."""

import math

import numpy as np
import pytest

from bn.checkup import examine
from bn.checkup.vectors import off_per_channel
from tests.bn.checkup.models import C, alarms, found, four, kinds, layer, model

ONES, ZEROS = np.ones(C), np.zeros(C)


def some(values, at, value):
    changed = values.copy()
    changed[at] = value
    return changed


HEALTHY = layer("layer1.bn", 1)


def test_a_trained_model_has_nothing():
    assert examine(four()) == ()
    assert examine(model(layer(eps=None, decay=None, batches_tracked=None), framework=None)) == ()


def test_layers_without_gamma_and_beta_have_nothing():
    assert examine(four(gamma=None, beta=None)) == ()


class TestNotFinite:
    @pytest.mark.parametrize("vector", ["running_mean", "running_var", "gamma", "beta"])
    @pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
    def test_is_proof_in_any_vector_and_comes_first(self, vector, value):
        first = examine(four(**{vector: some(getattr(HEALTHY, vector), 5, value)}))[0]
        assert (first.kind, first.certainty, first.layer, first.channels) == ("not_finite", "proof", "layer1.bn", (5,))

    def test_an_infinite_variance_silences_a_channel_and_float16_may_be_why(self):
        evidence = found(four(running_var=some(HEALTHY.running_var, [2, 3], math.inf)), "not_finite").evidence
        assert "2 infinite, of 64" in evidence
        assert "gives β" in evidence
        assert "65,504" in evidence

    def test_a_nan_spreads(self):
        evidence = found(four(running_var=some(HEALTHY.running_var, 2, math.nan)), "not_finite").evidence
        assert "makes NaN" in evidence
        assert "65,504" not in evidence


class TestSwapped:
    def test_comes_first_and_the_negative_variance_is_not_told_beside_it(self):
        of = four(running_mean=HEALTHY.running_var, running_var=HEALTHY.running_mean)
        assert examine(of)[0].kind == "swapped"
        assert "negative_variance" not in kinds(of)
        below = int((HEALTHY.running_mean < 0).sum())
        assert f"negative in {below} of 64" in examine(of)[0].evidence

    def test_few_channels_may_agree_by_chance(self):
        one = layer(channels=4)
        of = model(
            layer("a", 2), layer(channels=4, running_mean=one.running_var, running_var=np.array([1.0, -1, 2, -2]))
        )
        assert found(of, "swapped").certainty == "possible"

    def test_a_variance_that_is_negative_everywhere_is_no_mean(self):
        assert kinds(four(running_mean=HEALTHY.running_var, running_var=-HEALTHY.running_var))[0] == "negative_variance"

    def test_a_mean_with_both_signs_stands_in_its_place(self):
        assert kinds(four(running_var=some(HEALTHY.running_var, 0, -1e-3)))[0] == "negative_variance"


class TestNegativeVariance:
    def test_counts_those_without_a_root(self):
        finding = found(four(running_var=some(some(HEALTHY.running_var, 3, -0.5), 4, -1e-7)), "negative_variance")
        assert (finding.certainty, finding.channels) == ("proof", (3, 4))
        assert "down to −0.5; with ε = 1e−5 1 of them" in finding.evidence

    def test_weighs_less_while_eps_still_lifts_it(self):
        light = found(four(running_var=some(HEALTHY.running_var, 4, -1e-7)), "negative_variance")
        heavy = found(four(running_var=some(HEALTHY.running_var, 4, -1e-4)), "negative_variance")
        assert light.weight < heavy.weight


class TestSwappedAffine:
    def test_is_a_strong_sign(self):
        gamma, beta = HEALTHY.gamma, HEALTHY.beta
        finding = examine(four(gamma=beta, beta=gamma))[0]
        assert (finding.kind, finding.certainty, finding.layer) == ("swapped_affine", "strong sign", "layer1.bn")

    def test_of_an_untrained_layer_too_and_that_is_no_branch(self):
        of = four(gamma=ZEROS, beta=ONES)
        assert "swapped_affine" in kinds(of)
        assert "zero_branch" not in kinds(of)

    def test_one_beta_below_0_says_otherwise(self):
        assert "swapped_affine" not in kinds(four(gamma=HEALTHY.beta, beta=some(HEALTHY.gamma, 0, -0.1)))

    def test_a_branch_with_a_small_gamma_of_both_signs_has_betas_of_both_signs(self):
        assert alarms(four(gamma=HEALTHY.beta, beta=HEALTHY.beta[::-1])) == []


class TestNeverUpdated:
    def test_with_zero_batches_tracked_is_proof(self):
        finding = examine(four(running_mean=ZEROS, running_var=ONES, batches_tracked=0))[0]
        assert (finding.kind, finding.certainty) == ("never_updated", "proof")
        assert "0 batches were tracked" in finding.evidence
        assert "γ and β have learned" in finding.evidence

    def test_uncounted_it_may_have_been_folded(self):
        of = four(running_mean=ZEROS, running_var=ONES, batches_tracked=None)
        assert found(of, "never_updated").certainty == "strong sign"

    def test_an_untrained_layer_says_so(self):
        of = four(running_mean=ZEROS, running_var=ONES, batches_tracked=None, gamma=ONES, beta=ZEROS)
        assert found(of, "never_updated").certainty == "proof"
        assert "nothing was trained" in found(of, "never_updated").evidence

    def test_zero_batches_tracked_alone_are_those_of_a_port(self):
        assert examine(model(*(layer(str(at), at, batches_tracked=0) for at in range(3)))) == ()

    @pytest.mark.parametrize("changes", [{"running_mean": some(ZEROS, 3, 1e-3)}, {"running_var": some(ONES, 3, 1.001)}])
    def test_one_number_that_moved_tells_otherwise(self, changes):
        of = four(**{"running_mean": ZEROS, "running_var": ONES} | changes)
        assert "never_updated" not in kinds(of)

    def test_all_layers_are_one_finding(self):
        of = model(*(layer(str(at), at, running_mean=ZEROS, running_var=ONES) for at in range(9)))
        finding = found(of, "never_updated")
        assert (finding.layer, finding.layers) == (None, 9)
        assert finding.evidence.startswith("In all 9 layers: 0, 1, 2 and 6 more. Where it weighs most, in 0:")


class TestFewBatches:
    def after(self, batches, decay=0.9, start=1.0):
        """A layer whose averages have seen so many batches."""
        weight = decay**batches
        mean, var = (1 - weight) * HEALTHY.running_mean, weight * start + (1 - weight) * HEALTHY.running_var
        return four(running_mean=mean, running_var=var, batches_tracked=batches, decay=decay)

    def test_measures_the_weight_of_the_start_and_what_it_does(self):
        finding = found(self.after(10), "few_batches")
        assert finding.certainty == "strong sign"
        assert "still weighs 35 %" in finding.evidence  # 0.9 ** 10 = 0.349
        weight = 0.9**10
        off = off_per_channel(
            layer(
                running_mean=(1 - weight) * HEALTHY.running_mean,
                running_var=weight + (1 - weight) * HEALTHY.running_var,
            ),
            HEALTHY.running_mean,
            HEALTHY.running_var,
            1e-5,
        )
        assert finding.weight == pytest.approx(math.sqrt((off**2).mean()), rel=1e-9)

    def test_with_a_longer_memory_more_batches_are_needed(self):
        assert "few_batches" in kinds(self.after(100, 0.99))
        assert "few_batches" not in kinds(self.after(100, 0.9))

    def test_few_but_enough_are_no_alarm(self):
        assert "few_batches" not in kinds(self.after(60))

    def test_averages_that_did_not_start_at_one_are_not_judged(self):
        of = four(batches_tracked=5, running_var=some(HEALTHY.running_var, 0, 1e-3))  # loaded, then counted from 0
        assert "few_batches" not in kinds(of)

    def test_a_plain_mean_forgets_its_start_at_once(self):
        assert "few_batches" not in kinds(four(batches_tracked=3, decay=None, running_var=HEALTHY.running_var + 1))

    def test_an_assumed_decay_is_said(self):
        of = self.after(10)
        assumed = model(*(layer("a", eps=None, decay=None, batches_tracked=10, running_var=of.layers[1].running_var),))
        assert "is assumed" in found(assumed, "few_batches").evidence

    def test_a_floor_common_to_all_layers_shows_it_where_nobody_counted(self):
        weight = 0.99**20
        layers = [layer(str(at), at, decay=0.99, batches_tracked=None) for at in range(5)]
        stale = [
            layer(str(at), at, decay=0.99, batches_tracked=None, running_var=weight + (1 - weight) * each.running_var)
            for at, each in enumerate(layers)
        ]
        assert kinds(model(*layers, framework="keras")) == []
        finding = found(model(*stale, framework="keras"), "few_batches")
        assert finding.certainty == "possible"
        assert "In none of 5 layers is a variance below 0.8" in finding.evidence
        stale[2] = layer("2", 2, decay=0.99, batches_tracked=None, running_var=stale[2].running_var + 0.5)
        assert kinds(model(*stale, framework="keras")) == []  # a floor of its own, above 1


class TestShortMemory:
    def test_keras_s_number_in_pytorch(self):
        finding = found(four(decay=0.01), "short_memory")
        assert finding.certainty == "strong sign"
        assert "The old average weighs 0.01 and the new batch 0.99" in finding.evidence
        assert finding.query["ti_number"] == "0.99"

    def test_half_is_as_little(self):
        assert "short_memory" in kinds(four(decay=0.4))

    @pytest.mark.parametrize("decay", [0.6, 0.9, 0.99, 1.0, None])
    def test_other_decays_are_nobody_s_mistake(self, decay):
        assert "short_memory" not in kinds(four(decay=decay))


class TestAge:
    def test_names_the_layers_that_counted_otherwise_and_may_be_right(self):
        finding = found(four(batches_tracked=400), "age")
        assert (finding.certainty, finding.layer) == ("possible", "layer1.bn")
        assert "3 of 4 layers have tracked 1,000 batches, 1 have tracked 400: layer1.bn" in finding.evidence

    def test_one_that_was_never_updated_is_another_matter(self):
        assert "age" not in kinds(four(batches_tracked=0, running_mean=ZEROS, running_var=ONES))


class TestConstant:
    def test_a_zero_variance_is_told_with_the_gain_that_waits_there(self):
        var = some(HEALTHY.running_var, slice(0, 16), 0.0)
        finding = found(four(running_var=var), "constant")
        assert (finding.certainty, finding.channels) == ("strong sign", tuple(range(16)))
        gain = np.abs(HEALTHY.gamma[:16]).max() / math.sqrt(1e-5)
        assert f"{gain:.0f} = |γ| / √ε" in finding.evidence

    def test_what_has_decayed_to_next_to_nothing_counts_too(self):
        assert found(four(running_var=some(HEALTHY.running_var, 0, 5.6e-45)), "constant").channels == (0,)

    def test_a_few_are_what_training_leaves_behind(self):
        assert alarms(four(running_var=some(HEALTHY.running_var, [0, 1], 0.0))) == []

    def test_a_layer_of_tiny_variances_is_alive(self):
        assert "constant" not in kinds(four(running_var=1e-12 * HEALTHY.running_var))


class TestEpsCounts:
    def test_measures_what_another_framework_s_eps_would_change(self):
        finding = found(four(running_var=np.full(C, 1e-4)), "eps_counts")
        assert finding.certainty == "possible"
        change = 1 - math.sqrt((1e-4 + 1e-5) / (1e-4 + 1e-3))
        assert f"would change by {100 * change:.0f} %" in finding.evidence
        assert "Keras's 0.001" in finding.evidence

    def test_in_keras_it_is_pytorch_s_that_would(self):
        of = model(*(layer(str(at), at, eps=1e-3, running_var=np.full(C, 1e-3)) for at in range(3)), framework="keras")
        assert "PyTorch's, Flax's and ONNX's 1e−5" in found(of, "eps_counts").evidence

    def test_tiny_variances_of_the_last_layer_are_no_alarm(self):
        assert alarms(four(running_var=1e-7 * HEALTHY.running_var)) == []

    def test_usual_variances_do_not_feel_it(self):
        assert "eps_counts" not in kinds(four(running_var=HEALTHY.running_var + 0.1))

    def test_an_eps_that_drowns_the_variance_is_a_strong_sign(self):
        of = model(*(layer(str(at), at, eps=1.0) for at in range(3)))
        assert found(of, "eps_large").certainty == "strong sign"


class TestEpsDiffers:
    def test_names_the_layer_and_measures_the_change(self):
        finding = found(four(eps=0.5, running_var=np.full(C, 0.5)), "eps_differs")
        assert (finding.certainty, finding.layer) == ("strong sign", "layer1.bn")
        assert "off by 41 %" in finding.evidence  # √2 − 1

    def test_what_that_layer_s_own_eps_does_is_no_second_finding(self):
        small = HEALTHY.running_var * 0.1
        assert kinds(four(eps=0.1, running_var=small)) == ["eps_differs"]
        assert "eps_large" in kinds(model(*(layer(str(at), at, eps=0.1, running_var=small) for at in range(3))))

    def test_one_that_changes_next_to_nothing_is_only_possible(self):
        assert found(four(eps=1e-4), "eps_differs").certainty == "possible"


class TestGammaZero:
    def test_dead_channels_are_told_with_their_betas(self):
        finding = found(four(gamma=some(HEALTHY.gamma, slice(0, 16), 1e-9)), "gamma_zero")
        assert (finding.certainty, finding.channels) == ("strong sign", tuple(range(16)))
        assert "(0 exactly 0)" in finding.evidence

    def test_a_few_are_no_alarm(self):
        assert alarms(four(gamma=some(HEALTHY.gamma, 0, 0.0))) == []
        assert found(four(gamma=some(HEALTHY.gamma, 0, 0.0)), "gamma_zero").channels == (0,)

    def test_a_zero_initialized_branch_is_no_alarm_and_has_another_name(self):
        of = four(gamma=ZEROS, beta=ZEROS)
        assert kinds(of) == ["zero_branch"]
        assert alarms(of) == []

    def test_a_trained_branch_that_started_at_zero_has_nothing(self):
        assert examine(four(gamma=0.05 * HEALTHY.beta, beta=0.05 * HEALTHY.beta[::-1])) == ()

    @pytest.mark.parametrize("gamma", [[np.inf] * 4, [np.inf, 0, 0, 1], [np.nan] * 4, [-np.inf, 1, 1, 1]])
    def test_what_is_no_number_has_a_finding_of_its_own_and_stops_no_other(self, gamma):
        of = model(layer("a", channels=4, gamma=np.array(gamma, dtype=float)))
        assert "not_finite" in kinds(of)


class TestOffBehindReLU:
    def test_gives_cantelli_s_bound_and_the_gaussian_share(self):
        gamma, beta = HEALTHY.gamma, some(HEALTHY.beta, slice(0, 16), -12 * np.abs(HEALTHY.gamma[:16]))
        finding = found(four(beta=beta, gamma=gamma), "off_behind_relu")
        assert (finding.certainty, finding.channels) == ("strong sign", tuple(range(16)))
        assert "at most 0.7 % whatever the distribution (Cantelli)" in finding.evidence  # 1 / (1 + 144)
        assert "1.78e−31 % if it is Gaussian" in finding.evidence
        assert "bounds" in finding.evidence

    def test_between_the_two_bounds_it_is_possible(self):
        beta = some(HEALTHY.beta, slice(0, 16), -4 * np.abs(HEALTHY.gamma[:16]))
        assert found(four(beta=beta), "off_behind_relu").certainty == "possible"

    @pytest.mark.parametrize("times", [-3, 12])
    def test_what_passes_or_is_always_on_is_not_told(self, times):
        beta = some(HEALTHY.beta, slice(0, 16), times * np.abs(HEALTHY.gamma[:16]))
        assert "off_behind_relu" not in kinds(four(beta=beta))

    def test_a_branch_ends_in_a_sum(self):
        gamma = 0.02 * HEALTHY.gamma
        of = four(gamma=gamma, beta=some(ZEROS, slice(0, 16), -12 * np.abs(gamma[:16])))
        assert alarms(of) == []


class TestGammaSign:
    def test_all_negative_is_a_strong_sign(self):
        finding = examine(four(gamma=-np.abs(HEALTHY.gamma)))[0]
        assert (finding.kind, finding.certainty) == ("gamma_sign", "strong sign")

    def test_all_positive_is_how_layers_start(self):
        assert examine(four(gamma=np.abs(HEALTHY.gamma))) == ()

    def test_a_few_channels_may_agree(self):
        one = layer(channels=4)
        assert "gamma_sign" not in kinds(model(layer("a", 2), layer(channels=4, gamma=-np.abs(one.gamma))))


def test_an_output_is_off_by_the_shift_and_by_the_stretch():
    one = layer(channels=3, running_mean=np.array([1.0, 0, 0]), running_var=np.array([4.0, 4, 0]))
    with np.errstate(all="ignore"):
        off = off_per_channel(one, np.array([0.0, 0, 0]), np.array([4.0, 1, 1e6]), 0.0)
    np.testing.assert_allclose(off, [0.5, 0.5, 10], rtol=1e-12)
