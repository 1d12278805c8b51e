"""Training against inference: every number on the page against a computation that is not the page's."""

import re

import numpy as np
import pytest

from bn import CONVENTIONS, BatchNorm, Feature, draw
from tests.pages.driving import charts, open_page, spec
from tests.pages.lab import messages, said
from ui.figures import mismatch, same_number, stream
from ui.links import PROJECTOR, SHOW_ME
from ui.numbers import fixed
from ui.studies.quotations import PYTORCH_REFUSES
from ui.studies.streams import EXAMPLES, MAX_BATCHES, MAX_SIZE, MEAN, STD

SCRIPT = "pages/training_vs_inference.py"
REVEALED = {"ti_guess": SHOW_ME, "ti_guess_number": SHOW_ME}
ONE_NUMBER = "16 times the same number"
JUMPS = "In Keras it jumps with every batch"
X = draw([Feature("normal", MEAN, STD)], EXAMPLES, 1, seed=15).batches[0]
EPS = CONVENTIONS["keras"].eps
SEEN = 0.03  # what a picture says is as exact as it is seen: a quarter of a pixel


def page(**link):
    return open_page(SCRIPT, **link)


def trace(at, chart, name):
    return next(trace for trace in spec(charts(at)[chart])["data"] if trace["name"] == name)


def averaged(decay, count, size, ddof, shape="normal", seed=0, most=MAX_SIZE):
    """Batches, each the first values of one of the most, and the moving averages of their statistics."""
    batches = draw([Feature(shape, MEAN, STD)], most, max(count, 1), seed).batches[:count, :size, 0]
    path = [(0.0, 1.0)]
    for x in batches:
        mean, var = path[-1]
        path.append((decay * mean + (1 - decay) * x.mean(), decay * var + (1 - decay) * x.var(ddof=ddof)))
    return batches, np.array(path)


# --- the stream --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "decay", "count", "size", "ddof", "shape", "seed"),
    [
        ({}, 0.99, 100, 16, 1, "normal", 0),
        ({"ti_decay": "0.5", "ti_batches": "30", "ti_n": "2", "ti_variance": "÷ N"}, 0.5, 30, 2, 0, "normal", 0),
        ({"ti_decay": "1.0", "ti_shape": "Two peaks", "ti_seed": "7"}, 1.0, 100, 16, 1, "two_peaks", 7),
        ({"ti_decay": "0.0", "ti_shape": "Skewed"}, 0.0, 100, 16, 1, "skewed", 0),
    ],
)
def test_the_stream_shows_the_batches_and_their_moving_averages(link, decay, count, size, ddof, shape, seed):
    at = page(**link)
    batches, path = averaged(decay, count, size, ddof, shape, seed)
    variance = f"variance {'÷ (N − 1)' if ddof else '÷ N'}"
    dots = trace(at, "ti_stream", "mean of each batch")["y"]
    np.testing.assert_allclose(dots, batches.mean(axis=1).clip(*stream.MEAN_RANGE), atol=SEEN)
    dots = trace(at, "ti_stream", f"{variance} of each batch")["y"]
    np.testing.assert_allclose(dots, batches.var(axis=1, ddof=ddof).clip(*stream.VARIANCE_RANGE), atol=SEEN)
    np.testing.assert_allclose(trace(at, "ti_stream", "moving mean")["y"], path[:, 0], atol=SEEN)
    np.testing.assert_allclose(trace(at, "ti_stream", f"moving {variance}")["y"], path[:, 1], atol=SEEN)


def test_the_sentence_says_how_long_the_start_lasts():
    """0.99¹⁰⁰ is 0.366; 0.99⁴⁵⁸ is 0.01002 and 0.99⁴⁵⁹ is 0.00992."""
    text = said(page())
    assert "$0.99^{100}$ = **36.6%**" in text
    assert "**459 batches** until the start weighs less than 1%" in text
    assert "**7%** of what single batches do" in text
    assert f"is **{averaged(0.99, 100, 16, 1)[1][-1, 0]:.2f}**, the truth 10" in text


