"""The mathematics of batch normalization: NumPy and the standard library, nothing else."""

from bn.activations import ACTIVATIONS, Activation
from bn.arrays import FloatArray
from bn.batches import DISTRIBUTIONS, EXAMPLE, Distribution, Feature, Stream, draw, resample
from bn.conventions import CONVENTIONS, Convention
from bn.layer import BatchNorm, Gradients, Trace
from bn.moving import History, feed
from bn.placement import Placed, after_activation, before_activation
from bn.relatives import batch_norm, group_norm, instance_norm, layer_norm
from bn.saturation import Regime, is_flat, largest_share, regime, tangent

__all__ = [
    "ACTIVATIONS",
    "CONVENTIONS",
    "DISTRIBUTIONS",
    "EXAMPLE",
    "Activation",
    "BatchNorm",
    "Convention",
    "Distribution",
    "Feature",
    "FloatArray",
    "Gradients",
    "History",
    "Placed",
    "Regime",
    "Stream",
    "Trace",
    "after_activation",
    "batch_norm",
    "before_activation",
    "draw",
    "feed",
    "group_norm",
    "instance_norm",
    "is_flat",
    "largest_share",
    "layer_norm",
    "regime",
    "resample",
    "tangent",
]
