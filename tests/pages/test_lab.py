"""The lab: the finished picture at first paint, and what each control does to which numbers."""

import numpy as np
import pytest

from bn import CONVENTIONS, DISTRIBUTIONS, EXAMPLE, BatchNorm
from tests.pages.driving import charts, open_page, spec
from tests.pages.lab import batch_tables, cells, features, formulas, messages, own, said, stage, statistics
from ui.batch.take_home import numpy_code
from ui.studies.calculation import TONES

TRACE = BatchNorm.create(4).train(EXAMPLE)[0]
UNDONE = "input again"


@pytest.fixture
def at():
    return open_page()


def choose(at, key, value):
    at.get_by_key(key).set_value(value)
    return at.run()


def test_the_example_is_finished_at_first_paint(at):
    data = batch_tables(at)
    assert data["tables"][0]["cells"][0] == ["−0.96", "15.85", "23.19", "25.19"]
    assert data["tables"][1]["cells"][0] == data["tables"][2]["cells"][0] == ["−0.335", "1.502", "1.389", "−1.423"]
    x, x_hat, y = cells(at)
    np.testing.assert_array_equal(x, EXAMPLE)
    np.testing.assert_allclose(x_hat, TRACE.x_hat, atol=5.1e-4)
    np.testing.assert_array_equal(x_hat, y)
    assert not any(cell in ("", "--", "nan") for table in data["tables"] for row in table["cells"] for cell in row)


@pytest.mark.parametrize(
    "row",
    [
        [-0.11375, 12.74875, 17.52125, 30.60250],
        [6.396448, 4.260436, 16.666811, 14.473544],
        [7.310227, 4.869070, 19.047784, 16.541193],
        [1, 1, 1, 1],
        [0, 0, 0, 0],
        [-0.011375, 1.274875, 1.752125, 3.060250],
        [1.631023, 1.386907, 2.804778, 2.554119],
    ],
    ids=["mean", "variance over N", "variance over N - 1", "gamma", "beta", "moving mean", "moving variance"],
)
def test_the_statistics_of_the_example_stand_on_the_first_paint(at, row):
    assert row in list(statistics(at).values())


def test_the_first_paint_shows_a_calculation_the_stage_and_the_paths_of_the_averages(at):
    for number in ("-0.113750", "6.396448", "-0.334602", "-0.96", "10^{-5}"):
        assert number in formulas(at)
    assert set(charts(at)) == {"averages_mean", "averages_variance"}
    assert len(features(at)["features"]) == 4
    assert stage(at)["training"] is True
    assert "batch's own" in stage(at)["feature"]["about"]


@pytest.mark.parametrize(("key", "value", "column"), [("gamma_0", 2.0, 0), ("gamma_2", -1.5, 2), ("beta_3", 2.5, 3)])
def test_moving_a_parameter_changes_only_the_output_of_its_feature(at, key, value, column):
    before, drawn = cells(at), features(at)["features"]
    choose(at, key, value)
    after = cells(at)
    np.testing.assert_array_equal(after[0], before[0])
    np.testing.assert_array_equal(after[1], before[1])
    changed = np.any(after[2] != before[2], axis=0)
    assert changed.tolist() == [j == column for j in range(4)]
    gamma, beta = (value, 0) if key.startswith("gamma") else (1, value)
    np.testing.assert_allclose(after[2][:, column], gamma * TRACE.x_hat[:, column] + beta, atol=5.1e-4)
    redrawn = {j for j, feature in enumerate(features(at)["features"]) if feature != drawn[j]}
    assert redrawn == {column}


def test_moving_a_parameter_changes_the_description_of_its_picture(at):
    before = features(at)["features"][1]["about"], stage(at)["feature"]["about"]
    choose(at, "gamma_1", 0.5)
    assert features(at)["features"][1]["about"] != before[0]
    choose(at, "gamma_0", 0.5)
    assert stage(at)["feature"]["about"] != before[1]


def test_inference_uses_the_moving_averages_and_says_so(at):
    choose(at, "mode", "Inference")
    mean, var = statistics(at)["moving mean"], statistics(at)["moving variance"]
    np.testing.assert_allclose(cells(at)[1], (EXAMPLE - mean) / np.sqrt(np.array(var) + 1e-5), atol=1e-3)
    assert "moving averages after 1 batch" in said(at)
    assert "moving average" in formulas(at)
    assert "-0.011375" in formulas(at)
    assert stage(at)["training"] is False
    assert "moving averages" in stage(at)["feature"]["about"]


def test_training_again_gives_the_same_numbers_again(at):
    before = cells(at)
    choose(at, "mode", "Inference")
    assert not np.array_equal(cells(at)[1], before[1])
    choose(at, "mode", "Training")
    np.testing.assert_array_equal(cells(at), before)
    assert "these 8 rows" in said(at)


