"""What the browser sends of a .safetensors file: the batch norm vectors alone, as base64 in a message that anyone can forge."""

import base64
import binascii
from collections.abc import Mapping

import numpy as np

from bn.arrays import FloatArray
from bn.checkup import StoredLayer, StoredModel
from ui.checkpoints.limits import (
    MOST_CHANNELS,
    MOST_LAYERS,
    MOST_TRACKED,
    CheckpointError,
    checked,
    in_natural_order,
    title,
    vector,
)
from ui.numbers import whole

WIDTHS = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}  # bytes of a number
WHOLE = {"I64": "<i8", "I32": "<i4"}
FORGED = "The message from the browser has another form than the page's own script gives it. Drop the file again."


def read_vectors(message: Mapping[str, object]) -> StoredModel:
    """The layers of a .safetensors file, in the natural order of their names. Raises CheckpointError."""
    if not isinstance(message, Mapping):
        raise CheckpointError(FORGED)
    given = message.get("layers")
    if not isinstance(given, list):
        raise CheckpointError(FORGED)
    if len(given) > MOST_LAYERS:
        raise CheckpointError(f"The file has {len(given):,} batch norm layers; at most {MOST_LAYERS} are read.")
    layers = [_layer(each) for each in given]
    layers.sort(key=lambda layer: in_natural_order(layer.name))
    # Only PyTorch counts batches; other writers of this format do not call the vectors as it does.
    counts = any(layer.batches_tracked is not None for layer in layers)
    name = message.get("name")
    return checked(StoredModel(title(name if name is not None else ""), tuple(layers), "pytorch" if counts else None))


def _layer(given: object) -> StoredLayer:
    match given:
        case {"name": name, "vectors": Mapping() as vectors}:
            named = title(name)
        case _:
            raise CheckpointError(FORGED)
    found: dict[str, FloatArray | None] = {}
    for key in ("running_mean", "running_var", "weight", "bias"):
        values = _numbers(vectors.get(key), f"{key} of {named}")
        first = found.get("running_mean")
        found[key] = (
            None if values is None else vector(values, f"{key} of {named}", None if first is None else len(first))
        )
    mean, var = found["running_mean"], found["running_var"]
    if mean is None or var is None:
        raise CheckpointError(f"The layer {named} has no running_mean or no running_var.")
    tracked = _count(vectors.get("num_batches_tracked"), named)
    return StoredLayer(named, mean, var, found["weight"], found["bias"], batches_tracked=tracked)


def _numbers(given: object, name: str) -> FloatArray | None:
    """The floats of one vector; None where there is none."""
    if given is None:
        return None
    dtype, data = _bytes(given, name)
    if dtype not in WIDTHS:
        raise CheckpointError(f"{name} is stored as {title(dtype)}; F64, F32, F16 and BF16 are read.")
    if len(data) % WIDTHS[dtype]:
        raise CheckpointError(f"{name} ends within a number; the file is cut or damaged.")
    if dtype == "BF16":  # the upper half of a float32
        return (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32)
    return np.frombuffer(data, f"<f{WIDTHS[dtype]}")


def _count(given: object, layer: str) -> int | None:
    """How many batches were tracked; None where nobody counted."""
    if given is None:
        return None
    name = f"num_batches_tracked of {layer}"
    dtype, data = _bytes(given, name)
    if dtype not in WHOLE or len(data) != np.dtype(WHOLE[dtype]).itemsize:
        raise CheckpointError(f"{name} is not one whole number (I64).")
    count = int(np.frombuffer(data, WHOLE[dtype])[0])
    if not 0 <= count <= MOST_TRACKED:
        raise CheckpointError(f"{name} is {whole(count)}; it counts batches, from 0 on.")
    return count


def _bytes(given: object, name: str) -> tuple[str, bytes]:
    match given:
        case {"dtype": str(dtype), "data": str(text)}:
            pass
        case _:
            raise CheckpointError(FORGED)
    if len(text) > 4 * (MOST_CHANNELS * 8 // 3 + 2):
        raise CheckpointError(f"{name} is longer than {MOST_CHANNELS:,} numbers, the most that are read of a layer.")
    try:
        return dtype, base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CheckpointError(FORGED) from error
