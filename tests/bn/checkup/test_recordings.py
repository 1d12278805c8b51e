"""What recordings tell: whose averages do not fit, where training and evaluation part, and why."""

import math
from dataclasses import replace

import numpy as np
import pytest

from bn.checkup import examine, fits
from bn.checkup.recordings import PARTED
from tests.bn.checkup.models import C, alarms, found, kinds, layer, model, recorded

LAYERS = [layer(f"layer{at}.bn", at) for at in range(4)]


def seen(changes=(), own=()):
    """Four recorded layers; `changes`: by number what the layer itself has, `own`: what it saw."""
    changes, own = dict(changes), dict(own)
    layers = [layer(f"layer{at}.bn", at, **changes.get(at, {})) for at in range(4)]
    truth = [{"mean": each.running_mean, "var": each.running_var} for each in LAYERS]
    return model(*(recorded(each, **truth[at] | own.get(at, {})) for at, each in enumerate(layers)))


def part_of_the_way(at, weight):
    """The averages of a layer in which the start still weighs so much."""
    one = LAYERS[at]
    return {
        "running_mean": (1 - weight) * one.running_mean,
        "running_var": weight + (1 - weight) * one.running_var,
        "batches_tracked": None,
    }


def test_averages_that_fit_are_nothing():
    assert examine(seen()) == ()
    assert [fit.parts for fit in fits(seen())] == [False] * 4


def test_nothing_recorded_is_no_fit():
    assert fits(model(*LAYERS)) == ()


class TestFit:
    def test_says_how_far_and_by_what_the_output_is_off(self):
        one = LAYERS[1]
        of = seen({1: {"running_mean": one.running_mean + 0.5 * np.sqrt(one.running_var + 1e-5)}})
        fit = fits(of)[1]
        np.testing.assert_allclose(fit.shift, 0.5, atol=0.02)
        np.testing.assert_allclose(fit.ratio, 1.0, atol=0.02)
        assert fit.total == pytest.approx(0.5, abs=0.01)
        assert fit.parts

    def test_channels_count_as_their_gamma_does(self):
        one = LAYERS[1]
        gamma = np.where(np.arange(C) == 0, 1.0, 1e-6)
        mean = one.running_mean + 5 * np.sqrt(one.running_var) * (np.arange(C) > 0)
        assert not fits(seen({1: {"running_mean": mean, "gamma": gamma}}))[1].parts

    def test_a_moving_average_may_hold_the_variance_divided_by_n_or_n_minus_1(self):
        one = LAYERS[1]
        for var in (one.running_var, one.running_var * 2):
            of = seen({1: {"running_var": var}}, {1: {"rows": 2}})
            assert not fits(of)[1].parts

    def test_nor_does_it_matter_that_the_means_of_batches_spread(self):
        fit = fits(seen(own={1: {"noise": 0.8, "seed": 3}}))[1]
        mean_of_variances = fit.layer.recorded.train_var.mean(axis=0)
        again = fits(seen({1: {"running_var": mean_of_variances}}, {1: {"noise": 0.8, "seed": 3}}))[1]
        assert again.total < 1e-3
        assert fits(seen({1: {"running_var": fit.var}}, {1: {"noise": 0.8, "seed": 3}}))[1].total < 1e-3

    def test_chance_is_no_fault(self):
        one = LAYERS[1]
        mean = one.running_mean + 0.4 * np.sqrt(one.running_var)
        assert fits(seen({1: {"running_mean": mean}}))[1].parts
        assert not fits(seen({1: {"running_mean": mean}}, {1: {"noise": 0.3}}))[1].parts

    def test_noise_is_the_spread_of_the_batches(self):
        assert fits(seen(own={1: {"noise": 0.2}}))[1].noise == pytest.approx(0.2 * math.sqrt(1.25), rel=0.07)
        alone = fits(seen(own={1: {"rows": 24, "batches": 1}}))[1]
        assert alone.noise == pytest.approx(math.sqrt(1.5 / 24))