def test_more_batches_move_inference_and_leave_training_alone(at):
    before = cells(at)[1]
    choose(at, "seen", 20)
    np.testing.assert_array_equal(cells(at)[1], before)
    choose(at, "mode", "Inference")
    after_twenty = cells(at)[1]
    for text in (formulas(at), said(at)):
        assert "20 batches" in text
    choose(at, "seen", 200)
    assert not np.array_equal(cells(at)[1], after_twenty)


@pytest.mark.parametrize("mode", ["Training", "Inference"])
@pytest.mark.parametrize(
    "settings",
    [{}, {"eps": "10.0"}, {"convention": "Keras 3"}, {"convention": "Keras 2"}, {"source": "Drawn", "c": "8"}],
)
def test_undoing_gives_the_input_back_and_says_why(mode, settings):
    at = open_page(mode=mode, seen="5", **settings)
    assert UNDONE not in messages(at, "success")
    at.toggle(key="undo").set_value(True).run()
    x, _, y = cells(at)
    np.testing.assert_allclose(y, x, atol=5.1e-4)
    assert UNDONE in messages(at, "success")
    assert r"\gamma = \sqrt" in at.success[0].value
    assert r"\beta = \mu" in at.success[0].value
    assert f"{'Inference' if mode == 'Training' else 'Training'} takes others" in at.success[0].value


@pytest.mark.parametrize(
    "text", ["1000,-1e9\n3000,1e9\n", "1e6,0.001\n1e6,0.002\n", "5,5\n5,6\n5,7\n", "1e-12\n3e-12\n"]
)
@pytest.mark.parametrize("eps", ["1e-05", "0.0"])
def test_undoing_reaches_every_mean_and_standard_deviation(text, eps):
    at = own(text, eps=eps)
    at.toggle(key="undo").set_value(True).run()
    x, _, y = cells(at)
    np.testing.assert_allclose(y, x, rtol=6e-3, atol=5.1e-4)
    assert UNDONE in messages(at, "success")


def test_undoing_in_inference_reaches_moving_averages_far_from_this_batch():
    at = own("-100\n100\n", mode="Inference", seen="10", decay="0.5")
    assert abs(statistics(at)["moving mean"][0]) > 10
    at.toggle(key="undo").set_value(True).run()
    x, _, y = cells(at)
    np.testing.assert_allclose(y, x, atol=5.1e-4)
    assert UNDONE in messages(at, "success")


def test_undoing_holds_the_sliders_and_gives_them_back(at):
    choose(at, "gamma_0", 2.0)
    before = cells(at)
    at.toggle(key="undo").set_value(True).run()
    assert at.slider(key="gamma_0").disabled
    assert at.slider(key="gamma_0").label.endswith("= 2.529")
    at.toggle(key="undo").set_value(False).run()
    assert not at.slider(key="gamma_0").disabled
    np.testing.assert_array_equal(cells(at), before)
    assert UNDONE not in messages(at, "success")


def test_zeros_that_stay_zeros_are_not_explained_by_parameters_that_were_never_set():
    at = own("0\n0\n")
    assert statistics(at)["γ (learned)"] == [1]
    assert UNDONE not in messages(at, "success")


def test_reset_brings_gamma_and_beta_back(at):
    before = cells(at)
    at.toggle(key="undo").set_value(True).run()
    at.button(key="reset").click().run()
    for j in range(4):
        assert at.slider(key=f"gamma_{j}").value == 1
        assert at.slider(key=f"beta_{j}").value == 0
    np.testing.assert_array_equal(cells(at), before)
    assert UNDONE not in messages(at, "success")


@pytest.mark.parametrize("convention", CONVENTIONS.values(), ids=CONVENTIONS)
def test_a_convention_brings_its_epsilon_its_decay_and_its_variance(at, convention):
    choose(at, "eps", "0.1")
    choose(at, "decay", "0.5")
    other = "Flax" if convention.name == "PyTorch" else "PyTorch"
    choose(at, "convention", other)
    choose(at, "convention", convention.name)
    assert at.session_state["eps"] == convention.eps
    decay = at.session_state["decay"]
    assert decay == convention.decay if convention.decay is not None else isinstance(decay, str)
    keep = convention.decay or 0.0
    var = EXAMPLE.var(axis=0, ddof=convention.running_var_ddof + (1e-3 if convention.divisor_takes_eps else 0))
    np.testing.assert_allclose(statistics(at)["moving variance"], keep + (1 - keep) * var, atol=6e-7)
    assert convention.name in said(at)
    assert ("averages the variance ÷ (N − 1" in said(at)) == (convention.running_var_ddof == 1)


