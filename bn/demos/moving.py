"""The path of the moving averages while a layer sees one batch after another."""

from dataclasses import dataclass

import numpy as np

from bn.arrays import FloatArray, read_only
from bn.layer import BatchNorm


@dataclass(frozen=True, eq=False)
class History:
    """Moving averages over time, T batches long.

    mean, var              (T + 1, C) the moving averages before the first batch and after each
    batch_mean, batch_var  (T, C) the statistics of each batch that were averaged; var with the convention's divisor
    layer                  the layer at the end
    """

    mean: FloatArray
    var: FloatArray
    batch_mean: FloatArray
    batch_var: FloatArray
    layer: BatchNorm


def feed(layer: BatchNorm, batches: FloatArray) -> History:
    """Train the layer's moving averages on batches (T, N, C), one after another; T may be 0.

    gamma and beta stay as they are. Raises ValueError if batches is not (T, N, C), and as `BatchNorm.train` does.
    """
    if batches.ndim != 3:
        raise ValueError(f"batches has shape {batches.shape}; it needs three axes (T, N, C)")
    size, num_features = batches.shape[1:]
    correction = layer.convention.correction(size, layer.eps) if size else 1.0
    mean, var = [layer.running_mean], [layer.running_var]
    batch_mean, batch_var = [], []
    for x in batches:
        trace, layer = layer.train(x)
        mean.append(layer.running_mean)
        var.append(layer.running_var)
        batch_mean.append(trace.mean)
        batch_var.append(trace.var * correction)
    return History(
        mean=read_only(np.array(mean)),
        var=read_only(np.array(var)),
        batch_mean=read_only(np.array(batch_mean).reshape(-1, num_features)),
        batch_var=read_only(np.array(batch_var).reshape(-1, num_features)),
        layer=layer,
    )
