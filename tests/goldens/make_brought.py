"""Write what PyTorch, Keras and Flax make of stored layers and of batches in an order to brought.json; run by hand.

    python tests/goldens/make_brought.py

Outputs in inference with ε and decay as people set them, the layer as each framework prints it, and the moving averages
after each of several batches: one again and again, several, a small last one, and one with positions left out by a mask.
Computation is in float64, but for Keras, which on JAX normalizes in float32; prints are of float32 layers, as people have
them.
"""

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"

import flax
import jax.numpy as jnp
import keras
import torch
from flax import nnx

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from lines import text  # noqa: E402

SETTINGS = ((1e-6, 0.997), (1.001e-5, 0.9), (1e-3, 0.99))
Case = dict[str, Any]


def stored(seed: int) -> Case:
    """A layer of three features and rows for it."""
    rng = np.random.default_rng([2017, seed])
    return {
        "gamma": 1 + 0.4 * rng.standard_normal(3),
        "beta": rng.standard_normal(3),
        "mean": 5 * rng.standard_normal(3),
        "var": np.array([2.0, 0.05, 3e-6]) + 0.01 * rng.random(3) * np.array([1, 1, 1e-4]),
        "x": 5 * rng.standard_normal((4, 3)),
    }


SEQUENCES: dict[str, list[np.ndarray]] = {
    "the same again": [np.array([[0.0], [1.0]])] * 100,
    "several": [np.random.default_rng([17, k]).normal(k, 2, (5, 2)) for k in range(4)],
    "a small last one": [np.random.default_rng([18, k]).normal(3, 2, (n, 2)) for k, n in enumerate((8, 8, 8, 2))],
    "alternating": [np.array([[0.0], [2.0]]), np.array([[10.0], [14.0]])] * 20,
}
# Two features, since Keras 3.15 loses the axis of a single one with a mask.
PADDED = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0], [4.0, 50.0], [5.0, 40.0], *[[0.0, 0.0]] * 5])
MASK = np.array([1.0] * 5 + [0.0] * 5)


def torch_layer(features: int, eps: float, decay: float, dtype: torch.dtype = torch.float64) -> torch.nn.BatchNorm1d:
    """A fresh one."""
    return torch.nn.BatchNorm1d(features, eps=eps, momentum=1 - decay, dtype=dtype)


def keras_layer(features: int, eps: float, decay: float, dtype: str = "float64") -> keras.layers.BatchNormalization:
    """A fresh one."""
    layer = keras.layers.BatchNormalization(epsilon=eps, momentum=decay, dtype=dtype)
    layer.build((None, features))
    return layer


def flax_layer(features: int, eps: float, decay: float, dtype: Any = jnp.float64) -> nnx.BatchNorm:
    """A fresh one."""
    return nnx.BatchNorm(
        features, epsilon=eps, momentum=decay, param_dtype=dtype, use_fast_variance=False, rngs=nnx.Rngs(0)
    )


def filled_torch(case: Case, eps: float, decay: float, dtype: torch.dtype = torch.float64) -> torch.nn.BatchNorm1d:
    """The stored layer."""
    layer = torch_layer(3, eps, decay, dtype)
    names = ("weight", "bias", "running_mean", "running_var")
    state = {
        theirs: torch.tensor(case[ours]) for theirs, ours in zip(names, ("gamma", "beta", "mean", "var"), strict=True)
    }
    layer.load_state_dict(state | {"num_batches_tracked": torch.tensor(12)})
    return layer.eval()


def filled_keras(case: Case, eps: float, decay: float, dtype: str = "float64") -> keras.layers.BatchNormalization:
    """The stored layer."""
    layer = keras_layer(3, eps, decay, dtype)
    layer.set_weights([case[name] for name in ("gamma", "beta", "mean", "var")])
    return layer


def filled_flax(case: Case, eps: float, decay: float, dtype: Any = jnp.float64) -> nnx.BatchNorm:
    """The stored layer."""
    layer = flax_layer(3, eps, decay, dtype)
    for theirs, ours in (("scale", "gamma"), ("bias", "beta"), ("mean", "mean"), ("var", "var")):
        getattr(layer, theirs).value = jnp.asarray(case[ours], dtype)
    return layer


