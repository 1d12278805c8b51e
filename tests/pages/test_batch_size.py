"""Batch size: every number on the page against a computation that is not the page's."""

import re

import numpy as np
import pytest

from bn import CONVENTIONS, FILTERS, BatchNorm, Network, Outcome, train
from tests.pages.driving import charts, open_page, spec
from tests.pages.lab import messages, said
from ui.links import SHOW_ME
from ui.numbers import fixed
from ui.serving import jobs
from ui.studies import batch_sizes
from ui.studies.digits import digits
from ui.studies.quotations import PYTORCH_REFUSES

SCRIPT = "pages/batch_size.py"
SIGNS = "−1 and +1"
WITHOUT = "Without"
SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256]
EPS = 1e-5


def page(**link):
    return open_page(SCRIPT, **link)


def traces(at, chart):
    return {trace["name"]: trace for trace in spec(charts(at)[chart])["data"]}


def rows_of(count, size, batches, seed):
    return np.random.default_rng([seed, size]).integers(count, size=(batches, size))


def grown(count, size, batches, seed):
    """The rows of batches of 256, of which smaller batches are the first."""
    return rows_of(count, 256, batches, seed)[:, :size]


def values_of(unit):
    """One hidden unit of the fresh network on all training digits, in standard deviations."""
    images = digits().train.images.astype(float)
    weights = Network.create((64, 50, 50, 10), "relu", norm=None, seed=0, dtype=np.float64).layers[0].weights
    values = images @ weights[:, unit]
    return (values - values.mean()) / values.std()


# --- the dial ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("link", "size", "unit", "seed"), [({}, 16, 0, 0), ({"bs_m": "3", "bs_unit": "49"}, 3, 49, 0)])
def test_the_cloud_is_that_of_the_batches(link, size, unit, seed):
    at = page(**link)
    z = values_of(unit)
    batches = z[grown(len(z), size, 300, seed)]
    dots = traces(at, "bs_cloud")["batches"]
    np.testing.assert_allclose(dots["x"], batches.mean(axis=1), atol=2e-3)
    np.testing.assert_allclose(dots["y"], batches.var(axis=1).clip(None, 3.6), atol=4e-3)
    text = said(at)
    assert f"σ/√{size} = **{size**-0.5:.3f} σ**" in text
    assert f"takes {4 * size} examples" in text
    assert f"**{1 / size:.2%}** too small" in text
    mean, var = batches.mean(axis=1), batches.var(axis=1)
    assert f"| average of the dots | {fixed(mean.mean())} | {var.mean():.3f} |" in text
    assert f"| **spread of the dots** | {mean.std():.3f} | {var.std():.3f} |" in text
    fourth = (z**4).mean()
    spread = np.sqrt((fourth - 1) / size - 2 * (fourth - 2) / size**2 + (fourth - 3) / size**3)
    assert f"| **calculated** | {size**-0.5:.3f} | {spread:.3f} |" in text
    assert f"| calculated | 0.000 | {(size - 1) / size:.3f} |" in text


def test_the_law_is_measured_at_each_size():
    found = traces(page(bs_seed="4"), "bs_law")
    z = values_of(0)
    batches = [z[grown(len(z), size, 300, 4)] for size in SIZES]
    np.testing.assert_allclose(found["mean, in σ"]["y"], [each.mean(axis=1).std() for each in batches], rtol=1e-4)
    variances = [each.var(axis=1).std() for each in batches[1:]]
    np.testing.assert_allclose(found["variance, in σ²"]["y"], variances, rtol=1e-4)


def test_a_batch_of_one_has_no_variance():
    at = page(bs_m="1")
    assert set(traces(at, "bs_cloud")["batches"]["y"]) == {0}
    assert "**no variance**" in said(at)


def test_the_buttons_set_the_dial():
    at = page()
    at.button(key="bs_jump_64").click().run()
    assert at.select_slider(key="bs_m").value == 64
    assert "σ/√64 = **0.125 σ**" in said(at)