def test_the_ends_of_the_decay_are_said():
    text = said(page(ti_decay="1.0"))
    assert "the start is all there is" in text
    assert "**100%**" in text
    text = said(page(ti_decay="0.0"))
    assert "It takes **1 batch** until" in text
    assert "the last batch and nothing else" in text


def test_before_the_first_batch_nothing_is_averaged():
    at = page(ti_batches="0")
    assert trace(at, "ti_stream", "moving mean")["y"] == [0]
    text = said(at)
    assert "Before the first batch the moving mean is 0 and the moving variance 1" in text
    assert "still weighs" not in text
    assert "| last batch | – | – |" in text


@pytest.mark.parametrize(("name", "ddof"), [("÷ (N − 1)", 1), ("÷ N", 0)])
def test_the_table_compares_with_all_values_together(name, ddof):
    text = said(page(ti_batches="50", ti_n="4", ti_variance=name, ti_decay="0.9"))
    batches, path = averaged(0.9, 50, 4, ddof)
    for label, mean, var in (
        ("last batch", batches[-1].mean(), batches[-1].var(ddof=ddof)),
        ("**moving average**", *path[-1]),
        ("all 200 values", batches.mean(), batches.var(ddof=ddof)),
        ("truth", 10, 9),
    ):
        assert f"| {label} | {fixed(mean, 2)} | {fixed(var, 2)} |" in text


def test_the_biased_variance_is_said_to_stay_short_of_the_truth():
    assert "(N − 1)/N = **50.0%**" in said(page(ti_n="2", ti_variance="÷ N"))
    assert "heads for 4.50" in said(page(ti_n="2", ti_variance="÷ N"))
    assert "heads for" not in said(page(ti_n="2"))


def test_without_its_start_the_average_is_there_from_the_first_batch_on():
    at = page(ti_corrected="true", ti_decay="0.9")
    batches, path = averaged(0.9, 100, 16, 1)
    line = trace(at, "ti_stream", "moving mean without its start")["y"]
    assert line[0] == pytest.approx(batches[0].mean(), abs=SEEN)
    assert line[4] == pytest.approx(path[5, 0] / (1 - 0.9**5), abs=SEEN)
    assert "without its start" not in " ".join(t["name"] for t in spec(charts(page())["ti_stream"])["data"])
    page(ti_corrected="true", ti_decay="1.0")  # nothing to show, and no error


# --- the debugger ------------------------------------------------------------------------------------------------


def test_nothing_is_revealed_before_an_answer():
    at = page()
    assert set(charts(at)) == {"ti_stream"}
    assert not at.toggle(key="ti_corrected").value
    assert {slider.key for slider in at.slider} == {"ti_decay", "ti_batches", "ti_n", "ti_keep"}
    assert not messages(at, "info")


@pytest.mark.parametrize(("guess", "kind"), [(ONE_NUMBER, "success"), ("What inference gives", "warning")])
def test_each_answer_reveals_what_is_computed(guess, kind):
    at = page(ti_guess=guess, ti_beta="-1.5")
    text = messages(at, kind)
    assert f"**{ONE_NUMBER}**" in text
    assert "y = β = −1.50" in text
    right = (X - MEAN) / np.sqrt(STD**2 + EPS) - 1.5
    assert f"{fixed(right.min(), 2)} to {fixed(right.max(), 2)}" in text
    assert "ti_mismatch" in charts(at)
    assert "ti_same_number" not in charts(at)


def test_the_answer_can_be_given_on_the_page():
    at = page()
    at.radio(key="ti_guess").set_value(ONE_NUMBER).run()
    assert messages(at, "success").startswith("Yes")
    assert "ti_mismatch" in charts(at)


def outputs(at):
    return np.array(trace(at, "ti_mismatch", "is")["y"]), np.array(trace(at, "ti_mismatch", "is")["x"])


def shown(**link):
    return page(**{**REVEALED, **link})


