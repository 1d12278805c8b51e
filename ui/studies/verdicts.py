"""What the runs of two twins bear out: each verdict is chosen by what was measured on them, and says the numbers."""

from ui.numbers import percent, short
from ui.studies.twins import CHANCE, LOOKS, Run

CLEAR = 0.02  # accuracies closer than this are about the same: 7 of the 360 held-out digits
GOOD = 0.9  # the share of right answers whose time is taken
SOONER = 2.0  # times differ if one is this many times the other, and by more than the steps between two looks
FADED = 0.1  # a gradient or a signal has faded if this little of it is left at the other end of the network
LEARNED = 0.5  # below this share the twin with batch norm has not learned enough to hold the other one against it
TINY = 0.01  # a gradient is tiny beside one that is a hundred times as large


def because(with_norm: Run, without: Run) -> str:
    """Why the twin without batch norm ended as it did beside the other, as far as that was measured."""
    words = f"{percent(without.accuracy, 1)} without, {percent(with_norm.accuracy, 1)} with batch norm"
    difference = with_norm.accuracy - without.accuracy
    if without.stopped and with_norm.stopped:
        return f"{words}: at this learning rate both diverged."
    if without.stopped:
        return f"{words}: at this learning rate the twin without it diverged, the other one went on."
    if with_norm.stopped:
        return f"{words}: at this learning rate the twin with batch norm diverged, the other one went on."
    if max(without.accuracy, with_norm.accuracy) < CHANCE:
        return f"{words}: neither learns with these settings, and batch norm does not mend that."
    if abs(difference) <= CLEAR:
        return f"{words}. {_alike(with_norm, without)}"
    if difference < 0:
        return f"{words}. In this run batch norm **costs** something."
    if without.accuracy < CHANCE:
        return f"{words}. {_stuck(with_norm, without)}"
    return f"{words}. {_behind(with_norm, without)}"


def _alike(with_norm: Run, without: Run) -> str:
    """Whether twins that end alike also get there alike."""
    own, its = (time_to(GOOD, run) for run in (with_norm, without))
    if own is None or its is None:
        return f"They end alike, and not both with {percent(GOOD)} right: give them more steps before you judge."
    times = f"{percent(GOOD)} right after {own:,} steps with, after {its:,} without it"
    if abs(its - own) * LOOKS > without.parts[-1].number and max(own, its) >= SOONER * min(own, its):
        return f"They end alike, but **one gets there sooner**: {times}."
    return f"**Batch norm brings nothing here**: they also learn alike, {times}."


def _behind(with_norm: Run, without: Run) -> str:
    there = time_to(without.accuracy, with_norm)
    return f"It learns, but not as fast: with batch norm as many were right after {there:,} steps."


def _stuck(with_norm: Run, without: Run) -> str:
    """What was measured on a twin that guesses while the other one learns: at the end, while it trained, at step 0."""
    if dead := _dead(without):
        return dead
    if without.overshoots:
        return "Its **steps overshoot**: the training loss rose above where it started and did not come back."
    if with_norm.accuracy < LEARNED:
        return "With batch norm it has not come far either, so this run tells little."
    if not without.looks or not with_norm.looks:
        return "Its numbers are too large to look at."
    (_, start), (_, beside) = without.looks[0], with_norm.looks[0]
    its, own = ([layer.gradient_norm for layer in look.layers] for look in (start, beside))
    signal = [layer.spread for layer in start.layers]
    if its[0] < FADED * its[-1]:
        return (
            f"Look inside, below, at step 0. Without, the **gradient fades on its way back**: in the first layer it is "
            f"{short(its[0] / its[-1])} times that in the last hidden layer; with batch norm, {short(own[0] / own[-1])} times."
        )
    if max(its) < TINY * min(own) and signal[-1] < FADED * signal[0]:
        return (
            f"Look inside, below, at step 0. Without, the gradient is **tiny in every layer**, at most {short(max(its))}, "
            f"against at least {short(min(own))} with batch norm. It does not fade from layer to layer; the **signal "
            f"shrinks** on its way forward: what tells digits apart is {short(signal[0])} behind the first hidden layer and "
            f"{short(signal[-1])} behind the last."
        )
    return (
        f"At step 0 nothing had faded: its first layer had a gradient of {short(its[0])}. What holds it back is not among the "
        "things measured here."
    )


def _dead(run: Run) -> str | None:
    """What there is to say if no gradient gets back to any hidden layer for its ReLU units are off; None if one does."""
    number, end = run.looks[-1] if run.looks else (0, None)
    dead = [layer.dead for layer in end.layers] if end else []
    if not end or not any(dead) or any(layer.gradient_norm for layer in end.layers):
        return None
    return (
        f"At step {number:,} its **ReLU units are dead**: {max(dead)} of layer {dead.index(max(dead)) + 1} are 0 for every "
        "digit that it is looked at with, and no gradient gets back to any hidden layer."
    )


def time_to(share: float, run: Run) -> int | None:
    """The step of the first look at which so many of the held-out digits were right; None if there was none."""
    return next((number for number, look in run.looks if look.accuracy >= share), None)
