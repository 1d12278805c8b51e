"""Train a network: a map to choose from, the run that bn.train makes there, and one twin hidden until it was predicted."""

from functools import cache

import pytest

from bn import Network, train
from tests.pages.driving import components, open_page
from ui.numbers import percent
from ui.serving import jobs
from ui.studies import twins
from ui.studies.digits import digits
from ui.studies.rate_map import DEPTHS, RATES, how_many_learn, known, map_of
from ui.studies.twins import TwinSettings, train_twins

pytestmark = pytest.mark.trains

SCRIPT = "pages/train_a_network.py"
ANSWERED = {"tn_guess": "Just show me"}


@cache
def pairs(settings):
    return tuple(train_twins(settings))


@pytest.fixture(autouse=True)
def trained_once(monkeypatch):
    """A run that several tests look at is trained for the first; a page takes its parts one by one, as ever."""
    monkeypatch.setattr(twins, "train_twins", lambda settings: iter(pairs(settings)))


def words(at):
    return "\n".join(each.value for kind in ("markdown", "info", "success", "warning") for each in at.get(kind))


def progress(at):
    return [each.proto.text for each in at.get("progress")]


def the_map(at):
    return next(data for data in components(at) if "maps" in data)


def panels(at):
    return [panel for data in components(at) if "panels" in data for panel in data["panels"]]


def layers(at):
    return next(data for data in components(at) if "twins" in data)


@cache
def reached(norm, depth=3, activation="sigmoid", rate=-0.3, scale=1.0, placement="before", batch=64, steps=500, seed=0):
    """The accuracy that plain training with bn reaches."""
    data = digits()
    net = Network.create((64, *[50] * depth, 10), activation, norm, placement, scale, seed)
    run = train(net, *data.train, steps=steps, batch_size=batch, learning_rate=10**rate, seed=seed)
    *_, step = run
    return step.network.infer(data.test.images).accuracy(data.test.labels)


@pytest.mark.usefixtures("all_at_once")
def test_the_page_says_what_training_reaches():
    at = open_page(SCRIPT, **ANSWERED)
    assert f"**With batch norm**: {percent(reached('batch'), 1)}" in words(at)
    assert f"**Without**: {percent(reached(None), 1)}" in words(at)


@pytest.mark.usefixtures("all_at_once")
def test_the_settings_of_a_link_are_those_of_the_run():
    link = {"tn_rate": "-1.0", "tn_depth": "2", "tn_activation": "ReLU", "tn_scale": "3.0", "tn_placement": "after"}
    more = {"tn_batch": "32", "tn_steps": "200", "tn_seed": "7"}
    at = open_page(SCRIPT, **link, **more, **ANSWERED)
    settings = {"depth": 2, "activation": "relu", "rate": -1.0, "scale": 3.0, "placement": "after"}
    for norm, name in (("batch", "With batch norm"), (None, "Without")):
        share = reached(norm, **settings, batch=32, steps=200, seed=7)
        assert f"**{name}**: {percent(share, 1)}" in words(at)


@pytest.mark.usefixtures("all_at_once")
def test_the_twin_with_batch_norm_is_hidden_until_it_was_predicted():
    at = open_page(SCRIPT)
    assert [curve["name"] for panel in panels(at) for curve in panel["curves"]] == ["without"] * 3
    assert [twin["name"] for twin in layers(at)["twins"]] == ["without"]
    assert [each["covered"] for each in the_map(at)["maps"]] == [False, True]
    assert "**With batch norm**" not in words(at)
    assert percent(reached("batch"), 1) not in words(at)
    at.radio(key="tn_guess").set_value("About as many, or fewer").run()
    assert [curve["name"] for curve in panels(at)[0]["curves"]] == ["without", "with batch norm"]
    assert [twin["name"] for twin in layers(at)["twins"]] == ["without", "with batch norm"]
    assert [each["covered"] for each in the_map(at)["maps"]] == [False, False]
    with_norm, without = how_many_learn(known(map_of(TwinSettings())))
    assert "You said About as many, or fewer. It is **More than twice as many**. 80% or more right: in " in words(at)
    assert f"in {with_norm} of 80 cells with batch norm, in {without} without it." in words(at)


@pytest.mark.usefixtures("all_at_once")
def test_a_guess_about_one_map_is_not_held_against_another():
    at = open_page(SCRIPT, tn_guess="More than twice as many")
    assert "Yes: **More than twice as many**" in words(at)
    at.segmented_control(key="tn_activation").set_value("ReLU").run()
    assert "It is **Up to twice as many**" in words(at)
    assert "You said" not in words(at)
    at.segmented_control(key="tn_activation").set_value("sigmoid").run()
    assert "Yes: **More than twice as many**" in words(at)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("About as many, or more", "About as many, or fewer"),
        ("Clearly fewer", "Up to twice as many"),
        ("Hardly more than by guessing", "More than twice as many"),
        ("Just show me", "Just show me"),
    ],
)
def test_links_that_answered_the_question_of_before_show_both_twins(old, new):
    at = open_page(SCRIPT, tn_guess=old, tn_depth="6")
    assert at.radio(key="tn_guess").value == new
    assert not at.warning or "could not be used" not in at.warning[0].value
    assert len(panels(at)[0]["curves"]) == 2


