"""What a reader takes along: tables as CSV, and code that prints the numbers on the page."""

import math
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from bn import CONVENTIONS, BatchNorm, Convention, FloatArray, Trace

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # some spreadsheets read the wide ones too
PYTORCH, KERAS, KERAS_2, FLAX, ONNX = (CONVENTIONS[key] for key in ("pytorch", "keras", "keras2", "flax", "onnx"))
PRINTED = 5e-7  # what six decimals can't show
# Numbers of nine digits lose some to NumPy's own way of printing.
PRINT_SIX = 'np.set_printoptions(formatter={"float": "{: .6f}".format}, threshold=10_000)'
# From here on a mean, in standard deviations, costs more digits than the print has to spare; the variance of float32
# values as E[x²] - E[x]² loses the square of it.
FAR = {"float64": 1e8, "float32": 10.0}
# And a variance below this costs digits, being among the smallest numbers there are.
SMALLEST = {name: float(np.finfo(name).tiny / np.finfo(name).eps) for name in FAR}


@dataclass(frozen=True)
class Code:
    """Code that prints y of a trace, and what a reader has to know of it; the notes stand in its first comment too."""

    text: str
    notes: tuple[str, ...] = ()


def show(trace: Trace, layer: BatchNorm, names: tuple[str, ...]) -> None:
    """The stages of a trace as tables to download, and code that computes them."""
    with st.container(horizontal=True):
        for title, values in (("input", trace.x), ("normalized", trace.x_hat), ("output", trace.y)):
            contents: Callable[[], str] = partial(table_csv, values, names)
            name = f"{title}.csv"
            st.download_button(name, contents, name, "text/csv", key=f"csv_{title}", on_click="ignore")
    for tab, write in zip(st.tabs(list(WRITERS)), WRITERS.values(), strict=True):
        with tab:
            show_code(write(trace, layer))


def show_code(code: Code) -> None:
    """Show the code, and above it what it says of itself."""
    if code.notes:
        words = " ".join(code.notes).replace("[", r"\[").replace("]", r"\]")  # brackets would end :small
        st.markdown(f":small[{words}]")
    st.code(code.text, language="python", wrap_lines=True)


def table_csv(values: FloatArray, names: tuple[str, ...]) -> str:
    """A table as CSV under its names, to be read back here or elsewhere; a name that looks like a formula gets a quote."""
    safe = [f"'{name}" if name.startswith(FORMULA_STARTS) else name for name in names]
    text: str = pd.DataFrame(values, columns=safe).to_csv(index=False)
    return text


def numpy_code(trace: Trace, layer: BatchNorm) -> Code:
    """NumPy code that prints y of this trace. layer: the one whose moving averages inference uses."""
    notes = _too_small(trace)
    shift, statistics = "", "mean = x.mean(axis=0)\nvar = x.var(axis=0)  # divided by N, not N - 1"
    if not trace.training:
        statistics = (
            f"mean = np.array({_list(layer.running_mean)})  # moving averages, not this batch's\n"
            f"var = np.array({_list(layer.running_var)})"
        )
    elif _is_far(trace) or _dead(trace):
        shift = "x = x - x[0]  # y stays the same; the distances are exact, and a mean far from 0 would not be\n"
    x_hat = "(x - mean) / np.sqrt(var + eps)"
    if _dead(trace):
        notes.append("Where variance and ε are both 0 there is no quotient; as on the page, x̂ is 0 there.")
        x_hat = "np.divide(x - mean, np.sqrt(var + eps), out=np.zeros_like(x), where=var + eps > 0)"
    return _commented(
        notes,
        f"""import numpy as np

x = np.array({_matrix(trace.x)})
gamma = np.array({_list(layer.gamma)})
beta = np.array({_list(layer.beta)})
eps = {layer.eps!r}

{shift}{statistics}
x_hat = {x_hat}
y = gamma * x_hat + beta

{PRINT_SIX}
print(y)
""",
    )


