"""A linear layer and the batch norm behind it as one linear layer, for inference."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, as_floats, channel_vector, read_only, require_finite
from bn.layer import BatchNorm


@dataclass(frozen=True, eq=False)
class Folded:
    """The weights and the bias of one layer that does the work of two.

    weight  the shape of the weights that were folded
    bias    (C,), one for each output
    """

    weight: FloatArray
    bias: FloatArray


def fold(weight: npt.ArrayLike, bias: npt.ArrayLike | None, layer: BatchNorm, output_axis: int) -> Folded:
    """Fold batch norm in inference mode into the dense layer or the convolution before it.

        scale  = gamma / sqrt(running_var + eps)
        weight = weight * scale                                along the axis of the outputs
        bias   = (bias - running_mean) * scale + beta

    weight: of a dense layer, (inputs, C) with output_axis 1 or (C, inputs) with 0; of a convolution, (C, inputs, H, W)
    with 0 or (H, W, inputs, C) with -1. bias: (C,), or None where the layer has none. Computed in float64.
    Raises ValueError if weight or bias does not fit the layer's C features, or holds NaN or infinity, and where
    running_var + eps is 0, so that nothing finite could be multiplied.
    Source: the layer's own formula, y = gamma * (w x + b - mean) / sqrt(var + eps) + beta, sorted by x.
    """
    features = len(layer.gamma)
    weight = as_floats(weight, "weight").astype(np.float64)
    if not -weight.ndim <= output_axis < weight.ndim or weight.shape[output_axis] != features:
        raise ValueError(
            f"weight has shape {weight.shape}; the layer has {features} features, so axis {output_axis} needs that length"
        )
    require_finite(weight, "weight")
    old = np.zeros(features) if bias is None else channel_vector(bias, features, "bias")
    std = np.sqrt(layer.running_var + layer.eps)
    if not std.all():
        raise ValueError(f"running_var[{int(std.argmin())}] + eps is 0; the layer has no finite slope there")
    scale = layer.gamma / std
    along = [features if axis == output_axis % weight.ndim else 1 for axis in range(weight.ndim)]
    return Folded(read_only(weight * scale.reshape(along)), read_only((old - layer.running_mean) * scale + layer.beta))
