"""The backward pass: numbers of the batch on the screen, the prediction, the reader's own gradient."""

import numpy as np
import pytest

from bn import EXAMPLE, BatchNorm
from tests.pages.driving import charts, open_page, spec
from ui.links import SHOW_ME
from ui.numbers import fixed, short

SCRIPT = "pages/backward_pass.py"
DY = np.random.default_rng(0).standard_normal(8).round(2)


def with_batch(rows, **link):
    at = open_page(SCRIPT, **link)
    at.session_state["source"] = "Your own"
    at.session_state["batch"] = rows
    return at.run()


def text(at):
    return "\n".join(each.value for each in at.markdown)


def of_layer(x, dy, gamma=1.5, eps=1e-5):
    layer = BatchNorm.create(1, channel_axis=1).with_unchecked(gamma=np.array([gamma]))
    assert layer.eps == eps
    return layer.train(x[:, None])[0].backward(dy[:, None])


def test_the_last_step_shows_the_layers_own_gradient():
    at = open_page(SCRIPT, bp_step="8", bp_feature="F2", bp_row="3")
    expected = of_layer(EXAMPLE[:, 2], DY).x[3, 0]
    alt = charts(at)["bp_graph"].proto.alt
    assert f"at xᵢ {fixed(expected)}" in alt
    assert f"For row 3 it gives ${expected:.3f}$" in text(at)


@pytest.mark.parametrize("step", range(9))
def test_every_step_has_its_words(step):
    at = open_page(SCRIPT, bp_step=str(step))
    assert not at.exception
    assert f"Step {step} of 8" in charts(at)["bp_graph"].proto.alt


def test_what_is_added_is_hidden_until_a_guess_and_computed_then():
    at = open_page(SCRIPT)
    assert "bp_pushed" not in charts(at)
    at.radio(key="bp_guess").set_value(SHOW_ME).run()
    assert "It is **nothing**" in at.info[0].value
    at.slider(key="bp_add").set_value(-2.0).run()
    bars = {trace["name"]: trace["y"] for trace in spec(charts(at)["bp_pushed"])["data"]}
    before = of_layer(EXAMPLE[:, 0], DY).x[:, 0]
    np.testing.assert_allclose(bars["dL/dy"], DY - 2, atol=1e-3)
    np.testing.assert_allclose(bars["before"], before, atol=1e-5 * np.ptp(before))
    np.testing.assert_allclose(bars["dL/dx"], before, atol=1e-3)


def test_a_large_epsilon_lets_a_multiple_of_x_hat_through():
    at = open_page(SCRIPT, bp_eps="1", bp_guess=SHOW_ME, bp_add="0", bp_times="3")
    bars = {trace["name"]: trace["y"] for trace in spec(charts(at)["bp_pushed"])["data"]}
    assert np.abs(np.subtract(bars["dL/dx"], bars["before"])).max() > 0.01
    assert f"ε/(σ²+ε) = {short(10 / (EXAMPLE[:, 0].var() + 10))}" in text(at)


def test_the_wrong_guess_is_told():
    at = open_page(SCRIPT, bp_guess="it is shared out, 1/N to each")
    assert "You said it is shared out" in at.warning[0].value


def test_ones_own_gradient_is_used():
    at = open_page(SCRIPT, bp_dy="1 0 0 0 0 0 0 0", bp_step="8")
    expected = of_layer(EXAMPLE[:, 0], np.eye(8)[0]).x[0, 0]
    assert f"at xᵢ {fixed(expected)}" in charts(at)["bp_graph"].proto.alt


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("1 2 3", "it has 3 numbers; the batch has 8 rows"),
        ("1 2 x 4 5 6 7 8", "“x” is not a number"),
        ("nan " * 8, "every number must be between"),
        ("1e9 " * 8, "every number must be between"),
    ],
)
def test_what_cannot_be_used_is_named_and_the_drawn_one_stays(typed, message):
    at = open_page(SCRIPT, bp_dy=typed, bp_step="1")
    assert message in at.error[0].value
    assert f"at yᵢ {fixed(DY[0])}" in charts(at)["bp_graph"].proto.alt


def test_the_jacobian_is_dense_in_training_and_diagonal_in_inference():
    at = open_page(SCRIPT)
    assert "In **training** 56 of 56 entries off the diagonal are not 0" in text(at)
    assert "are constants, and 0 are left" in text(at)


def test_of_a_large_batch_the_first_rows_are_drawn():
    rows = "\n".join(f"{i},{i * i % 7}" for i in range(40))
    at = with_batch(rows)
    assert "the first 16 of 40 rows" in text(at)
    assert len(spec(charts(at)["bp_jacobian"])["data"][0]["z"]) == 16


def test_a_constant_feature_has_gradients_too():
    at = with_batch("7,1\n7,2\n7,4", bp_step="8", bp_guess=SHOW_ME)
    assert not at.exception
    assert "the largest difference over 3 rows" in text(at)


def test_the_check_says_how_far_formula_and_differences_are_apart():
    at = open_page(SCRIPT, bp_h="-5")
    marker = next(trace for trace in spec(charts(at)["bp_check"])["data"] if trace["name"] == "this h")
    assert marker["x"] == [pytest.approx(1e-5)]
    assert marker["y"][0] < 1e-8
