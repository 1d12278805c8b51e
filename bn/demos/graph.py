"""The layer in training mode as a graph of elementary operations, forward and backward, for one feature."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, as_floats, read_only, require_finite
from bn.conventions import CONVENTIONS
from bn.layer import BatchNorm, Trace


@dataclass(frozen=True, eq=False)
class Graph:
    """Every value on the way from one feature x to y, and the gradient dL/d(value) of a loss L at each.

    In the order of the forward pass, each as (value, gradient):

        x         (N,)  the feature
        mean      ()    1/N sum(x)
        centered  (N,)  x - mean
        squared   (N,)  centered ** 2
        var       ()    1/N sum(squared), ÷N
        std       ()    sqrt(var + eps)
        inverse   ()    1 / std
        x_hat     (N,)  centered * inverse
        scaled    (N,)  gamma * x_hat
        y         (N,)  scaled + beta

    and the two parameters gamma and beta, (). through_x_hat and through_squared are the two shares, both (N,), of which
    the gradient of centered is the sum.
    """

    values: dict[str, FloatArray]
    gradients: dict[str, FloatArray]
    through_x_hat: FloatArray
    through_squared: FloatArray


def layer_graph(x: npt.ArrayLike, dy: npt.ArrayLike, *, gamma: float = 1.0, beta: float = 0.0, eps: float) -> Graph:
    """Run the graph forward from x, and the chain rule backward from dy = dL/dy, one elementary operation at a time.

        d(beta) = sum(dy)                        y = scaled + beta
        d(gamma) = sum(dy * x_hat)               scaled = gamma * x_hat
        d(x_hat) = gamma * dy
        d(inverse) = sum(d(x_hat) * centered)    x_hat = centered * inverse
        d(std) = -d(inverse) / std ** 2
        d(var) = d(std) / (2 std)
        d(squared) = d(var) / N, for each
        d(centered) = d(x_hat) * inverse + 2 * centered * d(squared)
        d(mean) = -sum(d(centered))
        d(x) = d(centered) + d(mean) / N

    x, dy: (N,), N of at least 1. Computed in float64.
    Raises ValueError if x or dy is not (N,), holds NaN or infinity, or if eps is not above 0: without it the feature
    could be constant, and 1 / std has no derivative there.
    Source: Ioffe & Szegedy 2015 (arXiv 1502.03167), section 3.
    """
    x, dy = (_feature(values, name) for values, name in ((x, "x"), (dy, "dy")))
    if x.shape != dy.shape:
        raise ValueError(f"dy has shape {dy.shape}; it needs the shape of x, {x.shape}")
    if not 0 < eps < np.inf:
        raise ValueError(f"eps is {eps}; it must be finite and above 0")
    n = len(x)
    scale, shift = np.asarray(float(gamma)), np.asarray(float(beta))
    mean = np.asarray(x.mean())
    centered = x - mean
    squared = centered**2
    var = np.asarray(squared.mean())
    std = np.asarray(np.sqrt(var + eps))
    inverse = np.asarray(1 / std)
    x_hat = centered * inverse
    scaled = scale * x_hat
    y = scaled + shift

    d_beta = np.asarray(dy.sum())
    d_gamma = np.asarray((dy * x_hat).sum())
    d_x_hat = scale * dy
    d_inverse = np.asarray((d_x_hat * centered).sum())
    d_std = np.asarray(-d_inverse / std**2)
    d_var = np.asarray(d_std / (2 * std))
    d_squared = np.full(n, d_var / n)
    through_x_hat = d_x_hat * inverse
    through_squared = 2 * centered * d_squared
    d_centered = through_x_hat + through_squared
    d_mean = np.asarray(-d_centered.sum())
    d_x = d_centered + d_mean / n

    values = {
        "x": x, "mean": mean, "centered": centered, "squared": squared, "var": var, "std": std, "inverse": inverse,
        "x_hat": x_hat, "scaled": scaled, "y": y, "gamma": scale, "beta": shift,
    }  # fmt: skip
    gradients = {
        "x": d_x, "mean": d_mean, "centered": d_centered, "squared": d_squared, "var": d_var, "std": d_std,
        "inverse": d_inverse, "x_hat": d_x_hat, "scaled": dy, "y": dy, "gamma": d_gamma, "beta": d_beta,
    }  # fmt: skip
    for array in (*values.values(), *gradients.values(), through_x_hat, through_squared):
        array.setflags(write=False)
    return Graph(values, gradients, through_x_hat, through_squared)


def jacobian(trace: Trace, feature: int) -> FloatArray:
    """How each output of a feature depends on each of its inputs: J[i, j] = dy_i / dx_j, (N, N).

        J = gamma / std * (I - 1/N - x_hat x_hat^T / N)   in training
        J = gamma / std * I                               in inference

    trace: of a batch (N, C). One backward pass for each output, so the formula is the layer's own. Outputs of a feature
    depend on no other feature. Raises IndexError for a feature that is not there.
    """
    n = len(trace.x)
    rows = np.zeros((n, n))
    for i in range(n):
        dy = np.zeros(trace.x.shape)
        dy[i, feature] = 1
        rows[i] = trace.backward(dy).x[:, feature]
    return read_only(rows)


def central_differences(
    x: npt.ArrayLike, dy: npt.ArrayLike, *, gamma: float, eps: float, h: float
) -> tuple[FloatArray, float, float]:
    """Estimate dL/dx, (N,), dL/dgamma and dL/dbeta of L = sum(dy * y) for one feature, without any derivative.

        dL/dx_j ~ (L(x + h e_j) - L(x - h e_j)) / (2 h)

    and alike for gamma and for beta, taken at beta = 0. All N pushed copies of the feature go through the layer at once,
    each as a feature of its own. The error is of order h ** 2 from the curve and 1 / h from rounding.
    x, dy: (N,). Raises ValueError if h is not finite and above 0, and as `layer_graph` does.
    """
    x, dy = (_feature(values, name) for values, name in ((x, "x"), (dy, "dy")))
    if not 0 < h < np.inf:
        raise ValueError(f"h is {h}; it must be finite and above 0")
    n = len(x)
    takes_one_row = CONVENTIONS["onnx"]
    copies = replace(BatchNorm.create(n, takes_one_row, channel_axis=1), gamma=np.full(n, float(gamma)), eps=eps)
    push = h * np.eye(n)  # copy j pushes x_j
    above, below = (dy @ copies.train(x[:, None] + way * push)[0].y for way in (1, -1))  # (N,)
    x_hat = layer_graph(x, dy, eps=eps).values["x_hat"]
    of_gamma = float(dy @ ((gamma + h) * x_hat) - dy @ ((gamma - h) * x_hat)) / (2 * h)
    of_beta = float(dy @ (gamma * x_hat + h) - dy @ (gamma * x_hat - h)) / (2 * h)
    return read_only((above - below) / (2 * h)), of_gamma, of_beta


def _feature(values: npt.ArrayLike, name: str) -> FloatArray:
    array = as_floats(values, name).astype(np.float64)
    if array.ndim != 1 or not array.size:
        raise ValueError(f"{name} has shape {array.shape}; it needs one value for each example, (N,)")
    require_finite(array, name)
    return array
