"""A batch of one row: refused in training by PyTorch alone, and in inference a batch like any other, on every page."""

import numpy as np
import pytest

from bn import CONVENTIONS
from tests.pages.driving import assert_in_order, open_page
from tests.pages.lab import cells, messages, own, said, statistics

ROW = "age,km\n3,-4.5"
X = np.array([[3.0, -4.5]])
EVERY = pytest.mark.parametrize("convention", CONVENTIONS.values(), ids=CONVENTIONS)


def on_page(script, **link):
    at = open_page(script, **link)
    at.session_state["source"] = "Your own"
    at.session_state["batch"] = ROW
    at.run()
    assert "1 row, 2 features" in said(at)
    assert_in_order(at, f"one row on {script}")
    return at


@EVERY
def test_in_training_the_lab_shows_zeros_or_says_who_refuses(convention):
    at = own(ROW, convention=convention.name, gamma_0="2", beta_0="0.5")
    assert_in_order(at, convention.name)
    x, x_hat, y = cells(at)
    np.testing.assert_array_equal(x, X)
    if convention.refuses_single_value:
        assert "PyTorch refuses to train on one row" in messages(at, "warning")
        np.testing.assert_allclose(x_hat, X / np.sqrt(1 + convention.eps), atol=5.1e-4)
        assert "moving averages after 0 batches" in said(at)
        still = at.button_group(key="_mode_shown")
        assert (still.value, still.disabled) == ("Inference", True)
        assert all(at.button(key=f"feed_{count}").disabled for count in (1, 10, 100))
        at.text_area(key="batch").set_value("age,km\n3,-4.5\n5,1").run()
        assert at.button_group(key="mode").value == "Training"  # as it was asked before
        assert not any(at.button(key=f"feed_{count}").disabled for count in (1, 10, 100))
    else:
        assert not at.warning
        np.testing.assert_array_equal(x_hat, [[0, 0]])
        np.testing.assert_array_equal(y, [[0.5, 0]])
        assert "its own mean" in said(at)
    assert not at.error


@EVERY
def test_in_inference_it_is_a_batch_like_any_other(convention):
    at = own(ROW, convention=convention.name, mode="Inference", learned="1,2\n4,-7\n3,5", seen="4")
    assert_in_order(at, convention.name)
    assert not at.error
    assert not at.warning
    mean, var = (np.array(statistics(at)[f"moving {name}"]) for name in ("mean", "variance"))
    np.testing.assert_allclose(cells(at)[1], (X - mean) / np.sqrt(var + convention.eps), atol=2e-3)
    assert "moving averages after 4 batches" in said(at)
    assert [name for name in statistics(at) if "N − 1" in name] == []


def test_a_drawn_batch_may_have_one_row():
    at = open_page(source="Drawn", n="1", convention="Flax")
    assert_in_order(at, "one drawn row")
    assert cells(at)[0].shape == (1, 4)


@EVERY
@pytest.mark.parametrize("step", range(1, 6))
def test_the_five_steps(convention, step):
    at = on_page("pages/inside_the_layer.py", il_as=convention.name)
    at.session_state["il_step"] = next(each for each in at.button_group(key="il_step").options if str(step) in each)
    at.run()
    assert_in_order(at, f"step {step}")
    assert ("PyTorch refuses" in messages(at, "warning")) == convention.refuses_single_value


@pytest.mark.parametrize("step", [0, 4, 8])
def test_nothing_comes_back_to_it(step):
    at = on_page("pages/backward_pass.py", bp_step=str(step), bp_guess="Just show me")
    assert "nothing comes back" in messages(at, "info")


def test_what_keras_2_cannot_average_is_said_and_its_own_epsilon_used():
    at = own("1\n2\n3", convention="Keras 2", eps="10.0", decay="0.5", seen="1")
    assert_in_order(at, "Keras 2")
    assert "choose an eps below 2" in messages(at, "error")
    np.testing.assert_allclose(statistics(at)["moving variance"], 0.5 + 0.5 * 2 / 1.999, atol=1e-6)
    label = next(name for name in statistics(at) if "(averaged)" in name)
    assert label == "batch variance, ÷ (N − 1 − ε) (averaged)"
    np.testing.assert_allclose(statistics(at)[label], 2 / 1.999, atol=1e-6)