def test_epsilon_is_added_to_the_variance(at):
    choose(at, "eps", "10.0")
    np.testing.assert_allclose(cells(at)[1], TRACE.centered / np.sqrt(TRACE.var + 10), atol=5.1e-4)
    assert "+ 10}" in formulas(at)


def test_decay_is_the_weight_of_the_old_average(at):
    choose(at, "decay", "0.5")
    np.testing.assert_allclose(statistics(at)["moving mean"], EXAMPLE.mean(axis=0) / 2, atol=6e-7)
    choose(at, "decay", "1.0")
    assert statistics(at)["moving mean"] == [0, 0, 0, 0]


def test_feeding_batches_counts_up_and_draws_their_path(at):
    for key, seen in (("feed_1", 2), ("feed_10", 12), ("feed_100", 112), ("forget", 0), ("feed_1", 1)):
        at.button(key=key).click().run()
        assert at.number_input(key="seen").value == seen
        for name in ("averages_mean", "averages_variance"):
            paths = {trace["name"]: trace["y"] for trace in spec(charts(at)[name])["data"]}
            assert len(paths["moving average"]) == seen + 1
            assert len(paths["this batch"]) == seen
        assert f"After {seen} batch" in said(at)


def test_no_more_batches_than_the_limit_are_seen(at):
    limit = int(at.number_input(key="seen").max)
    choose(at, "seen", limit - 5)
    at.button(key="feed_100").click().run()
    assert at.number_input(key="seen").value == limit
    at.button(key="feed_1").click().run()
    assert at.number_input(key="seen").value == limit
    assert not at.exception


def test_the_moving_averages_approach_the_truth():
    at = open_page(source="Drawn", n="64", seen="1000", decay="0.99")
    mean, var = statistics(at)["moving mean"], statistics(at)["moving variance"]
    (truth,) = {trace["y"][0] for trace in spec(charts(at)["averages_mean"])["data"] if trace["name"] == "true value"}
    assert mean[0] == pytest.approx(truth, abs=0.1)
    assert var[0] == pytest.approx(2.5**2, rel=0.1)


def test_the_averages_are_those_of_the_chosen_feature(at):
    choose(at, "averaged", "F2")
    for name, statistic in (("averages_mean", 17.52125), ("averages_variance", 19.047784)):
        chart = spec(charts(at)[name])
        assert "F2" in chart["layout"]["yaxis"]["title"]["text"]
        assert {trace["name"]: trace["y"] for trace in chart["data"]}["this batch"] == [pytest.approx(statistic)]


@pytest.mark.parametrize("theme", ["light", "dark", None])
def test_formulas_wear_the_tones_of_the_theme(at, theme):
    at.context = {"theme": theme}
    at.run()
    assert TONES[theme or "light"].x_hat in formulas(at)


@pytest.mark.parametrize("name", [distribution.name for distribution in DISTRIBUTIONS.values()])
def test_every_distribution_goes_through_the_layer(name):
    at = open_page(source="Drawn", shape_0=name, n="64")
    assert at.selectbox(key="shape_0").value == name
    x, x_hat, _ = cells(at)
    assert x_hat[:, 0].mean() == pytest.approx(0, abs=1e-3)
    assert x_hat[:, 0].std() == pytest.approx(0 if name == "dead feature" else 1, abs=1e-3)
    assert len(set(x[:, 0])) == 1 if name == "dead feature" else len(set(x[:, 0])) > 32


def test_every_stage_of_the_way_can_be_taken_home(at):
    assert not at.code
    at.session_state["take_home"] = True
    at.run()
    assert [button.label for button in at.get("download_button")] == ["input.csv", "normalized.csv", "output.csv"]
    assert at.code[0].value == numpy_code(TRACE, BatchNorm.create(4)).text.rstrip()
    assert ["import torch" in at.code[1].value, "import keras" in at.code[2].value] == [True, True]
    choose(at, "gamma_0", 2.5)
    assert "gamma = np.array([2.5, 1.0, 1.0, 1.0])" in at.code[0].value


def test_beside_the_code_stands_what_a_framework_does_otherwise():
    def said_beside(at):
        at.session_state["take_home"] = True
        return "\n".join(markdown.value for markdown in at.run().markdown)

    town = "-70.9553\n-70.9541\n-70.9562\n"
    hard = said_beside(own(town, eps="0.0", decay="plain mean", convention=CONVENTIONS["keras"].name))
    easy = said_beside(open_page())
    for words in ("PyTorch refuses ε = 0", "far from 0 for float32", "no fixed momentum in Flax"):
        assert (hard.count(words), easy.count(words)) == (1, 0)


def test_an_eps_that_the_paper_does_not_name_is_said_to_be_ours():
    words = "It names no ε; 1e−5 is what most frameworks take."
    assert words in said(open_page(convention="the 2015 paper"))
    assert words not in said(open_page(convention="PyTorch"))
