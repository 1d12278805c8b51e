"""What a reader takes along: tables that spreadsheets read safely, and code that prints the numbers on the page."""

import ast
import csv
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from bn import CONVENTIONS, EXAMPLE, BatchNorm, Feature, draw, feed, resample
from tests.goldens import taken_home
from ui.own_batch import parse_batch
from ui.take_home import WRITERS, flax_code, keras2_code, keras_code, numpy_code, onnx_code, pytorch_code, table_csv

BIG = draw([Feature("normal", 3, 2)] * 8, 256, 1, seed=1).batches[0]
DEAD = np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 5.5]])
WHOLE = np.array([[1.0, 2.0], [1.0, 4.0], [1.0, 7.0]])


def layer_for(x, seen=2, convention="pytorch", **changes):
    fresh = replace(BatchNorm.create(x.shape[1], CONVENTIONS[convention], channel_axis=1), **changes)
    return feed(fresh, resample(x, max(seen, 1), seed=0).batches[:seen]).layer


def undoing(x):
    trace, _ = layer_for(x).train(x)
    return layer_for(x, gamma=trace.std, beta=trace.mean)


SCALED = {"gamma": [1.25, -2.5, 0.0, 1 / 3], "beta": [0.1, -0.7, 3.0, 2e-3]}
LAYERS = {
    "fresh": (EXAMPLE, layer_for(EXAMPLE, 0)),
    "scaled": (EXAMPLE, layer_for(EXAMPLE, **SCALED)),
    "keras": (EXAMPLE, layer_for(EXAMPLE, 3, "keras", **SCALED)),
    "plain mean": (EXAMPLE, layer_for(EXAMPLE, 0, "paper")),
    "undone": (1e5 * EXAMPLE, undoing(1e5 * EXAMPLE)),
    "two rows": (EXAMPLE[:2], layer_for(EXAMPLE[:2])),
    "large": (BIG, layer_for(BIG)),
    "no epsilon": (EXAMPLE, layer_for(EXAMPLE, eps=0.0)),
    "dead and no epsilon": (DEAD, layer_for(DEAD, eps=0.0)),
    "whole numbers": (WHOLE, layer_for(WHOLE, 0)),
    "dead whole numbers and no epsilon": (WHOLE, layer_for(WHOLE, 1, eps=0.0, decay=0.0)),
}
EVERY = pytest.mark.parametrize("name", LAYERS)
MODES = pytest.mark.parametrize("training", [True, False], ids=["training", "inference"])
GOLDENS = Path(taken_home.__file__).parent
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|nan|inf)")


def needs(package):
    return pytest.mark.skipif(find_spec(package) is None, reason=f"{package} is not installed")


def trace_of(name, training):
    x, layer = LAYERS[name]
    return (layer.train(x)[0] if training else layer.infer(x)), layer


def printed(code, shape, tmp_path):
    """The array that the code prints, run in a fresh interpreter."""
    script = tmp_path / "take_home.py"
    script.write_text(code, encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    run = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment, check=False)
    assert run.returncode == 0, run.stderr
    assert "..." not in run.stdout, "the print is abridged"
    text = re.sub(r"dtype=\S+", "", run.stdout)
    values = np.array([float(number) for number in NUMBER.findall(text)])
    assert values.size == np.prod(shape)
    return values.reshape(shape)


def assert_prints_y(write, name, training, tmp_path, precision=0.0):
    trace, layer = trace_of(name, training)
    y = printed(write(trace, layer), trace.y.shape, tmp_path)
    if write is not numpy_code and np.isnan(y).any():  # the framework divides 0 by 0, and the code says so
        assert "0 / 0" in write(trace, layer)
        y = np.where(np.isnan(y) & (trace.std == 0), trace.y, y)
    np.testing.assert_allclose(y, trace.y, rtol=0, atol=5.1e-7 + precision * np.abs(trace.y).max())


@EVERY
@MODES
def test_numpy_code_prints_the_output_on_the_page(name, training, tmp_path):
    assert_prints_y(numpy_code, name, training, tmp_path)


@EVERY
@MODES
@needs("torch")
def test_pytorch_code_prints_the_output_on_the_page(name, training, tmp_path):
    assert_prints_y(pytorch_code, name, training, tmp_path)


@EVERY
@MODES
@needs("keras")
def test_keras_code_prints_the_output_on_the_page(name, training, tmp_path):
    """Keras computes this layer in float32 on every backend but TensorFlow, whatever its floatx."""
    assert_prints_y(keras_code, name, training, tmp_path, precision=5e-5)