@pytest.mark.usefixtures("all_at_once")
@pytest.mark.parametrize(
    ("preset", "said"),
    [
        ("Three sigmoid layers", "It learns, but not as fast"),
        ("Six sigmoid layers", "gradient fades on its way back"),
        ("Five ReLU layers, η = 2", "diverged"),
        ("Five tanh layers, weights × 0.1", "signal shrinks"),
        ("One ReLU layer", "Batch norm brings nothing here"),
    ],
)
def test_each_preset_is_one_click_away_and_says_what_it_shows(preset, said):
    at = open_page(SCRIPT, **ANSWERED)
    at.button(key=f"tn_preset_{preset}").click().run()
    assert said in words(at)
    assert not at.exception


# --- the map -----------------------------------------------------------------------------------------------------


def test_the_map_is_there_at_once_and_says_what_it_is():
    data = the_map(open_page(SCRIPT))
    cells = {(cell.rate, cell.depth): cell for cell in known(map_of(TwinSettings()))}
    without = data["maps"][0]
    for row, depth in enumerate(DEPTHS):
        for column, rate in enumerate(RATES):
            assert without["percents"][row][column] == round(100 * cells[rate, depth].accuracies[1])
    assert data["note"] == (
        "% of 360 held-out digits right after 500 steps of 64: one run a cell, seed 0, computed beforehand. ✗: diverged."
    )


def test_the_map_is_that_of_the_network_that_is_set():
    at = open_page(SCRIPT, tn_activation="tanh", tn_scale="0.1", tn_placement="after")
    base = map_of(TwinSettings("tanh", scale=0.1, placement="after"))
    assert the_map(at)["maps"][0]["percents"][0] == [
        round(100 * cell.accuracies[1]) for cell in known(base) if cell.depth == 1
    ]


@pytest.mark.usefixtures("all_at_once")
def test_a_run_goes_to_the_cell_and_leaves_its_mark_there():
    at = open_page(SCRIPT, tn_steps="200", **ANSWERED)
    assert the_map(at)["now"] == [-0.3, 3]
    at.slider(key="tn_rate").set_value(-1.0)
    at.slider(key="tn_depth").set_value(1).run()
    assert the_map(at)["now"] == [-1.0, 1]
    assert any(text.startswith("**η = 0.1**, 1 sigmoid layer: step 200 of 200") for text in progress(at))
    one, other = (percent(reached(norm, depth=1, rate=-1.0, steps=200), 1) for norm in (None, "batch"))
    marks = {tuple(mark["at"]): mark["words"] for mark in the_map(at)["marks"]}
    assert set(marks) == {(-0.3, 3), (-1.0, 1)}
    assert marks[-1.0, 1] == f"Your run after 200 steps: without {one}, with {other}."


def test_a_run_that_was_stopped_leaves_no_mark():
    at = open_page(SCRIPT, **ANSWERED)
    at.button(key="tn_stop").click().run()
    assert "stopped" in progress(at)[0]
    assert the_map(at)["marks"] == []


def test_what_the_map_shows_can_be_set_on_the_dials(monkeypatch):
    monkeypatch.setattr(twins, "train_twins", train_twins)  # of each setting the first part is enough
    at = open_page(SCRIPT)
    for key, places in (("tn_depth", DEPTHS), ("tn_rate", RATES)):
        dial = at.slider(key=key)
        assert dial.min <= min(places) < max(places) <= dial.max
        for value in places:
            assert dial.set_value(value).run().slider(key=key).value == value


def test_a_map_that_was_not_computed_beforehand_is_trained_when_asked_and_can_be_stopped(monkeypatch):
    """Until then the nearest one stands, and says what it is."""
    at = open_page(SCRIPT, tn_seed="3")
    assert "seed 0, computed beforehand" in the_map(at)["note"]
    nearest = the_map(at)["maps"]
    at.button(key="tn_sweep_go").click().run()
    assert "The map: 0 of 80 pairs of twins" in progress(at)
    assert the_map(at)["maps"] == nearest
    at.button(key="tn_sweep_stop").click().run()
    assert not at.exception
    monkeypatch.setattr(jobs, "FIRST_TURN_SECONDS", 1e9)
    monkeypatch.setattr(jobs, "TURN_SECONDS", 1e9)
    monkeypatch.setattr("ui.studies.rate_map.STEPS", 20)
    other = open_page(SCRIPT, tn_seed="4")
    other.button(key="tn_sweep_go").click().run()
    other.run()
    assert "seed 4, computed here" in the_map(other)["note"]
    assert the_map(other)["maps"] != nearest
    assert None not in the_map(other)["maps"][0]["percents"][-1]


# --- the run -----------------------------------------------------------------------------------------------------


