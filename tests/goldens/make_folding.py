"""Run linear layers, and what they fold into, in PyTorch and Keras 3; write what comes out to folding.json.

    python tests/goldens/make_folding.py

Run by hand where both are installed. The folded weights are this project's, loaded into a layer of the framework;
where PyTorch folds by itself, its own weights are kept too.
"""

import os
import sys
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"  # the one on which Keras computes this layer in float64
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import torch
from lines import text
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from bn import BatchNorm, fold, fold_forward, neutral_padding  # noqa: E402

VECTORS = ("gamma", "beta", "running_mean", "running_var")
# name: kind, groups, inputs, outputs; as many pixels of the filter as inputs where a wrong axis would fit too
CASES = {
    "dense": ("dense", 1, 3, 4),
    "dense, square": ("dense", 1, 4, 4),
    "convolution": ("convolution", 1, 3, 4),
    "grouped": ("convolution", 2, 4, 6),
    "depthwise": ("depthwise", 3, 3, 6),
    "transposed": ("transposed", 1, 3, 4),
    "transposed, square": ("transposed", 1, 4, 4),
    "transposed and grouped": ("transposed", 2, 4, 6),
}


def pytorch_linear(kind: str, groups: int, inputs: int, outputs: int, padding: int = 0) -> torch.nn.Module:
    """A layer of PyTorch."""
    if kind == "dense":
        return torch.nn.Linear(inputs, outputs)
    if kind == "transposed":
        return torch.nn.ConvTranspose2d(inputs, outputs, 2, stride=2, groups=groups)
    return torch.nn.Conv2d(inputs, outputs, (2, 3), groups=groups, padding=padding)


def run_pytorch(module: torch.nn.Module, x: np.ndarray) -> np.ndarray:
    """Its output in inference mode."""
    with torch.no_grad():
        return module.eval()(torch.tensor(x)).numpy()


def pytorch_norm(layer: BatchNorm, x: np.ndarray) -> torch.nn.Module:
    """The batch norm in PyTorch."""
    norm = (torch.nn.BatchNorm1d if x.ndim == 2 else torch.nn.BatchNorm2d)(len(layer.gamma), eps=layer.eps)
    names = {"weight": "gamma", "bias": "beta", "running_mean": "running_mean", "running_var": "running_var"}
    state = {theirs: torch.tensor(getattr(layer, ours)) for theirs, ours in names.items()}
    norm.load_state_dict(state | {"num_batches_tracked": torch.tensor(0)})
    return norm


def load(module: torch.nn.Module, weight: np.ndarray, bias: np.ndarray) -> torch.nn.Module:
    """The layer with these weights."""
    module.load_state_dict({"weight": torch.tensor(weight), "bias": torch.tensor(bias)})
    return module


def keras_linear(kind: str, groups: int, inputs: int, outputs: int, padding: str = "valid") -> keras.layers.Layer:
    """A layer of Keras 3."""
    if kind == "dense":
        return keras.layers.Dense(outputs)
    if kind == "transposed":
        return keras.layers.Conv2DTranspose(outputs, 2, strides=2)
    if kind == "depthwise":
        return keras.layers.DepthwiseConv2D((2, 3), depth_multiplier=outputs // inputs, padding=padding)
    return keras.layers.Conv2D(outputs, (2, 3), groups=groups, padding=padding)


def run_keras(layers: list[keras.layers.Layer], x: np.ndarray) -> np.ndarray:
    """The output of these layers in a row, in inference mode."""
    for layer in layers:
        x = layer(x, training=False)
    return np.asarray(x)


def keras_norm(layer: BatchNorm, shape: tuple[int, ...]) -> keras.layers.Layer:
    """The batch norm in Keras 3."""
    norm = keras.layers.BatchNormalization(epsilon=layer.eps)
    norm.build(shape)
    norm.set_weights([getattr(layer, name) for name in VECTORS])
    return norm


def a_norm(features: int, rng: np.random.Generator) -> BatchNorm:
    """A batch norm with everything learned."""
    fresh = BatchNorm.create(features)
    values = (rng.standard_normal(features), rng.standard_normal(features), rng.standard_normal(features))
    vectors = dict(zip(VECTORS, (*values, 0.1 + rng.random(features)), strict=True))
    return fresh.__class__(**{**fresh.__dict__, **vectors})


def record(layer: BatchNorm, weight: np.ndarray, bias: np.ndarray, **more: Any) -> dict[str, Any]:
    """What went in, and what came out."""
    vectors = {name: getattr(layer, name) for name in VECTORS}
    return {"eps": layer.eps, **vectors, "weight": weight, "bias": bias, **more}


def close(one: np.ndarray, other: np.ndarray) -> None:
    np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-11)


