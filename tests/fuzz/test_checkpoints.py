"""Mutilated checkpoints: each is read or refused with a sentence, and what is read is examined without an error."""

import base64
import copy
import io
import random
import zipfile

import numpy as np
import pytest

from bn.checkup import compare, examine
from tests.fuzz.conftest import AMOUNT
from tests.fuzz.hostile import VALUES
from tests.ui.checkpoints.files import arrays, as_json, message, npz
from ui.checkpoints.limits import MOST_IN_ALL, MOST_LAYERS, CheckpointError
from ui.checkpoints.reading import read_recording, read_vectors, recognize

FILES = 50 * AMOUNT
GOOD = {"npz": npz(arrays()), "json": as_json(arrays()), "plain npz": npz({"a.running_mean": arrays()["0/bias"]})}
WHOLE = read_recording(GOOD["npz"], "whole")


def read_or_told(read, *args):
    try:
        return read(*args), ""
    except CheckpointError as problem:
        return None, str(problem)


def assert_read_or_refused(read, *args):
    model, sentence = read_or_told(read, *args)
    if model is None:
        assert sentence.endswith((".", "!"))
        assert len(sentence) < 500
        return "refused"
    assert 1 <= len(model.layers) <= MOST_LAYERS
    assert sum(layer.channels for layer in model.layers) <= MOST_IN_ALL
    for finding in (*examine(model), *compare(WHOLE, model), *compare(model, WHOLE)):
        assert 0 <= finding.weight < float("inf")
    return "read"


def mutilated(good, chance):
    """The bytes with some changed, lost, doubled, moved or cut off."""
    data = bytearray(good)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(5):
            case 0:
                data[at : at + chance.randint(0, 8)] = chance.randbytes(chance.randint(0, 8))
            case 1:
                data = data[:at] if chance.random() < 0.5 else data[at:]
            case 2:
                data[at:at] = data[at : at + chance.randint(1, 400)]
            case 3 if data:
                data[at % len(data)] ^= 1 << chance.randrange(8)
            case _:
                data[at : at + 4] = chance.choice([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", b"PK\x01\x02"])
    return bytes(data)


@pytest.mark.parametrize("kind", GOOD)
def test_mutilated_recordings_are_read_or_refused(kind, tried):
    chance = random.Random(0)  # noqa: S311 (nobody's secret)
    for _ in range(FILES // len(GOOD) + 1):
        data = mutilated(GOOD[kind], chance)
        recognize(data[:4_096], kind)
        tried(f"checkpoints, {assert_read_or_refused(read_recording, data, kind)}")


def test_mutilated_arrays_in_a_whole_archive_are_read_or_refused(tried):
    chance = random.Random(3)  # noqa: S311
    for _ in range(FILES):
        file = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(GOOD["npz"])) as good, zipfile.ZipFile(file, "w") as bad:
            unlucky = chance.choice(good.namelist())
            for name in good.namelist():
                bad.writestr(name, mutilated(good.read(name), chance) if name == unlucky else good.read(name))
        tried(f"arrays, {assert_read_or_refused(read_recording, file.getvalue(), 'a')}")


def test_arrays_of_any_kind_and_shape_are_read_or_refused(tried):
    chance = random.Random(1)  # noqa: S311
    for _ in range(FILES):
        data = arrays()
        for key in chance.sample(sorted(data), chance.randint(1, 3)):
            data[key] = replaced(data[key], chance)
        tried(f"recordings, {assert_read_or_refused(read_recording, npz(data), 'a')}")


def replaced(array, chance):
    """Another array: of another kind or shape, or with a number in it that is none."""
    match chance.randrange(6):
        case 0 if array.dtype.kind != "U":
            return array.astype(chance.choice(["<f2", ">f8", "<i8", "?", "<U5", "<c16"]), copy=True)
        case 1:
            return array.reshape(chance.choice([(1, -1), (-1, 1), (-1,)]))
        case 2:
            return array[..., :0] if array.ndim else array
        case 3 if array.dtype.kind == "f" and array.size:
            changed = array.astype(np.float64)
            value = chance.choice([float("nan"), float("inf"), -1.0, 0.0, 1e308, -1e308, 1e-308])
            changed.reshape(-1)[chance.randrange(changed.size)] = value
            return changed
        case 4:
            return array.repeat(2, axis=-1) if array.ndim else array
        case _:
            return array.T[..., None] if array.ndim else array[None, None]


def test_forged_messages_are_read_or_refused(tried):
    chance = random.Random(2)  # noqa: S311
    for _ in range(FILES):
        sent = copy.deepcopy(message())
        for _ in range(chance.randint(1, 3)):
            forge(sent, chance)
        tried(f"messages, {assert_read_or_refused(read_vectors, sent)}")


def forge(sent, chance):
    """Put something else at some place of the message."""
    place, key = sent, "layers"
    while True:
        inner = place[key]
        if not inner or not isinstance(inner, dict | list) or chance.random() < 0.05:
            break
        place, key = inner, chance.choice(list(inner) if isinstance(inner, dict) else range(len(inner)))
    if key == "data" and isinstance(place[key], str) and chance.random() < 0.8:  # numbers of any kind, NaN among them
        place[key] = base64.b64encode(chance.randbytes(32)).decode()
        return
    other = [*VALUES, None, 0, -1, 1e400, True, [], {}, [None], "AAAA" * chance.randrange(9)]
    place[key] = chance.choice(other)
