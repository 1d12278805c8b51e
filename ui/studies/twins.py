"""Twin networks that are trained for a page: the same weights and batches, with and without batch normalization."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from bn import Images, Look, Network, Part, record
from bn.networks.network import Placement
from ui.numbers import fixed, percent, short
from ui.studies.digits import CLASSES, digits, one_of_each

UNITS = 50
LOOKS, PARTS = 25, 100
MAX_DEPTH = 10
GUESSING = math.log(CLASSES)  # the loss of a network that gives each class the same probability
CHANCE = 0.2  # below this share of right answers a network has learned next to nothing
STUCK = 0.02  # a loss this close to that of guessing, as a share of it, is that of guessing
RISEN = 1.1  # a loss that was so many times that before the first step has risen
PARTS_IN_A_MEAN = 5  # a loss is judged by so many parts together, since single batches differ

Pair = tuple[Part | None, Part | None]


@dataclass(frozen=True)
class TwinSettings:
    """What two twins are trained with; rate is log10 of the learning rate."""

    activation: str = "sigmoid"
    depth: int = 3
    rate: float = -0.3
    scale: float = 1.0
    placement: Placement = "before"
    batch: int = 64
    steps: int = 500
    seed: int = 0

    @property
    def learning_rate(self) -> float:
        """The learning rate itself."""
        return float(10**self.rate)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of each layer, input first."""
        return (digits().train.images.shape[1], *[UNITS] * self.depth, CLASSES)


def networks(settings: TwinSettings) -> tuple[Network, Network]:
    """The twins before the first step: with batch normalization, and without."""
    with_norm, without = (
        Network.create(
            settings.sizes,
            activation=settings.activation,
            norm=norm,
            placement=settings.placement,
            weight_scale=settings.scale,
            seed=settings.seed,
        )
        for norm in ("batch", None)
    )
    return with_norm, without


def train_twins(settings: TwinSettings, parts: int = PARTS, looks: int = LOOKS) -> Iterator[Pair]:
    """Train both, part by part; None for the one whose run has ended earlier."""
    data = digits()
    with_norm, without = (
        record(
            network,
            Images(*data.train),
            Images(*data.test),
            steps=settings.steps,
            batch_size=settings.batch,
            learning_rate=settings.learning_rate,
            seed=settings.seed,
            parts=parts,
            looks=looks,
            guessed=one_of_each(),
        )
        for network in networks(settings)
    )
    return zip_longest(with_norm, without)


@dataclass(frozen=True)
class Run:
    """What is known of one twin's run so far."""

    parts: tuple[Part, ...]

    @property
    def losses(self) -> tuple[list[float], list[float]]:
        """Steps, and the mean loss of the batches of the steps since the one before."""
        known = [(part.number, part.loss) for part in self.parts if part.loss is not None]
        return [number for number, _ in known], [loss for _, loss in known]

    @property
    def looks(self) -> list[tuple[int, Look]]:
        """Steps at which the network was looked at, and what was seen."""
        return [(part.number, part.look) for part in self.parts if part.look is not None]

    @property
    def recent(self) -> float:
        """The mean loss of the last five parts."""
        return self.means[-1] if self.means else math.inf

    @property
    def means(self) -> list[float]:
        """The mean losses of five parts in a row, from the first five to the last; of fewer where there are fewer."""
        losses = self.losses[1]
        ends = range(min(PARTS_IN_A_MEAN, len(losses)), len(losses) + 1) if losses else ()
        return [sum(some) / len(some) for some in (losses[max(0, end - PARTS_IN_A_MEAN) : end] for end in ends)]

    @property
    def overshoots(self) -> bool:
        """Whether the training loss has risen above where it started and is still above that of guessing."""
        start = self.looks[0][1].loss if self.looks else math.inf
        return self.recent > GUESSING * (1 + STUCK) and max(self.means, default=0.0) > RISEN * start

    @property
    def stopped(self) -> str | None:
        """Why the run ended early; None if it did not."""
        return self.parts[-1].stopped if self.parts else None

    @property
    def accuracy(self) -> float:
        """Of the held-out digits, the share that was right at the last look."""
        return self.looks[-1][1].accuracy if self.looks else 0.0

    @property
    def loss(self) -> float:
        """On the held-out digits, at the last look."""
        return self.looks[-1][1].loss if self.looks else math.inf


def runs(done: tuple[Pair, ...]) -> tuple[Run, Run]:
    """The runs of both twins: with batch normalization, and without."""
    one, other = (Run(tuple(part for pair in done if (part := pair[k]))) for k in (0, 1))
    return one, other


def in_words(name: str, run: Run, twin_goes_on: bool) -> str:
    """How a run is doing, in a sentence or two: diverged, stuck at guessing, overshooting, or what it reached."""
    number = run.looks[-1][0] if run.looks else 0
    share = percent(run.accuracy, 1)
    if run.stopped:
        at = f"**{name} diverged.** {run.stopped}"
        if run.parts[-1].number > 1:
            at += " A step that is too long makes the next one longer still."
        return f"{at} Its twin goes on." if twin_goes_on else at
    if number == 0:
        return f"**{name}**: before the first step, {share} right."
    words = f"**{name}**: {share} of the held-out digits right after {number:,} steps, loss {short(run.loss, 3)}"
    if run.accuracy < CHANCE and abs(run.recent - GUESSING) < STUCK * GUESSING:
        return f"{words}. It guesses: its training loss, {fixed(run.recent, 2)}, is that of guessing, ln 10 = {fixed(GUESSING, 2)}."
    if run.overshoots:
        return (
            f"{words}. Its training loss rose from {short(run.looks[0][1].loss, 3)} to {short(max(run.means), 3)} and is "
            f"{short(run.recent, 3)}, above that of guessing, {fixed(GUESSING, 2)}: the steps overshoot."
        )
    return f"{words}."


# Named by what they are: what comes of them is for the reader to find out.
PRESETS: dict[str, TwinSettings] = {
    "Three sigmoid layers": TwinSettings(),
    "Six sigmoid layers": TwinSettings(depth=6),
    "Five ReLU layers, η = 2": TwinSettings(activation="relu", depth=5, rate=0.3),
    "Five tanh layers, weights × 0.1": TwinSettings(activation="tanh", depth=5, rate=-1.0, scale=0.1),
    "One ReLU layer": TwinSettings(activation="relu", depth=1, rate=-0.3),
}