def in_pytorch(name: str, rng: np.random.Generator) -> dict[str, Any]:
    """Both directions of one kind in PyTorch."""
    kind, groups, inputs, outputs = CASES[name]
    x = rng.standard_normal((2, inputs) if kind == "dense" else (2, inputs, 4, 4))
    linear = pytorch_linear(*CASES[name])
    weight, bias = rng.standard_normal(tuple(linear.weight.shape)), rng.standard_normal(outputs)
    load(linear, weight, bias)
    behind = a_norm(outputs, rng)
    folded = fold(weight, bias, behind, kind, "pytorch", groups)
    two = run_pytorch(torch.nn.Sequential(linear, pytorch_norm(behind, x)), x)
    one = run_pytorch(load(pytorch_linear(*CASES[name]), folded.weight, folded.bias), x)
    close(one, two)
    made = {"folded_weight": folded.weight, "folded_bias": folded.bias, "x": x, "two": two, "one": one}
    if "grouped" not in name or kind != "transposed":  # PyTorch's own folding takes no groups there
        norm = pytorch_norm(behind, x).eval()
        load(linear, weight, bias).eval()
        if kind == "dense":
            own = fuse_linear_bn_eval(linear, norm)
        else:
            own = fuse_conv_bn_eval(linear, norm, transpose=kind == "transposed")
        made |= {"own_weight": own.weight.detach().numpy(), "own_bias": own.bias.detach().numpy()}
    case = {"kind": kind, "groups": groups, "behind": record(behind, weight, bias, **made)}
    if kind == "transposed":
        return case
    before = a_norm(inputs, rng)
    folded = fold_forward(weight, bias, before, kind, "pytorch", groups)
    load(linear, weight, bias)
    two = run_pytorch(torch.nn.Sequential(pytorch_norm(before, x), linear), x)
    one = run_pytorch(load(pytorch_linear(*CASES[name]), folded.weight, folded.bias), x)
    close(one, two)
    made = {"folded_weight": folded.weight, "folded_bias": folded.bias, "x": x, "two": two, "one": one}
    if name == "convolution":
        wide = load(pytorch_linear(*CASES[name], padding=1), weight, bias)
        padded_two = run_pytorch(torch.nn.Sequential(pytorch_norm(before, x), wide), x)
        padded_one = run_pytorch(load(pytorch_linear(*CASES[name], padding=1), folded.weight, folded.bias), x)
        around = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
        outside = np.pad(np.ones((4, 4)), 1) == 0
        around[..., outside] = neutral_padding(before)[:, None]
        filled = run_pytorch(load(pytorch_linear(*CASES[name]), folded.weight, folded.bias), around)
        close(filled, padded_two)
        made |= {"zero_padded_two": padded_two, "zero_padded_one": padded_one, "neutrally_padded_one": filled}
    return case | {"before": record(before, weight, bias, **made)}


def in_keras(name: str, rng: np.random.Generator) -> dict[str, Any]:
    """Both directions of one kind in Keras 3."""
    kind, groups, inputs, outputs = CASES[name]
    x = rng.standard_normal((2, inputs) if kind == "dense" else (2, 4, 4, inputs))
    linear, other = keras_linear(*CASES[name]), keras_linear(*CASES[name])
    after = linear(x).shape
    other(x)
    weight, bias = (rng.standard_normal(each.shape) for each in linear.get_weights())
    linear.set_weights([weight, bias])
    behind = a_norm(outputs, rng)
    folded = fold(weight, bias, behind, kind, "keras", groups)
    other.set_weights([folded.weight, folded.bias])
    two, one = run_keras([linear, keras_norm(behind, after)], x), run_keras([other], x)
    close(one, two)
    made = {"folded_weight": folded.weight, "folded_bias": folded.bias, "x": x, "two": two, "one": one}
    case = {"kind": kind, "groups": groups, "behind": record(behind, weight, bias, **made)}
    if kind == "transposed":
        return case
    before = a_norm(inputs, rng)
    folded = fold_forward(weight, bias, before, kind, "keras", groups)
    other.set_weights([folded.weight, folded.bias])
    two, one = run_keras([keras_norm(before, x.shape), linear], x), run_keras([other], x)
    close(one, two)
    made = {"folded_weight": folded.weight, "folded_bias": folded.bias, "x": x, "two": two, "one": one}
    return case | {"before": record(before, weight, bias, **made)}


def main() -> None:
    """Write the file."""
    torch.set_default_dtype(torch.float64)
    keras.backend.set_floatx("float64")
    rng = np.random.default_rng(1502)
    made = {
        "versions": {"pytorch": torch.__version__, "keras": f"{keras.__version__} on {keras.backend.backend()}"},
        "pytorch": {name: in_pytorch(name, rng) for name in CASES},
        # Keras has no groups in a transposed convolution.
        "keras": {name: in_keras(name, rng) for name in CASES if name != "transposed and grouped"},
    }
    (HERE / "folding.json").write_text(text(made) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