# --- one digit in company ----------------------------------------------------------------------------------------


def filtered_digits():
    images = digits().train.images.reshape(-1, 8, 8).astype(float)
    out = np.zeros((len(images), 4, 3, 3))
    for c, each in enumerate(FILTERS.values()):
        for i in range(3):
            for j in range(3):
                out[:, c, i, j] = (images[:, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3] * each).sum(axis=(1, 2))
    return out


@pytest.mark.parametrize(("digit", "channel"), [(1, "blur"), (30, "vertical edges")])
def test_the_funnel_is_batch_norm_in_all_that_company(digit, channel):
    at = page(bs_digit=str(digit), bs_channel=channel)
    c = list(FILTERS).index(channel)
    images = filtered_digits()[:, c]
    outputs = []
    for size in SIZES:
        rows = rows_of(len(images), size, 40, 0)
        rows[:, 0] = digit
        batches = images[rows]
        mean, var = batches.mean(axis=(1, 2, 3)), batches.var(axis=(1, 2, 3))
        outputs.append((images[digit, 1, 1] - mean) / np.sqrt(var + EPS))
    outputs = np.array(outputs)
    off = (outputs - outputs[-1].mean()).clip(-0.75, 0.75)
    np.testing.assert_allclose(traces(at, "bs_funnel")["batch norm"]["y"], off.ravel(), atol=2e-5)
    text = said(at)
    assert f"another x̂ in each of 40 batches: it spreads by **{outputs[1].std():.3f}** in batches of 2" in text
    assert f"Batch norm gives this {digits().train.labels[digit]} " in text


def test_the_relatives_do_not_move():
    at = page()
    image = filtered_digits()[1]
    by = lambda values: (image[0, 1, 1] - values.mean()) / np.sqrt(values.var() + EPS)  # noqa: E731
    layer, instance, group = by(image), by(image[0]), by(image[:2])
    text = said(at)
    assert "it moves **not at all**" in text
    assert f"layer norm {layer:.2f}, instance norm {instance:.2f}, group norm (2 groups) {group:.2f}" in text
    assert f"batch norm *is* instance norm: both give {instance:.2f}" in text
    for name in ("layer norm", "instance norm", "group norm (2 groups)"):
        assert np.ptp(traces(at, "bs_funnel")[name]["y"]) == 0


# --- contagion ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "push"), [(8, 5.0), (2, -10.0), (256, 3.5)])
def test_every_other_output_moves_in_training_and_none_in_inference(size, push):
    at = page(bs_together=str(size), bs_push=str(push))
    z = values_of(0)
    x = z[grown(len(z), size, 1, 0)[0]]
    pushed = x + push * (np.arange(size) == 0)
    change = (pushed - pushed.mean()) / np.sqrt(pushed.var() + EPS) - (x - x.mean()) / np.sqrt(x.var() + EPS)
    found = traces(at, "bs_contagion")
    np.testing.assert_allclose(found["training"]["y"], change[1:].clip(-5.4, 5.4), atol=6e-3)
    assert set(found["inference"]["y"]) == {0}
    text = said(at)
    assert f"**{size - 1} of {size - 1}** others move" in text
    assert f"typically by **{fixed(np.sqrt((change[1:] ** 2).mean()))}**" in text
    assert "In inference **0** move" in text
    assert f"by {fixed(change[0], 2)} in training and by {fixed(push, 2)} in inference" in text


def test_influence_by_size_is_that_of_many_batches():
    at = page(bs_together="20")
    z = values_of(0)

    def influence(size):
        x = z[grown(len(z), size, 50, 0)]
        pushed = x + 5.0 * (np.arange(size) == 0)
        sides = [
            (each - each.mean(axis=1, keepdims=True)) / np.sqrt(each.var(axis=1, keepdims=True) + EPS)
            for each in (x, pushed)
        ]
        return np.sqrt(((sides[1] - sides[0])[:, 1:] ** 2).mean())

    found = traces(at, "bs_influence")
    np.testing.assert_allclose(found["all others, training"]["y"], [influence(size) for size in SIZES[1:]], rtol=1e-2)
    assert found["at the size that is set"]["x"] == pytest.approx([20], rel=1e-2)
    assert found["at the size that is set"]["y"] == [pytest.approx(influence(20), rel=1e-2)]