def test_one_at_a_time_in_training_mode_gives_beta_for_all():
    at = shown(ti_beta="2.0")
    np.testing.assert_array_equal(outputs(at)[1], np.full(EXAMPLES, 2.0))
    assert outputs(at)[0].tolist() == [mismatch.WRONG_AT] * EXAMPLES


def test_pytorchs_refusal_is_its_own():
    with pytest.raises(ValueError, match="refuses"):
        BatchNorm.create(1, CONVENTIONS["pytorch"], channel_axis=1).train(X[:1])
    assert f"PyTorch says: “{PYTORCH_REFUSES}”" in said(shown())
    assert PYTORCH_REFUSES not in said(shown(ti_size="2"))


def infer(x, mean=MEAN, var=STD**2, beta=0.5):
    return ((x - mean) / np.sqrt(var + EPS) + beta)[:, 0]


def test_with_every_fault_mended_outputs_are_as_they_should_be():
    at = shown(ti_training="false", ti_few="false")
    np.testing.assert_allclose(outputs(at)[1], infer(X), atol=SEEN)
    assert "off by **0.00**" in said(at)
    assert "as they should" in said(at)
    assert said(at).count("Switched off") == 4


def test_training_mode_takes_the_statistics_of_the_batch():
    at = shown(ti_few="false")
    np.testing.assert_allclose(outputs(at)[1], infer(X, X.mean(), X.var()), atol=SEEN)


def test_the_band_is_one_standard_deviation_of_what_normalizes():
    for link, mean, std in (
        ({"ti_training": "false"}, MEAN, STD),
        ({"ti_few": "false"}, X.mean(), X.std()),
    ):
        shapes = spec(charts(shown(**link))["ti_mismatch"])["layout"]["shapes"]
        (band,) = [shape for shape in shapes if shape["type"] == "rect"]
        assert (band["x0"], band["x1"]) == pytest.approx((mean - std, mean + std))


def test_stale_averages_are_those_after_so_few_batches():
    at = shown(ti_training="false", ti_few="false", ti_stale="true", ti_seen="50")
    _, path = averaged(0.99, 50, EXAMPLES, 0, seed=2, most=EXAMPLES)
    np.testing.assert_allclose(outputs(at)[1], infer(X, *path[-1]), atol=SEEN)
    wrong, right = infer(X, *path[-1]), infer(X)
    assert f"off by **{np.sqrt(((wrong - right) ** 2).mean()):.2f}**" in said(at)
    assert f"the worst by {np.abs(wrong - right).max():.2f}" in said(at)
    assert f"they have mean {fixed(wrong.mean(), 2)} and standard deviation (÷ 16) {wrong.std():.2f}" in said(at)


def test_moved_data_move_every_output():
    at = shown(ti_training="false", ti_few="false", ti_moved="true", ti_shift="-2.0")
    np.testing.assert_allclose(outputs(at)[1], infer(X - 2 * STD), atol=SEEN)
    np.testing.assert_allclose(trace(at, "ti_mismatch", "input")["x"], X[:, 0] - 2 * STD)


def test_each_card_says_what_its_fault_does_alone_and_what_mending_it_leaves():
    text = said(shown(ti_moved="true", ti_shift="3.0"))
    alone = re.findall(r"Alone it moves y by \*\*([\d.]+)\*\*", text)
    left = re.findall(r"Mend only this, and \*\*([\d.]+)\*\* remains", text)
    training = infer(X, X.mean(), X.var()) - infer(X)
    moved = 3 * STD / np.sqrt(STD**2 + EPS)
    constant = 0.5 - infer(X)
    rms = lambda values: f"{np.sqrt((values**2).mean()):.2f}"  # noqa: E731
    assert alone == [rms(training), "0.00", f"{moved:.2f}"]
    assert left == [f"{moved:.2f}", rms(training), rms(constant)]
    assert "does not matter how many come at a time" in text
    assert "hides" in text