def outputs() -> list[Case]:
    """Each stored layer with each setting: its output in inference, in training, and its averages after that."""
    found = []
    for seed, (eps, decay) in enumerate(SETTINGS):
        case = stored(seed)
        one, two, three = (make(case, eps, decay) for make in (filled_torch, filled_keras, filled_flax))
        x = torch.tensor(case["x"])
        infer = {
            "pytorch": one(x).detach().numpy(),
            "keras": keras.ops.convert_to_numpy(two(jnp.asarray(case["x"]), training=False)),
            "flax": np.asarray(three(jnp.asarray(case["x"]), use_running_average=True)),
        }
        train = {
            "pytorch": one.train()(x).detach().numpy(),
            "keras": keras.ops.convert_to_numpy(two(jnp.asarray(case["x"]), training=True)),
            "flax": np.asarray(three(jnp.asarray(case["x"]), use_running_average=False)),
        }
        after = {
            "pytorch": [one.running_mean.numpy(), one.running_var.numpy()],
            "keras": [keras.ops.convert_to_numpy(each) for each in (two.moving_mean, two.moving_variance)],
            "flax": [np.asarray(three.mean.value), np.asarray(three.var.value)],
        }
        found.append({**case, "eps": eps, "decay": decay, "infer": infer, "train": train, "after": after})
    return found


def prints() -> Case:
    """A float32 layer as each framework prints it, and its numbers."""
    case = stored(7)
    one = filled_torch(case, 1e-5, 0.9, torch.float32)
    two = filled_keras(case, 1e-3, 0.99, "float32")
    three = filled_flax(case, 1e-5, 0.99, jnp.float32)
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), one)
    state = {"params": {"BatchNorm_0": {"scale": three.scale.value, "bias": three.bias.value}}}
    state["batch_stats"] = {"BatchNorm_0": {"mean": three.mean.value, "var": three.var.value}}
    return {
        **{name: np.float32(case[name]).astype(float) for name in ("gamma", "beta", "mean", "var")},
        "state_dict": str(one.state_dict()),
        "state_dict of a network": str(net.state_dict()),
        "named": "\n".join(f"{name} {value}" for name, value in one.state_dict().items()),
        "lists": str({name: value.tolist() for name, value in one.state_dict().items()}),
        "get_weights": str(two.get_weights()),
        "weights": str(two.weights),
        "flax": str(state),
    }


def sequences() -> Case:
    """The averages after each batch, with decay 0.9."""
    found: Case = {}
    for name, batches in SEQUENCES.items():
        features = batches[0].shape[1]
        one, two, three = (make(features, 1e-5, 0.9) for make in (torch_layer, keras_layer, flax_layer))
        paths: Case = {"pytorch": [], "keras": [], "flax": []}
        for x in batches:
            one.train()(torch.tensor(x))
            two(jnp.asarray(x), training=True)
            three(jnp.asarray(x), use_running_average=False)
            paths["pytorch"].append([one.running_mean.numpy().copy(), one.running_var.numpy().copy()])
            paths["keras"].append(
                [keras.ops.convert_to_numpy(each).copy() for each in (two.moving_mean, two.moving_variance)]
            )
            paths["flax"].append([np.asarray(three.mean.value), np.asarray(three.var.value)])
        kept = slice(-1, None) if len(batches) > 30 else slice(None)
        found[name] = {"after": {framework: path[kept] for framework, path in paths.items()}}
        if len(batches) <= 30:
            found[name]["batches"] = batches
    return found


def masked() -> Case:
    """The averages after one padded batch with its mask, with decay 0, where the framework takes a mask."""
    x, mask = PADDED[None], MASK[None].astype(bool)  # (1, 10, 2), (1, 10)
    two, three = keras_layer(2, 1e-5, 0.0), flax_layer(2, 1e-5, 0.0)
    two = keras.layers.BatchNormalization(epsilon=1e-5, momentum=0.0, dtype="float64")
    two(jnp.asarray(x), training=True, mask=jnp.asarray(MASK[None]))
    three(jnp.asarray(x), use_running_average=False, mask=jnp.asarray(mask)[..., None])
    return {
        "x": PADDED,
        "mask": MASK,
        "after": {
            "keras": [keras.ops.convert_to_numpy(each) for each in (two.moving_mean, two.moving_variance)],
            "flax": [np.asarray(three.mean.value), np.asarray(three.var.value)],
        },
    }


def main() -> None:
    """Write the file."""
    record = {
        "versions": {"torch": torch.__version__, "keras": keras.__version__, "flax": flax.__version__},
        "outputs": outputs(),
        "prints": prints(),
        "sequences": sequences(),
        "masked": masked(),
    }
    (HERE / "brought.json").write_text(text(record) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
