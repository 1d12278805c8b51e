"""What a snippet has written: batch norm layers with ε and decay and, where there were batches, what went through them."""

import json
import math
from typing import Any

import numpy as np

from bn.arrays import FloatArray, read_only
from bn.averaging import pooled
from bn.checkup import Recorded, StoredLayer, StoredModel
from bn.conventions import CONVENTIONS
from ui.checkpoints.arrays import MOST_BYTES, read_arrays
from ui.checkpoints.limits import (
    MOST_BATCHES,
    MOST_CHANNELS,
    MOST_LAYERS,
    MOST_TRACKED,
    CheckpointError,
    checked,
    in_natural_order,
    setting,
    title,
    vector,
)

# What the frameworks call the same thing.
FIELDS = {
    **dict.fromkeys(("running_mean", "moving_mean", "mean"), "running_mean"),
    **dict.fromkeys(("running_var", "moving_variance", "moving_var", "var"), "running_var"),
    **dict.fromkeys(("gamma", "weight", "scale"), "gamma"),
    **dict.fromkeys(("beta", "bias"), "beta"),
    **dict.fromkeys(("batches_tracked", "num_batches_tracked"), "batches_tracked"),
    **{name: name for name in ("name", "eps", "decay", "rows", "evaluation", "training")},
}
NEEDED = ("running_mean", "running_var")
MOST_VALUES = 2**40  # rows
OTHER = (
    "This is neither what the snippet writes nor an archive of NumPy arrays (.npz) or JSON. Run the snippet where the model is, "
    "and send the file that it writes."
)

Fields = dict[str, Any]


def read_recording(data: bytes, name: str) -> StoredModel:
    """The layers of an .npz or .json file in the order in which it numbers them. Raises CheckpointError."""
    if len(data) > MOST_BYTES:
        raise CheckpointError(
            f"The file has {len(data) >> 20} MiB; at most {MOST_BYTES >> 20} MiB are read. Record fewer batches."
        )
    if data.startswith(b"PK"):
        framework, found = _from_arrays(data)
    elif data.lstrip()[:1] == b"{":
        framework, found = _from_json(data)
    else:
        raise CheckpointError(OTHER)
    if len(found) > MOST_LAYERS:
        raise CheckpointError(f"The file has {len(found):,} batch norm layers; at most {MOST_LAYERS} are read.")
    layers = tuple(_layer(fields, framework) for fields in found)
    return checked(StoredModel(title(name), layers, framework))


def _from_arrays(data: bytes) -> tuple[str | None, list[Fields]]:
    arrays = read_arrays(data, lambda key: key == "framework" or _field(key) is not None)
    framework = _framework(arrays.pop("framework").tolist() if "framework" in arrays else None)
    found: dict[str, Fields] = {}
    for key, array in arrays.items():
        prefix, field = _field(key) or ("", "")
        found.setdefault(prefix, {})[field] = array
    named = {prefix: {"name": _called(prefix), **fields} for prefix, fields in found.items()}
    # Weights and biases of other layers have the same names; a batch norm layer has averages.
    return framework, [named[key] for key in sorted(named, key=in_natural_order) if named[key].keys() & set(NEEDED)]


def _field(key: str) -> tuple[str, str] | None:
    """The layer and the field that a name of an array stands for: "3/gamma", "layer1.bn.running_mean"."""
    prefix, separator, last = key.rpartition("/")
    if not separator:
        prefix, separator, last = key.rpartition(".")
    field = FIELDS.get(last.removesuffix(":0"))
    return None if field is None else (prefix, field)


def _called(prefix: str) -> str:
    return f"layer {int(prefix) + 1}" if prefix.isascii() and prefix.isdigit() and len(prefix) < 9 else prefix


def _from_json(data: bytes) -> tuple[str | None, list[Fields]]:
    try:
        text = data.decode("utf-8")
        depth = text.count("[") + text.count("{")
        if depth > MOST_LAYERS * 400:
            raise CheckpointError(OTHER)
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError("The file begins like JSON and is none: it is cut or damaged. Write it again.") from error
    layers = given.get("layers")
    if not isinstance(layers, list) or not all(isinstance(each, dict) for each in layers):
        raise CheckpointError('The JSON has no list "layers", each with a name, running_mean and running_var.')
    return _framework(given.get("framework")), [
        {"name": f"layer {at}"} | {FIELDS[key]: value for key, value in each.items() if key in FIELDS}
        for at, each in enumerate(layers[: MOST_LAYERS + 1], start=1)
    ]


def _framework(given: object) -> str | None:
    return given if isinstance(given, str) and given in CONVENTIONS else None


