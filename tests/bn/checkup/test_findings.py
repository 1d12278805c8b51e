"""The checkup as a whole: the order of what it finds, how it says it, and how long it takes."""

import re
import time
from dataclasses import replace

import numpy as np
import pytest

from bn.checkup import Finding, StoredModel, chapters, compare, examine
from bn.checkup.finding import counted, names, number, percent
from bn.checkup.findings import OF_A_LAYER
from tests.bn.checkup.models import C, four, layer, model, recorded
from ui.catalogue import CHAPTERS
from ui.checkpoints.examples import EXAMPLES


def resnet50(with_data):
    """53 layers with 26,560 channels, in shape those of ResNet-50."""
    widths = [64]
    for blocks, width in ((3, 64), (4, 128), (6, 256), (3, 512)):
        for block in range(blocks):
            widths += [width, width, 4 * width] + [4 * width] * (block == 0)
    layers = [layer(f"layer{at}.bn", at, width) for at, width in enumerate(widths)]
    return model(*(recorded(each) for each in layers) if with_data else layers)


@pytest.mark.parametrize("with_data", [False, True])
def test_in_a_healthy_model_in_the_shape_of_resnet_50_nothing_is_found(with_data):
    of = resnet50(with_data)
    assert (len(of.layers), sum(each.channels for each in of.layers)) == (53, 26_560)
    assert examine(of) == ()


def test_many_layers_do_not_take_the_square_of_the_time():
    dead = layer(beta=-20 * np.ones(C))

    def took(layers):
        of = model(*(replace(dead, name=str(at)) for at in range(layers)))
        start = time.thread_time()
        examine(of)
        return time.thread_time() - start

    assert min(took(512) for _ in range(3)) < 32 * min(
        took(64) for _ in range(3)
    )  # 8 times, and 64 if it were the square


def test_what_explains_most_comes_first_and_what_may_be_nothing_last():
    of = four(gamma=-np.ones(C), running_var=np.where(np.arange(C) == 0, np.nan, 1.0), batches_tracked=400)
    ranks = [finding.rank for finding in examine(of)]
    assert ranks == sorted(ranks, reverse=True)
    assert [finding.kind for finding in examine(of)] == ["not_finite", "gamma_sign", "age"]


def test_a_possible_finding_counts_a_tenth():
    def rank(certainty, weight):
        return Finding("a", None, (), "a", "a", certainty, weight, "a", "a").rank

    assert rank("possible", 1.0) < rank("strong sign", 0.2) < rank("proof", 0.2)


def test_up_to_three_layers_are_told_one_by_one():
    negative = -np.ones(C)
    few = [layer(str(at), at, **({"gamma": negative} if at < 3 else {})) for at in range(6)]
    assert [finding.layer for finding in examine(model(*few))] == ["0", "1", "2"]
    more = [layer(str(at), at, **({"gamma": negative} if at < 4 else {})) for at in range(6)]
    (finding,) = examine(model(*more))
    assert (finding.layer, finding.layers, finding.channels) == (None, 4, ())
    assert finding.evidence.startswith("In 4 of 6 layers: 0, 1, 2 and 1 more.")


def test_every_rule_gives_a_finding_that_is_complete():
    pages = {chapter.name for chapter in CHAPTERS}
    cases = [
        four(running_var=np.full(C, np.nan)),
        four(running_var=-np.ones(C)),
        four(running_mean=np.zeros(C), running_var=np.ones(C)),
        four(running_var=np.zeros(C)),
        four(gamma=np.zeros(C), beta=np.zeros(C)),
        four(gamma=-np.ones(C), decay=0.0, eps=1.0, batches_tracked=3),
        four(beta=-20 * np.ones(C)),
    ]
    for finding in [finding for of in cases for finding in examine(of)]:
        assert finding.chapter in pages
        assert finding.weight >= 0
        assert np.isfinite(finding.weight)
        assert finding.certainty in ("proof", "strong sign", "possible")
        assert not any(word in finding.evidence for word in ("np.float64", "array(", "e-0"))
        for text in (finding.title, finding.evidence, finding.todo):
            assert text
            assert text[0].isupper() or text[0] in "γβεσ0123456789"
        assert finding.evidence.endswith(".")
        assert finding.todo.endswith(".")
        assert all(isinstance(value, str) for value in finding.query.values())


