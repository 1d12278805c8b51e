"""The mathematics of batch normalization: NumPy and the standard library, nothing else."""

from bn.activations import ACTIVATIONS, Activation
from bn.arrays import FloatArray
from bn.batches import DISTRIBUTIONS, EXAMPLE, Distribution, Feature, Stream, draw, resample
from bn.bias import BiasProof, add_bias
from bn.conventions import CONVENTIONS, Convention
from bn.counting import Array, HiddenLayer, Network, count_network, layer_arrays
from bn.layer import BatchNorm, Gradients, Trace
from bn.moving import History, feed
from bn.relatives import batch_norm, group_norm, instance_norm, layer_norm

__all__ = [
    "ACTIVATIONS",
    "CONVENTIONS",
    "DISTRIBUTIONS",
    "EXAMPLE",
    "Activation",
    "Array",
    "BatchNorm",
    "BiasProof",
    "Convention",
    "Distribution",
    "Feature",
    "FloatArray",
    "Gradients",
    "HiddenLayer",
    "History",
    "Network",
    "Stream",
    "Trace",
    "add_bias",
    "batch_norm",
    "count_network",
    "draw",
    "feed",
    "group_norm",
    "instance_norm",
    "layer_arrays",
    "layer_norm",
    "resample",
]
