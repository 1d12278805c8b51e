"""What a reader takes along: tables that spreadsheets read safely, and code that prints the numbers on the page."""

import ast
import csv
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bn import CONVENTIONS, EXAMPLE, Feature, draw
from tests.goldens import taken_home
from tests.goldens.taken_home import CASES, MODES, TOWN, case, every, form, run
from ui.batch.reading import read_batch
from ui.batch.take_home import WRITERS, keras_code, numpy_code, onnx_code, pytorch_code, table_csv

GOLDEN = json.loads((Path(taken_home.__file__).parent / "take_home.json").read_text(encoding="utf-8"))
WHOLE = np.array([[1.0, 2.0], [1.0, 4.0], [1.0, 7.0]])
MORE = {
    "large": case(draw([Feature("normal", 3, 2)] * 8, 256, 1, seed=1).batches[0]),
    "whole numbers": case(WHOLE, 0),
    "dead whole numbers and no epsilon": case(WHOLE, 1, eps=0.0, decay=0.0),
}
EVERY = pytest.mark.parametrize(("name", "mode"), list(every()))
LIVE = pytest.mark.parametrize(("name", "mode"), [*every(), *((name, mode) for name in MORE for mode in MODES)])
PRINT = 5.1e-7  # half of the last digit that is printed
UNSAID = 5e-7  # how far from the page a framework may be without a word


def written(name, mode, write):
    each = (CASES | MORE)[name]
    return each.trace(mode), each.layer, write(each.trace(mode), each.layer)


def said_error(code):
    """How far from the page the notes say that y is."""
    return max(
        (float(each) for each in re.findall(r"y is right to about ([-+.e\d]*\d)", " ".join(code.notes))), default=0
    )


def assert_is_the_page(y, trace, code, unsaid=UNSAID):
    if any("too small" in note for note in code.notes):
        return
    y = np.reshape(y, trace.y.shape)
    np.testing.assert_allclose(y, trace.y, rtol=1e-13, atol=PRINT + (said_error(code) or unsaid))


# --- NumPy and ONNX, run here ------------------------------------------------------------------------------------


@LIVE
def test_numpy_code_prints_the_output_on_the_page(name, mode):
    trace, _, code = written(name, mode, numpy_code)
    if (name, mode) == ("tiny, no epsilon", "training"):
        assert "too small for float64" in code.notes[0]
        return
    y, _ = run(code.text)
    assert_is_the_page(y, trace, code, unsaid=0)


@LIVE
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # 0 / 0, which the code replaces
def test_onnx_code_prints_the_output_on_the_page(name, mode):
    trace, _, code = written(name, mode, onnx_code)
    y, _ = run(code.text)
    assert_is_the_page(y, trace, code)


def test_the_code_runs_in_an_interpreter_of_its_own(tmp_path):
    script = tmp_path / "take_home.py"
    trace, _, code = written("constant, no epsilon", "training", numpy_code)
    script.write_text(code.text, encoding="utf-8")
    done = subprocess.run([sys.executable, "-W", "error", script], capture_output=True, text=True, check=True)
    y = [float(number) for number in taken_home.NUMBER.findall(done.stdout)]
    np.testing.assert_allclose(np.reshape(y, trace.y.shape), trace.y, atol=PRINT)


# --- every framework, as recorded --------------------------------------------------------------------------------


