"""Why it works: every number on the page against the recorded runs, nothing revealed before it is asked for.

What single runs say differs between processors, so it is taken from the runs of this one.
"""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from bn import Network, train
from tests.pages.driving import charts, components, open_page
from tests.pages.lab import messages, said
from ui.links import SHOW_ME
from ui.serving import jobs
from ui.studies import four_networks
from ui.studies.digits import digits
from ui.studies.four_networks import (
    CONTESTANTS,
    LAST,
    NAMES,
    SEEDS,
    STEPS,
    Finish,
    FourSettings,
    against_the_claim,
    brief,
    by_network,
    complete,
    start,
    summaries,
    worse_than_plain,
    worst,
)

pytestmark = pytest.mark.trains

SCRIPT = "pages/why_it_works.py"
DEFAULT = FourSettings(0.3, 4, "relu", 0)
SETTINGS = {"wi_rate": "0.1", "wi_depth": "2", "wi_activation": "tanh", "wi_seed": "5"}


def panels(at):
    return {panel["title"]: panel for data in components(at) for panel in data.get("panels", ())}


@cache
def parts(settings):
    return tuple(start(settings))


@pytest.fixture(autouse=True)
def trained_once(monkeypatch):
    """A run that several tests look at is trained for the first; a page takes its parts one by one, as ever."""
    monkeypatch.setattr(four_networks, "start", lambda settings: iter(parts(settings)))


@pytest.fixture(scope="module")
def runs():
    return by_network(parts(DEFAULT))


def test_as_opened_the_inputs_are_shown_and_nothing_is_revealed(all_at_once):
    at = open_page(SCRIPT)
    assert [title.split(":")[0] for title in panels(at)] == [name.capitalize() for name in NAMES]
    assert {slider.key for slider in at.slider} == {"wi_rate", "wi_depth", "wi_unit"}
    assert "trained worst" not in said(at)
    assert "loss at the end" not in said(at)
    assert not at.button


def test_the_titles_say_how_far_inputs_shift(all_at_once):
    at = open_page(SCRIPT, **SETTINGS)
    sums = summaries(by_network(parts(FourSettings(0.1, 2, "tanh", 5))))
    for name, each in zip(NAMES, sums, strict=True):
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
    assert "It is **" in messages(at, "info")


def test_the_answer_is_what_training_gave_and_said_to_be_one_runs(all_at_once, runs):
    """The losses by a loop of the test's own; with a low learning rate, where rounding does not grow."""
    calm = {"wi_rate": "0.05", "wi_depth": "2", "wi_activation": "tanh", "wi_seed": "3"}
    at = open_page(SCRIPT, wi_guess=SHOW_ME, **calm)
    text = messages(at, "info")
    assert "one run's verdict, seed 3" in text
    said_losses = dict(re.findall(r"(plain|plain \+ noise|batch norm|batch norm \+ noise) (\d[\d.]*)[,.]", text))
    for each in CONTESTANTS:
        net = Network.create((64, 50, 50, 10), "tanh", each.norm, seed=3)
        run = train(net, *digits().train, steps=STEPS + 1, batch_size=64, learning_rate=0.05, seed=3)
        expected = np.mean([step.loss for step in run][-LAST:])
        assert float(said_losses[each.name].rstrip(".")) == pytest.approx(expected, rel=0.06)  # two digits


@pytest.mark.parametrize("right", [True, False])
def test_a_guess_is_held_against_the_worst_of_this_run(all_at_once, runs, right):
    loser = worst(summaries(runs), runs)
    guess = NAMES[loser if right else (loser + 1) % 4]
    text = messages(open_page(SCRIPT, wi_guess=guess), "success" if right else "warning")
    assert text.startswith(f"Yes: **{NAMES[loser]}**" if right else f"You said {guess}. It is **{NAMES[loser]}**")


def test_the_answer_can_be_given_on_the_page(all_at_once):
    at = open_page(SCRIPT)
    at.radio(key="wi_guess").set_value("batch norm").run()
    assert messages(at, "warning").startswith("You said batch norm. It is **")
    assert "Loss in training" in panels(at)


