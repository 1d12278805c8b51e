"""What is dragged in the live stage reaches sliders, tables and batch; in inference the averages stay what they were."""

import numpy as np
import pytest

from bn import EXAMPLE, BatchNorm
from tests.pages.driving import open_page, tell
from tests.pages.lab import batch_tables, cells, features, messages, own, said, stage, statistics

INFERENCE = {"mode": "Inference", "seen": "3"}


def change(at, *changes):
    tell(at, "stage", "change", [list(each) for each in changes])
    assert not at.exception


def drawn(at, name):
    """A stage of the feature in front."""
    return np.array(stage(at)["feature"][name])


@pytest.fixture
def at():
    return open_page()


def test_the_stage_draws_what_the_tables_say(at):
    for name, table in zip(("x", "x_hat", "y"), cells(at), strict=True):
        np.testing.assert_allclose(drawn(at, name), table[:, 0], atol=5.1e-4)


def test_a_feature_that_is_chosen_comes_to_the_front(at):
    tell(at, "features", "front", 2)
    assert (stage(at)["column"], stage(at)["feature"]["name"], features(at)["front"]) == (2, "F2", 2)
    assert at.selectbox(key="feature").value == "F2"
    np.testing.assert_allclose(drawn(at, "x"), EXAMPLE[:, 2])


@pytest.mark.parametrize("bad", [4, -1, "F1", 1.5, None, [1]])
def test_a_feature_that_there_is_not_stays_where_it_is(at, bad):
    tell(at, "features", "front", bad)
    assert not at.exception
    assert stage(at)["column"] == 0


@pytest.mark.parametrize(("kind", "value"), [("gamma", -1.37), ("gamma", 0.0), ("beta", 4.21)])
def test_a_dragged_parameter_is_the_sliders_value(at, kind, value):
    change(at, (kind, 0, 2, value))
    assert at.slider(key=f"{kind}_2").value == value
    expected = {"gamma": 1.0, "beta": 0.0, kind: value}
    x_hat = BatchNorm.create(4).train(EXAMPLE)[0].x_hat[:, 2]
    np.testing.assert_allclose(cells(at)[2][:, 2], expected["gamma"] * x_hat + expected["beta"], atol=5.1e-4)


@pytest.mark.parametrize(("kind", "value", "end"), [("gamma", 99.0, 5.0), ("gamma", -99.0, -5.0), ("beta", 1e9, 10.0)])
def test_a_parameter_stays_on_its_slider(at, kind, value, end):
    change(at, (kind, 0, 0, value))
    assert at.slider(key=f"{kind}_0").value == end


def test_several_things_can_be_moved_before_the_page_answers(at):
    change(at, ("gamma", 0, 0, 2.0), ("beta", 0, 1, -1.0), ("x", 3, 2, 5.5))
    assert (at.slider(key="gamma_0").value, at.slider(key="beta_1").value) == (2, -1)
    assert cells(at)[0][3, 2] == 5.5


def test_a_dragged_dot_changes_the_batch_and_chooses_its_cell(at):
    before = cells(at)
    change(at, ("x", 4, 1, 33.25))
    x, x_hat, _ = cells(at)
    assert np.argwhere(x != before[0]).tolist() == [[4, 1]]
    assert x[4, 1] == 33.25
    assert np.all(x_hat[:, 1] != before[1][:, 1])
    assert batch_tables(at)["chosen"] == [4, 1]
    assert at.session_state["source"] == "Your own"
    assert statistics(at)["moving mean"][1] == pytest.approx(0.1 * x[:, 1].mean(), abs=1e-6)


@pytest.mark.parametrize("bad", [("x", 8, 0, 1.0), ("x", 0, 4, 1.0), ("gamma", 0, 7, 1.0), ("x", -1, 0, 2.0)])
def test_what_is_not_in_the_batch_is_left_alone(at, bad):
    before = cells(at)
    change(at, bad)
    np.testing.assert_array_equal(cells(at), before)
    assert "gamma_7" not in at.session_state


def test_a_value_beyond_what_can_be_shown_is_refused(at):
    change(at, ("x", 0, 0, 1e12))
    assert "Row 0, column F0" in messages(at, "error")
    np.testing.assert_array_equal(cells(at)[0], EXAMPLE)


