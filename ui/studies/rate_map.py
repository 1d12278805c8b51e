"""The map of learning rate × depth: what twins reach in each place.

Most maps stand in assets/rate_map.json, computed beforehand by `python -m tools.rate_map`; `sweep` computes any.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from bn import Images, Network, look, separate, train_together
from bn.networks.network import PLACEMENTS
from ui.numbers import shortest
from ui.studies.digits import HELD_OUT, digits
from ui.studies.twins import TwinSettings, networks

FILE = Path(__file__).parents[2] / "assets" / "rate_map.json"
# log10 of the learning rates: 0.02, 0.05, 0.1, … 20. The sliders of the page can stand at each place.
RATES = (-1.7, -1.3, -1.0, -0.7, -0.3, 0.0, 0.3, 0.7, 1.0, 1.3)
DEPTHS = (1, 2, 3, 4, 5, 6, 8, 10)
STEPS, BATCH, SEED = 500, 64, 0
ACTIVATIONS = ("sigmoid", "tanh", "relu")
SCALES = (0.01, 0.1, 0.3, 1.0, 3.0, 10.0)
LEARNED = 0.8  # the share of right answers from which on a network has learned
DIVERGED = "x"  # behind the number in the file
PART = 10  # steps
PROBED = 100


@dataclass(frozen=True)
class Cell:
    """A pair of twins: the share of held-out digits that each has right after all steps, and whether it diverged.

    accuracies, diverged  with batch normalization, and without
    """

    depth: int
    rate: float
    accuracies: tuple[float, float]
    diverged: tuple[bool, bool]


def rate_name(rate: float) -> str:
    """10**rate with one significant digit: 0.02, 1, 20."""
    return shortest(float(f"{10**rate:.1g}"))


def layers(depth: int) -> str:
    """So many layers."""
    return f"{depth} layer{'' if depth == 1 else 's'}"


def how_many_learn(cells: Sequence[Cell]) -> tuple[int, int]:
    """In how many cells the twin with batch norm, and the one without, has learned."""
    with_norm, without = (sum(cell.accuracies[k] >= LEARNED for cell in cells) for k in (0, 1))
    return with_norm, without


# --- computed beforehand -----------------------------------------------------------------------------------------


def map_of(settings: TwinSettings) -> TwinSettings:
    """What a map is computed with: settings without a place on it."""
    return replace(settings, rate=0.0, depth=1, steps=STEPS)


def nearest_known(settings: TwinSettings) -> TwinSettings:
    """Of the maps that were computed beforehand, that of the same networks."""
    return replace(map_of(settings), batch=BATCH, seed=SEED)


def known(base: TwinSettings) -> tuple[Cell, ...]:
    """The map that was computed beforehand with these settings, row by row from one layer on; empty if there is none."""
    rows = _file().get(_name(base), ()) if (base.batch, base.seed) == (BATCH, SEED) else ()
    cells = []
    for depth, row in zip(DEPTHS, rows, strict=False):
        for rate, pair in zip(RATES, row.split(), strict=True):
            one, other = pair.split("/")
            right = (int(one.strip(DIVERGED)) / HELD_OUT, int(other.strip(DIVERGED)) / HELD_OUT)
            cells.append(Cell(depth, rate, right, (one.endswith(DIVERGED), other.endswith(DIVERGED))))
    return tuple(cells)


def maps() -> Iterator[TwinSettings]:
    """Every map that is computed beforehand."""
    for activation in ACTIVATIONS:
        for placement in PLACEMENTS:
            for scale in SCALES:
                yield map_of(TwinSettings(activation, scale=scale, placement=placement, batch=BATCH, seed=SEED))


def written(all_cells: Mapping[TwinSettings, Sequence[Cell]]) -> str:
    """The file: of each map a line for each depth, in it for each learning rate how many digits both have right."""
    rows = {
        _name(base): [" ".join(map(_pair, (cell for cell in cells if cell.depth == depth))) for depth in DEPTHS]
        for base, cells in all_cells.items()
    }
    return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"


def _name(base: TwinSettings) -> str:
    return f"{base.activation}, {base.placement} × {shortest(base.scale)}"


def _pair(cell: Cell) -> str:
    return "/".join(
        f"{round(HELD_OUT * share)}{DIVERGED * ended}"
        for share, ended in zip(cell.accuracies, cell.diverged, strict=True)
    )


@lru_cache(maxsize=1)
def _file() -> Mapping[str, Sequence[str]]:
    """26 kB."""
    rows: dict[str, list[str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return rows


# --- computed now ------------------------------------------------------------------------------------------------


def sweep(
    settings: TwinSettings, depths: Sequence[int] = DEPTHS, rates: Sequence[float] = RATES
) -> Iterator[Cell | None]:
    """Train small twins at each depth and learning rate; None in between, so that a turn can end there.

    Those of one depth train side by side, so that their cells come together.
    """
    for depth in depths:
        row = [replace(settings, depth=depth, rate=rate) for rate in rates]
        ends: list[list[tuple[float, bool]]] = []
        for twins in zip(*[networks(each) for each in row], strict=True):
            for end in _side_by_side(twins, row):
                if end is None:
                    yield None
                else:
                    ends.append(end)
        for each, (one, one_ended), (other, other_ended) in zip(row, *ends, strict=True):
            yield Cell(depth, each.rate, (one, other), (one_ended, other_ended))


def _side_by_side(starts: Sequence[Network], row: Sequence[TwinSettings]) -> Iterator[list[tuple[float, bool]] | None]:
    """Train networks of one shape; None every few steps, at last the accuracy of each and whether it diverged."""
    data = digits()
    run = train_together(
        starts,
        *data.train,
        steps=row[0].steps,
        batch_size=row[0].batch,
        learning_rates=[each.learning_rate for each in row],
        seeds=[each.seed for each in row],
    )
    ended: dict[int, Network] = {}
    while (step := next(run, None)) is not None:
        ended.update({k: end.network for k, end in step.ended})
        number, members, stack = step.number, step.members, step.after
        del step
        if number % PART == 0:
            yield None
    last = {**ended, **dict(zip(members, separate(stack), strict=True))}
    probe, held_out = Images(data.train.images[:PROBED], data.train.labels[:PROBED]), Images(*data.test)

    def accuracy(k: int) -> float:
        # A network whose numbers overflow cannot be judged; then it counts as it stood before the first step.
        seen = look(last[k], probe, held_out, ()) or look(starts[k], probe, held_out, ())
        return seen.accuracy if seen else 0.0

    yield [(accuracy(k), k in ended) for k in range(len(starts))]
