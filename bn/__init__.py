"""The mathematics of batch normalization: NumPy and the standard library, nothing else."""

from bn.activations import ACTIVATIONS, Activation
from bn.arrays import FloatArray
from bn.averaging import batches_until, moving_average, pooled, shaking, weight_of_start, without_start
from bn.batches import DISTRIBUTIONS, EXAMPLE, Distribution, Feature, Stream, draw, resample
from bn.bias import BiasProof, add_bias
from bn.cars import CARS, RENTS, TAXI_AGE, counted, fleet
from bn.conventions import CONVENTIONS, Convention
from bn.counting import Array, HiddenLayer, NetworkCounts, count_network, layer_arrays
from bn.descent import Descent, Valley, best_rate, descend, height_after, least_squares, steps_needed
from bn.faults import Faults, Served, off_by, serve
from bn.layer import BatchNorm, Gradients, Trace
from bn.moving import History, feed
from bn.network import Hidden, Network, NetworkGradients, Noise, Parameters, Pass
from bn.placement import Placed, after_activation, before_activation
from bn.probes import (
    CovariateShift,
    LayerState,
    MomentShift,
    Smoothness,
    covariate_shift,
    layer_states,
    moment_shifts,
    percentiles,
    smoothness,
)
from bn.recording import BINS, REACH, Images, LayerLook, Look, Part, look, record
from bn.relatives import batch_norm, group_norm, instance_norm, layer_norm
from bn.rescale import min_max, skewness, z_score
from bn.saturation import Regime, is_flat, largest_share, regime, tangent
from bn.tiny_network import activations, he_weights
from bn.training import Step, train

__all__ = [
    "ACTIVATIONS",
    "BINS",
    "CARS",
    "CONVENTIONS",
    "DISTRIBUTIONS",
    "EXAMPLE",
    "REACH",
    "RENTS",
    "TAXI_AGE",
    "Activation",
    "Array",
    "BatchNorm",
    "BiasProof",
    "Convention",
    "CovariateShift",
    "Descent",
    "Distribution",
    "Faults",
    "Feature",
    "FloatArray",
    "Gradients",
    "Hidden",
    "HiddenLayer",
    "History",
    "Images",
    "LayerLook",
    "LayerState",
    "Look",
    "MomentShift",
    "Network",
    "NetworkCounts",
    "NetworkGradients",
    "Noise",
    "Parameters",
    "Part",
    "Pass",
    "Placed",
    "Regime",
    "Served",
    "Smoothness",
    "Step",
    "Stream",
    "Trace",
    "Valley",
    "activations",
    "add_bias",
    "after_activation",
    "batch_norm",
    "batches_until",
    "before_activation",
    "best_rate",
    "count_network",
    "counted",
    "covariate_shift",
    "descend",
    "draw",
    "feed",
    "fleet",
    "group_norm",
    "he_weights",
    "height_after",
    "instance_norm",
    "is_flat",
    "largest_share",
    "layer_arrays",
    "layer_norm",
    "layer_states",
    "least_squares",
    "look",
    "min_max",
    "moment_shifts",
    "moving_average",
    "off_by",
    "percentiles",
    "pooled",
    "record",
    "regime",
    "resample",
    "serve",
    "shaking",
    "skewness",
    "smoothness",
    "steps_needed",
    "tangent",
    "train",
    "weight_of_start",
    "without_start",
    "z_score",
]
