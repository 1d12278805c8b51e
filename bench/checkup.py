"""The checkup of a model: its rules against the layers' own work, and the take of a large file against its decoding."""

import base64
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from bn.arrays import FloatArray
from bn.checkup import Recorded, StoredLayer, StoredModel, examine
from ui.live.checkpoint import Taken, received

BATCH = 32  # examples that the layers normalize
RECORDED = 8  # batches
LAYERS, CHANNELS = 512, 512  # of the largest file that is taken
ROUNDS = 5
KINDS = ("running_mean", "running_var", "weight", "bias")


def checkup() -> dict[str, float]:
    """Milliseconds of this thread, the best of several rounds taken in turn."""
    model, message = _resnet50(), _largest()
    batches = [np.random.default_rng(1).standard_normal((BATCH, layer.channels)) for layer in model.layers]
    texts = [vector["data"] for layer in message["layers"] for vector in layer["vectors"].values()]

    def normalize() -> None:
        for x, layer in zip(batches, model.layers, strict=True):
            layer.gain(1e-5) * (x - layer.running_mean) + layer.shift

    work: dict[str, Callable[[], object]] = {
        "rules": lambda: examine(model),
        "normalized": normalize,
        "taken": lambda: received(message, Taken()),
        "decoded": lambda: [np.frombuffer(base64.b64decode(text), "<f4").astype(float) for text in texts],
    }
    best = dict.fromkeys(work, float("inf"))
    for _ in range(ROUNDS):
        for name, do in work.items():
            start = time.thread_time()
            do()
            best[name] = min(best[name], 1e3 * (time.thread_time() - start))
    return best


def _resnet50() -> StoredModel:
    """53 healthy layers with 26,560 channels, and what each saw of some batches."""
    widths = [64]
    for blocks, width in ((3, 64), (4, 128), (6, 256), (3, 512)):
        for block in range(blocks):
            widths += [width, width, 4 * width] + [4 * width] * (block == 0)
    return StoredModel("bench", tuple(_layer(at, width) for at, width in enumerate(widths)), "pytorch")


def _layer(at: int, channels: int) -> StoredLayer:
    mean, var, gamma, beta = _vectors(at, channels)
    means, variances = np.tile(mean, (RECORDED, 1)), np.tile(var, (RECORDED, 1))
    seen = Recorded(1_000, mean, var, means, variances, beta, gamma**2, beta, gamma**2)
    return StoredLayer(f"layer{at}", mean, var, gamma, beta, 1e-5, 0.9, 1_000, seen)


def _vectors(seed: int, channels: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((3, channels))
    return noise[0], rng.gamma(3, 0.5, channels), 1 + 0.2 * noise[1], 0.2 * noise[2]


def _largest() -> dict[str, Any]:
    """As the browser sends it."""
    layers = []
    for at in range(LAYERS):
        texts = [base64.b64encode(each.astype("<f4").tobytes()).decode() for each in _vectors(at, CHANNELS)]
        vectors = {kind: {"dtype": "F32", "data": text} for kind, text in zip(KINDS, texts, strict=True)}
        layers.append({"name": f"layer{at}", "vectors": vectors})
    return {"name": "bench.safetensors", "layers": layers}
