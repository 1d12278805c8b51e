"""Where the lab explains a finding: settings of its pages for the numbers that were found."""

from collections.abc import Mapping

Link = tuple[str, Mapping[str, str]]
SHOWN = "Just show me"  # the answer to a page's question that shows what is right; what comes after it has settings of its own


def stale(batches: int) -> Link:
    """Averages that have seen too few batches, and nothing else wrong."""
    seen = min(max(round(batches, -1), 0), 300)
    return "training_vs_inference", _only("ti_stale") | {"ti_seen": str(seen)}


def averaging(decay: float, batches: int) -> Link:
    """How far a moving average has come after so many batches."""
    count = min(max(round(batches, -1), 0), 500)
    return "training_vs_inference", {"ti_decay": f"{decay:.2f}", "ti_batches": str(count)}


def typed(momentum: float) -> Link:
    """One number typed as momentum, in every framework."""
    return "training_vs_inference", {"ti_guess_number": SHOWN, "ti_number": f"{momentum:.2f}"}


def moved(shift: float) -> Link:
    """Data that have moved by so many standard deviations."""
    return "training_vs_inference", _only("ti_moved") | {"ti_shift": f"{_within(shift, -3.0, 3.0):.1f}"}


def wrong_mode() -> Link:
    """A layer that is still in training mode."""
    return "training_vs_inference", _only("ti_training")


def dropout() -> Link:
    """Dropout in front of the layer."""
    return "training_vs_inference", {"ti_keep": "0.5"}


def small_batches(size: int) -> Link:
    """The noise of the statistics at this batch size."""
    return "batch_size", {"bs_m": str(min(max(size, 1), 256))}


def two_values(std: float, eps: float) -> Link:
    """Two values so far apart that their standard deviation is this one, and an ε."""
    option = "1e-3 (Keras)" if eps > 1e-4 else "1e-5 (PyTorch, Flax, ONNX)"
    return "batch_size", {
        "bs_guess_two": SHOWN,
        "bs_first": "0.0",
        "bs_second": repr(_within(2 * std, 0.0, 1e6)),
        "bs_eps": option,
    }


def stretched(gamma: float, beta: float) -> Link:
    """One γ and β in front of an activation function."""
    gamma, beta = _within(gamma, 0.0, 7.0), _within(beta, -5.0, 5.0)
    return "scale_and_shift", {"ss_activation": "ReLU", "ss_gamma": f"{gamma:.1f}", "ss_beta": f"{beta + 0.0:.1f}"}


def conventions() -> Link:
    """How frameworks differ."""
    return "frameworks", {}


def residual() -> Link:
    """Depth and skip connections."""
    return "train_a_network", {}


def _within(value: float, low: float, high: float) -> float:
    """The value as far as a slider goes; the lower end for what is no number."""
    return min(max(value, low), high) if value == value else low


def _only(fault: str) -> dict[str, str]:
    """The settings of the page of faults in use with one of them alone."""
    faults = ("ti_training", "ti_few", "ti_stale", "ti_moved")
    return {"ti_guess": SHOWN} | {each: "true" if each == fault else "false" for each in faults}
