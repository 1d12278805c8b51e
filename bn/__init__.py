"""The mathematics of batch normalization: NumPy and the standard library, nothing else."""

from bn.activations import ACTIVATIONS, Activation
from bn.arrays import FloatArray
from bn.batches import DISTRIBUTIONS, EXAMPLE, Distribution, Feature, Stream, draw, resample
from bn.cars import CARS, RENTS, TAXI_AGE, counted, fleet
from bn.conventions import CONVENTIONS, Convention
from bn.descent import Descent, Valley, best_rate, descend, height_after, least_squares, steps_needed
from bn.layer import BatchNorm, Gradients, Trace
from bn.moving import History, feed
from bn.relatives import batch_norm, group_norm, instance_norm, layer_norm
from bn.rescale import min_max, skewness, z_score
from bn.tiny_network import activations, he_weights

__all__ = [
    "ACTIVATIONS",
    "CARS",
    "CONVENTIONS",
    "DISTRIBUTIONS",
    "EXAMPLE",
    "RENTS",
    "TAXI_AGE",
    "Activation",
    "BatchNorm",
    "Convention",
    "Descent",
    "Distribution",
    "Feature",
    "FloatArray",
    "Gradients",
    "History",
    "Stream",
    "Trace",
    "Valley",
    "activations",
    "batch_norm",
    "best_rate",
    "counted",
    "descend",
    "draw",
    "feed",
    "fleet",
    "group_norm",
    "he_weights",
    "height_after",
    "instance_norm",
    "layer_norm",
    "least_squares",
    "min_max",
    "resample",
    "skewness",
    "steps_needed",
    "z_score",
]
