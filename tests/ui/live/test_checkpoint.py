"""What comes of a file that was dropped: its checkup, or a sentence, and the last good picture stays."""

import base64
from dataclasses import replace

import numpy as np
import pytest

from tests.safetensors import small
from ui.live.checkpoint import Taken, received


def message(tensors, **more):
    """As the script sends it."""
    layers = {}
    for path, values in tensors.items():
        module, _, kind = path.rpartition(".")
        if kind in ("running_mean", "running_var", "weight", "bias", "num_batches_tracked"):
            dtype = "I64" if kind == "num_batches_tracked" else "F32"
            vector = {"dtype": dtype, "data": base64.b64encode(values.tobytes()).decode()}
            layers.setdefault(module, {})[kind] = vector
    found = [{"name": name, "vectors": each} for name, each in layers.items() if "running_var" in each]
    return {
        "name": "m.safetensors",
        "bytes": 102_000_000,
        "tensors": len(tensors),
        "layers": found,
        "sent": 5_000,
        **more,
    }


def encoded(data):
    return base64.b64encode(data).decode()


def test_a_file_becomes_its_checkup_and_it_is_said_how_much_left_the_machine():
    now = received(message(small(spoiled=2)), Taken())
    assert now.checkup.model.source == "m.safetensors"
    assert now.checkup.findings[0].layer == "block2.bn"
    assert (
        now.said
        == "m.safetensors: 4 batch norm layers with 64 channels. The file has 102.0 MB; 5 kB left your machine."
    )
    assert not now.problem


@pytest.mark.parametrize(
    ("files", "parts", "end"),
    [
        (1, 0, "The file has 102.0 MB; 5 kB left your machine."),
        (
            3,
            3,
            "The files have 102.0 MB; 5 kB left your machine. 3 files were read as one model, its layers in the order of their names.",
        ),
        (2, 3, "These are 2 of 3 parts: the layers of the others are missing. Choose or drop all parts together."),
        (
            1,
            3,
            "machine. This is one of 3 parts: the layers of the others are missing. Choose or drop all parts together.",
        ),
        ("x", -1, "left your machine."),
    ],
)
def test_of_how_many_files_a_model_was_read_is_said_and_whether_parts_are_missing(files, parts, end):
    assert received(message(small(), files=files, parts=parts), Taken()).said.endswith(end)


def held():
    return replace(received(message(small()), Taken()), answered=3)


@pytest.mark.parametrize(
    "bad",
    [
        {"name": "a.npz", "file": encoded(b"no zip")},
        {"name": "a.npz", "file": "äöü"},
        {"name": "a.json", "file": encoded(b"{}")},
        {"name": "a.json", "file": "A" * 28_000_000},
        {"name": "a.pt", "head": encoded(b"PK\x03\x04 archive/data.pkl")},
        {"name": "a.h5", "head": encoded(b"\x89HDF\r\n\x1a\n")},
        {"name": "a.png", "head": encoded(b"\x89PNG")},
        {"name": "a.png", "head": ""},
        {"name": "a", "layers": []},
        {"name": "a", "layers": None},
        {"name": "a", "file": 3},
        {"name": "a"},
        {"name": "a", "layers": [{"name": "x", "vectors": {}}]},
        {"name": "a", "layers": [{"name": 3, "vectors": {"running_mean": 1}}]},
    ],
)
def test_what_cannot_be_read_gets_a_sentence_and_the_last_picture_stays(bad):
    before = held()
    now = received(bad, before)
    assert now.checkup is before.checkup
    assert now.problem
    assert now.said.endswith(".")
    assert received(bad, Taken()).checkup is None


def test_of_a_foreign_file_comes_the_code_that_turns_it():
    now = received({"name": "a.pt", "head": encoded(b"\x80\x02}q\x00.")}, held())
    assert now.lines


def test_a_session_holds_little_of_a_large_model():
    """ResNet-50's shapes."""
    rng = np.random.default_rng(0)
    tensors = {}
    for k in range(53):
        for kind in ("running_mean", "running_var", "weight", "bias"):
            tensors[f"l{k}.{kind}"] = np.abs(rng.normal(1, 0.3, 501)).astype(np.float32)
    now = received(message(tensors), Taken())
    vectors = [
        vector.nbytes
        for layer in now.checkup.model.layers
        for vector in (layer.running_mean, layer.running_var, layer.gamma, layer.beta)
    ]
    assert sum(vectors) < 1e6