def test_the_table_holds_the_summaries_and_marks_the_worst(all_at_once, runs):
    text = said(open_page(SCRIPT, wi_guess=SHOW_ME))
    sums = summaries(runs)
    rows = dict(re.findall(r"^\| \*\*(.*?)\*\*:?.*? \| (.*) \|$", text, re.MULTILINE))
    for name, of in (
        ("input shift", "input_shift"),
        ("loss spread", "loss_spread"),
        ("gradient rate", "effective_beta"),
    ):
        numbers = [getattr(each, of) for each in sums]
        largest = numbers.index(max(numbers))
        cells = [f"**▲\u202f{brief(x)}**" if k == largest else brief(x) for k, x in enumerate(numbers)]
        assert rows[name] == " | ".join(cells)
    assert rows["right on held-out digits"] == " | ".join(f"{each.accuracy:.1%}" for each in sums)
    assert f"In this run **{NAMES[worst(sums, runs)]}** trained worst." in text


def test_the_page_says_which_shifts_are_built_in(all_at_once, runs):
    text = said(open_page(SCRIPT, wi_guess=SHOW_ME))
    batch, noisy = (brief(summaries(runs)[k].input_shift) for k in (2, 3))
    assert (
        f"Batch norm's {batch} σ is measured on the batch that normalizes itself, so only [β](#gamma) can cause it"
        in text
    )
    assert f"make 0.36 σ; {noisy} σ was measured" in text


def fixed_runs(monkeypatch, runs, **changes):
    """Runs as they were, with other numbers: which network (by its place) read what."""
    changed = [
        [
            replace(each, loss=changes["loss"][k], reading=each.reading._replace(input_shift=changes["shift"][k]))
            for each in run
        ]
        for k, run in enumerate(runs)
    ]
    monkeypatch.setattr(four_networks, "start", lambda settings: zip(*changed, strict=True))


@pytest.mark.parametrize(
    ("shift", "loss", "verdict"),
    [
        (
            (0.3, 0.6, 0.001, 0.35),
            (0.4, 0.5, 0.02, 0.06),
            "**batch norm + noise** shifts more than **plain** and yet ends lower",
        ),
        ((0.4, 0.6, 0.001, 0.35), (0.4, 0.5, 0.02, 0.06), "That speaks for the claim of 2015"),
    ],
)
def test_a_run_speaks_for_or_against_the_claim(all_at_once, monkeypatch, runs, shift, loss, verdict):
    fixed_runs(monkeypatch, runs, shift=shift, loss=loss)
    text = said(open_page(SCRIPT, wi_guess=SHOW_ME))
    assert verdict in text
    assert ("That speaks against" in text) != ("That speaks for" in text)


@pytest.mark.parametrize(("second", "close"), [(0.46, True), (0.4, False)])
def test_what_is_within_a_tenth_is_too_close_to_call(all_at_once, monkeypatch, runs, second, close):
    fixed_runs(monkeypatch, runs, shift=(0.3, 0.6, 0.001, 0.35), loss=(second, 0.5, 0.02, 0.06))
    assert ("too close to call" in messages(open_page(SCRIPT, wi_guess=SHOW_ME), "info")) == close


def test_a_run_that_ends_is_said_and_its_twins_go_on(all_at_once, monkeypatch, runs):
    cut = replace(
        runs[0][3], stopped="The run ended at step 31: the loss is infinite.", reading=None, bands=None, along=None
    )
    ended = ((*runs[0][:3], cut, *[None] * 17), *runs[1:])
    monkeypatch.setattr(four_networks, "start", lambda settings: zip(*ended, strict=True))
    at = open_page(SCRIPT, wi_guess="plain")
    text = messages(at, "success")
    assert "Plain: The run ended at step 31" in text
    assert "plain ∞" in text
    plain, _, batch, _ = panels(at)["Loss in training"]["curves"]
    assert len(plain["x"]) == 3
    assert len(batch["x"]) == 21
    at = open_page(SCRIPT, wi_guess="plain", wi_taken="200")
    assert "After 200 steps there is nothing left to measure of: plain." in said(at)


def test_another_unit_and_another_step_train_nothing_anew(all_at_once, monkeypatch):
    at = open_page(SCRIPT, wi_guess=SHOW_ME)
    before = panels(at)
    monkeypatch.setattr(four_networks, "start", None)
    at.slider(key="wi_unit").set_value(7).run()
    at.slider(key="wi_taken").set_value(0).run()
    assert not at.exception
    after = panels(at)
    assert after["Loss in training"] == before["Loss in training"]
    assert "unit 7" in next(panel["about"] for title, panel in after.items() if title.startswith("Plain"))
    assert "Loss after 0 steps" in after["Loss along the step"]["about"]


