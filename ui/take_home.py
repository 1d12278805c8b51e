"""What a reader takes along: tables as CSV, and code that prints the numbers on the page."""

from collections.abc import Callable

import pandas as pd

from bn import BatchNorm, FloatArray, Trace

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # some spreadsheets read the wide ones too


def table_csv(values: FloatArray, names: tuple[str, ...]) -> str:
    """A table as CSV under its names, to be read back here or elsewhere; a name that looks like a formula gets a quote."""
    safe = [f"'{name}" if name.startswith(FORMULA_STARTS) else name for name in names]
    return pd.DataFrame(values, columns=safe).to_csv(index=False)


def numpy_code(trace: Trace, layer: BatchNorm) -> str:
    """NumPy code that prints y of this trace. layer: the one whose moving averages inference uses."""
    if trace.training:
        statistics = "mean = x.mean(axis=0)\nvar = x.var(axis=0)  # divided by N, not N - 1"
    else:
        statistics = (
            f"mean = np.array({_list(layer.running_mean)})  # moving averages, not this batch's\n"
            f"var = np.array({_list(layer.running_var)})"
        )
    x_hat = "(x - mean) / np.sqrt(var + eps)"
    if not trace.std.all():  # 0 / 0 is shown as 0
        x_hat = "np.divide(x - mean, np.sqrt(var + eps), out=np.zeros_like(x), where=var + eps > 0)"
    return f"""import numpy as np

x = np.array({_matrix(trace.x)})
gamma = np.array({_list(layer.gamma)})
beta = np.array({_list(layer.beta)})
eps = {layer.eps!r}

{statistics}
x_hat = {x_hat}
y = gamma * x_hat + beta

np.set_printoptions(precision=6, suppress=True, threshold=10_000)
print(y)
"""


def pytorch_code(trace: Trace, layer: BatchNorm) -> str:
    """PyTorch code that prints y of this trace."""
    eps = f"{layer.eps!r},"
    if trace.training and not layer.eps:
        eps = "1e-300,  # as good as 0, which PyTorch refuses in training"
    momentum = _decay(layer)
    note = "weight of the new value, 1 - decay; the moving variance takes in the one divided by N - 1"
    return f"""{"" if trace.training else _warning(trace)}import torch

torch.set_default_dtype(torch.float64)
x = torch.tensor({_matrix(trace.x)})
layer = torch.nn.BatchNorm1d(
    {len(layer.gamma)},
    eps={eps}
    momentum={round(1 - momentum, 12)!r},  # {note}
)
with torch.no_grad():
    layer.weight.copy_(torch.tensor({_list(layer.gamma)}))  # gamma
    layer.bias.copy_(torch.tensor({_list(layer.beta)}))  # beta
    layer.running_mean.copy_(torch.tensor({_list(layer.running_mean)}))
    layer.running_var.copy_(torch.tensor({_list(layer.running_var)}))

layer.{"train" if trace.training else "eval"}()
torch.set_printoptions(profile="full", precision=6, sci_mode=False)
print(layer(x).detach())
"""


def keras_code(trace: Trace, layer: BatchNorm) -> str:
    """Keras code that prints y of this trace."""
    return f"""{_warning(trace)}import keras
import numpy as np

keras.backend.set_floatx("float64")
x = np.array({_matrix(trace.x)})
layer = keras.layers.BatchNormalization(
    epsilon={layer.eps!r},
    momentum={_decay(layer)!r},  # weight of the old value; the moving variance takes in the one divided by N
)
layer.build(x.shape)
layer.set_weights(
    [
        np.array({_list(layer.gamma)}),  # gamma
        np.array({_list(layer.beta)}),  # beta
        np.array({_list(layer.running_mean)}),  # moving mean
        np.array({_list(layer.running_var)}),  # moving variance
    ]
)

np.set_printoptions(precision=6, suppress=True, threshold=10_000)
print(keras.ops.convert_to_numpy(layer(x, training={trace.training})))
"""