def pytorch_code(trace: Trace, layer: BatchNorm) -> Code:
    """PyTorch code that prints y of this trace."""
    far = _is_far(trace)
    notes = _notes(trace, layer, PYTORCH)
    if trace.training and len(trace.x) == 1:
        notes.append("PyTorch refuses to train on one row: this raises a ValueError.")
    eps = f"{layer.eps!r},"
    if not layer.eps:
        notes.append("PyTorch refuses ε = 0 in training, version 2.10 in inference too; 1e-300 is as good.")
        eps = "1e-300,"
    note = "weight of the new value, 1 - decay; the moving variance takes in the one divided by N - 1"
    momentum, seen = f"{round(1 - _old_weight(layer), 12)!r},  # {note}", ""
    if layer.decay is None:
        momentum = "None,  # the plain mean of all batches; the moving variance takes in the one divided by N - 1"
        seen = f"\n    layer.num_batches_tracked.fill_({layer.batches_seen})"
    return _commented(
        notes,
        f"""import torch

torch.set_default_dtype(torch.float64)
x = torch.tensor({_matrix(trace.x)})
gamma = torch.tensor({_list(layer.gamma)})
beta = torch.tensor({_list(layer.beta)})
running_mean = torch.tensor({_list(layer.running_mean)})
running_var = torch.tensor({_list(layer.running_var)})
{_origin(trace) if far else ""}
layer = torch.nn.BatchNorm1d(
    {len(layer.gamma)},
    eps={eps}
    momentum={momentum}
)
with torch.no_grad():
    layer.weight.copy_(gamma)
    layer.bias.copy_(beta)
    layer.running_mean.copy_(running_mean{_less(far)})
    layer.running_var.copy_(running_var){seen}

layer.{"train" if trace.training else "eval"}()
y = layer(x{_less(far)}).detach()
{_dead_filled(trace)}
torch.set_printoptions(profile="full", precision=6, sci_mode=False)
print(y)
""",
    )


def keras_code(trace: Trace, layer: BatchNorm) -> Code:
    """Keras 3 code that prints y of this trace."""
    far = _is_far(trace, "float32")
    notes = _notes(trace, layer, KERAS, "float32")
    error = _float32_error(trace, far)
    if error > PRINTED:
        notes.append(
            f"On its JAX and torch backends Keras 3 computes this layer in float32: y is right to about {_rounded_up(error)} there."
        )
    return _commented(
        notes,
        f"""import keras
import numpy as np

keras.backend.set_floatx("float64")
x = np.array({_matrix(trace.x)})
gamma = np.array({_list(layer.gamma)})
beta = np.array({_list(layer.beta)})
running_mean = np.array({_list(layer.running_mean)})
running_var = np.array({_list(layer.running_var)})
{_origin(trace) if far else ""}
layer = keras.layers.BatchNormalization(
    epsilon={layer.eps!r},
    momentum={_old_weight(layer)!r},  # weight of the old value; the moving variance takes in the one divided by N
)
layer.build(x.shape)
layer.set_weights([gamma, beta, running_mean{_less(far)}, running_var])

y = np.array(keras.ops.convert_to_numpy(layer(x{_less(far)}, training={trace.training})), dtype=float)
{_dead_filled(trace)}
{PRINT_SIX}
print(y)
""",
    )


def keras2_code(trace: Trace, layer: BatchNorm) -> Code:
    """Keras 2 code that prints y of this trace, for tf_keras, the package that Keras 2 is today."""
    notes = _notes(trace, layer, KERAS_2)
    if trace.training and layer.decay != 1 and len(trace.x) > 1:
        notes.append(
            "tf_keras averages the variance ÷ N for a dense layer, Keras up to 2.3.1 the one ÷ (N − 1 − ε); y is the same."
        )
    text = keras_code(trace, layer).text
    for new, old in (
        ("import keras\n", "import tf_keras as keras  # Keras 2; up to 2.3.1: import keras\n"),
        ("keras.ops.convert_to_numpy(", "np.asarray("),
    ):
        text = text.replace(new, old)
    return _commented(notes, text[text.index("import tf_keras") :])


