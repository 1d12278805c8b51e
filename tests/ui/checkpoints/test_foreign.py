"""Files that are not opened: known by their first bytes, and answered with two lines."""

import ast
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from tests.ui.checkpoints.files import arrays, npz
from ui.checkpoints.reading import read_recording, recognize

MADE = json.loads((Path(__file__).parents[2] / "goldens" / "checkup.json").read_text(encoding="utf-8"))
HEADS = {name: bytes.fromhex(head) for name, head in MADE["heads"].items()}
REAL = {
    "model.pt": "PyTorch",
    "old.pth": "pickle",
    "lightning.ckpt": "PyTorch",
    "model.keras": "Keras",
    "model.h5": "HDF5",
}


def network():
    """An ONNX model with one batch norm layer."""
    vectors = {name: np.arange(3, dtype=np.float32) + at for at, name in enumerate(("g", "b", "m", "v"))}
    node = helper.make_node("BatchNormalization", ["x", "g", "b", "m", "v"], ["y"], epsilon=1e-4)
    x, y = (helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, 3]) for name in "xy")
    held = [numpy_helper.from_array(value, name) for name, value in vectors.items()]
    return helper.make_model(
        helper.make_graph([node], "g", [x], [y], initializer=held), producer_name="pytorch"
    ), vectors


def test_every_real_file_is_tried():
    assert set(HEADS) == set(REAL)


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("called", ["as it is", "model.bin"])
def test_real_files_are_known_whatever_they_are_called(name, called):
    foreign = recognize(HEADS[name], name if called == "as it is" else called)
    assert REAL[name] in foreign.what


@pytest.mark.parametrize("name", REAL)
def test_the_two_lines_are_those_that_ran(name):
    lines = recognize(HEADS[name], name).lines
    assert lines == MADE["lines"][name]["lines"], "run tests/goldens/make_checkup.py again"
    assert MADE["lines"][name]["makes"].endswith((".safetensors", ".npz"))


@pytest.mark.parametrize(
    ("head", "name", "what"),
    [
        (b"GGUF\x03\0\0\0", "llama.gguf", "GGUF"),
        (b"model_checkpoint_path: ", "checkpoint", "TensorFlow"),
        (b"\0" * 20, "model.ckpt-1000.index", "TensorFlow"),
        (b"\0" * 20, "model.ckpt.data-00000-of-00001", "TensorFlow"),
        (b"\0" * 20, "variables.data-00000-of-00001", "TensorFlow"),
        (b"\x80\x04\x95", "model.pkl", "pickle"),
        (b"PK\x03\x04" + bytes(22) + b"\x05\0\0\0x/a.b", "weights.pt", "PyTorch"),
    ],
)
def test_others_are_known(head, name, what):
    assert what in recognize(head, name).what


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (npz(arrays()), "batch_norm.npz"),
        (b'{"layers": []}', "batch_norm.json"),
        (b"\x40\0\0\0\0\0\0\0{", "model.safetensors"),
        (b"", ""),
        (b"\x08", "x.onnx"),
        (b"hello", "notes.txt"),
    ],
)
def test_what_is_read_here_or_is_unknown_is_nobody_s(head, name):
    assert recognize(head, name) is None


def test_pickles_are_said_to_be_never_opened():
    for name in ("model.pt", "old.pth"):
        assert "never opened" in recognize(HEADS[name], name).why


def test_the_lines_for_onnx_make_a_file_that_is_read(tmp_path, monkeypatch):
    of, vectors = network()
    monkeypatch.chdir(tmp_path)
    onnx.save(of, "net.onnx")
    foreign = recognize(of.SerializeToString(), "net.onnx")
    assert recognize(of.SerializeToString(), "net") == foreign.__class__(
        foreign.what, foreign.why, foreign.lines.replace("net.onnx", "net")
    )
    exec(foreign.lines, {})  # noqa: S102 (the page's own two lines)
    (layer,) = read_recording(Path("batch_norm.npz").read_bytes(), "batch_norm.npz").layers
    for field, name in (("gamma", "g"), ("beta", "b"), ("running_mean", "m"), ("running_var", "v")):
        np.testing.assert_array_equal(getattr(layer, field), vectors[name])


@pytest.mark.parametrize(
    "name", ["", "a'b.pt", 'a"); import os #.pt', "..\\..\\c.pt", "{0}.pt", "é" * 500, "a\nb.pt", "/etc/passwd"]
)
@pytest.mark.parametrize("head", [*HEADS.values(), b"GGUF", b"\x08\x07\x12\x07pytorch"])
def test_the_lines_are_two_and_are_code_whatever_the_file_is_called(head, name):
    foreign = recognize(head, name)
    if foreign:
        assert len(foreign.lines.splitlines()) == 2
        names = [node.value for node in ast.walk(ast.parse(foreign.lines)) if isinstance(node, ast.Constant)]
        assert not {"\\", '"', "'", "/", "\n"} & set(names[0])
        assert "os" not in {
            node.names[0].name for node in ast.walk(ast.parse(foreign.lines)) if isinstance(node, ast.Import)
        }