def keras2_code(trace: Trace, layer: BatchNorm) -> str:
    """Keras 2 code that prints y of this trace, for the package that Keras 2 is today."""
    code = keras_code(trace, layer)
    for new, old in (
        ("import keras\n", "import tf_keras as keras  # Keras 2; up to 2.3.1: import keras\n"),
        ("keras.ops.convert_to_numpy(", "np.asarray("),
    ):
        code = code.replace(new, old)
    return code


def flax_code(trace: Trace, layer: BatchNorm) -> str:
    """Flax code that prints y of this trace."""
    return f"""{_warning(trace)}import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

jax.config.update("jax_enable_x64", True)
x = jnp.array({_matrix(trace.x)})
layer = nnx.BatchNorm(
    {len(layer.gamma)},
    epsilon={layer.eps!r},
    momentum={_decay(layer)!r},  # weight of the old value; the moving variance takes in the one divided by N
    use_fast_variance=False,  # E[x^2] - E[x]^2 loses digits where the mean is large
    param_dtype=jnp.float64,
    rngs=nnx.Rngs(0),
)
layer.scale[...] = jnp.array({_list(layer.gamma)})  # gamma
layer.bias[...] = jnp.array({_list(layer.beta)})  # beta
layer.mean[...] = jnp.array({_list(layer.running_mean)})  # moving mean
layer.var[...] = jnp.array({_list(layer.running_var)})  # moving variance

np.set_printoptions(precision=6, suppress=True, threshold=10_000)
print(np.asarray(layer(x, use_running_average={not trace.training})))
"""


def onnx_code(trace: Trace, layer: BatchNorm) -> str:
    """ONNX code that prints y of this trace, as the reference evaluator computes it."""
    outputs = ["y", "mean_after", "var_after"] if trace.training else ["y"]
    return f"""{_warning(trace)}import numpy as np
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

inputs = {{
    "x": np.array({_matrix(trace.x)}),
    "gamma": np.array({_list(layer.gamma)}),
    "beta": np.array({_list(layer.beta)}),
    "mean": np.array({_list(layer.running_mean)}),
    "var": np.array({_list(layer.running_var)}),
}}
node = helper.make_node(
    "BatchNormalization",
    list(inputs),
    {outputs!r},
    epsilon={layer.eps!r},
    momentum={_decay(layer)!r},  # weight of the old value; the moving variance takes in the one divided by N
    training_mode={int(trace.training)},
)
graph = helper.make_graph(
    [node],
    "batch norm",
    [helper.make_tensor_value_info(name, TensorProto.DOUBLE, value.shape) for name, value in inputs.items()],
    [helper.make_tensor_value_info(name, TensorProto.DOUBLE, None) for name in {outputs!r}],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)])

np.set_printoptions(precision=6, suppress=True, threshold=10_000)
print(ReferenceEvaluator(model).run(None, inputs)[0])
"""


# By the names of `bn.CONVENTIONS`, NumPy aside.
WRITERS: dict[str, Callable[[Trace, BatchNorm], str]] = {
    "NumPy": numpy_code,
    "PyTorch": pytorch_code,
    "Keras 3": keras_code,
    "Keras 2": keras2_code,
    "Flax": flax_code,
    "ONNX": onnx_code,
}


def _warning(trace: Trace) -> str:
    if trace.std.all():
        return ""
    return "# A constant feature with eps = 0 is 0 / 0: NaN here, 0 on the page, the limit for eps to 0.\n"


def _decay(layer: BatchNorm) -> float:
    """The weight of the old value for the next batch, also where it is the plain mean of all batches so far."""
    return layer.batches_seen / (layer.batches_seen + 1) if layer.decay is None else layer.decay


def _list(values: FloatArray) -> str:
    """As floats throughout: a list of whole numbers would become an integer array."""
    return str(values.astype(float).tolist())


def _matrix(values: FloatArray) -> str:
    rows = "".join(f"    {_list(row)},\n" for row in values)
    return f"[\n{rows}]"