class TestStale:
    def stale(self, weight):
        return seen({at: part_of_the_way(at, weight) for at in range(4)})

    @pytest.mark.parametrize("weight", [0.4, 0.6, 0.9])
    def test_measures_how_much_the_start_weighs(self, weight):
        finding = examine(self.stale(weight))[0]
        assert (finding.kind, finding.certainty) == ("stale", "proof")
        assert f"still weighs {100 * weight:.0f} %" in finding.evidence
        assert "part at layer0.bn, the 1st of 4 recorded layers" in finding.evidence

    @pytest.mark.parametrize("batches", [8, None])
    def test_that_the_start_weighs_is_one_cause_and_one_finding(self, batches):
        layers = [replace(each, batches_tracked=batches) for each in self.stale(0.9**8).layers]
        (finding,) = examine(model(*layers))
        assert finding.kind == "stale"
        assert ("By the count of 8 batches with a decay of 0.9 it should be 43 %." in finding.evidence) == bool(batches)

    def test_little_of_the_start_is_no_alarm(self):
        assert alarms(self.stale(0.05)) == []

    def test_averages_that_lie_elsewhere_are_not_called_stale(self):
        changes = {at: {"running_mean": LAYERS[at].running_mean + 2} for at in range(4)}
        assert "stale" not in kinds(seen(changes))

    def test_a_variance_below_what_the_start_weighs_excludes_it(self):
        changes = {at: part_of_the_way(at, 0.6) for at in range(4)}
        changes[2]["running_var"] = np.where(np.arange(C) == 0, 0.1, changes[2]["running_var"])
        assert "stale" not in kinds(seen(changes))


class TestMoved:
    def test_a_common_scale_is_measured(self):
        of = seen(own={0: {"mean": 16 * LAYERS[0].running_mean, "var": 256 * LAYERS[0].running_var}})
        finding = examine(of)[0]
        assert (finding.kind, finding.certainty, finding.layer) == ("moved_data", "strong sign", "layer0.bn")
        assert "In 1 of 4 layers" in finding.evidence
        assert "16 times as large as in training" in finding.evidence

    def test_data_that_differ_from_the_first_layer_on_have_moved(self):
        rng = np.random.default_rng(0)
        own = {
            at: {"mean": each.running_mean + 2 * rng.standard_normal(C), "var": each.running_var}
            for at, each in enumerate(LAYERS)
        }
        finding = examine(seen(own=own))[0]
        assert finding.kind == "moved_data"
        assert "the 1st of 4 recorded layers" in finding.evidence

    def test_one_first_layer_alone_is_not_blamed_on_the_data(self):
        rng = np.random.default_rng(0)
        of = seen({0: {"running_mean": LAYERS[0].running_mean + 2 * rng.standard_normal(C)}})
        assert examine(of)[0].kind == "averages_off"


class TestAveragesOff:
    def test_names_the_first_layer_that_parts(self):
        shifted = {at: {"running_mean": LAYERS[at].running_mean + 3} for at in (2, 3)}
        finding = examine(seen(shifted))[0]
        assert (finding.kind, finding.certainty, finding.layer) == ("averages_off", "proof", None)
        assert "part at layer2.bn, the 3rd of 4 recorded layers" in finding.evidence
        assert "In 2 of 4 layers they do not fit" in finding.evidence

    def test_names_the_channels(self):
        mean = LAYERS[2].running_mean + np.where(np.arange(C) == 7, 30, 0.0)
        finding = examine(seen({2: {"running_mean": mean}}))[0]
        assert (finding.kind, finding.layer, finding.channels) == ("averages_off", "layer2.bn", (7,))

    def test_swapped_vectors_are_known_by_the_data_even_if_both_are_positive(self):
        one = LAYERS[1]
        positive = np.abs(one.running_mean) + 0.1
        of = seen({1: {"running_mean": one.running_var, "running_var": positive}}, {1: {"mean": positive}})
        finding = examine(of)[0]
        assert (finding.kind, finding.certainty, finding.layer) == ("swapped", "proof", "layer1.bn")

    def test_what_the_vectors_tell_is_not_told_twice(self):
        untouched = {"running_mean": np.zeros(C), "running_var": np.ones(C), "batches_tracked": 0}
        assert kinds(seen(dict.fromkeys(range(4), untouched))) == ["never_updated"]