def test_the_first_answer_has_points_in_both_panels_and_each_turn_brings_more(monkeypatch):
    at = open_page(SCRIPT, **ANSWERED)
    assert [curve["x"] for panel in panels(at)[:2] for curve in panel["curves"]] == [[5], [5], [0], [0]]
    assert "training" in progress(at)[0]
    at.run()
    assert panels(at)[0]["curves"][0]["x"] == [5, 10]
    assert all(data["growing"] for data in components(at) if "growing" in data)
    monkeypatch.setattr(jobs, "TURN_SECONDS", 1e9)
    at.run()
    assert panels(at)[0]["curves"][0]["x"] == list(range(5, 501, 5))
    assert "It learns, but not as fast" in words(at)
    assert not any(data["growing"] for data in components(at) if "growing" in data)


def test_who_waits_for_others_sees_the_place_of_the_curves(monkeypatch):
    """In which the browser leaves those of the run before."""
    monkeypatch.setattr(jobs, "ORDER", jobs.Order())
    with jobs.ORDER.turn(jobs.Job("another", iter(()))):
        at = open_page(SCRIPT, **ANSWERED)
    assert progress(at) == [f"**η = 0.501**, 3 sigmoid layers: {jobs.WAIT}"]
    assert [curve["x"] for panel in panels(at) for curve in panel["curves"]] == [[], [], [], []]
    assert [data["growing"] for data in components(at) if "growing" in data] == [True]
    assert not at.exception


def test_stop_keeps_what_is_done_and_rewind_gives_the_same_run(monkeypatch):
    monkeypatch.setattr(twins, "train_twins", train_twins)  # and trains again
    at = open_page(SCRIPT, tn_steps="200", **ANSWERED)
    for _ in range(5):
        at.run()
    at.button(key="tn_stop").click().run()
    stopped = panels(at)[0]["curves"]
    at.run()
    assert panels(at)[0]["curves"] == stopped
    assert "stopped" in progress(at)[0]
    at.button(key="tn_again").click().run()
    assert len(panels(at)[0]["curves"][0]["x"]) < len(stopped[0]["x"])
    monkeypatch.setattr(jobs, "TURN_SECONDS", 1e9)
    at.run()
    for before, after in zip(stopped, panels(at)[0]["curves"], strict=True):
        assert after["y"][: len(before["y"])] == before["y"]


@pytest.mark.usefixtures("all_at_once")
def test_divergence_of_one_twin_is_said_and_the_other_goes_on():
    at = open_page(SCRIPT, tn_activation="ReLU", tn_depth="5", tn_rate="0.5", **ANSWERED)
    assert "**Without diverged.** The run ended at step" in words(at)
    assert "Its twin goes on." in words(at)
    without, with_norm = panels(at)[0]["curves"]
    assert with_norm["x"][-1] == 500
    assert without["x"][-1] < 50


@pytest.mark.usefixtures("all_at_once")
def test_layers_can_be_looked_at_at_each_look():
    data = layers(open_page(SCRIPT, tn_depth="4", tn_activation="ReLU", **ANSWERED))
    assert data["moments"] == list(range(0, 501, 20))
    assert data["dead"]
    for twin in data["twins"]:
        assert [len(look) for look in twin["looks"]] == [4] * 26


@pytest.mark.usefixtures("all_at_once")
def test_the_chosen_layer_is_shown_over_time_or_the_last_one():
    at = open_page(SCRIPT, **ANSWERED)
    assert list(at.segmented_control(key="tn_layer").options) == ["1", "2", "last"]
    assert panels(at)[2]["title"] == "Into the activation of layer 3"
    first = panels(at)[2]["curves"]
    at.segmented_control(key="tn_layer").set_value("1").run()
    assert panels(at)[2]["title"] == "Into the activation of layer 1"
    assert panels(at)[2]["curves"] != first
    assert [panel["title"][0] for panel in panels(at)[3:5]] == ["γ", "β"]
    assert panels(at)[3]["curves"][0]["y"][0] == 1


@pytest.mark.parametrize(("link", "depth", "shown"), [("2", "4", 2), ("10", "10", 10), ("7", "3", 3), ("1", "1", 1)])
def test_a_layer_that_a_network_does_not_have_is_its_last(link, depth, shown):
    at = open_page(SCRIPT, tn_layer=link, tn_depth=depth)
    assert panels(at)[2]["title"] == f"Into the activation of layer {shown}"


def test_a_network_with_fewer_layers_shows_its_last():
    at = open_page(SCRIPT, tn_depth="5", tn_layer="4")
    at.slider(key="tn_depth").set_value(3).run()
    assert panels(at)[2]["title"] == "Into the activation of layer 3"
    assert not at.exception


@pytest.mark.usefixtures("all_at_once")
def test_a_session_cannot_change_what_another_sees():
    one = open_page(SCRIPT, **ANSWERED)
    before = panels(one)
    job = one.session_state["_tn_twins"]
    with pytest.raises(ValueError, match="read-only"):
        job.done[0][0].look.layers[0].counts[0] = 9
    job.done.clear()
    other = open_page(SCRIPT, **ANSWERED)
    assert panels(other) == before


def test_deep_stacks_answer_to_their_slider():
    at = open_page(SCRIPT)
    assert "| 50 layers or blocks |" in words(at)
    assert "behind the first 10 layers" in words(at)
    at.slider(key="tn_stacked").set_value(5).run()
    assert "| 5 layers or blocks |" in words(at)
