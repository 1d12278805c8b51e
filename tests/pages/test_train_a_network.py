"""Train a network: the page shows the run that bn.train makes, hides one twin until asked, stops, rewinds, and sweeps."""

from functools import cache

import pytest

from bn import Network, train
from tests.pages.driving import components, open_page
from ui.serving import jobs
from ui.studies import twins
from ui.studies.digits import digits
from ui.studies.twins import SWEEP_DEPTHS, SWEEP_RATES, percent, train_twins

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
    assert f"**With batch norm**: {percent(reached('batch'))}" in words(at)
    assert f"**Without**: {percent(reached(None))}" in words(at)


@pytest.mark.usefixtures("all_at_once")
def test_the_settings_of_a_link_are_those_of_the_run():
    link = {"tn_rate": "-1.0", "tn_depth": "2", "tn_activation": "ReLU", "tn_scale": "3.0", "tn_placement": "after"}
    more = {"tn_batch": "32", "tn_steps": "200", "tn_seed": "7"}
    at = open_page(SCRIPT, **link, **more, **ANSWERED)
    settings = {"depth": 2, "activation": "relu", "rate": -1.0, "scale": 3.0, "placement": "after"}
    for norm, name in (("batch", "With batch norm"), (None, "Without")):
        share = reached(norm, **settings, batch=32, steps=200, seed=7)
        assert f"**{name}**: {percent(share)}" in words(at)


@pytest.mark.usefixtures("all_at_once")
def test_the_twin_without_is_hidden_until_it_was_predicted():
    at = open_page(SCRIPT)
    assert [curve["name"] for panel in panels(at)[:3] for curve in panel["curves"]] == ["with batch norm"] * 3
    assert [twin["name"] for twin in layers(at)["twins"]] == ["with batch norm"]
    assert "**Without" not in words(at)
    assert percent(reached(None)) not in words(at)
    at.radio(key="tn_guess").set_value("About as many, or more").run()
    assert [curve["name"] for curve in panels(at)[0]["curves"]] == ["with batch norm", "without"]
    assert [twin["name"] for twin in layers(at)["twins"]] == ["with batch norm", "without"]
    assert "You said About as many, or more. It is **Clearly fewer**" in words(at)


@pytest.mark.usefixtures("all_at_once")
@pytest.mark.parametrize(
    ("preset", "right", "said"),
    [
        ("Three sigmoid layers", "Clearly fewer", "It learns, but not as fast"),
        ("Six sigmoid layers", "Hardly more than by guessing", "gradient fades on its way back"),
        ("Too long a step", "Hardly more than by guessing", "diverged"),
        ("Weights too small", "Hardly more than by guessing", "signal shrinks"),
        ("Where it brings nothing", "About as many, or more", "Batch norm brings nothing here"),
    ],
)
def test_each_preset_is_one_click_away_and_says_what_it_shows(preset, right, said):
    at = open_page(SCRIPT, **ANSWERED)
    at.button(key=f"tn_preset_{preset}").click().run()
    assert f"It is **{right}**" in words(at)
    assert said in words(at)
    assert not at.exception


def test_curves_grow_and_the_answer_comes_at_the_end(monkeypatch):
    at = open_page(SCRIPT, **ANSWERED)
    first = len(panels(at)[0]["curves"][0]["x"])
    at.run()
    assert len(panels(at)[0]["curves"][0]["x"]) == first + 1
    assert "it comes when the run has ended" in words(at)
    monkeypatch.setattr(jobs, "TURN_SECONDS", 1e9)
    at.run()
    assert panels(at)[0]["curves"][0]["x"] == list(range(5, 501, 5))
    assert "It is **" in words(at)


def test_stop_keeps_what_is_done_and_rewind_gives_the_same_run(monkeypatch):
    monkeypatch.setattr(twins, "train_twins", train_twins)  # and trains again
    at = open_page(SCRIPT, tn_steps="200", **ANSWERED)
    for _ in range(5):
        at.run()
    at.button(key="tn_stop").click().run()
    stopped = panels(at)[0]["curves"]
    at.run()
    assert panels(at)[0]["curves"] == stopped
    assert "Stopped at step" in words(at)
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
    with_norm, without = panels(at)[0]["curves"]
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
    assert panels(at)[2]["title"] == "Into the activation of layer 3"
    first = panels(at)[2]["curves"]
    at.slider(key="tn_layer").set_value(1).run()
    assert panels(at)[2]["title"] == "Into the activation of layer 1"
    assert panels(at)[2]["curves"] != first
    assert [panel["title"][0] for panel in panels(at)[3:5]] == ["γ", "β"]
    assert panels(at)[3]["curves"][0]["y"][0] == 1


def test_the_map_is_started_by_a_button_grows_and_stops(monkeypatch):
    at = open_page(SCRIPT)
    assert not [each for each in at.get("html") if 'class="bn-map"' in each.proto.body]
    at.button(key="tn_sweep_go").click().run()
    assert "0 of 42 pairs" in [each.proto.text for each in at.get("progress")]
    at.button(key="tn_sweep_stop").click().run()
    assert not at.exception
    monkeypatch.setattr(jobs, "FIRST_TURN_SECONDS", 1e9)
    monkeypatch.setattr(jobs, "TURN_SECONDS", 1e9)
    monkeypatch.setattr("ui.studies.twins.SWEEP_DEPTHS", (1, 2))
    other = open_page(SCRIPT, tn_seed="3")
    other.button(key="tn_sweep_go").click().run()
    maps = [each.proto.body for each in other.get("html") if 'class="bn-map"' in each.proto.body]
    assert len(maps) == 2
    assert all(body.count("background:") == 2 * len(SWEEP_RATES) for body in maps)
    assert "Of 14 pairs" in words(other)


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


def test_what_the_map_shows_can_be_set_on_the_dials(monkeypatch):
    monkeypatch.setattr(twins, "train_twins", train_twins)  # of each setting the first part is enough
    at = open_page(SCRIPT)
    for key, swept in (("tn_depth", SWEEP_DEPTHS), ("tn_rate", SWEEP_RATES)):
        dial = at.slider(key=key)
        assert dial.min <= min(swept) < max(swept) <= dial.max
        for value in swept:
            assert dial.set_value(value).run().slider(key=key).value == value


def test_deep_stacks_answer_to_their_slider():
    at = open_page(SCRIPT)
    assert "| 50 layers or blocks |" in words(at)
    assert "behind the first 10 layers" in words(at)
    at.slider(key="tn_stacked").set_value(5).run()
    assert "| 5 layers or blocks |" in words(at)