class TestWrongMode:
    def test_outputs_with_mean_beta_in_evaluation_are_proof(self):
        off = {"mean": LAYERS[1].running_mean + 0.05, "mode": "training"}
        finding = examine(seen(own={1: off}))[0]
        assert (finding.kind, finding.certainty, finding.layer) == ("wrong_mode", "proof", "layer1.bn")

    def test_it_stands_before_the_averages_that_do_not_fit(self):
        off = {at: {"mean": LAYERS[at].running_mean + 3, "mode": "training"} for at in range(4)}
        assert examine(seen(own=off))[0].kind == "wrong_mode"

    def test_a_distance_that_rounding_may_make_decides_nothing(self):
        std = np.sqrt(LAYERS[1].running_var)
        assert "wrong_mode" not in kinds(
            seen(own={1: {"mean": LAYERS[1].running_mean + 0.005 * std, "mode": "training"}})
        )

    def test_outputs_that_follow_neither_decide_nothing(self):
        one = recorded(LAYERS[1], LAYERS[1].running_mean + 0.05).recorded
        other = replace(one, y_mean=one.y_mean + 1, train_y_mean=one.train_y_mean + 1)
        of = model(recorded(LAYERS[0]), replace(LAYERS[1], recorded=other))
        assert examine(of) == ()
        assert not fits(of)[1].frozen

    @pytest.mark.parametrize("mode", ["training", "frozen"])
    def test_outputs_that_nearly_follow_one_of_them_decide_nothing(self, mode):
        one = recorded(LAYERS[1], LAYERS[1].running_mean + 1, mode=mode).recorded
        by = 0.01 * np.abs(LAYERS[1].gamma)
        other = replace(one, y_mean=one.y_mean + by, train_y_mean=one.train_y_mean + by)
        of = model(recorded(LAYERS[0]), replace(LAYERS[1], recorded=other))
        assert "wrong_mode" not in kinds(of)
        assert not fits(of)[1].frozen

    def test_averages_that_fit_to_the_last_digit_decide_nothing(self):
        assert "wrong_mode" not in kinds(seen(own={1: {"mode": "training"}}))


def test_a_frozen_layer_does_not_part_whatever_the_data():
    frozen = {at: {"mean": LAYERS[at].running_mean + 1, "mode": "frozen"} for at in range(4)}
    of = seen(own=frozen)
    assert all(fit.frozen for fit in fits(of))
    assert examine(of) == ()


class TestInputsDiffer:
    def test_dropout_shows_in_the_variance_of_the_same_batches(self):
        one = LAYERS[2]
        finding = found(seen(own={2: {"eval_var": one.running_var / 1.6}}), "inputs_differ")
        assert (finding.certainty, finding.layer) == ("strong sign", "layer2.bn")
        assert "is 1.6 times that in evaluation mode" in finding.evidence

    def test_a_tenth_is_what_batch_norm_itself_does(self):
        one = LAYERS[2]
        assert examine(seen(own={2: {"eval_var": one.running_var / 1.1}})) == ()

    def test_averages_that_do_not_fit_explain_it(self):
        one = LAYERS[2]
        of = seen({1: {"running_mean": LAYERS[1].running_mean + 3}}, {2: {"eval_var": one.running_var / 1.6}})
        assert "inputs_differ" not in kinds(of)


class TestSmallBatches:
    def test_the_noise_at_the_reader_s_batch_size(self):
        finding = examine(seen(own={3: {"noise": 0.5, "rows": 4}}))[0]
        assert (finding.kind, finding.certainty) == ("small_batches", "strong sign")
        assert "4 values share a mean" in finding.evidence
        assert finding.query == {"bs_m": "4"}

    def test_usual_batches_are_quiet(self):
        assert examine(seen(own={3: {"noise": 0.1}})) == ()


class TestDivisor:
    def test_tells_n_minus_1(self):
        of = seen({1: {"running_var": LAYERS[1].running_var * 8 / 7}}, {1: {"rows": 8, "noise": 0.02}})
        finding = found(of, "divisor")
        assert finding.certainty == "possible"
        assert "1.14 times" in finding.evidence

    @pytest.mark.parametrize(
        ("times", "rows", "noise"), [(1.0, 8, 0.02), (1.3, 8, 0.02), (8 / 7, 8, 0.9), (1.001, 1_000, 0.001)]
    )
    def test_is_silent_where_it_cannot_tell(self, times, rows, noise):
        of = seen({1: {"running_var": LAYERS[1].running_var * times}}, {1: {"rows": rows, "noise": noise}})
        assert "divisor" not in kinds(of)


def test_a_factor_that_chance_may_make_is_none():
    spread = np.where(np.arange(C) % 2, 0.5, -0.5)
    of = seen({1: {"running_var": LAYERS[1].running_var * 8 / 7 * np.exp(spread)}}, {1: {"rows": 8, "noise": 1e-3}})
    assert "divisor" not in kinds(of)


def test_numbers_that_are_none_break_nothing():
    one = recorded(LAYERS[1])
    for field in ("mean", "var", "train_mean", "train_var", "y_mean", "train_y_mean"):
        values = getattr(one.recorded, field).copy()
        values[..., 0] = np.nan
        changed = type(one.recorded)(**{**one.recorded.__dict__, field: values})
        broken = layer("layer1.bn", 1, recorded=changed)
        assert isinstance(examine(model(recorded(LAYERS[0]), broken)), tuple)


def test_a_quarter_of_a_standard_deviation_is_where_layers_part():
    assert PARTED == 0.25