def test_alone_and_without_a_push_there_is_nothing_to_infect():
    assert "no others to move" in said(page(bs_together="1"))
    assert "Push it" in said(page(bs_push="0.0"))


# --- a batch of two, a batch of one ------------------------------------------------------------------------------


def test_nothing_is_revealed_before_the_answer():
    at = page()
    assert not {"bs_pair", "bs_sweep", "bs_reported"} & set(charts(at))
    assert messages(at, "info") == messages(at, "success") == messages(at, "warning") == ""
    assert PYTORCH_REFUSES not in said(at)
    assert "**One.**" not in said(at)


@pytest.mark.parametrize(("guess", "kind"), [(SIGNS, "success"), ("0 and 1", "warning"), (SHOW_ME, "info")])
def test_a_batch_of_two_is_revealed_as_minus_one_and_one(guess, kind):
    at = page(bs_guess_two=guess)
    text = messages(at, kind)
    assert f"**{SIGNS}**" in text
    assert "mean is 2501.5, their standard deviation (÷ N) 2498.5" in text
    assert "bs_pair" in charts(at)
    assert "bs_sweep" not in charts(at)


@pytest.mark.parametrize(
    ("first", "second", "eps"), [("3.0", "5000.0", "1e-5"), ("1.0", "1.01", "1e-3"), ("7.0", "-2.0", "0")]
)
def test_two_values_are_half_their_distance_over_its_root(first, second, eps):
    option = {"1e-5": "1e-5 (PyTorch, Flax, ONNX)", "1e-3": "1e-3 (Keras)", "0": "0"}[eps]
    at = page(bs_guess_two=SHOW_ME, bs_first=first, bs_second=second, bs_eps=option)
    half = (float(second) - float(first)) / 2
    x_hat = half / np.sqrt(half**2 + float(eps))
    np.testing.assert_allclose(traces(at, "bs_pair")["these two"]["y"], [-x_hat, x_hat], rtol=1e-9)
    assert f"x̂ = **{fixed(-x_hat, 6)}** and **{fixed(x_hat, 6)}**" in said(at)
    if eps == "0":
        assert "exactly 1 from the mean" in said(at)


def test_two_equal_values_are_zero():
    at = page(bs_guess_two=SHOW_ME, bs_first="4.0", bs_second="4.0", bs_eps="0")
    assert set(traces(at, "bs_pair")["these two"]["y"]) == {0}
    assert "both 0" in said(at)


def test_a_batch_of_one_is_beta_and_pytorch_refuses_it():
    text = said(page(bs_guess_two=SHOW_ME, bs_beta="-1.5"))
    for x in ("3", "5,000", "−1,000,000"):
        assert f"| {x} | 0.0 | **−1.5** |" in text
    with pytest.raises(ValueError, match="refuses"):
        BatchNorm.create(1, CONVENTIONS["pytorch"], channel_axis=1).train(np.array([[3.0]]))
    assert f"refuses: “{PYTORCH_REFUSES}”" in text
    assert "largest difference here: 0.0" in text


# --- the sweep ---------------------------------------------------------------------------------------------------


def finished(**link):
    """A page whose trainings have ended."""
    at = page(**{"bs_guess_sweep": SHOW_ME, **link})
    at.run()
    assert "go on" not in messages(at, "info")
    return at


@pytest.fixture(scope="module")
def memory():
    """What a server remembers whose readers trained, of all tests here."""
    return jobs.Memory(jobs.REMEMBERED)


