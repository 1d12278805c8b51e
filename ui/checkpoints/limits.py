"""How much of a file is taken, and the names of what is in it."""

import math
import re

import numpy as np

from bn.arrays import FloatArray, read_only
from bn.checkup import StoredModel
from ui.numbers import counted, exact, short

MOST_LAYERS = 512
MOST_CHANNELS = 65_536  # of a layer
MOST_IN_ALL = 262_144
MOST_BATCHES = 64  # recorded
LONGEST_NAME = 200
MOST_TRACKED = 2**62


class CheckpointError(ValueError):
    """Why a file cannot be read, as a sentence for the reader."""


def checked(model: StoredModel) -> StoredModel:
    """The model, if there is something in it and not too much. Raises CheckpointError."""
    if not model.layers:
        raise CheckpointError(
            "There is no batch norm layer in this file: nothing with a moving mean and a moving variance. A model whose layers "
            "were folded into the weights before them has none left."
        )
    if len(model.layers) > MOST_LAYERS:
        raise CheckpointError(f"The file has {len(model.layers):,} batch norm layers; at most {MOST_LAYERS} are read.")
    total = sum(layer.channels for layer in model.layers)
    if total > MOST_IN_ALL:
        raise CheckpointError(f"The layers have {total:,} channels together; at most {MOST_IN_ALL:,} are read.")
    if len({layer.name for layer in model.layers}) < len(model.layers):
        raise CheckpointError("Two layers of the file have the same name. Names tell them apart; give each its own.")
    return model


def vector(values: FloatArray, name: str, channels: int | None = None) -> FloatArray:
    """The values as a read-only float64 vector of its own, (C,). Raises CheckpointError for another length."""
    if values.ndim != 1 or not 0 < len(values) <= MOST_CHANNELS:
        raise CheckpointError(
            f"{name} has the shape {said(values.shape)}; a vector with one number for each of 1 to {MOST_CHANNELS:,} "
            "channels is expected."
        )
    if channels is not None and len(values) != channels:
        raise CheckpointError(
            f"{name} has {counted(len(values), 'number')}, but the layer has {counted(channels, 'channel')}."
        )
    with np.errstate(over="ignore", invalid="ignore"):
        return read_only(np.array(values, dtype=np.float64))


def title(name: object) -> str:
    """A layer's name as a reader may see it: one line, not endless. Raises CheckpointError for what is no text."""
    if not isinstance(name, str):
        raise CheckpointError("The name of a layer is not text.")
    line = "".join(sign if sign.isprintable() else " " for sign in name).strip()
    return (line or "(no name)")[:LONGEST_NAME]


def setting(value: object, name: str, low: float, high: float) -> float | None:
    """A number such as ε that may be missing. Raises CheckpointError outside of [low, high]."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CheckpointError(f"{name} is not a number.")
    if not low <= value <= high or not math.isfinite(value):
        raise CheckpointError(f"{name} is {short(value, 6)}; it must lie between {exact(low)} and {exact(high)}.")
    return float(value)


def in_natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """What names are sorted by, so that layer2 stands before layer10."""
    parts = re.findall(r"\d+|\D+", name[:LONGEST_NAME])
    return tuple((0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts)


def said(shape: tuple[int, ...]) -> str:
    """A shape for a sentence."""
    return "(" + ", ".join(f"{length:,}" for length in shape[:6]) + (", …)" if len(shape) > 6 else ")")