@EVERY
@pytest.mark.parametrize("framework", GOLDEN)
def test_what_the_code_printed_in_each_framework_is_what_the_page_shows(framework, name, mode):
    """Recorded by tests/goldens/make_take_home.py, since not everyone has the frameworks."""
    convention = CONVENTIONS[GOLDEN[framework]["convention"]]
    trace, layer, code = written(name, mode, WRITERS[convention.name])
    golden = GOLDEN[framework][name][mode]
    assert golden["form"] == form(code.text), "the code has changed since it was run: run make_take_home.py again"
    if "raises" in golden:
        assert any("raises a ValueError" in note for note in code.notes)
        assert golden["raises"].startswith("ValueError: Expected more than 1 value")
        return
    assert_is_the_page(golden["y"], trace, code)
    if mode == "training":
        # tf_keras averages ÷ N for a dense layer, as Keras 3 does; the note says so.
        averages = CONVENTIONS["keras"] if framework == "Keras 2" else convention
        after = replace(layer, convention=averages).train(trace.x)[1]
        # Keras on two of its backends works in float32; Keras 2 and ONNX keep their momentum in it.
        exact = framework not in ("Keras on JAX", "Keras on PyTorch", "Keras 2", "ONNX")
        share, least = (1e-13, 1e-20) if exact else (2e-6, 1e-15)
        reach = np.abs(trace.x).max() + np.abs(layer.running_mean).max()
        np.testing.assert_allclose(golden["mean"], after.running_mean, rtol=0, atol=share * reach + 1e-30)
        np.testing.assert_allclose(golden["var"], after.running_var, rtol=share, atol=least)


def test_every_framework_and_every_backend_was_run():
    assert list(GOLDEN) == [
        "PyTorch",
        "Keras on JAX",
        "Keras on PyTorch",
        "Keras on TensorFlow",
        "Keras 2",
        "Flax",
        "ONNX",
    ]
    assert {GOLDEN[framework]["convention"] for framework in GOLDEN} == {"pytorch", "keras", "keras2", "flax", "onnx"}


# --- what is said where a framework does otherwise ---------------------------------------------------------------

SAYINGS = {
    "float32": "computes this layer in float32",
    "far": "far from 0",
    "no quotient": "there is no quotient",
    "refused epsilon": "refuses ε = 0",
    "one row": "raises a ValueError",
    "plain mean": "no fixed momentum",
    "variance": ", the page's layer the one ÷",
    "variance of tf_keras": "tf_keras averages the variance ÷ N for a dense layer",
    "too small": "too small for float",
    "rounded epsilon": "keeps ε in float32",
}


@pytest.mark.parametrize(
    ("name", "mode", "framework", "said"),
    [
        ("example", "training", "numpy", []),
        ("example", "training", "pytorch", []),
        ("example", "inference", "pytorch", []),
        ("example", "inference", "flax", []),
        ("example", "inference", "onnx", []),
        ("example", "inference", "keras", ["float32"]),
        ("example", "training", "keras", ["variance", "float32"]),
        ("Keras's layer", "training", "keras", ["float32"]),
        ("Keras's layer", "training", "pytorch", ["variance"]),
        ("Keras's layer", "training", "keras2", ["variance", "variance of tf_keras"]),
        ("Keras's layer", "inference", "keras2", []),
        ("decay 1", "training", "flax", []),
        ("longitudes", "training", "pytorch", []),
        ("longitudes", "training", "keras", ["variance", "far", "float32"]),
        ("longitudes", "inference", "keras", ["far", "float32"]),
        ("far", "training", "numpy", []),
        ("far", "inference", "pytorch", ["far"]),
        ("far", "inference", "flax", ["far"]),
        ("far", "inference", "onnx", ["far"]),
        ("constant", "training", "pytorch", []),
        ("constant, no epsilon", "inference", "numpy", ["no quotient"]),
        ("constant, no epsilon", "inference", "pytorch", ["no quotient", "refused epsilon"]),
        ("constant, no epsilon", "inference", "flax", ["no quotient"]),
        ("no epsilon", "training", "pytorch", ["refused epsilon"]),
        ("no epsilon", "inference", "pytorch", ["refused epsilon"]),
        ("no epsilon", "inference", "onnx", []),
        ("one row", "inference", "pytorch", []),
        ("one row of Keras's layer", "training", "pytorch", ["one row"]),
        ("one row of Keras's layer", "training", "flax", []),
        ("plain mean", "inference", "pytorch", []),
        ("plain mean", "inference", "flax", ["plain mean"]),
        ("plain mean", "inference", "onnx", ["plain mean"]),
        ("tiny, no epsilon", "training", "flax", ["variance", "too small"]),
        ("large epsilon, large gamma", "inference", "onnx", ["rounded epsilon"]),
        ("large epsilon, large gamma", "inference", "flax", []),
    ],
)
def test_what_a_framework_does_otherwise_is_said_where_it_does_and_nowhere_else(name, mode, framework, said):
    writer = WRITERS["NumPy" if framework == "numpy" else CONVENTIONS[framework].name]
    code = written(name, mode, writer)[2]
    found = {key for key, words in SAYINGS.items() if any(words in note for note in code.notes)}
    assert found == set(said)
    assert len(code.notes) == len(said)
    comment = " ".join(line.removeprefix("# ") for line in code.text.splitlines() if line.startswith("# "))
    assert comment == " ".join(code.notes)


