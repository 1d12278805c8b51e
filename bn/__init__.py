"""The mathematics of batch normalization: NumPy and the standard library, nothing else."""

from bn.activations import ACTIVATIONS, Activation
from bn.arrays import FloatArray
from bn.averaging import batches_until, moving_average, pooled, shaking, weight_of_start, without_start
from bn.batches import DISTRIBUTIONS, EXAMPLE, Distribution, Feature, Stream, draw, resample
from bn.conventions import CONVENTIONS, Convention
from bn.faults import Faults, Served, off_by, serve
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
    "Faults",
    "Feature",
    "FloatArray",
    "Gradients",
    "History",
    "Placed",
    "Regime",
    "Served",
    "Stream",
    "Trace",
    "after_activation",
    "batch_norm",
    "batches_until",
    "before_activation",
    "draw",
    "feed",
    "group_norm",
    "instance_norm",
    "is_flat",
    "largest_share",
    "layer_norm",
    "moving_average",
    "off_by",
    "pooled",
    "regime",
    "resample",
    "serve",
    "shaking",
    "tangent",
    "weight_of_start",
    "without_start",
]
