"""The mathematics of batch normalization: NumPy and the standard library, nothing else."""

from bn.activations import ACTIVATIONS, Activation
from bn.arrays import FloatArray
from bn.averaging import batches_until, moving_average, pooled, shaking, weight_of_start, without_start
from bn.batches import DISTRIBUTIONS, EXAMPLE, Distribution, Feature, Stream, draw, resample
from bn.conventions import CONVENTIONS, Convention
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
from bn.relatives import batch_norm, group_norm, instance_norm, layer_norm
from bn.saturation import Regime, is_flat, largest_share, regime, tangent
from bn.training import Step, train

__all__ = [
    "ACTIVATIONS",
    "CONVENTIONS",
    "DISTRIBUTIONS",
    "EXAMPLE",
    "Activation",
    "BatchNorm",
    "Convention",
    "CovariateShift",
    "Distribution",
    "Faults",
    "Feature",
    "FloatArray",
    "Gradients",
    "Hidden",
    "History",
    "LayerState",
    "MomentShift",
    "Network",
    "NetworkGradients",
    "Noise",
    "Parameters",
    "Pass",
    "Placed",
    "Regime",
    "Served",
    "Smoothness",
    "Step",
    "Stream",
    "Trace",
    "after_activation",
    "batch_norm",
    "batches_until",
    "before_activation",
    "covariate_shift",
    "draw",
    "feed",
    "group_norm",
    "instance_norm",
    "is_flat",
    "largest_share",
    "layer_norm",
    "layer_states",
    "moment_shifts",
    "moving_average",
    "off_by",
    "percentiles",
    "pooled",
    "regime",
    "resample",
    "serve",
    "shaking",
    "smoothness",
    "tangent",
    "train",
    "weight_of_start",
    "without_start",
]
