"""Three networks on the same digits, from the same weights, with the same batches: what is recorded and how it is drawn."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bn import Evidence, Network, Smoothness, Summary, summarize, watch
from bn.network import Norm
from ui.curves import Curve, Panel
from ui.digits import CLASSES, SIZE, digits
from ui.figures.style import INPUT, NORMALIZED
from ui.threads import compute_on_one_thread

STEPS, EVERY = 200, 10
LAST = 20  # batches over which the loss at the end is taken
BATCH_SIZE, UNITS, FIXED = 64, 50, 128
MULTIPLES = (0.25, 0.5, 1.0, 2.0, 4.0)  # of the learning rate, at which the loss is looked at along the step

BAND_AXIS = (-5.0, 5.0)
LOSS_AXIS = (0.005, 20.0)
LOOK_AXIS = (0.002, 50.0)
CHANGE_AXIS = (0.05, 100.0)

Part = tuple[Evidence | None, ...]
Runs = tuple[tuple[Evidence, ...], ...]


@dataclass(frozen=True)
class Contestant:
    """One of the three: its name, what stands behind its layers, how it is drawn."""

    name: str
    norm: Norm
    color: str
    dash: str
    marker: str


CONTESTANTS = (
    Contestant("plain", None, INPUT.color, "7 4", INPUT.marker),
    Contestant("batch norm", "batch", NORMALIZED.color, "", NORMALIZED.marker),
    Contestant("with noise", "noisy", "#B8609A", "2 3", "triangle-up"),
)


@dataclass(frozen=True)
class Settings:
    """All that the three runs depend on."""

    learning_rate: float
    depth: int
    activation: str
    seed: int


def start(settings: Settings) -> Iterator[Part]:
    """Train and probe the three networks, stretch by stretch."""
    compute_on_one_thread()
    split = digits()
    sizes = (SIZE * SIZE, *[UNITS] * settings.depth, CLASSES)
    return watch(
        [Network.create(sizes, settings.activation, each.norm, seed=settings.seed) for each in CONTESTANTS],
        *split.train,
        fixed=split.train.images[:FIXED],
        held_out=split.test,
        steps=STEPS,
        every=EVERY,
        batch_size=BATCH_SIZE,
        learning_rate=settings.learning_rate,
        multiples=MULTIPLES,
        seed=settings.seed,
    )


def by_network(parts: Sequence[Part]) -> Runs:
    """What was recorded of each network, in order of time."""
    return tuple(tuple(each for each in run if each) for run in zip(*parts, strict=True))


@lru_cache(maxsize=64)
def summaries(runs: Runs) -> tuple[Summary, ...]:
    """The three runs in numbers; as long as they go on, of what there is."""
    return tuple(summarize(run, LAST) for run in runs)


def brief(value: float) -> str:
    """Two significant digits, no exponent where it can be helped: 0.0015, 2.3, 184."""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0 or abs(value) >= 1e6 or abs(value) < 1e-5:
        return f"{value:.1e}" if value else "0"
    rounded = float(f"{value:.1e}")
    if abs(rounded) >= 10:
        return f"{value:,.0f}"
    return f"{rounded:.{1 - math.floor(math.log10(abs(rounded)))}f}"


# --- who is largest ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measure:
    """A row of evidence: what is measured, its value for each network, and the index of the one it points at, if any.

    Larger points at trouble, except for a cosine.
    """

    name: str
    what: str
    values: tuple[str, ...]
    points_at: int | None


def worst(sums: Sequence[Summary], runs: Runs) -> int:
    """The network that trained worst: the one that ended first, or else the one with the largest loss at the end."""
    return max(range(len(sums)), key=lambda i: (sums[i].final_loss, -runs[i][-1].taken))


def measures(sums: Sequence[Summary]) -> list[Measure]:
    """All that could explain who trains worst, in the order of the argument."""

    def row(name: str, what: str, of: Callable[[Summary], float]) -> Measure:
        numbers = [of(each) for each in sums]
        return Measure(name, what, tuple(brief(number) for number in numbers), _single_largest(numbers))

    cosines = [each.gradient_cosine for each in sums]
    return [
        row("input shift", "of a unit's mean in a step, in its σ", lambda each: each.input_shift),
        row("gradient shift", "length of *G′ − G*", lambda s: s.gradient_shift),
        Measure(
            "gradient turn",
            "cosine of *G* and *G′*; 1 is none",
            tuple("–" if each is None else f"{each:.2f}" for each in cosines),
            _single_largest([-math.inf if each is None else -each for each in cosines]),
        ),
        row("loss spread", "along the step, largest − smallest", lambda each: each.loss_spread),
        row("gradient change", "along the step, in lengths of *g*", lambda s: s.gradient_change),
        row("effective β", "change of *g* per distance", lambda s: s.effective_beta),
    ]


def _single_largest(numbers: Sequence[float]) -> int | None:
    largest = max(numbers)
    return None if numbers.count(largest) > 1 else numbers.index(largest)


# --- pictures ----------------------------------------------------------------------------------------------------


def input_panels(runs: Runs, unit: int) -> list[Panel]:
    """What goes into the activation function of one unit of the last hidden layer, one panel for each network."""
    panels = []
    for each, run, summed in zip(CONTESTANTS, runs, summaries(runs), strict=True):
        seen = [
            (e.taken, e.probe.percentiles[unit].tolist()) for e in run if e.probe and e.probe.percentiles is not None
        ]
        taken = [t for t, _ in seen]
        low, middle, high = zip(*[p for _, p in seen], strict=True) if seen else ((), (), ())
        about = f"{each.name}: nothing to show."
        if seen:
            about = (
                f"{each.name}: after {taken[-1]} steps the median of unit {unit + 1} is {brief(middle[-1])}, the band from "
                f"{brief(low[-1])} to {brief(high[-1])}; so far the median was between {brief(min(middle))} and "
                f"{brief(max(middle))}. {_moves(summed)}."
            )
        curve = _curve(each, taken, middle, low, high, label="median")
        panels.append(
            Panel(
                title=f"{each.name.capitalize()}: {brief(summed.input_shift)} σ a step",
                x_axis=(0, STEPS),
                y_axis=BAND_AXIS,
                x_name="steps taken",
                curves=[curve],
                about=about,
                rules=[(0, "")],
            )
        )
    return panels


def _moves(summed: Summary) -> str:
    return f"From one step to the next a unit's mean moves by {brief(summed.input_shift)} standard deviations"


def loss_panel(runs: Runs) -> Panel:
    """The training loss of all three, each point the mean over the batches since the one before."""
    curves, said = [], []
    for each, run in zip(CONTESTANTS, runs, strict=True):
        taken = [e.taken for e in run if not e.stopped]
        losses = [sum(e.losses) / len(e.losses) for e in run if not e.stopped]
        curves.append(_curve(each, taken, losses))
        said.append(
            f"{each.name} {brief(losses[-1])} after {taken[-1]} steps" if losses else f"{each.name} ended at once"
        )
    return Panel(
        title="Loss in training",
        x_axis=(0, STEPS),
        y_axis=LOSS_AXIS,
        x_name="steps taken",
        curves=curves,
        about=f"Loss in training: {', '.join(said)}.",
        digits=-1,
        logarithmic=True,
    )


def step_panels(runs: Runs, taken: int) -> list[Panel]:
    """Loss and gradient along the direction of the step that follows after so many."""
    looks = [(each, s) for each, run in zip(CONTESTANTS, runs, strict=True) if (s := _look(run, taken))]
    losses = [_curve(each, (0.0, *MULTIPLES), (s.loss, *s.losses.tolist())) for each, s in looks]
    changes = [
        _curve(each, MULTIPLES, [distance / s.norm for distance in s.distances.tolist()])
        for each, s in looks
        if s.norm > 0
    ]
    loss_said = [
        f"{each.name} from {brief(s.loss)} to {brief(float(s.losses[-1]))} at 4 times the learning rate"
        for each, s in looks
    ]
    change_said = [
        f"{each.name} {brief(float(s.distances[MULTIPLES.index(1.0)]) / s.norm)}" for each, s in looks if s.norm > 0
    ]
    axis = {"x_axis": (0.0, MULTIPLES[-1]), "x_name": "step, in learning rates", "digits": -1, "logarithmic": True}
    return [
        Panel(
            title="Loss along the step",
            y_axis=LOOK_AXIS,
            curves=losses,
            about=f"Loss after {taken} steps: {', '.join(loss_said) or 'no run got so far'}.",
            **axis,
        ),
        Panel(
            title="Change of the gradient; 1 is as large as itself",
            y_axis=CHANGE_AXIS,
            curves=changes,
            about=f"Change of the gradient after one step of the learning rate: {', '.join(change_said) or 'none'}.",
            rules=[(1, "")],
            **axis,
        ),
    ]


def _look(run: Sequence[Evidence], taken: int) -> Smoothness | None:
    return next((each.probe.smoothness for each in run if each.taken == taken and each.probe), None)


def _curve(
    each: Contestant,
    x: Sequence[float],
    y: Sequence[float],
    low: Sequence[float] = (),
    high: Sequence[float] = (),
    label: str | None = None,
) -> Curve:
    return Curve(each.name, label or each.name, each.color, each.dash, each.marker, x, y, low, high)