def findings_of_all_kinds():
    """Those of the models that stand ready, and of two files that differ."""
    healthy = EXAMPLES["healthy"]
    others = [
        replace(healthy, layers=healthy.layers[::-1]),
        replace(healthy, layers=healthy.layers[:-1]),
        replace(healthy, layers=(healthy.layers[1], healthy.layers[0], *healthy.layers[2:])),
    ]
    turned = [replace(each, running_mean=each.running_mean[::-1]) for each in healthy.layers]
    found = [(len(of.layers), finding) for of in EXAMPLES.values() for finding in examine(of)]
    found += [(len(healthy.layers), finding) for of in others for finding in compare(healthy, of)]
    return found + [(len(turned), each) for each in compare(healthy, replace(healthy, layers=tuple(turned)))]


def test_what_is_proved_and_what_may_have_been_meant_agree():
    for _, finding in findings_of_all_kinds():
        if finding.certainty == "proof" and re.search(r"all is well|as it should|[Rr]ight if|Nothing", finding.todo):
            assert "Proved is" in finding.todo, finding.title


def test_where_a_finding_is_and_how_many_layers_it_counts_agree():
    for layers, finding in findings_of_all_kinds():
        assert finding.layer is not None or finding.layers > 1, finding.title
        for few in re.findall(rf"[Ii]n (\d+) of {layers} layers", finding.evidence):
            assert (int(few) == 1) == (finding.layer is not None), finding.evidence


def test_an_empty_model_has_nothing():
    assert examine(StoredModel("nothing", ())) == ()


def test_each_rule_is_asked_once():
    assert len(set(OF_A_LAYER)) == len(OF_A_LAYER)


class TestWords:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (-0.5, "−0.5"),
            (1e-5, "1e−5"),
            (float("inf"), "∞"),
            (-float("inf"), "−∞"),
            (float("nan"), "NaN"),
            (1234.0, "1.23e3"),
        ],
    )
    def test_numbers(self, value, text):
        assert number(value) == text

    @pytest.mark.parametrize(
        ("share", "text"),
        [
            (0.0, "0 %"),
            (0.00001, "less than 0.1 %"),
            (0.0005, "less than 0.1 %"),
            (0.0234, "2.3 %"),
            (0.05, "5 %"),
            (0.349, "35 %"),
            (9.0, "900 %"),
        ],
    )
    def test_shares(self, share, text):
        assert percent(share) == text

    def test_counts_and_names(self):
        assert counted(3, 64) == "3 of 64 channels"
        assert counted(64, 64) == "all 64 channels"
        assert counted(1, 1, "layer") == "1 of 1 layer"
        assert names(["a", "b", "c"]) == "a, b, c"
        assert names(list("abcde")) == "a, b, c and 2 more"


class TestChapters:
    """The settings of a link are such as the page's own sliders have; the page's tests follow them there."""

    def test_stops_of_the_sliders(self):
        assert chapters.stale(1_234)[1]["ti_seen"] == "300"
        assert chapters.stale(8)[1]["ti_seen"] == "10"
        assert chapters.averaging(0.9, 9_999)[1] == {"ti_decay": "0.90", "ti_batches": "500"}
        assert chapters.moved(-30)[1]["ti_shift"] == "-3.0"
        assert chapters.small_batches(5_000)[1]["bs_m"] == "256"

    def test_a_fault_alone(self):
        query = chapters.wrong_mode()[1]
        assert query == {
            "ti_guess": "Just show me",
            "ti_training": "true",
            "ti_few": "false",
            "ti_stale": "false",
            "ti_moved": "false",
        }