@EVERY
@MODES
@needs("flax")
def test_flax_code_prints_the_output_on_the_page(name, training, tmp_path):
    """Its epsilon and momentum are float32, whatever the arrays are."""
    assert_prints_y(flax_code, name, training, tmp_path, precision=1e-7)


@pytest.mark.parametrize("name", ["scaled", "keras", "plain mean", "dead and no epsilon"])
@MODES
def test_onnx_code_prints_the_output_on_the_page(name, training, tmp_path):
    """Its attributes epsilon and momentum are float32, whatever the tensors are."""
    assert_prints_y(onnx_code, name, training, tmp_path, precision=1e-7)


@EVERY
@MODES
@pytest.mark.parametrize("write", WRITERS.values())
def test_the_very_batch_and_every_parameter_stand_in_the_code(write, name, training):
    trace, layer = trace_of(name, training)
    lists = [
        np.array(ast.literal_eval(node))
        for node in ast.walk(ast.parse(write(trace, layer)))
        if isinstance(node, ast.List) and is_numbers(node)
    ]
    needed = [trace.x, layer.gamma, layer.beta]
    if not training or write is not numpy_code:
        needed += [layer.running_mean, layer.running_var]
    for values in needed:
        assert any(np.array_equal(found, values) for found in lists)


def is_numbers(node):
    try:
        return np.issubdtype(np.array(ast.literal_eval(node)).dtype, np.number)
    except ValueError:
        return False


def test_whole_numbers_are_floats_in_the_code():
    """An integer tensor has no batch normalization."""
    code = pytorch_code(*trace_of("whole numbers", True))
    x = ast.unparse(next(node.value for node in ast.parse(code).body if ast.unparse(node).startswith("x = ")))
    assert "float64" in x or "1.0" in x


def test_momentum_is_the_weight_of_the_new_value_in_pytorch_and_of_the_old_in_keras():
    trace, layer = trace_of("scaled", True)
    assert "momentum=0.1," in pytorch_code(trace, layer)
    assert "momentum=0.9," in keras_code(trace, layer)


def test_pytorch_gets_its_parameters_in_the_precision_of_the_page():
    code = pytorch_code(*trace_of("scaled", True))
    tensors = [
        node
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "tensor"
    ]
    assert len(tensors) == 5
    double = any("set_default_dtype" in line and "float64" in line for line in code.splitlines())
    assert double or all("float64" in ast.unparse(tensor) for tensor in tensors)


def test_keras_2_is_another_package():
    code = keras2_code(*trace_of("scaled", True))
    assert "import tf_keras as keras" in code
    assert "keras.ops" not in code


def test_a_table_reads_back_with_every_digit():
    rows = list(csv.reader(io.StringIO(table_csv(EXAMPLE / 3, ("a", "b, c", 'd "e"', "é")))))
    assert rows[0] == ["a", "b, c", 'd "e"', "é"]
    np.testing.assert_array_equal([[float(cell) for cell in row] for row in rows[1:]], EXAMPLE / 3)


def test_a_table_can_be_uploaded_again():
    names = ("age", "b, c", "=1+1", 'd "e"')
    batch = parse_batch(table_csv(EXAMPLE / 3, names))
    np.testing.assert_array_equal(batch.values, EXAMPLE / 3)
    assert batch.names == ("age", "b, c", "'=1+1", 'd "e"')


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_name_becomes_a_formula_in_a_spreadsheet(start):
    name = start + 'HYPERLINK("http://x","y")'
    header = next(csv.reader(io.StringIO(table_csv(EXAMPLE[:, :2], (name, "plain")), newline="")))
    assert header == ["'" + name, "plain"]


def test_two_names_that_are_the_same_keep_their_columns():
    rows = list(csv.reader(io.StringIO(table_csv(EXAMPLE[:, :2], ("same", "same")))))
    assert rows[0] == ["same", "same"]
    assert rows[1] == ["-0.96", "15.85"]


@pytest.mark.parametrize("name", [name for name in WRITERS if name != "NumPy"])
@pytest.mark.parametrize("mode", ["training", "inference"])
def test_what_the_code_printed_in_each_framework_is_what_the_page_shows(name, mode):
    """Recorded by tests/goldens/make_take_home.py, since CI has no frameworks. Keras computes in float32."""
    golden = json.loads((GOLDENS / "take_home.json").read_text(encoding="utf-8"))
    y = taken_home.traces()[mode].y
    found = np.reshape(golden[name][mode], y.shape)
    np.testing.assert_allclose(found, y, rtol=0, atol=5.1e-7 + (2e-5 if name.startswith("Keras") else 1e-6))
