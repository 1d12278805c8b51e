"""What is to be said of the moving averages of one feature in the lab."""

from bn import History
from ui.numbers import fixed, percent


def describe(history: History, feature: int, name: str, truth: float, *, drawn: bool) -> str:
    """How far the moving mean of a feature has come.

    name: of the feature, as Markdown; truth: the true mean; drawn: whether further batches are drawn from distributions.
    """
    layer, seen = history.layer, history.layer.batches_seen
    start = (0.0 if seen else 1.0) if layer.decay is None else layer.decay**seen
    source = (
        "Further batches are drawn from the same distributions."
        if drawn
        else "Further batches are rows of the first, drawn with replacement, so the truth is the first one's own mean and "
        "variance (÷ N)."
    )
    low = "" if layer.convention.running_var_ddof else " A batch's variance ÷ N is on average 1/N short of the truth."
    return (
        f"After {seen} {'batch' if seen == 1 else 'batches'} the moving mean of {name} is "
        f"**{fixed(float(history.mean[-1, feature]))}**; the true mean is {fixed(truth)}. The start, mean 0 and variance 1, "
        f"still [weighs](#decay) {percent(start, 3)}. {source}{low} Dots are batches, the dashed line is the [moving average](#moving-average), the thin line "
        "is the truth."
    )