def flax_code(trace: Trace, layer: BatchNorm) -> Code:
    """Flax code that prints y of this trace."""
    far = _is_far(trace)
    notes = _notes(trace, layer, FLAX)
    return _commented(
        notes,
        f"""import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

jax.config.update("jax_enable_x64", True)
x = jnp.array({_matrix(trace.x)})
gamma = jnp.array({_list(layer.gamma)})
beta = jnp.array({_list(layer.beta)})
running_mean = jnp.array({_list(layer.running_mean)})
running_var = jnp.array({_list(layer.running_var)})
{_origin(trace) if far else ""}
layer = nnx.BatchNorm(
    {len(layer.gamma)},
    epsilon={layer.eps!r},
    momentum={_old_weight(layer)!r},  # weight of the old value; the moving variance takes in the one divided by N
    use_fast_variance=False,  # E[x^2] - E[x]^2 loses digits where the mean is large
    param_dtype=jnp.float64,
    rngs=nnx.Rngs(0),
)
layer.scale[...] = gamma
layer.bias[...] = beta
layer.mean = nnx.BatchStat(running_mean{_less(far)})  # replaced, since Flax makes them float32
layer.var = nnx.BatchStat(running_var)

y = np.array(layer(x{_less(far)}, use_running_average={not trace.training}))
{_dead_filled(trace)}
{PRINT_SIX}
print(y)
""",
    )


def onnx_code(trace: Trace, layer: BatchNorm) -> Code:
    """ONNX code that prints y of this trace, as the reference evaluator computes it."""
    far = _is_far(trace)
    notes = _notes(trace, layer, ONNX)
    error = _rounded_eps_error(trace)
    if error > PRINTED:
        notes.append(f"ONNX keeps ε in float32: y is right to about {_rounded_up(error)}.")
    outputs = ["y", "mean_after", "var_after"] if trace.training else ["y"]
    return _commented(
        notes,
        f"""import numpy as np
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

x = np.array({_matrix(trace.x)})
gamma = np.array({_list(layer.gamma)})
beta = np.array({_list(layer.beta)})
running_mean = np.array({_list(layer.running_mean)})
running_var = np.array({_list(layer.running_var)})
{_origin(trace) if far else ""}
inputs = {{"x": x{_less(far)}, "gamma": gamma, "beta": beta, "mean": running_mean{_less(far)}, "var": running_var}}
outputs = {outputs!r}
node = helper.make_node(
    "BatchNormalization",
    list(inputs),
    outputs,
    epsilon={layer.eps!r},
    momentum={_old_weight(layer)!r},  # weight of the old value; the moving variance takes in the one divided by N
    training_mode={int(trace.training)},
)
graph = helper.make_graph(
    [node],
    "batch norm",
    [helper.make_tensor_value_info(name, TensorProto.DOUBLE, value.shape) for name, value in inputs.items()],
    [helper.make_tensor_value_info(name, TensorProto.DOUBLE, None) for name in outputs],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)])

{", ".join(outputs) if trace.training else "(y,)"} = ReferenceEvaluator(model).run(None, inputs)
{_dead_filled(trace)}
{PRINT_SIX}
print(y)
""",
    )


# By the names of `bn.CONVENTIONS`, NumPy aside.
WRITERS: dict[str, Callable[[Trace, BatchNorm], Code]] = {
    "NumPy": numpy_code,
    PYTORCH.name: pytorch_code,
    KERAS.name: keras_code,
    KERAS_2.name: keras2_code,
    FLAX.name: flax_code,
    ONNX.name: onnx_code,
}


# --- what goes otherwise in a framework, and when ----------------------------------------------------------------


def _notes(trace: Trace, layer: BatchNorm, framework: Convention, dtype: str = "float64") -> list[str]:
    """What can go otherwise in every framework, each where it does. dtype: what it computes in."""
    notes = _too_small(trace, dtype)
    its, own = framework.divisor, layer.convention.divisor
    if trace.training and its != own and layer.decay != 1 and len(trace.x) > 1:
        notes.append(
            f"{framework.name} averages the variance ÷ {its}, the page's layer the one ÷ {own} as "
            f"{layer.convention.name} does; y is the same."
        )
    if layer.decay is None and framework.momentum_weighs == "old":
        k = layer.batches_seen
        notes.append(
            f"The plain mean is no fixed momentum in {framework.name}: after k batches it is k / (k + 1), here {k} / {k + 1}, "
            "to be set anew before every batch."
        )
    if _dead(trace):
        notes.append(
            f"Where variance and ε are both 0 there is no quotient, and {framework.name} gives NaN or numbers without "
            "meaning; the page shows x̂ = 0, so the code writes β there."
        )
    if _is_far(trace, dtype):
        fast = ", and the torch backend takes the variance as E[x²] − E[x]²"
        what = "its first row" if trace.training else "the moving mean"
        notes.append(
            f"The values lie far from 0 for {dtype}{fast if dtype == 'float32' and trace.training else ''}, so the layer "
            f"gets x less {what}, and its moving mean is less by as much: y stays the same."
        )
    return notes


