"""Write what PyTorch, Keras and Flax compute to <framework>.json; run by hand where all three are installed.

    python tests/goldens/make.py

All numbers are float64, and so is every computation but TensorFlow's fused kernel, which has no float64.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import flax
import jax
import jax.numpy as jnp
import keras
import tensorflow as tf
import torch
from flax import nnx

HERE = Path(__file__).parent
SHAPES = {"dense": (6, 3), "convolution": (2, 3, 2, 4)}  # channels on axis 1
OTHER_DECAY = 0.7
BATCHES = 3
SAVED_AFTER = (1, 3)

sys.path.insert(0, str(HERE.parents[1]))
from lines import text  # noqa: E402

from bn import EXAMPLE  # noqa: E402

Case = dict[str, Any]
Averages = Iterator[tuple[np.ndarray, np.ndarray]]


def inputs(name: str, channels_last: bool) -> Case:
    """Everything that goes into a layer, the same numbers for each framework."""
    rng = np.random.default_rng([2015, list(SHAPES).index(name)])
    shape = SHAPES[name]
    c = shape[1]
    spread = np.array([0.3, 2.0, 40.0]).reshape(1, c, *[1] * (len(shape) - 2))
    batches = [spread * (rng.standard_normal(shape) + rng.standard_normal()) for _ in range(BATCHES)]
    dy = rng.standard_normal(shape)
    if channels_last:
        batches, dy = [np.moveaxis(x, 1, -1) for x in batches], np.moveaxis(dy, 1, -1)
    return {
        "channel_axis": -1 if channels_last else 1,
        "gamma": np.array([1.7, -0.6, 0.2]) + 0.1 * rng.standard_normal(c),
        "beta": rng.standard_normal(c),
        "running_mean": rng.standard_normal(c),
        "running_var": 0.5 + rng.random(c),
        "batches": batches,
        "dy": dy,
    }


def cases(
    channels_last: bool,
    eps: float,
    decays: tuple[float | None, ...],
    run: Callable[[Case, bool], Case],
    averages: Callable[[Case, float | None], Averages],
) -> dict[str, Case]:
    """Run both shapes in both modes, and the moving averages with each decay."""
    made = {}
    for name in SHAPES:
        case = {"eps": eps, **inputs(name, channels_last)}
        case["train"], case["infer"] = run(case, True), run(case, False)
        case["moving"] = []
        for decay in decays:
            after = dict(enumerate(averages(case, decay), start=1))
            case["moving"] += [
                {"decay": decay, "batches": count, "mean": after[count][0], "var": after[count][1]}
                for count in SAVED_AFTER
            ]
        made[name] = case
    return made


def example(
    eps: float,
    decay: float,
    run: Callable[[Case, bool], Case],
    averages: Callable[[Case, float | None], Averages],
) -> Case:
    """The example batch through a fresh layer."""
    c = EXAMPLE.shape[1]
    fresh = {"gamma": np.ones(c), "beta": np.zeros(c), "running_mean": np.zeros(c), "running_var": np.ones(c)}
    dy = np.random.default_rng(4).standard_normal(EXAMPLE.shape)
    case = {"eps": eps, **fresh, "batches": [EXAMPLE.copy()], "dy": dy}
    mean, var = next(averages(case, decay))
    return {"eps": eps, "dy": dy, "train": run(case, True), "decay": decay, "mean": mean, "var": var}


def torch_defaults() -> Case:
    layer = torch.nn.BatchNorm1d(1)
    try:
        layer(torch.zeros(1, 1))
    except ValueError:
        refuses = True
    else:
        refuses = False
    return {"eps": layer.eps, "momentum": layer.momentum, "refuses_single_value": refuses}


def torch_layer(case: Case, decay: float | None = 0.9) -> torch.nn.Module:
    kind = torch.nn.BatchNorm1d if case["batches"][0].ndim == 2 else torch.nn.BatchNorm2d
    momentum = None if decay is None else 1 - decay
    layer = kind(len(case["gamma"]), eps=case["eps"], momentum=momentum, dtype=torch.float64)
    values = {"weight": "gamma", "bias": "beta", "running_mean": "running_mean", "running_var": "running_var"}
    state = {theirs: torch.tensor(case[ours]) for theirs, ours in values.items()}
    layer.load_state_dict(state | {"num_batches_tracked": torch.tensor(0)})
    return layer


def torch_run(case: Case, training: bool) -> Case:
    layer = torch_layer(case).train(training)
    x = torch.tensor(case["batches"][0], requires_grad=True)
    y = layer(x)
    y.backward(torch.tensor(case["dy"]))
    made = {"y": y, "dx": x.grad, "dgamma": layer.weight.grad, "dbeta": layer.bias.grad}
    return {name: value.detach().numpy() for name, value in made.items()}


def torch_averages(case: Case, decay: float | None) -> Averages:
    layer = torch_layer(case, decay).train()
    for x in case["batches"]:
        layer(torch.tensor(x))
        yield layer.running_mean.numpy().copy(), layer.running_var.numpy().copy()


def torch_relatives() -> Case:
    x = 3 * np.random.default_rng(2018).standard_normal((2, 4, 2, 3)) + np.arange(4).reshape(1, 4, 1, 1)
    tensor, functions = torch.tensor(x), torch.nn.functional
    made = {
        "batch_norm": functions.batch_norm(tensor, None, None, training=True),
        "layer_norm": functions.layer_norm(tensor, tensor.shape[1:]),
        "instance_norm": functions.instance_norm(tensor),
        **{f"group_norm_{groups}": functions.group_norm(tensor, groups) for groups in (1, 2, 4)},
    }
    return {"x": x} | {name: value.numpy() for name, value in made.items()}


def torch_activations() -> Case:
    x = np.array([-30.0, -4.2, -1.0, -0.3, -1e-3, 0.0, 1e-3, 0.4, 1.0, 5.1, 17.0])
    made: Case = {"x": x}
    for name in ("sigmoid", "tanh", "relu"):
        tensor = torch.tensor(x, requires_grad=True)
        y = getattr(torch, name)(tensor)
        y.sum().backward()
        made[name] = {"value": y.detach().numpy(), "derivative": tensor.grad.numpy()}
    return made


def keras_defaults() -> Case:
    layer = keras.layers.BatchNormalization()
    layer(np.zeros((1, 1)), training=True)
    return {"eps": layer.epsilon, "momentum": layer.momentum, "refuses_single_value": False}


def keras_layer(case: Case, decay: float = 0.99) -> keras.layers.Layer:
    layer = keras.layers.BatchNormalization(momentum=decay, epsilon=case["eps"], dtype="float64")
    layer.build(case["batches"][0].shape)
    layer.set_weights([case[name] for name in ("gamma", "beta", "running_mean", "running_var")])
    return layer


def keras_run(case: Case, training: bool) -> Case:
    layer = keras_layer(case)
    x = tf.constant(case["batches"][0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x, training=training)
    sources = [x, layer.gamma.value, layer.beta.value]
    dx, dgamma, dbeta = tape.gradient(y, sources, output_gradients=tf.constant(case["dy"]))
    return {"y": y.numpy(), "dx": dx.numpy(), "dgamma": dgamma.numpy(), "dbeta": dbeta.numpy()}


def keras_averages(case: Case, decay: float) -> Averages:
    layer = keras_layer(case, decay)
    for x in case["batches"]:
        layer(tf.constant(x), training=True)
        yield layer.moving_mean.numpy(), layer.moving_variance.numpy()


def fused_kernel() -> Case:
    """TensorFlow's fused kernel, which Keras 3 does not call: 4-D, at most float32."""
    case = inputs("convolution", channels_last=True)
    x = tf.constant(case["batches"][0], tf.float32)
    gamma, beta = tf.constant(case["gamma"], tf.float32), tf.constant(case["beta"], tf.float32)
    y, mean, var = tf.compat.v1.nn.fused_batch_norm(x, gamma, beta, epsilon=1e-3, is_training=True)
    return {"eps": 1e-3, "y": y.numpy(), "batch_mean": mean.numpy(), "batch_var": var.numpy()}


