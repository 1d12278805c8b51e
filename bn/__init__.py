"""The mathematics of batch normalization: NumPy and the standard library, nothing else."""

from bn.activations import ACTIVATIONS, Activation
from bn.arrays import FloatArray
from bn.averaging import batches_until, moving_average, pooled, shaking, weight_of_start, without_start
from bn.batches import DISTRIBUTIONS, EXAMPLE, Distribution, Feature, Stream, draw, resample
from bn.bias import BiasProof, add_bias, bias_elsewhere
from bn.brought.mistakes import (
    MISTAKES,
    NOT_ROUNDED,
    Fit,
    Mistake,
    NextAverages,
    Unsure,
    apart,
    explain_output,
    float32_error,
    next_averages,
    outputs_of_two,
    printing_error,
    stored_outputs,
)
from bn.brought.order import ORDERS, likely_order, negative_by
from bn.brought.sequence import Averages, as_rows, follow_batches, moments_of_all, within_batches, without_padding
from bn.conventions import CONVENTIONS, Convention
from bn.demos.cars import CARS, RENTS, TAXI_AGE, counted, fleet
from bn.demos.company import contagion, in_company
from bn.demos.contrast import channel_ratio, contrast_of_first, map_stds
from bn.demos.counting import Array, HiddenLayer, NetworkCounts, count_network, layer_arrays
from bn.demos.descent import Descent, Valley, best_rate, descend, height_after, least_squares, steps_needed
from bn.demos.dropout import dropped, variance_shift
from bn.demos.estimates import Source, batch_rows, root_mean_square
from bn.demos.faults import Faults, Served, off_by, serve
from bn.demos.filters import FILTERS, filtered
from bn.demos.graph import Graph, central_differences, jacobian, layer_graph
from bn.demos.moving import History, feed
from bn.demos.placement import Placed, after_activation, before_activation
from bn.demos.rescale import min_max, skewness, z_score
from bn.demos.tiny_network import activations, he_weights
from bn.folding import Folded, Kind, Layout, fold, fold_forward, neutral_padding
from bn.layer import BatchNorm, Gradients, Trace
from bn.networks.depth import GROWTH_BACKWARD, Stack, stack
from bn.networks.evidence import Evidence, Probe, Reading, Summary, sum_up, summarize, watch
from bn.networks.layout import Parameters
from bn.networks.network import Hidden, Network, NetworkGradients, Pass
from bn.networks.noise import Noise
from bn.networks.probes import (
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
from bn.networks.recording import BINS, REACH, Images, LayerLook, Look, Part, look, record
from bn.networks.sweep import Outcome, Underway, average_anew, sweep
from bn.networks.together import StepTogether, separate, side_by_side, train_together
from bn.networks.training import Step, train
from bn.relatives import batch_norm, group_norm, instance_norm, layer_norm
from bn.saturation import Regime, is_flat, largest_share, regime, tangent
from bn.sharing import NORMS, Norm, Sharing, dividing

__all__ = [
    "ACTIVATIONS",
    "BINS",
    "CARS",
    "CONVENTIONS",
    "DISTRIBUTIONS",
    "EXAMPLE",
    "FILTERS",
    "GROWTH_BACKWARD",
    "MISTAKES",
    "NORMS",
    "NOT_ROUNDED",
    "ORDERS",
    "REACH",
    "RENTS",
    "TAXI_AGE",
    "Activation",
    "Array",
    "Averages",
    "BatchNorm",
    "BiasProof",
    "Convention",
    "CovariateShift",
    "Descent",
    "Distribution",
    "Evidence",
    "Faults",
    "Feature",
    "Fit",
    "FloatArray",
    "Folded",
    "Gradients",
    "Graph",
    "Hidden",
    "HiddenLayer",
    "History",
    "Images",
    "Kind",
    "LayerLook",
    "LayerState",
    "Layout",
    "Look",
    "Mistake",
    "MomentShift",
    "Network",
    "NetworkCounts",
    "NetworkGradients",
    "NextAverages",
    "Noise",
    "Norm",
    "Outcome",
    "Parameters",
    "Part",
    "Pass",
    "Placed",
    "Probe",
    "Reading",
    "Regime",
    "Served",
    "Sharing",
    "Smoothness",
    "Source",
    "Stack",
    "Step",
    "StepTogether",
    "Stream",
    "Summary",
    "Trace",
    "Underway",
    "Unsure",
    "Valley",
    "activations",
    "add_bias",
    "after_activation",
    "apart",
    "as_rows",
    "average_anew",
    "batch_norm",
    "batch_rows",
    "batches_until",
    "before_activation",
    "best_rate",
    "bias_elsewhere",
    "central_differences",
    "channel_ratio",
    "contagion",
    "contrast_of_first",
    "count_network",
    "counted",
    "covariate_shift",
    "descend",
    "dividing",
    "draw",
    "dropped",
    "explain_output",
    "feed",
    "filtered",
    "fleet",
    "float32_error",
    "fold",
    "fold_forward",
    "follow_batches",
    "group_norm",
    "he_weights",
    "height_after",
    "in_company",
    "instance_norm",
    "is_flat",
    "jacobian",
    "largest_share",
    "layer_arrays",
    "layer_graph",
    "layer_norm",
    "layer_states",
    "least_squares",
    "likely_order",
    "look",
    "map_stds",
    "min_max",
    "moment_shifts",
    "moments_of_all",
    "moving_average",
    "negative_by",
    "neutral_padding",
    "next_averages",
    "off_by",
    "outputs_of_two",
    "percentiles",
    "pooled",
    "printing_error",
    "record",
    "regime",
    "resample",
    "root_mean_square",
    "separate",
    "serve",
    "shaking",
    "side_by_side",
    "skewness",
    "smoothness",
    "stack",
    "steps_needed",
    "stored_outputs",
    "sum_up",
    "summarize",
    "sweep",
    "tangent",
    "train",
    "train_together",
    "variance_shift",
    "watch",
    "weight_of_start",
    "within_batches",
    "without_padding",
    "without_start",
    "z_score",
]
