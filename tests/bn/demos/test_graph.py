"""The layer as a graph: its chain rule against the compact formula and central differences; the Jacobian."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bn import EXAMPLE, BatchNorm, central_differences, jacobian, layer_graph

RNG = np.random.default_rng(1502)
DY = RNG.standard_normal(8)
GAMMA, BETA, EPS = -1.3, 0.4, 1e-3


def layer(features=1, **changes):
    return replace(BatchNorm.create(features, channel_axis=1), **{"eps": EPS, **changes})


def graph(x=EXAMPLE[:, 2], dy=DY, **changes):
    return layer_graph(x, dy, **{"gamma": GAMMA, "beta": BETA, "eps": EPS, **changes})


def test_forward_is_the_layers():
    trace = layer(gamma=[GAMMA], beta=[BETA]).train(EXAMPLE[:, [2]])[0]
    values = graph().values
    for name, expected in {
        "mean": trace.mean[0],
        "var": trace.var[0],
        "std": trace.std[0],
        "centered": trace.centered[:, 0],
        "x_hat": trace.x_hat[:, 0],
        "y": trace.y[:, 0],
    }.items():
        np.testing.assert_allclose(values[name], expected, rtol=1e-12, err_msg=name)


def test_the_chain_rule_ends_in_the_compact_formula():
    compact = layer(gamma=[GAMMA], beta=[BETA]).train(EXAMPLE[:, [2]])[0].backward(DY[:, None])
    gradients = graph().gradients
    np.testing.assert_allclose(gradients["x"], compact.x[:, 0], rtol=1e-11)
    np.testing.assert_allclose(gradients["gamma"], compact.gamma[0], rtol=1e-12)
    np.testing.assert_allclose(gradients["beta"], compact.beta[0], rtol=1e-12)


@pytest.mark.parametrize(
    ("node", "rest"),
    {
        "mean": lambda v, at: _y(v["x"] - at, None, v),
        "centered": lambda v, at: _y(at, None, v),
        "squared": lambda v, at: _y(v["centered"], np.sqrt(at.mean() + EPS), v),
        "var": lambda v, at: _y(v["centered"], np.sqrt(at + EPS), v),
        "std": lambda v, at: _y(v["centered"], at, v),
        "inverse": lambda v, at: _y(v["centered"], 1 / at, v),
        "x_hat": lambda v, at: v["gamma"] * at + v["beta"],
        "scaled": lambda v, at: at + v["beta"],
        "gamma": lambda v, at: at * v["x_hat"] + v["beta"],
        "beta": lambda v, at: v["scaled"] + at,
    }.items(),
)
def test_every_gradient_is_what_a_push_at_its_value_does(node, rest):
    """Central differences at each node, whatever comes after it computed anew."""
    values, gradient = graph().values, graph().gradients[node]
    for index in np.ndindex(gradient.shape):
        push = np.zeros(gradient.shape)
        push[index] = 1e-6
        ends = [DY @ rest(values, values[node] + way * push) for way in (1, -1)]
        assert gradient[index] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-5, abs=1e-8)


def _y(centered, std, v):
    """The output from the centered values on; std None: computed from them."""
    std = np.sqrt((centered**2).mean() + EPS) if std is None else std
    return v["gamma"] * centered / std + v["beta"]


@given(st.integers(2, 12), st.floats(-3, 3), st.floats(-10, 10), st.floats(-10, 10), st.integers(0, 99))
def test_a_constant_or_a_multiple_of_x_hat_in_dy_changes_nothing(n, gamma, constant, multiple, seed):
    rng = np.random.default_rng(seed)
    x, dy = rng.standard_normal((2, n))
    plain = layer_graph(x, dy, gamma=gamma, eps=1e-12)
    x_hat = plain.values["x_hat"]
    pushed = layer_graph(x, dy + constant + multiple * x_hat, gamma=gamma, eps=1e-12)
    scale = abs(gamma) * float(plain.values["inverse"]) * 20
    np.testing.assert_allclose(pushed.gradients["x"], plain.gradients["x"], atol=1e-8 * scale + 1e-12)
    assert abs(plain.gradients["x"].sum()) <= 1e-11 * scale * n
    assert abs(plain.gradients["x"] @ x_hat) <= 1e-8 * scale * n + 1e-12


def test_what_epsilon_leaves_of_a_multiple_of_x_hat():
    """It is dx . x_hat = gamma / std * sum(dy * x_hat) * eps / (var + eps), since sum(x_hat ** 2) = N var / (var + eps)."""
    it = graph(eps=2.0)
    v = it.values
    expected = GAMMA / v["std"] * (DY @ v["x_hat"]) * 2.0 / (v["var"] + 2.0)
    assert it.gradients["x"] @ v["x_hat"] == pytest.approx(float(expected), rel=1e-10)


def test_the_jacobian_in_training_is_dense_and_has_a_closed_form():
    trace = layer(gamma=[GAMMA]).train(EXAMPLE[:, [2]])[0]
    x_hat = trace.x_hat[:, 0]
    expected = GAMMA / trace.std[0] * (np.eye(8) - 1 / 8 - np.outer(x_hat, x_hat) / 8)
    found = jacobian(trace, 0)
    np.testing.assert_allclose(found, expected, atol=1e-14)
    assert (found != 0).all()


def test_the_jacobian_in_inference_is_diagonal():
    found = jacobian(layer(gamma=[GAMMA], running_var=[4.0]).infer(EXAMPLE[:, [2]]), 0)
    np.testing.assert_allclose(found, GAMMA / np.sqrt(4 + EPS) * np.eye(8), rtol=1e-14)


def test_the_jacobian_is_what_a_push_does():
    push = 1e-6
    for j in range(8):
        ends = [layer(gamma=[GAMMA]).train(EXAMPLE[:, [2]] + way * push * np.eye(8)[:, [j]])[0].y for way in (1, -1)]
        column = (ends[0] - ends[1])[:, 0] / (2 * push)
        np.testing.assert_allclose(jacobian(layer(gamma=[GAMMA]).train(EXAMPLE[:, [2]])[0], 0)[:, j], column, atol=1e-8)


def test_the_jacobian_of_a_feature_is_its_own_whatever_stands_beside_it():
    together, alone = (layer(features).train(EXAMPLE[:, -features:])[0] for features in (3, 1))
    np.testing.assert_allclose(jacobian(together, 2), jacobian(alone, 0), rtol=1e-12, atol=1e-15)
    assert np.abs(jacobian(together, 0) - jacobian(together, 2)).max() > 1e-3


def test_central_differences_agree_with_the_formula():
    it = graph(beta=0.0)
    of_x, of_gamma, of_beta = central_differences(EXAMPLE[:, 2], DY, gamma=GAMMA, eps=EPS, h=1e-4)
    np.testing.assert_allclose(of_x, it.gradients["x"], atol=1e-8)
    assert of_gamma == pytest.approx(float(it.gradients["gamma"]), abs=1e-9)
    assert of_beta == pytest.approx(float(it.gradients["beta"]), abs=1e-9)


def test_central_differences_err_by_the_square_of_h():
    exact = graph().gradients["x"]
    errors = [
        np.abs(central_differences(EXAMPLE[:, 2], DY, gamma=GAMMA, eps=EPS, h=h)[0] - exact).max() for h in (0.2, 0.1)
    ]
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.05)


def test_arrays_are_read_only():
    it = graph()
    for array in (*it.values.values(), *it.gradients.values(), it.through_x_hat, it.through_squared):
        assert not array.flags.writeable


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x": EXAMPLE}, r"x has shape \(8, 4\)"),
        ({"dy": DY[:3]}, r"dy has shape \(3,\)"),
        ({"dy": [np.nan] * 8}, r"dy\[0\] is nan"),
        ({"eps": 0.0}, "eps is 0.0"),
        ({"eps": np.inf}, "eps is inf"),
    ],
)
def test_what_cannot_be_used_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        graph(**changes)


@pytest.mark.parametrize("h", [0.0, -1.0, np.inf])
def test_a_step_that_is_none_is_refused(h):
    with pytest.raises(ValueError, match="h is"):
        central_differences(EXAMPLE[:, 2], DY, gamma=GAMMA, eps=EPS, h=h)


def test_one_row_has_central_differences_too():
    of_x, of_gamma, of_beta = central_differences([3.0], [2.0], gamma=1.5, eps=1e-5, h=1e-3)
    assert (of_x.tolist(), of_gamma) == ([0.0], 0.0)
    assert of_beta == pytest.approx(2)
