"""float16: computed in float32 and returned in float16, as PyTorch does with half inputs and a float32 layer."""

from dataclasses import replace

import numpy as np
import pytest

from bn import BatchNorm, batch_norm, group_norm, instance_norm, layer_norm
from tests.bn.conftest import read

CASES = pytest.mark.parametrize("name", read("half")["cases"])
MODES = pytest.mark.parametrize("mode", ["train", "infer"])
VECTORS = ("gamma", "beta", "running_mean", "running_var")


def run(golden, name, mode):
    """PyTorch's results, and the trace and the layer afterwards here."""
    case = golden("half")["cases"][name]
    layer = replace(BatchNorm.create(len(case["gamma"])), eps=case["eps"], **{each: case[each] for each in VECTORS})
    x = np.array(case["x"], np.float16)
    trace, after = layer.train(x) if mode == "train" else (layer.infer(x), layer)
    return case, case[mode], trace, after


@CASES
@MODES
def test_outputs_are_pytorchs(golden, name, mode):
    """To one unit in the last place of half: both round a float32 that was summed in another order."""
    _, expected, trace, _ = run(golden, name, mode)
    assert trace.y.dtype == np.float16
    y = np.array(expected["y"], np.float16)
    np.testing.assert_array_equal(np.isfinite(trace.y), np.isfinite(y))
    np.testing.assert_array_equal(trace.y[~np.isfinite(y)], y[~np.isfinite(y)])
    finite = np.isfinite(y)
    apart = np.abs(trace.y[finite].astype(float) - y[finite].astype(float))
    assert (apart <= np.spacing(np.abs(y[finite])).astype(float)).all()


@CASES
@MODES
def test_gradients_are_pytorchs(golden, name, mode):
    case, expected, trace, _ = run(golden, name, mode)
    gradients = trace.backward(np.array(case["dy"], np.float16))
    assert gradients.x.dtype == np.float16
    dx = np.array(expected["dx"])
    scale = float(np.abs(trace.gamma / trace.std).max())
    np.testing.assert_allclose(gradients.x.astype(float), dx, rtol=2e-3, atol=max(2e-5 * scale, 1e-7))
    np.testing.assert_allclose(gradients.gamma, expected["dgamma"], rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(gradients.beta, expected["dbeta"], rtol=1e-5, atol=1e-4)


@CASES
def test_moving_averages_are_pytorchs_and_never_half(golden, name):
    _, expected, _, after = run(golden, name, "train")
    np.testing.assert_allclose(after.running_mean, expected["mean"], rtol=1e-6)
    np.testing.assert_allclose(after.running_var, expected["var"], rtol=1e-6)
    assert after.running_mean.dtype == after.running_var.dtype == np.float64


@CASES
@MODES
def test_what_stands_between_input_and_output_is_float32(golden, name, mode):
    case, _, trace, _ = run(golden, name, mode)
    assert trace.x.dtype == np.float16
    np.testing.assert_array_equal(trace.x, np.array(case["x"], np.float16))
    for step in ("mean", "var", "centered", "std", "x_hat", "gamma", "beta"):
        assert getattr(trace, step).dtype == np.float32, step
        assert np.isfinite(getattr(trace, step)).all(), step
    for step in ("mean", "var", "centered", "std", "x_hat", "y"):
        assert not getattr(trace, step).flags.writeable, step


def test_averages_that_are_no_numbers_in_half():
    """running_var 1e5 is infinite in half, and y was 0; running_mean 1e5 made it infinite."""
    layer = BatchNorm.create(1)
    x = np.array([[300.0]], np.float16)
    assert replace(layer, running_var=[1e5]).infer(x).y[0, 0] == pytest.approx(0.9487, abs=5e-4)
    assert replace(layer, running_mean=[1e5], running_var=[1e10]).infer(x).y[0, 0] == pytest.approx(-0.997, abs=5e-4)


@pytest.mark.parametrize("norm", [batch_norm, layer_norm, instance_norm, lambda x: group_norm(x, 2)])
def test_relatives_too(norm):
    x = (1000 * np.random.default_rng(3).standard_normal((2, 4, 3, 3))).astype(np.float16)
    found = norm(x)
    assert found.dtype == np.float16
    np.testing.assert_allclose(found.astype(float), norm(x.astype(np.float64)), rtol=1e-3, atol=1e-4)