def test_a_town_is_too_far_from_0_for_the_variance_that_keras_takes_on_torch():
    """What the code of `longitudes` would print if the layer got x itself, so that there is something to mend."""
    x = TOWN.astype(np.float32)
    fast = (x * x).mean(axis=0) - x.mean(axis=0) ** 2
    with np.errstate(invalid="ignore"):  # a variance may even come out negative
        y = (x - x.mean(axis=0)) / np.sqrt(fast + np.float32(1e-5))
    assert not np.abs(y - case(TOWN).trace("training").y).max() < 0.1


def test_the_plain_mean_goes_on_as_one_in_pytorch():
    _, layer, code = written("plain mean", "training", pytorch_code)
    assert "momentum=None," in code.text
    assert f"num_batches_tracked.fill_({layer.batches_seen})" in code.text
    assert "momentum=0.75," in written("plain mean", "training", keras_code)[2].text


# --- what stands in the code -------------------------------------------------------------------------------------


@LIVE
@pytest.mark.parametrize("write", WRITERS.values())
def test_the_very_batch_and_every_parameter_stand_in_the_code(write, name, mode):
    trace, layer, code = written(name, mode, write)
    lists = [
        np.array(ast.literal_eval(node))
        for node in ast.walk(ast.parse(code.text))
        if isinstance(node, ast.List) and is_numbers(node)
    ]
    needed = [trace.x, layer.gamma, layer.beta]
    if mode == "inference" or write is not numpy_code:
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
    code = written("whole numbers", "training", pytorch_code)[2].text
    x = ast.unparse(next(node.value for node in ast.parse(code).body if ast.unparse(node).startswith("x = ")))
    assert "float64" in x or "1.0" in x


def test_momentum_is_the_weight_of_the_new_value_in_pytorch_and_of_the_old_in_keras():
    assert "momentum=0.1," in written("example", "training", pytorch_code)[2].text
    assert "momentum=0.9," in written("example", "training", keras_code)[2].text


def test_pytorch_gets_its_parameters_in_the_precision_of_the_page():
    code = written("example", "training", pytorch_code)[2].text
    tensors = [
        node
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "tensor"
    ]
    assert len(tensors) == 5
    double = any("set_default_dtype" in line and "float64" in line for line in code.splitlines())
    assert double or all("float64" in ast.unparse(tensor) for tensor in tensors)


# --- tables ------------------------------------------------------------------------------------------------------


def test_a_table_reads_back_with_every_digit():
    rows = list(csv.reader(io.StringIO(table_csv(EXAMPLE / 3, ("a", "b, c", 'd "e"', "é")))))
    assert rows[0] == ["a", "b, c", 'd "e"', "é"]
    np.testing.assert_array_equal([[float(cell) for cell in row] for row in rows[1:]], EXAMPLE / 3)


def test_a_table_can_be_uploaded_again():
    names = ("age", "b, c", "=1+1", 'd "e"')
    batch = read_batch(table_csv(EXAMPLE / 3, names))
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
