"""Write what Keras 2 and tf.keras remember of a batch's variance to keras2.json; run by hand.

    pip install --no-deps --target KERAS2 keras==2.3.1 keras_applications keras_preprocessing
    python tests/goldens/make_keras2.py KERAS2

Needs TensorFlow and tf_keras. Keras 2.3.1 asks for a TensorFlow and a Python of its time; only its layer's own arithmetic
is run here, on today's, and what it asks the old TensorFlow for is answered. All computation is in float32.
"""

import collections
import collections.abc
import contextlib
import os
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ["KERAS_BACKEND"] = "tensorflow"

import tensorflow as tf
import tf_keras
from lines import text

HERE = Path(__file__).parent
SHAPES = {"one to four": (4, 1), "dense": (6, 3), "convolution": (2, 2, 4, 3)}  # channels last
DECAYS = (0.0, 0.99, 0.7)
BATCHES = 3
WEIGHTS = ("gamma", "beta", "moving_mean", "moving_variance")


def batches_of(name: str) -> list[np.ndarray]:
    """BATCHES batches of a shape, the first of one feature being 1, 2, 3, 4."""
    shape = SHAPES[name]
    rng = np.random.default_rng([2018, list(SHAPES).index(name)])
    drawn = [(3 * rng.standard_normal(shape) + rng.standard_normal()).astype(np.float32) for _ in range(BATCHES)]
    return [np.arange(1, 5, dtype=np.float32).reshape(shape), *drawn[1:]] if name == "one to four" else drawn


def old_keras(folder: str) -> Any:
    """Keras 2.3.1 from a folder of its own, as far as its batch normalization needs it."""
    sys.path.insert(0, folder)
    for name in ("Iterable", "Mapping", "Sequence", "Callable"):
        setattr(collections, name, getattr(collections.abc, name))  # where Python had them in 2019
    import keras
    from keras.backend import tensorflow_backend as backend

    backend.is_tensor = lambda x: isinstance(x, tf.Tensor | tf.Variable)
    backend.get_graph = lambda: types.SimpleNamespace(as_default=contextlib.nullcontext)
    backend.tf_ops = types.SimpleNamespace(
        **{name: getattr(backend.tf_ops, name) for name in dir(backend.tf_ops) if not name.startswith("_")}
        | {"colocate_with": lambda _: contextlib.nullcontext()}
    )
    return keras


def run_old(keras: Any, name: str, decay: float) -> list[dict[str, Any]]:
    """Keras 2.3.1's layer after each batch."""
    layer = keras.layers.BatchNormalization(momentum=decay)
    channels = SHAPES[name][-1]
    for weight, start in zip(WEIGHTS, (1, 0, 0, 1), strict=True):
        setattr(layer, weight, tf.Variable(np.full(channels, start, np.float32)))
    layer.add_update = lambda *_: None  # its updates have been made already
    seen = []
    for x in batches_of(name):
        tensor = tf.constant(x)
        tensor._keras_shape = x.shape
        y = layer.call(tensor, training=True)
        seen.append({"y": y.numpy(), "mean": layer.moving_mean.numpy(), "var": layer.moving_variance.numpy()})
    return seen


def run_fused(name: str, decay: float) -> list[dict[str, Any]]:
    """tf.keras's layer after each batch; its kernel for images is the fused one, that for a dense layer is not."""
    layer = tf_keras.layers.BatchNormalization(momentum=decay)
    seen = []
    for x in batches_of(name):
        y = layer(tf.constant(x), training=True)
        seen.append({"y": y.numpy(), "mean": layer.moving_mean.numpy(), "var": layer.moving_variance.numpy()})
    assert layer.fused == (name == "convolution")
    return seen


def main() -> None:
    """Write the file."""
    keras = old_keras(sys.argv[1])
    record = {
        "framework": "Keras 2",
        "versions": {"keras": keras.__version__, "tf_keras": tf_keras.__version__, "tensorflow": tf.__version__},
        "eps": keras.layers.BatchNormalization().epsilon,
        "momentum": keras.layers.BatchNormalization().momentum,
        "cases": {
            name: {
                "batches": batches_of(name),
                "after": [
                    {"decay": decay, "keras": run_old(keras, name, decay), "tf_keras": run_fused(name, decay)}
                    for decay in DECAYS
                ],
            }
            for name in SHAPES
        },
    }
    (HERE / "keras2.json").write_text(text(record) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
