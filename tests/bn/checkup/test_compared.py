"""Two files of one model: what was exchanged between them, or how far it moved."""

from dataclasses import replace

import numpy as np
import pytest

from bn.checkup import StoredModel, compare
from bn.checkup.compared import pairs
from tests.bn.checkup.models import C, layer, model

BEFORE = model(*(layer(f"layer{at}.bn", at) for at in range(4)))


def after(at=1, **changes):
    layers = list(BEFORE.layers)
    layers[at] = replace(layers[at], **changes)
    return model(*layers)


def first(of):
    return compare(BEFORE, of)[0]


def kinds(of):
    return [finding.kind for finding in compare(BEFORE, of)]


ONE = BEFORE.layers[1]


def test_the_same_file_has_no_difference():
    assert compare(BEFORE, BEFORE) == ()


def test_rounding_to_half_precision_is_none():
    half = [
        replace(
            each,
            running_mean=each.running_mean.astype(np.float16).astype(float),
            gamma=each.gamma.astype(np.float16).astype(float),
        )
        for each in BEFORE.layers
    ]
    assert compare(BEFORE, model(*half)) == ()


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("running_mean", "running_var", "mean holds what was variance, variance holds what was mean"),
        ("gamma", "beta", "γ holds what was β, β holds what was γ"),
        ("running_var", "gamma", "variance holds what was γ, γ holds what was variance"),
    ],
)
def test_vectors_in_each_other_s_place(one, other, said):
    finding = first(after(**{one: getattr(ONE, other), other: getattr(ONE, one)}))
    assert (finding.kind, finding.certainty, finding.layer) == ("roles_swapped", "proof", "layer1.bn")
    assert said in finding.evidence


def test_vectors_in_each_other_s_place_are_known_in_half_precision():
    half = {"gamma": ONE.beta.astype(np.float16).astype(float), "beta": ONE.gamma.astype(np.float16).astype(float)}
    assert first(after(**half)).kind == "roles_swapped"


class TestOrder:
    def test_layers_that_hold_each_other_s_vectors(self):
        a, b, c, d = BEFORE.layers
        of = model(a, replace(c, name=b.name), replace(b, name=c.name), d)
        finding = first(of)
        assert (finding.kind, finding.certainty) == ("order_differs", "proof")
        assert "layer1.bn holds layer2.bn, layer2.bn holds layer1.bn" in finding.evidence
        assert "2 of 4 layers" in finding.evidence

    def test_without_common_names_layers_match_by_place(self):
        a, b, c, d = BEFORE.layers
        renamed = model(*(replace(each, name=f"bn_{at}") for at, each in enumerate((a, c, b, d))))
        assert first(renamed).kind == "order_differs"
        same = model(*(replace(each, name=f"bn_{at}") for at, each in enumerate(BEFORE.layers)))
        assert compare(BEFORE, same) == ()

    def test_layers_of_other_sizes_find_each_other_by_size(self):
        wide = layer("wide", 9, channels=2 * C)
        before = StoredModel("a", (*BEFORE.layers, wide))
        of = StoredModel(
            "b", (replace(wide, name="x"), *(replace(each, name=f"y{at}") for at, each in enumerate(BEFORE.layers)))
        )
        assert compare(before, of) == ()

    def test_new_layers_that_are_all_alike_are_not_each_other(self):
        fresh = {"running_mean": np.zeros(C), "running_var": np.ones(C), "gamma": np.ones(C), "beta": np.zeros(C)}
        start = model(*(replace(each, **fresh) for each in BEFORE.layers))
        assert [finding.kind for finding in compare(start, BEFORE)] == ["moved"]

    def test_a_layer_like_two_others_is_neither(self):
        a, b, c, _ = BEFORE.layers
        before = model(a, replace(a, name=b.name), c)
        assert [
            finding.kind for finding in compare(before, model(a, replace(a, name=b.name), replace(a, name=c.name)))
        ] == ["moved"]

    def test_many_layers_do_not_take_the_square_of_the_time(self):
        many = model(*(layer(str(at), at, 16) for at in range(512)))
        turned = model(*(replace(many.layers[-1 - at], name=str(at)) for at in range(512)))
        assert compare(many, turned)[0].evidence.startswith("All 512 layers")


