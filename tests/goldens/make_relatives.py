"""Write relatives.json: what layer, group and instance norm of PyTorch, Keras and Flax do to an image by default.

    python tests/goldens/make_relatives.py

Needs PyTorch, Keras 3 and Flax; the tests read what it wrote.
"""

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "jax")

import flax
import jax
import keras
import numpy as np
import torch
from flax import nnx
from lines import text

HERE = Path(__file__).parent
SHAPE = (2, 3, 2, 4)  # N, C, H, W


def refusal(layer: torch.nn.Module, *shape: int) -> str | None:
    """What a layer in training says to an input of this shape."""
    try:
        layer(torch.zeros(shape))
    except ValueError as problem:
        return str(problem)
    return None


def pytorch(x: np.ndarray) -> dict[str, Any]:
    _, c, h, w = SHAPE
    layers = {
        "layer_norm": torch.nn.LayerNorm((c, h, w)),
        "group_norm": torch.nn.GroupNorm(c, c),
        "instance_norm": torch.nn.InstanceNorm2d(c),
    }
    made: dict[str, Any] = {"version": torch.__version__}
    for name, layer in layers.items():
        learned = [str(tuple(values.shape)) for values in layer.parameters()]
        made[name] = {"eps": layer.eps, "learned": learned, "y": layer.double()(torch.tensor(x)).detach().numpy()}
    made["refused"] = {
        "instance norm of a pixel": refusal(torch.nn.InstanceNorm2d(c), 2, c, 1, 1),
        "batch norm of a pixel": refusal(torch.nn.BatchNorm2d(c), 1, c, 1, 1),
        "batch norm of an example": refusal(torch.nn.BatchNorm1d(c), 1, c),
        "batch norm of an image": refusal(torch.nn.BatchNorm2d(c), 1, c, h, w),
    }
    return made


def channels_last(layers: dict[str, Any], x: np.ndarray, version: str) -> dict[str, Any]:
    last = x.transpose(0, 2, 3, 1)
    made: dict[str, Any] = {"version": version}
    for name, (layer, learned) in layers.items():
        y = np.asarray(layer(last)).transpose(0, 3, 1, 2)
        made[name] = {"eps": layer.epsilon, "learned": [str(tuple(values.shape)) for values in learned(layer)], "y": y}
    return made


def main() -> None:
    """Write the file."""
    jax.config.update("jax_enable_x64", True)
    keras.backend.set_floatx("float64")
    x = 3 * np.random.default_rng(2016).standard_normal(SHAPE) + np.arange(SHAPE[1]).reshape(1, -1, 1, 1)
    c = SHAPE[1]
    keras_layers = {
        "layer_norm": (keras.layers.LayerNormalization(), lambda layer: layer.trainable_weights),
        "group_norm": (keras.layers.GroupNormalization(groups=c), lambda layer: layer.trainable_weights),
    }
    flax_layers = {
        "layer_norm": (nnx.LayerNorm(c, rngs=nnx.Rngs(0)), lambda layer: [layer.scale, layer.bias]),
        "group_norm": (nnx.GroupNorm(c, num_groups=c, rngs=nnx.Rngs(0)), lambda layer: [layer.scale, layer.bias]),
    }
    content = {
        "x": x,
        "pytorch": pytorch(x),
        "keras": channels_last(keras_layers, x, keras.__version__),
        "flax": channels_last(flax_layers, x, flax.__version__),
    }
    (HERE / "relatives.json").write_text(text(content) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
