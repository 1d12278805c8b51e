"""Averages recomputed from recorded data."""

from dataclasses import replace

from bn.arrays import all_finite, read_only
from bn.averaging import pooled
from bn.checkup.stored import StoredLayer, StoredModel


def renewed(model: StoredModel) -> StoredModel:
    """The model with the mean and variance of the recorded data in place of the stored averages; γ, β and ε stay.

        μ = mean of μ_B,   σ² = mean of σ²_B + variance of μ_B,   over the batches in training mode, all ÷N

    In training mode a layer's inputs do not depend on averages that are stored earlier in the model, so all layers can be
    renewed at once; in evaluation mode each would have to wait for those before it. What remains: a layer then
    normalizes with the statistics of all batches what later layers saw normalized batch by batch, and with small batches
    that is not the same. Layers that recorded nothing, or no numbers, stay as they are.
    Raises ValueError where nothing was recorded.
    Source: Wu & Johnson 2021 (arXiv 2105.07576), section 3, "PreciseBN".
    """
    if not any(layer.recorded for layer in model.layers):
        raise ValueError("no data were recorded; give the snippet some batches")
    return replace(model, layers=tuple(_renewed(layer) for layer in model.layers))


def _renewed(layer: StoredLayer) -> StoredLayer:
    if layer.recorded is None:
        return layer
    mean, var = pooled(layer.recorded.train_mean, layer.recorded.train_var)
    if not all_finite(var):  # it is not where the mean is none either
        return layer
    return replace(layer, running_mean=read_only(mean), running_var=read_only(var), recorded=None)
