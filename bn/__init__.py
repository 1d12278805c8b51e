"""The mathematics of batch normalization: NumPy and the standard library, nothing else."""

from bn.activations import ACTIVATIONS, Activation
from bn.arrays import FloatArray
from bn.batches import DISTRIBUTIONS, EXAMPLE, Distribution, Feature, Stream, draw, resample
from bn.conventions import CONVENTIONS, Convention
from bn.layer import BatchNorm, Gradients, Trace
from bn.moving import History, feed
from bn.relatives import batch_norm, group_norm, instance_norm, layer_norm

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
    "Stream",
    "Trace",
    "batch_norm",
    "draw",
    "feed",
    "group_norm",
    "instance_norm",
    "layer_norm",
    "resample",
]