def flax_defaults() -> Case:
    layer = nnx.BatchNorm(1, rngs=nnx.Rngs(0))
    layer(jnp.zeros((1, 1)), use_running_average=False)
    return {"eps": layer.epsilon, "momentum": layer.momentum, "refuses_single_value": False}


def flax_layer(case: Case, decay: float = 0.99) -> nnx.BatchNorm:
    layer = nnx.BatchNorm(
        len(case["gamma"]), momentum=decay, epsilon=case["eps"], param_dtype=jnp.float64, rngs=nnx.Rngs(0)
    )
    # Flax writes into a NumPy array that it is given; jnp.array copies.
    layer.mean, layer.var = (nnx.BatchStat(jnp.array(case[name])) for name in ("running_mean", "running_var"))
    layer.scale, layer.bias = nnx.Param(jnp.array(case["gamma"])), nnx.Param(jnp.array(case["beta"]))
    return layer


def flax_run(case: Case, training: bool) -> Case:
    def forward(x: jax.Array, gamma: jax.Array, beta: jax.Array) -> jax.Array:
        return flax_layer(case | {"gamma": gamma, "beta": beta})(x, use_running_average=not training)

    y, pull_back = jax.vjp(
        forward, *(jnp.asarray(value) for value in (case["batches"][0], case["gamma"], case["beta"]))
    )
    dx, dgamma, dbeta = pull_back(jnp.asarray(case["dy"]))
    return {name: np.asarray(v) for name, v in {"y": y, "dx": dx, "dgamma": dgamma, "dbeta": dbeta}.items()}


def flax_averages(case: Case, decay: float) -> Averages:
    layer = flax_layer(case, decay)
    for x in case["batches"]:
        layer(jnp.asarray(x), use_running_average=False)
        yield np.asarray(layer.mean[...]), np.asarray(layer.var[...])


def write(framework: str, version: str, content: Case) -> None:
    lines = text({"framework": framework, "version": version, **content})
    (HERE / f"{framework}.json").write_text(lines + "\n", encoding="utf-8")


def main() -> None:
    """Write the three files."""
    keras.backend.set_floatx("float64")
    jax.config.update("jax_enable_x64", True)
    write(
        "pytorch",
        torch.__version__,
        {
            "defaults": torch_defaults(),
            "cases": cases(False, 1e-5, (0.9, OTHER_DECAY, None), torch_run, torch_averages),
            "example": example(1e-5, 0.9, torch_run, torch_averages),
            "relatives": torch_relatives(),
            "activations": torch_activations(),
        },
    )
    write(
        "keras",
        f"{keras.__version__} on TensorFlow {tf.__version__}",
        {
            "defaults": keras_defaults(),
            "cases": cases(True, 1e-3, (0.99, OTHER_DECAY), keras_run, keras_averages),
            "example": example(1e-3, 0.99, keras_run, keras_averages),
            "tensorflow_fused": fused_kernel(),
        },
    )
    write(
        "flax",
        f"{flax.__version__} on JAX {jax.__version__}",
        {"defaults": flax_defaults(), "cases": cases(True, 1e-5, (0.99, OTHER_DECAY), flax_run, flax_averages)},
    )


if __name__ == "__main__":
    main()
