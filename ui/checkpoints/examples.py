"""Models that stand ready: a small residual network that was trained for this, healthy, and the same with seeded faults.

What was recorded of it in each state is in assets/models/example.npz, which `python -m tools.example_model` wrote; faults
that a file shows without data are made here.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from bn.arrays import FloatArray, read_only
from bn.checkup import Recorded, StoredLayer, StoredModel

FILE = Path(__file__).parents[2] / "assets" / "models" / "example.npz"
STATES = ("healthy", "moved data", "small batches", "stale", "never updated")  # in which the network was recorded
OWN = ("running_mean", "running_var", "gamma", "beta")
SEEN = tuple(each.name for each in fields(Recorded) if each.name != "rows")


def packed(states: Mapping[str, StoredModel]) -> bytes:
    """The recordings of one network in several states as the bytes of an .npz file, every vector of all layers in one piece."""
    first = states["healthy"]
    data = {
        "names": np.array([layer.name for layer in first.layers]),
        "channels": np.array([layer.channels for layer in first.layers]),
        "settings": np.array([(layer.eps, layer.decay) for layer in first.layers]),
    }
    for state, model in states.items():
        data[f"{state}/rows"] = np.array([layer.recorded.rows for layer in model.layers if layer.recorded])
        data[f"{state}/tracked"] = np.array([layer.batches_tracked for layer in model.layers])
        pieces = {key: [getattr(layer, key) for layer in model.layers] for key in OWN}
        pieces |= {key: [getattr(layer.recorded, key) for layer in model.layers] for key in SEEN}
        for key, parts in pieces.items():
            whole = np.concatenate(parts, axis=-1).astype(np.float32)
            known = data.get(f"healthy/{key}")
            if known is None or not np.array_equal(known, whole):  # what is as in the healthy one is there already
                data[f"{state}/{key}"] = whole
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **data)
    return file.getvalue()


@lru_cache(maxsize=1)
def _states() -> dict[str, StoredModel]:
    """The network in each state, some 200 kB."""
    with np.load(FILE, allow_pickle=False) as file:
        data = dict(file)
    return {state: _model(data, state) for state in STATES}


def _model(data: Mapping[str, FloatArray], state: str) -> StoredModel:
    ends = np.cumsum(data["channels"])[:-1]
    whole = {key: data.get(f"{state}/{key}", data.get(f"healthy/{key}")) for key in (*OWN, *SEEN)}
    parts = {key: np.split(np.asarray(values, np.float64), ends, axis=-1) for key, values in whole.items()}
    layers = []
    for at, name in enumerate(data["names"].tolist()):
        of = {key: read_only(parts[key][at].copy()) for key in parts}
        recorded = Recorded(int(data[f"{state}/rows"][at]), **{key: of[key] for key in SEEN})
        eps, decay = data["settings"][at].tolist()
        own = {key: of[key] for key in OWN}
        layers.append(
            StoredLayer(
                name, **own, eps=eps, decay=decay, batches_tracked=int(data[f"{state}/tracked"][at]), recorded=recorded
            )
        )
    return StoredModel(f"example, {state}", tuple(layers), "pytorch")


# --- faults that a file shows without data -----------------------------------------------------------------------


def _swapped(layer: StoredLayer) -> StoredLayer:
    return replace(layer, running_mean=layer.running_var, running_var=layer.running_mean)


def _overflown(layer: StoredLayer) -> StoredLayer:
    """As float16 keeps it after the data have grown a thousandfold."""
    with np.errstate(over="ignore"):
        var = (1e6 * layer.running_var).astype(np.float16).astype(np.float64)
    return replace(layer, running_mean=read_only(1e3 * layer.running_mean), running_var=read_only(var))


def _dead(layer: StoredLayer) -> StoredLayer:
    """A third of the channels far below 0: the bias learned at too high a rate."""
    beta = layer.shift.copy()
    beta[::3] = -12.0 * np.abs(layer.scale[::3]) - 1
    return replace(layer, beta=read_only(beta))


def _another_eps(layer: StoredLayer) -> StoredLayer:
    return replace(layer, eps=0.1)


def _younger(layer: StoredLayer) -> StoredLayer:
    return replace(layer, batches_tracked=(layer.batches_tracked or 0) // 2)


Fault = tuple[Callable[[StoredLayer], StoredLayer], slice]
FAULTS: dict[str, Fault] = {
    "mean and variance swapped": (_swapped, slice(3, 4)),
    "overflown in float16": (_overflown, slice(0, 1)),
    "dead channels": (_dead, slice(1, 2)),
    "another ε in one layer": (_another_eps, slice(5, 6)),
    "averages of different age": (_younger, slice(2, 5)),
}


def _seeded(fault: Fault, name: str) -> StoredModel:
    """The healthy network with a fault in some layers, and nothing recorded."""
    change, where = fault
    layers = [replace(layer, recorded=None) for layer in _states()["healthy"].layers]
    layers[where] = [change(layer) for layer in layers[where]]
    return StoredModel(f"example, {name}", tuple(layers), "pytorch")


class _Examples(Mapping[str, StoredModel]):
    """The models by name, made when they are asked for and shared by all sessions: some 40 kB each."""

    def __getitem__(self, name: str) -> StoredModel:
        return _example(name)

    def __iter__(self) -> Iterator[str]:
        return iter((*STATES, *FAULTS))

    def __len__(self) -> int:
        return len(STATES) + len(FAULTS)


@lru_cache(maxsize=len(STATES) + len(FAULTS))
def _example(name: str) -> StoredModel:
    return _states()[name] if name in STATES else _seeded(FAULTS[name], name)


EXAMPLES: Mapping[str, StoredModel] = _Examples()