def _dead(trace: Trace) -> list[int]:
    """The features without a quotient, since variance and eps are both 0."""
    return np.flatnonzero(trace.std == 0).tolist()


def _dead_filled(trace: Trace) -> str:
    return f"for j in {_dead(trace)}:  # no quotient there\n    y[:, j] = beta[j]\n" if _dead(trace) else ""


def _is_far(trace: Trace, dtype: str = "float64") -> bool:
    """Whether a mean is so many standard deviations from 0 that the framework's floats lose digits that are printed."""
    return bool(((np.abs(trace.mean) > FAR[dtype] * trace.std) & (trace.std > 0)).any())


def _origin(trace: Trace) -> str:
    return f"origin = {'x[0]' if trace.training else 'running_mean'}  # to subtract, so that no digits are lost\n"


def _less(far: bool) -> str:
    return " - origin" if far else ""


def _too_small(trace: Trace, dtype: str = "float64") -> list[str]:
    if not ((trace.std > 0) & (trace.std**2 < SMALLEST[dtype])).any():
        return []
    return [f"The variance is too small for {dtype}: what this prints is not what the page shows."]


def _float32_error(trace: Trace, far: bool) -> float:
    """How far y can be from the page's where x, less its origin if it is far, is normalized in float32.

    Each step rounds by a share u = 2⁻²⁴; E[x²] - E[x]² has an error of some u E[x²], which x_hat feels by half.
    """
    u = 2.0**-24
    alive = trace.std > 0
    origin = np.zeros_like(trace.mean) if not far else trace.x[0] if trace.training else trace.mean
    std = trace.std[alive]
    mean, reach = np.abs(trace.mean - origin)[alive], np.abs(trace.x - origin).max(axis=0)[alive]
    x_hat = np.abs(trace.x_hat).max(axis=0)[alive]
    from_variance = 2 * ((mean / std) ** 2 + 1) * x_hat if trace.training else 0.0
    gamma, beta = np.abs(trace.gamma[alive]), np.abs(trace.beta[alive])
    error = u * (gamma * (from_variance + 2 * x_hat + 2 * (reach + mean) / std) + 2 * beta)
    return float(error.max(initial=0.0))


def _rounded_eps_error(trace: Trace) -> float:
    """How far y is off if eps is rounded to float32."""
    alive = trace.std > 0
    share = abs(float(np.float32(trace.eps)) - trace.eps) / trace.std[alive] / trace.std[alive]  # of var + eps
    return float(np.abs(trace.gamma[alive] * trace.x_hat[:, alive] * share / 2).max(initial=0.0))


def _rounded_up(error: float) -> str:
    """To one digit."""
    unit = 10.0 ** math.floor(math.log10(error))
    return f"{math.ceil(error / unit) * unit:.1g}"


def _commented(notes: list[str], code: str) -> Code:
    """The code with its notes above it."""
    comment = "".join(f"# {line}\n" for note in notes for line in textwrap.wrap(note, 76))
    return Code(comment + code, tuple(notes))


def _old_weight(layer: BatchNorm) -> float:
    """The weight of the old value for the next batch, also where it is the plain mean of all batches so far."""
    return layer.batches_seen / (layer.batches_seen + 1) if layer.decay is None else layer.decay


def _list(values: FloatArray) -> str:
    """As floats throughout: a list of whole numbers would become an integer array."""
    return str(values.astype(float).tolist())


def _matrix(values: FloatArray) -> str:
    rows = "".join(f"    {_list(row)},\n" for row in values)
    return f"[\n{rows}]"
