"""Why it works: every number on the page against the recorded runs, nothing revealed before it is asked for."""

import re

import numpy as np
import pytest

from bn import Network, train
from tests.pages.driving import components, open_page
from tests.pages.lab import messages, said
from ui.digits import digits
from ui.predict import SHOW_ME
from ui.three_networks import STEPS, Settings, brief, by_network, start, summaries

pytestmark = pytest.mark.trains

SCRIPT = "pages/why_it_works.py"
DEFAULT = Settings(0.3, 4, "relu", 0)
SETTINGS = {"wi_rate": "0.1", "wi_depth": "2", "wi_activation": "tanh", "wi_seed": "5"}


def panels(at):
    return {panel["title"]: panel for data in components(at) for panel in data.get("panels", ())}


def test_as_opened_the_inputs_are_shown_and_nothing_is_revealed(all_at_once):
    at = open_page(SCRIPT)
    assert [title.split(":")[0] for title in panels(at)] == ["Plain", "Batch norm", "With noise"]
    assert {slider.key for slider in at.slider} == {"wi_rate", "wi_depth", "wi_unit"}
    assert "trained worst" not in said(at)
    assert "loss at the end" not in said(at)


def test_the_sentence_says_how_far_inputs_shift(all_at_once):
    at = open_page(SCRIPT, **SETTINGS)
    sums = summaries(by_network(list(start(Settings(0.1, 2, "tanh", 5)))))
    for name, each in zip(("plain", "batch norm", "with noise"), sums, strict=True):
        assert f"**{brief(each.input_shift)}** ({name})" in said(at)
        assert f"{name.capitalize()}: {brief(each.input_shift)} σ a step" in panels(at)


def test_it_grows_turn_by_turn_until_it_is_done():
    at = open_page(SCRIPT, wi_guess=SHOW_ME)
    lengths = [len(panels(at)["Loss in training"]["curves"][0]["x"])]
    assert "The verdict comes at the end" in messages(at, "info")
    for _ in range(40):
        at.run()
        lengths.append(len(panels(at)["Loss in training"]["curves"][0]["x"]))
        if f"all {STEPS} steps" in said(at):
            break
    assert lengths[:3] == [1, 2, 3]
    assert lengths[-1] == 21
    assert "It is **plain**" in messages(at, "info")


@pytest.mark.parametrize(("guess", "kind"), [("plain", "success"), ("with noise", "warning"), (SHOW_ME, "info")])
def test_the_answer_is_what_training_gave(all_at_once, guess, kind):
    """The losses by a loop of the test's own."""
    at = open_page(SCRIPT, wi_guess=guess)
    text = messages(at, kind)
    assert "**plain**" in text
    for name, norm in (("plain", None), ("batch norm", "batch"), ("with noise", "noisy")):
        net = Network.create((64, 50, 50, 50, 50, 10), "relu", norm, seed=0)
        run = train(net, *digits().train, steps=201, batch_size=64, learning_rate=0.3, seed=0)
        losses = [step.loss for step in run]
        assert f"{name} {brief(np.mean(losses[-20:]))}" in text


def test_the_answer_can_be_given_on_the_page(all_at_once):
    at = open_page(SCRIPT)
    at.radio(key="wi_guess").set_value("with noise").run()
    assert messages(at, "warning").startswith("You said with noise. It is **plain**")
    assert "Loss in training" in panels(at)


def test_the_table_holds_the_summaries_and_marks_the_worst(all_at_once):
    text = said(open_page(SCRIPT, wi_guess=SHOW_ME))
    sums = summaries(by_network(list(start(DEFAULT))))
    rows = dict(re.findall(r"^\| \*\*(.*?)\*\*:?.*? \| (.*) \|$", text, re.MULTILINE))
    plain, batch, noisy = (brief(each.input_shift) for each in sums)
    assert rows["input shift"] == f"{plain} | {batch} | **▲\u202f{noisy}**"
    plain, batch, noisy = (brief(each.loss_spread) for each in sums)
    assert rows["loss spread"] == f"**▲\u202f{plain}** | {batch} | {noisy}"
    assert rows["right on held-out digits"] == " | ".join(f"{each.accuracy:.1%}" for each in sums)
    assert "worst in gradient shift, gradient turn, loss spread, gradient change and effective β" in text
    assert "Not so in input shift" in text


def test_where_noise_costs_as_much_it_is_too_close_to_call(all_at_once):
    """A small learning rate: the noise ends with the largest loss, by a hair."""
    at = open_page(SCRIPT, wi_guess=SHOW_ME, wi_rate="0.05")
    assert "too close to call" in messages(at, "info")
    assert "too close to call" not in messages(open_page(SCRIPT, wi_guess=SHOW_ME), "info")


def test_where_the_measures_disagree_the_page_says_so(all_at_once):
    text = said(open_page(SCRIPT, wi_guess=SHOW_ME, wi_activation="sigmoid"))
    assert "**Plain** trained worst. It is also worst in input shift." in text
    assert "Not so in gradient shift" in text
    assert "not smaller; so Santurkar et al. found it" in text


def test_a_run_that_ends_is_said_and_its_twins_go_on(all_at_once):
    at = open_page(SCRIPT, wi_guess="plain", wi_rate="1.0", wi_depth="3", wi_seed="1")
    text = messages(at, "success")
    assert "Plain: The run ended at step" in text
    assert "plain ∞" in text
    plain, batch, _ = panels(at)["Loss in training"]["curves"]
    assert len(plain["x"]) < len(batch["x"]) == 21
    at = open_page(SCRIPT, wi_guess="plain", wi_rate="1.0", wi_depth="3", wi_seed="1", wi_taken="200")
    assert "After 200 steps there is nothing left to measure of: plain." in said(at)


def test_another_unit_and_another_step_train_nothing_anew(all_at_once, monkeypatch):
    at = open_page(SCRIPT, wi_guess=SHOW_ME)
    before = panels(at)
    monkeypatch.setattr("ui.three_networks.watch", None)
    at.slider(key="wi_unit").set_value(7).run()
    at.slider(key="wi_taken").set_value(0).run()
    assert not at.exception
    after = panels(at)
    assert after["Loss in training"] == before["Loss in training"]
    assert "unit 7" in next(panel["about"] for title, panel in after.items() if title.startswith("Plain"))
    assert "Loss after 0 steps" in after["Loss along the step"]["about"]


def test_a_link_brings_every_setting(all_at_once):
    link = {**SETTINGS, "wi_unit": "9", "wi_taken": "150", "wi_guess": "batch norm"}
    at = open_page(SCRIPT, **link)
    for key, text in link.items():
        assert str(at.session_state[key]).casefold() == text.casefold(), key
    everything = [*at.slider, *at.radio, *at.number_input, *at.get("button_group")]
    assert {widget.key for widget in everything} == set(link)
