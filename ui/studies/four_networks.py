"""Four networks on the same digits, from the same weights, with the same batches: what is kept of them, how it is drawn."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from bn import Evidence, FloatArray, Network, Reading, Summary, sum_up, watch
from bn.arrays import read_only
from bn.networks.network import INJECTING, NormKind
from bn.networks.noise import NOISE_JITTER, NOISE_MEAN, NOISE_SCALE
from ui.figures.panels import Curve, Panel
from ui.figures.seeds import SeedRow, Strip
from ui.figures.style import INPUT, NORMALIZED, OUTPUT
from ui.numbers import exact, fixed, short, whole
from ui.serving.threads import compute_on_one_thread
from ui.studies.digits import CLASSES, SIZE, digits

STEPS, EVERY = 200, 10
LAST = 20  # batches over which the loss at the end is taken
BATCH_SIZE, UNITS, FIXED = 64, 50, 128
MULTIPLES = (0.25, 0.5, 1.0, 2.0, 4.0)  # of the learning rate, at which the loss is looked at along the step
SEEDS = 20
AT_ONCE = 8  # networks that train side by side: more are hardly faster
LAYERS_AT_ONCE = 26  # that all of these have: a job that rests holds its networks, and may hold half a megabyte
UNTIL_FIRST = STEPS // EVERY + 2  # parts of `over_seeds` until the first of its outcomes
CLOSE = 0.1  # losses that differ by less than this share are too close to call

BAND_AXIS = (-5.0, 5.0)
LOSS_AXIS = (0.005, 20.0)
LOOK_AXIS = (0.002, 50.0)
CHANGE_AXIS = (0.05, 100.0)


@dataclass(frozen=True)
class Contestant:
    """One of the four: its name, what stands behind its layers, how it is drawn."""

    name: str
    label: str
    norm: NormKind
    color: str
    dash: str
    marker: str


CONTESTANTS = (
    Contestant("plain", "plain", None, INPUT.color, "7 4", INPUT.marker),
    Contestant("plain + noise", "plain + n.", "noise", OUTPUT.color, "10 3 2 3", OUTPUT.marker),
    Contestant("batch norm", "batch norm", "batch", NORMALIZED.color, "", NORMALIZED.marker),
    Contestant("batch norm + noise", "norm + n.", "noisy", "#B8609A", "2 3", "triangle-up"),
)
NAMES = tuple(each.name for each in CONTESTANTS)
PLAIN, PLAIN_NOISE, BATCH, BATCH_NOISE = range(len(CONTESTANTS))


@dataclass(frozen=True)
class FourSettings:
    """All that the four runs depend on."""

    learning_rate: float
    depth: int
    activation: str
    seed: int


@dataclass(frozen=True, eq=False, slots=True)
class Record:
    """What the page keeps of an `Evidence`: under 2 kB, since a session keeps 84 of them.

    taken    steps taken before the last of these batches
    loss     the mean over the batches since the record before
    stopped  None, or why the run ended, as a sentence
    reading  the numbers of the probe; None, as what follows, where the run had ended
    bands    (units, 3) percentiles of what goes into the last hidden layer's activation; None where it was not finite
    along    (2, 1 + multiples) where the network stands and along its step: the loss, and how far the gradient has
             changed, in its own lengths; NaN where it has none
    """

    taken: int
    loss: float
    stopped: str | None
    reading: Reading | None = None
    bands: FloatArray | None = None
    along: FloatArray | None = None


Records = tuple[Record | None, ...]
Run = tuple[Record, ...]
Runs = tuple[Run, ...]


def start(settings: FourSettings) -> Iterator[Records]:
    """Train and probe the four networks from the same weights, stretch by stretch."""
    # Not a generator, which would hold the last part's arrays while it rests.
    return map(_drawn_of_each, _watched(settings, [(each, settings.seed) for each in CONTESTANTS]))


def _watched(
    settings: FourSettings, who: Sequence[tuple[Contestant, int]], sparing: bool = False
) -> Iterator[tuple[Evidence | None, ...]]:
    compute_on_one_thread()
    split = digits()
    sizes = (SIZE * SIZE, *[UNITS] * settings.depth, CLASSES)
    return watch(
        [Network.create(sizes, settings.activation, each.norm, seed=seed) for each, seed in who],
        *split.train,
        fixed=split.train.images[:FIXED],
        held_out=split.test,
        steps=STEPS,
        every=EVERY,
        batch_size=BATCH_SIZE,
        learning_rate=settings.learning_rate,
        multiples=MULTIPLES,
        seed=[seed for _, seed in who],
        sparing=sparing,
    )


def _counted(evidence: Evidence) -> Record:
    """What `summaries` needs."""
    loss, probe = sum(evidence.losses) / len(evidence.losses), evidence.probe
    return Record(evidence.taken, loss, evidence.stopped, probe.reading if probe else None)


def _drawn_of_each(part: tuple[Evidence | None, ...]) -> Records:
    return tuple(_drawn(each) if each else None for each in part)


def _drawn(evidence: Evidence) -> Record:
    """And what is drawn."""
    record, probe = _counted(evidence), evidence.probe
    if probe is None:
        return record
    smooth = probe.smoothness
    return replace(
        record,
        bands=None if probe.percentiles is None else _single(probe.percentiles),
        along=_single([[smooth.loss, *smooth.losses], [0.0, *(smooth.distances / (smooth.norm or math.nan))]]),
    )


def _single(values: FloatArray | Sequence[Sequence[float]]) -> FloatArray:
    """A copy in single precision: what is drawn needs no more, and no larger array is kept alive behind a view."""
    with np.errstate(over="ignore"):
        return read_only(np.array(values, np.float32))


def by_network(parts: Sequence[Records]) -> Runs:
    """What was recorded of each network, in order of time."""
    return tuple(tuple(each for each in run if each) for run in zip(*parts, strict=True))


def summaries(runs: Runs) -> tuple[Summary, ...]:
    """The four runs in numbers; as long as they go on, of what there is."""
    return tuple(
        sum_up(
            [each.loss for each in run],
            [each.reading for each in run if each.reading],
            LAST // EVERY,  # each but the first is the mean of as many
            ended=any(each.stopped for each in run),
        )
        for run in runs
    )


def injected_shift() -> float:
    """How far the noise alone moves a unit's mean from one step to the next, in the unit's standard deviations.

        mu ~ U(-a, a) anew in each step:  RMS(mu' - mu) = sqrt(2/3) a
        std of s * x_hat + m:             sqrt(E[s^2] + Var[m | mu]),  sigma ~ U(1, b), s ~ N(sigma, c), m ~ U(mu - c, mu + c)

    behind batch normalization as it starts, with gamma 1 and beta 0; RMS over the units, as in `Probe.input_shift`.
    """
    of_scale = (1 + NOISE_SCALE + NOISE_SCALE**2) / 3 + NOISE_JITTER**2
    return math.sqrt(2 / 3) * NOISE_MEAN / math.sqrt(of_scale + NOISE_JITTER**2 / 3)


# --- many seeds --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finish:
    """How one network's run with one seed went; network: which of CONTESTANTS."""

    seed: int
    network: int
    summary: Summary


def over_seeds(settings: FourSettings, seeds: Sequence[int]) -> Iterator[Finish | None]:
    """How each of the four goes with each seed, whatever the seed of the settings; None is a sign of life.

    A few runs go side by side, and only their numbers stay.
    """
    at_once = min(AT_ONCE, LAYERS_AT_ONCE // settings.depth)
    everyone = range(len(CONTESTANTS))
    noisy = [k for k in everyone if CONTESTANTS[k].norm in INJECTING]  # train together, so that noise is drawn once
    # The first seed alone, network by network, so that there is soon something to see.
    groups = [([k], seeds[:1]) for k in everyone]
    for some in _evenly(seeds[1:], at_once):
        groups += [([k], some) for k in everyone if k not in noisy]
        groups += [(noisy, few) for few in _evenly(some, at_once // len(noisy))]
    for kinds, some in groups:
        who = [(k, seed) for k in kinds for seed in some]
        parts: list[Records] = []
        for part in _watched(settings, [(CONTESTANTS[k], seed) for k, seed in who], sparing=True):
            parts.append(tuple(_counted(each) if each else None for each in part))
            yield None
        for (k, seed), summary in zip(who, summaries(by_network(parts)), strict=True):
            yield Finish(seed, k, summary)


def _evenly(seeds: Sequence[int], at_most: int) -> list[Sequence[int]]:
    """The seeds in as few groups of at most so many as there can be, none much smaller than another."""
    count = math.ceil(len(seeds) / at_most)
    return [seeds[i * len(seeds) // count : (i + 1) * len(seeds) // count] for i in range(count)]


def complete(outcomes: Sequence[Finish]) -> list[tuple[Summary, ...]]:
    """The four summaries of each seed with which all four have run, in order of the seeds."""
    found = {(each.seed, each.network): each.summary for each in outcomes}
    seeds = sorted({each.seed for each in outcomes})
    networks = range(len(CONTESTANTS))
    return [tuple(found[seed, k] for k in networks) for seed in seeds if all((seed, k) in found for k in networks)]


# What is counted over seeds: what the largest of it means, the constant axis on which it is drawn, and the number.
OVER_SEEDS: dict[str, tuple[str, tuple[float, float], Callable[[Summary], float]]] = {
    "loss": ("Ends with the highest loss", (0.01, 10.0), lambda each: each.final_loss),
    "shift": ("Inputs shift most, in σ a step", (0.0003, 3.0), lambda each: each.input_shift),
    "spread": ("Loss varies most along the step", (0.01, 20.0), lambda each: each.loss_spread),
}


def strips(outcomes: Sequence[Finish]) -> dict[str, Strip]:
    """All runs so far, measure by measure."""
    return {
        name: Strip(
            title,
            axis,
            [
                SeedRow(each.name, each.color, each.marker, {o.seed: of(o.summary) for o in outcomes if o.network == k})
                for k, each in enumerate(CONTESTANTS)
            ],
        )
        for name, (title, axis, of) in OVER_SEEDS.items()
    }


def worse_than_plain(by_seed: Sequence[Sequence[Summary]]) -> dict[str, tuple[int, ...]]:
    """With how many seeds each of the others does worse than the plain network, by what is counted."""

    def count(worse: Callable[[Summary, Summary], bool]) -> tuple[int, ...]:
        return tuple(sum(worse(sums[k], sums[PLAIN]) for sums in by_seed) for k in (PLAIN_NOISE, BATCH, BATCH_NOISE))

    return {
        "inputs shift more": count(lambda one, plain: one.input_shift > plain.input_shift),
        "ends with the higher loss": count(lambda one, plain: one.final_loss > plain.final_loss),
        "loss varies more along the step": count(lambda one, plain: one.loss_spread > plain.loss_spread),
        "fewer held-out digits right": count(lambda one, plain: (one.accuracy or 0) < (plain.accuracy or 0)),
    }


def brief(value: float) -> str:
    """Two significant digits, no exponent where it can be helped: 0.0015, 2.3, 184."""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0 or abs(value) >= 1e6 or abs(value) < 1e-5:
        return short(value) if value else "0"
    rounded = float(f"{value:.1e}")
    if abs(rounded) >= 10:
        return whole(value)
    return fixed(rounded, 1 - math.floor(math.log10(abs(rounded))))


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
            tuple("–" if each is None else fixed(each, 2) for each in cosines),
            _single_largest([-math.inf if each is None else -each for each in cosines]),
        ),
        row("loss spread", "along the step, largest − smallest", lambda each: each.loss_spread),
        row("gradient change", "along the step, in lengths of *g*", lambda s: s.gradient_change),
        row("gradient rate", "largest change of *g* per distance", lambda s: s.effective_beta),
    ]


def against_the_claim(sums: Sequence[Summary]) -> list[tuple[int, int]]:
    """The pairs of networks whose first has its inputs shift more and yet ends with the lower loss, both clearly."""
    pairs = itertools.permutations(range(len(sums)), 2)
    return [
        (i, j)
        for i, j in pairs
        if _clearly(sums[i].input_shift, sums[j].input_shift) and _clearly(sums[j].final_loss, sums[i].final_loss)
    ]


def _clearly(larger: float, smaller: float) -> bool:
    return smaller < (1 - CLOSE) * larger


def _single_largest(numbers: Sequence[float]) -> int | None:
    largest = max(numbers)
    return None if numbers.count(largest) > 1 else numbers.index(largest)


# --- pictures ----------------------------------------------------------------------------------------------------


def input_panels(runs: Runs, unit: int) -> list[Panel]:
    """What goes into the activation function of one unit of the last hidden layer, one panel for each network."""
    panels = []
    for each, run, summed in zip(CONTESTANTS, runs, summaries(runs), strict=True):
        seen = [(record.taken, record.bands[unit].tolist()) for record in run if record.bands is not None]
        taken = [t for t, _ in seen]
        low, middle, high = zip(*[p for _, p in seen], strict=True) if seen else ((), (), ())
        about = f"{each.name}: nothing to show."
        if seen:
            about = (
                f"{each.name}: after {taken[-1]} steps the median of unit {unit + 1} is {brief(middle[-1])}, the band from "
                f"{brief(low[-1])} to {brief(high[-1])}; so far the median was between {brief(min(middle))} and "
                f"{brief(max(middle))}. {_moves(summed)}."
            )
        curve = replace(_curve(each, taken, middle, low, high), name="median", label="")
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
    """The training loss of all four, each point the mean over the batches since the one before."""
    curves, said = [], []
    for each, run in zip(CONTESTANTS, runs, strict=True):
        taken = [record.taken for record in run if not record.stopped]
        losses = [record.loss for record in run if not record.stopped]
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
    there = [next((each for each in run if each.taken == taken), None) for run in runs]
    looks = [
        (each, *record.along.tolist())
        for each, record in zip(CONTESTANTS, there, strict=True)
        if record and record.along is not None
    ]
    loss_said = [
        f"{each.name} from {brief(losses[0])} to {brief(losses[-1])} at {exact(MULTIPLES[-1])} times the learning rate"
        for each, losses, _ in looks
    ]
    # Not drawn at the step's start, where it is 0.
    changes = [(each, changed[1:]) for each, _, changed in looks if not math.isnan(changed[-1])]
    change_said = [f"{each.name} {brief(changed[MULTIPLES.index(1.0)])}" for each, changed in changes]
    panel = partial(Panel, x_axis=(0.0, MULTIPLES[-1]), x_name="step, in learning rates", digits=-1, logarithmic=True)
    return [
        panel(
            title="Loss along the step",
            y_axis=LOOK_AXIS,
            curves=[_curve(each, (0.0, *MULTIPLES), losses) for each, losses, _ in looks],
            about=f"Loss after {taken} steps: {', '.join(loss_said) or 'no run got so far'}.",
        ),
        panel(
            title="Change of the gradient; 1 is as large as itself",
            y_axis=CHANGE_AXIS,
            curves=[_curve(each, MULTIPLES, changed) for each, changed in changes],
            about=f"Change of the gradient after one step of the learning rate: {', '.join(change_said) or 'none'}.",
            rules=[(1, "")],
        ),
    ]


def _curve(
    each: Contestant,
    x: Sequence[float],
    y: Sequence[float],
    low: Sequence[float] = (),
    high: Sequence[float] = (),
) -> Curve:
    return Curve(each.name, each.label, each.color, each.dash, each.marker, x, y, low, high)