@pytest.fixture(scope="module")
def swept(memory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "MEMORY", memory)
        patch.setattr(jobs, "TURN_SECONDS", 1e9)
        return finished()


def by_hand(size, norm, seed, rate):
    network = Network.create((64, 50, 50, 10), "relu", norm=norm, seed=seed)
    for step in train(network, *digits().train, steps=3 * 1437 // size, batch_size=size, learning_rate=rate, seed=seed):
        network = step.network
    return (network.infer(digits().test.images).predictions != digits().test.labels).mean() * 100


def test_the_trainings_start_when_the_question_is_answered_and_show_how_far_they_are(monkeypatch):
    monkeypatch.setattr(jobs, "MEMORY", jobs.Memory(2))
    monkeypatch.setattr(jobs, "TURN_SECONDS", 0.0)
    at = page(bs_guess_sweep=WITHOUT)
    assert "**0 of 30** trainings done" in said(at) or "**1 of 30** trainings done" in said(at)
    assert "The trainings go on" in messages(at, "info")
    assert messages(at, "success") == ""
    at.button(key="bs_stop").click().run()
    at.run()
    assert "were not carried through" in messages(at, "info")
    stopped = said(at)
    at.run()
    assert said(at) == stopped


@pytest.mark.trains
@pytest.mark.parametrize(("size", "norm", "seed"), [(128, "batch", 0), (128, None, 2), (32, "batch", 1), (32, None, 0)])
def test_mistakes_are_those_of_training_by_hand(swept, size, norm, seed):
    """The learning rate of 0.1 is for 32 and grows with the batch."""
    markers = traces(swept, "bs_sweep")["batch norm" if norm else "none"]
    shown = [y for x, y in zip(markers["x"], markers["y"], strict=True) if x == size]
    assert len(shown) == 3
    assert shown[seed] == pytest.approx(by_hand(size, norm, seed, 0.1 * size / 32))


@pytest.mark.trains
def test_the_verdict_and_the_table_are_those_of_the_markers(swept):
    found = traces(swept, "bs_sweep")
    mean = {
        (name, size): np.mean([y for x, y in zip(found[name]["x"], found[name]["y"], strict=True) if x == size])
        for name in ("batch norm", "none")
        for size in (2, 4, 8, 32, 128)
    }
    text = messages(swept, "info")
    right = WITHOUT if mean["batch norm", 2] > 1.25 * mean["none", 2] else "?"
    assert f"**{right}**" in text
    assert f"wrong on **{mean['batch norm', 2]:.1f}%**" in text
    assert f"without on **{mean['none', 2]:.1f}%**" in text
    assert f"batches of 128 it is {mean['batch norm', 128]:.1f}% with and {mean['none', 128]:.1f}% without" in text
    rows = dict(re.findall(r"\| (\d+) \| ([\d.]+)% \(", said(swept)))
    assert {int(size): float(share) for size, share in rows.items()} == {
        size: pytest.approx(100 - mean["batch norm", size], abs=0.051) for size in (2, 4, 8, 32, 128)
    }
    assert "4,311 examples (2,155 steps in batches of 2, 33 in batches of 128)" in said(swept)


@pytest.mark.trains
def test_a_second_reader_sees_the_finished_trainings_at_once(swept, memory, monkeypatch):
    monkeypatch.setattr(jobs, "MEMORY", memory)
    monkeypatch.setattr(batch_sizes, "start_sweep", None)
    at = page(bs_guess_sweep=WITHOUT)
    assert "30 of 30" in said(at)
    assert f"Yes: **{WITHOUT}**" in messages(at, "success")


def test_trainings_that_break_off_are_said_and_give_no_verdict(all_at_once, monkeypatch):
    why = "The run ended at step 7: the loss is infinite."
    broken = [Outcome(size, norm, 0, 7, None, None, why) for size in (128, 2) for norm in (True, False)]
    monkeypatch.setattr(batch_sizes, "start_sweep", lambda training: iter(broken))
    monkeypatch.setattr(jobs, "MEMORY", jobs.Memory(2))
    at = page(bs_guess_sweep=SHOW_ME)
    assert f"A training broke off. {why}" in said(at)
    assert "| 2 | broke off | – | broke off |" in said(at)
    assert "no answer" in messages(at, "info")


@pytest.mark.parametrize(
    ("normed", "plain", "right", "said"),
    [
        ((0.64, 0.96), (0.90, 0.91), WITHOUT, "Batch norm does better in large batches"),
        ((0.64, 0.65), (0.90, 0.91), WITHOUT, None),  # no better in large ones: the size is not what hurts
        ((0.73, 0.91), (0.17, 0.09), "With batch norm", "hardly learns in large batches either"),
        ((0.91, 0.92), (0.80, 0.93), "With batch norm", None),
        ((0.91, 0.96), (0.90, 0.96), "Both about the same", None),
    ],
)
def test_the_cause_is_named_where_the_trainings_bear_it_out(all_at_once, monkeypatch, normed, plain, right, said):
    ends = [
        Outcome(size, on, 0, 7, share, None, None)
        for on, shares in ((True, normed), (False, plain))
        for size, share in zip((2, 128), shares, strict=True)
    ]
    monkeypatch.setattr(batch_sizes, "start_sweep", lambda training: iter(ends))
    monkeypatch.setattr(jobs, "MEMORY", jobs.Memory(2))
    text = messages(page(bs_guess_sweep=SHOW_ME), "info")
    assert f"**{right}**" in text
    for each in ("Batch norm does better in large batches", "hardly learns in large batches either"):
        assert (each in text) == (each == said)


@pytest.mark.trains
def test_trainings_that_fail_end_at_chance_and_the_page_goes_on(all_at_once, monkeypatch):
    """Without batch norm this learning rate kills most units of ReLU, with any seed; here with one."""
    monkeypatch.setattr(batch_sizes, "SEEDS", 1)
    at = finished(bs_rate="1.0", bs_rule="is the same for all")
    assert "**10 of 10** trainings done" in said(at)
    found = traces(at, "bs_sweep")["none"]
    assert max(found["y"]) > 80
    assert not at.exception


@pytest.mark.trains
def test_what_others_reported_is_marked_as_theirs(swept):
    found = traces(swept, "bs_reported")
    assert dict(zip(found["batch norm"]["x"], found["batch norm"]["y"], strict=True)) == {
        **{2: 34.7, 4: 27.3, 8: 24.8},
        **{16: 23.7, 32: 23.6},
    }
    assert found["group norm"]["y"] == [24.1, 24.2, 24.0, 24.2, 24.1]
    assert "As reported, not computed here" in said(swept)
    assert "Reported:" in charts(swept)["bs_reported"].proto.alt


# --- links -------------------------------------------------------------------------------------------------------


def test_a_link_brings_every_setting(monkeypatch):
    monkeypatch.setattr(jobs, "TURN_SECONDS", 0.0)
    link = {
        **{"bs_m": "2", "bs_unit": "7", "bs_seed": "3", "bs_digit": "12", "bs_channel": "diagonal edges"},
        **{"bs_company": "4", "bs_together": "9", "bs_push": "-2.5", "bs_guess_two": SIGNS, "bs_first": "1.5"},
        **{"bs_second": "2.5", "bs_eps": "1e-3 (Keras)", "bs_beta": "1.0", "bs_guess_sweep": WITHOUT},
        **{"bs_activation": "tanh", "bs_rate": "0.3", "bs_rule": "is the same for all", "bs_first_seed": "5"},
    }
    at = page(**link)
    for key, text in link.items():
        assert str(at.session_state[key]).casefold() == text.casefold(), key
    everything = [*at.slider, *at.select_slider, *at.radio, *at.selectbox, *at.number_input]
    assert {widget.key for widget in everything} == set(link)