class TestEps:
    def test_measures_what_it_changes(self):
        tiny = model(*(replace(each, running_var=np.full(C, 1e-3)) for each in BEFORE.layers))
        port = model(*(replace(each, eps=1e-3) for each in tiny.layers))
        finding = compare(tiny, port)[0]
        assert (finding.kind, finding.certainty, finding.layers) == ("eps_differs", "proof", 4)
        assert "1e−5 became 0.001" in finding.evidence
        assert "by 29 %" in finding.evidence  # 1 − √(1.01e-3 / 2e-3)

    def test_is_only_possible_where_it_changes_nothing(self):
        assert first(after(eps=1e-6)).certainty == "possible"

    def test_is_silent_where_a_file_does_not_say(self):
        assert compare(BEFORE, after(eps=None)) == ()


class TestVariance:
    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (np.sqrt, "its root, the standard deviation"),
            (lambda var: 1 / np.sqrt(var), "one over its root"),
            (lambda var: 1 / var, "one over itself"),
            (lambda var: var * 8 / 7, "1.14 times itself"),
        ],
    )
    def test_something_else_is_stored(self, change, said):
        of = model(*(replace(each, running_var=change(each.running_var)) for each in BEFORE.layers))
        finding = first(of)
        assert (finding.kind, finding.certainty) == ("variance_changed", "proof")
        assert said in finding.evidence

    def test_variances_that_changed_each_in_its_own_way_are_no_other_thing(self):
        rng = np.random.default_rng(0)
        of = model(
            *(replace(each, running_var=each.running_var * np.exp(rng.normal(size=C))) for each in BEFORE.layers)
        )
        assert kinds(of) == ["moved"]

    def test_means_that_moved_are_another_matter(self):
        of = model(
            *(
                replace(each, running_var=2 * each.running_var, running_mean=each.running_mean + 1)
                for each in BEFORE.layers
            )
        )
        assert "variance_changed" not in kinds(of)


def test_channels_in_another_order():
    order = np.random.default_rng(0).permutation(C)
    changes = {key: getattr(ONE, key)[order] for key in ("running_mean", "running_var", "gamma", "beta")}
    finding = first(after(**changes))
    assert (finding.kind, finding.certainty) == ("channels_shuffled", "proof")
    assert len(finding.channels) == int((order != np.arange(C)).sum())


class TestMoved:
    def test_how_far_in_standard_deviations_of_the_output(self):
        finding = first(after(running_mean=ONE.running_mean + 0.5 * np.sqrt(ONE.running_var + 1e-5)))
        assert (finding.kind, finding.certainty, finding.layer) == ("moved", "possible", "layer1.bn")
        assert finding.weight == pytest.approx(0.5, rel=1e-3)
        assert "3 did not move" in finding.evidence

    def test_a_stretched_gamma_counts_as_much(self):
        assert first(after(gamma=1.5 * ONE.gamma)).weight == pytest.approx(0.5, rel=1e-3)

    def test_the_shift_of_beta_too(self):
        assert first(after(beta=ONE.beta + 0.5 * ONE.gamma)).weight == pytest.approx(0.5, rel=1e-3)


class TestOtherNetworks:
    def test_nothing_in_common(self):
        (finding,) = compare(BEFORE, model(layer("other", 5, channels=8)))
        assert finding.kind == "other_shapes"

    def test_a_new_head_is_told(self):
        of = model(*BEFORE.layers, layer("head.bn", 9))
        finding = first(of)
        assert finding.kind == "layers_missing"
        assert "1 only in the second (head.bn)" in finding.evidence

    def test_layers_of_another_width_under_the_same_name_do_not_match(self):
        of = after(**{key: getattr(layer("x", 1, 8), key) for key in ("running_mean", "running_var", "gamma", "beta")})
        assert len(pairs(BEFORE, of)) == 3
        assert "layers_missing" in kinds(of)


def test_values_that_are_no_numbers_break_nothing():
    for key in ("running_mean", "running_var", "gamma", "beta"):
        for value in (np.nan, np.inf):
            of = after(**{key: np.where(np.arange(C) == 0, value, getattr(ONE, key))})
            assert compare(BEFORE, of)
            assert compare(of, BEFORE)