def _layer(fields: Fields, framework: str | None) -> StoredLayer:
    name = title(_plain(fields["name"]))
    missing = [key for key in NEEDED if key not in fields]
    if missing:
        raise CheckpointError(f"The layer {name} has no {missing[0]}.")
    mean = vector(_numbers(fields["running_mean"], f"running_mean of {name}"), f"running_mean of {name}")
    vectors = {
        key: vector(_numbers(fields[key], f"{key} of {name}"), f"{key} of {name}", len(mean))
        for key in ("running_var", "gamma", "beta")
        if fields.get(key) is not None
    }
    decay = _plain(fields.get("decay"))
    if isinstance(decay, float) and math.isnan(decay):
        decay = None  # a plain mean over all batches, as PyTorch's momentum=None
    tracked = setting(_plain(fields.get("batches_tracked")), f"num_batches_tracked of {name}", 0, MOST_TRACKED)
    return StoredLayer(
        name,
        mean,
        vectors["running_var"],
        vectors.get("gamma"),
        vectors.get("beta"),
        setting(_plain(fields.get("eps")), f"ε of {name}", 0, 1e6),
        setting(decay, f"The decay of {name}", 0, 1),
        None if tracked is None else int(tracked),
        _recorded(fields, name, len(mean)),
    )


def _recorded(fields: Fields, name: str, channels: int) -> Recorded | None:
    """What went through: for each mode (B, 4, C), the means of inputs and outputs and the variances of inputs and outputs."""
    if "evaluation" not in fields and "training" not in fields:
        return None
    rows = setting(_plain(fields.get("rows")), f"rows of {name}", 1, MOST_VALUES)
    if rows is None:
        raise CheckpointError(f"The recording of {name} does not say how many values share a mean (rows).")
    modes = [_batches(fields.get(mode), f"{mode} of {name}", channels) for mode in ("evaluation", "training")]
    if len(modes[0]) != len(modes[1]):
        raise CheckpointError(
            f"{name} has {len(modes[0])} batches in evaluation mode and {len(modes[1])} in training mode."
        )
    (mean, var), (y_mean, y_var) = (_together(modes[0], at) for at in (0, 1))
    train_y_mean, train_y_var = _together(modes[1], 1)
    train_mean, train_var = (read_only(modes[1][:, at].copy()) for at in (0, 2))
    return Recorded(int(rows), mean, var, train_mean, train_var, y_mean, y_var, train_y_mean, train_y_var)


def _batches(given: object, name: str, channels: int) -> FloatArray:
    values = _numbers(given, name)
    if values.ndim != 3 or values.shape[1:] != (4, channels) or not 0 < len(values) <= MOST_BATCHES:
        raise CheckpointError(
            f"{name} has the shape {tuple(values.shape)[:6]}; for each of 1 to {MOST_BATCHES} batches four vectors of {channels:,} "
            "numbers are expected."
        )
    return values.astype(np.float64)


def _together(batches: FloatArray, at: int) -> tuple[FloatArray, FloatArray]:
    with np.errstate(over="ignore", invalid="ignore"):
        mean, var = pooled(batches[:, at], batches[:, at + 2])
    return read_only(mean), read_only(var)


def _numbers(given: object, name: str) -> FloatArray:
    """An array or nested lists as floats. Raises CheckpointError for anything else."""
    if isinstance(given, list):
        if not _is_small(given):
            raise CheckpointError(f"{name} is too long or too deep.")
        try:
            given = np.array(_with_nan(given), dtype=np.float64)
        except (ValueError, TypeError, OverflowError) as error:
            raise CheckpointError(f"{name} is not a list of numbers, or its lists differ in length.") from error
    if not isinstance(given, np.ndarray) or given.dtype.kind not in "fiu":
        raise CheckpointError(f"{name} is missing or holds no numbers.")
    return given


def _is_small(given: list[object]) -> bool:
    """Whether nested lists are at most three deep and no longer than a recording may be."""
    level: list[object] = [given]
    for _ in range(3):
        level = [each for inner in level if isinstance(inner, list) for each in inner]
        if len(level) > MOST_BATCHES * 4 * MOST_CHANNELS:
            return False
    return not any(isinstance(each, list) for each in level)


def _with_nan(given: object) -> object:
    """JSON has no NaN: null stands for it."""
    if isinstance(given, list):
        return [_with_nan(each) for each in given]
    if isinstance(given, bool | str):
        raise TypeError
    return math.nan if given is None else given


def _plain(value: object) -> object:
    """A single value out of an array of one; other arrays as None is none."""
    if isinstance(value, np.ndarray):
        return value.reshape(-1)[0].item() if value.size == 1 else "several"
    return value
