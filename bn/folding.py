"""A linear layer and the batch norm next to it as one linear layer, for inference."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from bn.arrays import FloatArray, as_floats, channel_vector, read_only, require_finite
from bn.layer import BatchNorm

Kind = Literal["dense", "convolution", "depthwise", "transposed"]
Layout = Literal["pytorch", "keras"]


@dataclass(frozen=True, eq=False)
class Folded:
    """The weights and the bias of one layer that does the work of two.

    weight  the shape of the weights that were folded
    bias    one for each output of the linear layer
    """

    weight: FloatArray
    bias: FloatArray


def fold(
    weight: npt.ArrayLike, bias: npt.ArrayLike | None, layer: BatchNorm, kind: Kind, layout: Layout, groups: int = 1
) -> Folded:
    """Fold batch norm in inference mode into the linear layer before it.

        scale  = gamma / sqrt(running_var + eps)
        weight = weight * scale                                for each output
        bias   = (bias - running_mean) * scale + beta

    Which axis holds the outputs depends on the kind of layer and on whose layout its weights have; H, W stand for any
    number of axes, I for its inputs, C for the layer's features, G for groups, M for the multiplier C / I:

                       PyTorch            Keras
        dense          (C, I)             (I, C)
        convolution    (C, I / G, H, W)   (H, W, I / G, C)
        depthwise      (C, 1, H, W)       (H, W, I, M)       output i * M + m is the m-th of input i
        transposed     (I, C / G, H, W)   (H, W, C, I)       output g * C / G + c is the c-th of group g

    bias: (C,), or None where the linear layer has none. Computed in float64. Raises ValueError for another kind, layout
    or number of groups, for weight or bias that do not fit them and the layer's C features, or hold NaN or infinity, and
    where running_var + eps is 0, so that nothing finite could be multiplied. Where C is as long as another axis, a wrong
    kind has the right shape too, and nobody can tell.
    Source: the layer's own formula, y = gamma * (w x + b - mean) / sqrt(var + eps) + beta, sorted by x.
    """
    copy, view = _grouped(weight, kind, layout, groups)
    features, outputs = len(layer.gamma), view.shape[0] * view.shape[1]
    if outputs != features:
        raise ValueError(
            f"weight has shape {copy.shape}, which is {_name(kind, layout)} of {outputs} outputs; the layer has {features} "
            "features"
        )
    old = np.zeros(features) if bias is None else channel_vector(bias, features, "bias")
    scale, shift = _as_linear(layer)
    view *= scale.reshape(*view.shape[:2], *[1] * (view.ndim - 2))
    return Folded(read_only(copy), read_only(old * scale + shift))


def fold_forward(
    weight: npt.ArrayLike, bias: npt.ArrayLike | None, layer: BatchNorm, kind: Kind, layout: Layout, groups: int = 1
) -> Folded:
    """Fold batch norm in inference mode into the linear layer behind it.

        scale  = gamma / sqrt(running_var + eps),  shift = beta - running_mean * scale
        bias   = bias + sum of weight * shift                  over the inputs and the pixels of the filter
        weight = weight * scale                                for each input

    Exact for a dense layer and a convolution without padding. A convolution that pads with zeros pads *behind* the batch
    norm; once that is folded, the zeros stand for y = 0 no longer, and outputs at the border differ, unless it pads with
    `neutral_padding`.
    Shapes as in `fold`, with C the inputs. Raises ValueError as `fold` does, and for a transposed convolution, to whose
    outputs the shift contributes differently from place to place.
    Source: w (scale x + shift) + b, sorted by x.
    """
    if kind == "transposed":
        raise ValueError("kind is transposed; its outputs get differently many inputs, so no one bias does for all")
    features = len(layer.gamma)
    copy, view = _grouped(weight, kind, layout, features if kind == "depthwise" and groups == 1 else groups)
    inputs, outputs = view.shape[0] * view.shape[2], view.shape[0] * view.shape[1]
    if inputs != features:
        raise ValueError(
            f"weight has shape {copy.shape}, which is {_name(kind, layout)} of {inputs} inputs; the layer has {features} "
            "features"
        )
    old = np.zeros(outputs) if bias is None else channel_vector(bias, outputs, "bias")
    scale, shift = (each.reshape(view.shape[0], 1, -1, *[1] * (view.ndim - 3)) for each in _as_linear(layer))
    added = (view * shift).sum(axis=tuple(range(2, view.ndim))).ravel()  # (outputs,)
    view *= scale
    return Folded(read_only(copy), read_only(old + added))


def neutral_padding(layer: BatchNorm) -> FloatArray:
    """What batch norm in inference mode turns into 0, for each feature, (C,): running_mean - beta / scale.

    Raises ValueError where gamma is 0, so that every input becomes beta, and as `fold` does.
    """
    scale, shift = _as_linear(layer)
    if not scale.all():
        raise ValueError(f"gamma[{int((scale == 0).argmax())}] is 0; no input becomes 0 there")
    return read_only(-shift / scale)


def _as_linear(layer: BatchNorm) -> tuple[FloatArray, FloatArray]:
    """The layer in inference mode as scale * x + shift, both (C,)."""
    std = np.sqrt(layer.running_var + layer.eps)
    if not std.all():
        raise ValueError(f"running_var[{int(std.argmin())}] + eps is 0; the layer has no finite slope there")
    scale = layer.gamma / std
    return scale, layer.beta - layer.running_mean * scale


def _grouped(weight: npt.ArrayLike, kind: Kind, layout: Layout, groups: int) -> tuple[FloatArray, FloatArray]:
    """A float64 copy of the weights, and a view of it as (G, outputs / G, inputs / G, H, W).

    A depthwise convolution is one of as many groups as inputs. PyTorch's weights do not say how many those are; `groups`
    does, and without it each output counts as a group.
    """
    for name, given, known in (("kind", kind, get_args(Kind)), ("layout", layout, get_args(Layout))):
        if given not in known:
            raise ValueError(f"{name} is {given!r}; it must be one of {', '.join(known)}")
    copy = np.array(as_floats(weight, "weight"), dtype=np.float64)
    require_finite(copy, "weight")
    if (copy.ndim != 2) if kind == "dense" else (copy.ndim < 3):
        axes = "two axes" if kind == "dense" else "three axes or more"
        raise ValueError(f"weight has shape {copy.shape}; {_name(kind, layout)} needs {axes}")
    if groups < 1 or (groups > 1 and (kind == "dense" or (kind, layout) == ("transposed", "keras"))):
        raise ValueError(f"groups is {groups}; {_name(kind, layout)} has 1")
    view = copy if layout == "pytorch" else np.moveaxis(copy, (-1, -2), (0, 1))
    if kind == "depthwise":
        if layout == "keras":
            if groups not in (1, copy.shape[-2]):
                raise ValueError(f"groups is {groups}; {_name(kind, layout)} has as many as inputs, {copy.shape[-2]}")
            return copy, np.moveaxis(copy, (-2, -1), (0, 1))[:, :, None]
        if copy.shape[1] != 1:
            raise ValueError(
                f"weight has shape {copy.shape}; {_name(kind, layout)} has 1 input for each output, on axis 1"
            )
        groups = groups if groups > 1 else len(copy)
    if len(view) % groups:
        what = "inputs" if kind == "transposed" else "outputs"
        raise ValueError(f"weight has shape {copy.shape}; its {len(view)} {what} cannot be parted into {groups} groups")
    view = view.reshape(groups, len(view) // groups, *view.shape[1:])
    return copy, view.swapaxes(1, 2) if kind == "transposed" else view


def _name(kind: Kind, layout: Layout) -> str:
    layer = {"dense": "dense layer", "depthwise": "depthwise convolution", "transposed": "transposed convolution"}
    return f"a {layer.get(kind, kind)} in {'PyTorch' if layout == 'pytorch' else 'Keras'}'s layout"