def test_a_link_brings_every_setting(all_at_once):
    link = {**SETTINGS, "wi_unit": "9", "wi_taken": "150", "wi_guess": "batch norm + noise"}
    at = open_page(SCRIPT, **link)
    for key, text in link.items():
        assert str(at.session_state[key]).casefold() == text.casefold(), key
    everything = [*at.slider, *at.selectbox, *at.radio, *at.number_input, *at.get("button_group")]
    assert {widget.key for widget in everything} == set(link)


# --- many seeds --------------------------------------------------------------------------------------------------


@pytest.fixture
def quick_seeds(monkeypatch, runs):
    """Twenty seeds whose numbers are made up, one run at a time."""
    sums = summaries(runs)

    def made_up(settings, seeds):
        rng = np.random.default_rng(1)
        for seed, k in ((seed, k) for seed in seeds for k in range(4)):
            yield None
            shift, loss, spread, accuracy = rng.random(4).tolist()
            loss = loss if seed % 2 else shift  # with even seeds who shifts more ends higher
            yield Finish(
                seed, k, replace(sums[k], input_shift=shift, final_loss=loss, loss_spread=spread, accuracy=accuracy)
            )

    monkeypatch.setattr(four_networks, "over_seeds", made_up)
    return made_up


def test_seeds_are_trained_on_request_and_dots_appear_one_by_one(quick_seeds):
    at = open_page(SCRIPT, wi_guess=SHOW_ME)
    while not at.button:
        at.run()
    assert not charts(at)
    at.button(key="wi_seeds_go").click().run()
    counts = []
    for _ in range(6):
        counts.append(int(re.search(r"(\d+) of 80 runs", at.get("progress")[0].proto.text)[1]))
        at.run()
    assert counts[0] < counts[-1] < 80
    assert set(charts(at)) == {"wi_seeds_loss", "wi_seeds_shift", "wi_seeds_spread"}


def test_a_session_holds_the_networks_of_one_computation_at_a_time(quick_seeds):
    at = open_page(SCRIPT, wi_guess=SHOW_ME)
    while not at.button:
        at.run()
    at.button(key="wi_seeds_go").click().run()
    at.run()
    assert 0 < sum(part is not None for part in at.session_state["_wi_seeds"].done) < 80
    at.slider(key="wi_rate").set_value(0.1).run()
    assert not at.exception
    assert "_wi_seeds" not in at.session_state


def test_seeds_stop_and_what_is_finished_is_counted_and_remembered(quick_seeds, all_at_once, monkeypatch):
    at = open_page(SCRIPT, wi_guess=SHOW_ME)
    monkeypatch.setattr(jobs, "FIRST_TURN_SECONDS", 0.0)
    monkeypatch.setattr(jobs, "TURN_SECONDS", 0.0)
    at.button(key="wi_seeds_go").click().run()
    at.button(key="wi_seeds_stop").click().run()
    stopped = [at.run().get("progress")[0].proto.text for _ in range(2)]
    assert stopped[0] == stopped[1]
    monkeypatch.setattr(jobs, "TURN_SECONDS", 1e9)
    monkeypatch.setattr(jobs, "FIRST_TURN_SECONDS", 1e9)
    at.button(key="wi_seeds_again").click().run()
    job = at.session_state["_wi_seeds"]
    by_seed = complete([each for each in job.done if each])
    assert len(by_seed) == SEEDS
    for what, counts in worse_than_plain(by_seed).items():
        assert f"| **{what}** | {' | '.join(f'{count} of {SEEDS}' for count in counts)} |" in said(at)
    against = sum(bool(against_the_claim(sums)) for sums in by_seed)
    assert against == SEEDS // 2
    assert f"With **{against} of {SEEDS}** seeds" in said(at)
    monkeypatch.setattr(four_networks, "over_seeds", None)
    other = open_page(SCRIPT, wi_guess=SHOW_ME, wi_seed="3")  # another session, another seed on the screen
    assert f"| **inputs shift more** | {worse_than_plain(by_seed)['inputs shift more'][0]} of {SEEDS}" in said(other)
    assert "the ring is seed 3" in charts(other)["wi_seeds_loss"].proto.alt