def test_a_tiny_batch_lands_on_both_sides_of_beta():
    values = outputs(shown(ti_size="2"))[1]
    half = np.abs(X[::2, 0] - X[1::2, 0]) / 2
    np.testing.assert_allclose(np.abs(values - 0.5)[::2], half / np.sqrt(half**2 + EPS), atol=SEEN)
    assert "neighbors" in said(shown(ti_size="2"))


# --- the same number twice ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("guess", "kind"), [(JUMPS, "success"), ("The same in both", "warning"), (SHOW_ME, "info")])
def test_the_number_is_revealed_with_both_decays(guess, kind):
    at = page(ti_guess_number=guess)
    text = messages(at, kind)
    assert f"**{JUMPS}**" in text
    assert "decay 0.9." in text
    assert "decay 0.1." in text
    assert f"{np.sqrt(0.9 / 1.1):.0%}" in text
    assert f"{np.sqrt(0.1 / 1.9):.0%}" in text
    assert "ti_same_number" in charts(at)
    assert "ti_mismatch" not in charts(at)


@pytest.mark.parametrize("number", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_both_frameworks_average_as_they_read_the_number(number):
    at = shown(ti_number=str(number))
    for name, decay in (("PyTorch", 1 - number), ("Keras 3", number)):
        _, path = averaged(decay, 60, EXAMPLES, 1)
        line = trace(at, "ti_same_number", f"{name}, decay {decay:.2f}")["y"]
        np.testing.assert_allclose(line, path[:, 0], atol=SEEN)
        low, high = same_number.RANGE
        assert low < min(line)
        assert max(line) < high


def test_the_table_says_what_either_reading_leads_to():
    text = said(shown(ti_number="0.1"))
    for row in (
        "| 0.10 in | PyTorch | Keras 3 |",
        "| weighs the | new value | old value |",
        "| so the decay is | 0.90 | 0.10 |",
        "| start below 1% after | 44 batches | 3 batches |",
        "| then shakes by | 23% | 90% |",
    ):
        assert row in text
    assert "| start below 1% after | never | 1 batch |" in said(shown(ti_number="0.0"))


# --- links -------------------------------------------------------------------------------------------------------


def test_a_link_brings_every_setting():
    link = {
        **{"ti_decay": "0.9", "ti_batches": str(MAX_BATCHES), "ti_n": "128", "ti_shape": "Uniform", "ti_seed": "3"},
        **{"ti_variance": "÷ N", "ti_corrected": "true", "ti_training": "false", "ti_few": "false", "ti_size": "4"},
        **{"ti_stale": "true", "ti_seen": "100", "ti_moved": "true", "ti_shift": "-0.5", "ti_beta": "1.5"},
        **{"ti_number": "0.4", "ti_guess": ONE_NUMBER, "ti_guess_number": JUMPS, "ti_keep": "0.8"},
    }
    at = page(**link)
    for key, text in link.items():
        assert str(at.session_state[key]).casefold() == text.casefold(), key
    everything = [*at.slider, *at.toggle, *at.radio, *at.selectbox, *at.number_input, *at.get("button_group")]
    assert {widget.key for widget in everything} - {PROJECTOR} == set(link)


# --- dropout in front --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("keep", "law"), [("0.5", "2.47"), ("0.8", "1.37"), ("1.0", "1.00")])
def test_dropout_in_front_makes_the_learned_variance_larger(keep, law):
    text = said(page(ti_keep=keep))
    assert f"E[x²]/σ² = **{law}** times" in text
    moving, met, quotient, std = (
        float(each)
        for each in re.search(
            r"moving variance is ([\d.]+), .* without dropout ([\d.]+), that is \*\*([\d.]+)\*\* .* of \*\*([\d.]+)\*\*",
            text,
        ).groups()
    )
    # 100,000 values: the quotient of two variances strays by less than 1 percent, by 2 where few are kept.
    assert moving / met == pytest.approx(quotient, abs=0.01)
    assert quotient == pytest.approx(float(law), rel=0.03)
    assert met == pytest.approx(0.5 - 1 / (2 * np.pi), rel=0.02)
    assert std == pytest.approx(np.sqrt(met / moving), abs=0.01)