def test_choosing_a_dot_chooses_its_cell(at):
    tell(at, "stage", "choose", [5, 3])
    assert batch_tables(at)["chosen"] == [5, 3]
    assert (stage(at)["row"], stage(at)["column"]) == (5, 3)


@pytest.mark.parametrize("link", [{}, {"source": "Drawn"}, {"source": "Your own", "batch": "1,2\n3,5\n9,9\n"}])
def test_in_inference_the_others_stand_still(link):
    at = open_page(**INFERENCE, **link)
    before, averages = cells(at), statistics(at)["moving mean"]
    change(at, ("x", 1, 0, 40.0))
    after = cells(at)
    for earlier, later in zip(before, after, strict=True):
        assert np.argwhere(earlier != later).tolist() == [[1, 0]]
    assert statistics(at)["moving mean"] == averages
    change(at, ("x", 2, 1, -40.0))
    assert statistics(at)["moving mean"] == averages
    at.session_state["mode"] = "Training"
    at.run()
    assert statistics(at)["moving mean"] == averages


def test_changing_the_batch_in_training_lets_the_layer_learn_from_it():
    at = open_page(**INFERENCE)
    change(at, ("x", 1, 0, 40.0))
    at.session_state["mode"] = "Training"
    at.run()
    change(at, ("x", 1, 0, 41.0))
    assert at.text_area(key="learned").value == ""
    fresh = own(at.text_area(key="batch").value, seen="3")
    assert statistics(at)["moving mean"] == statistics(fresh)["moving mean"]


@pytest.mark.parametrize("mode", ["Training", "Inference"])
@pytest.mark.parametrize("kind", ["dragged", "typed"])
def test_a_change_of_x_can_be_taken_back(mode, kind):
    at = open_page(mode=mode, seen="5")
    before = cells(at)
    assert at.button(key="take_back").disabled
    if kind == "dragged":
        change(at, ("x", 1, 1, 7.0))
    else:
        tell(at, "tables", "edit", [1, 1, "7"])
    assert not at.button(key="take_back").disabled
    at.button(key="take_back").click().run()
    np.testing.assert_array_equal(cells(at), before)
    assert at.session_state["source"] == "Example"
    assert at.button(key="take_back").disabled


def test_the_averages_can_be_learned_from_another_batch():
    at = own("1,2\n3,5\n", learned="10,20\n30,40\n50,90")
    np.testing.assert_allclose(statistics(at)["moving mean"], [3, 5], atol=1e-6)
    at.text_area(key="learned").set_value("Drawn")
    at.number_input(key="c").set_value(2)
    at.run()
    assert not at.error
    assert "drawn from the same distributions" in said(at)


@pytest.mark.parametrize(
    ("learned", "message"),
    [
        ("1,2,3\n4,5,6", "It has 3 columns and the batch has 2"),
        ("a,b\n1,x\n2,3", "not a number"),
    ],
)
def test_a_batch_to_learn_from_that_cannot_be_used_is_explained(learned, message):
    at = own("1,2\n3,5\n", learned=learned)
    alone = own("1,2\n3,5\n")
    assert message in messages(at, "error")
    assert statistics(at) == statistics(alone)


def test_one_row_to_learn_from_teaches_nothing_and_the_page_says_so():
    at = own("1,2\n3,5\n", learned="1,2")
    assert "teach the layer nothing" in messages(at, "warning")
    assert statistics(at)["moving mean"] == [0, 0]


def test_a_new_batch_is_a_new_start():
    at = open_page(**INFERENCE)
    change(at, ("x", 1, 0, 40.0))
    assert at.text_area(key="learned").value == "Example"
    at.text_area(key="batch").set_value("1,2\n3,4\n").run()
    assert at.text_area(key="learned").value == ""


def test_undone_the_handles_rest(at):
    at.toggle(key="undo").set_value(True).run()
    assert stage(at)["undone"] is True
    np.testing.assert_allclose(drawn(at, "y"), EXAMPLE[:, 0], atol=1e-9)
