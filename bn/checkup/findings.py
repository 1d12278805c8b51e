"""The checkup: every rule, asked of every layer, and what they find in the order of how much output it can explain."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from bn.checkup import recordings, vectors
from bn.checkup.finding import Finding, counted, names
from bn.checkup.stored import StoredLayer, StoredModel

__all__ = ["OF_A_LAYER", "OF_RECORDINGS", "OF_THE_MODEL", "Finding", "examine"]

OF_A_LAYER: tuple[Callable[[StoredModel, StoredLayer], Finding | None], ...] = (
    vectors.not_finite,
    vectors.swapped,
    vectors.negative_variance,
    vectors.swapped_affine,
    vectors.never_updated,
    vectors.few_batches,
    vectors.short_memory,
    vectors.constant,
    vectors.eps_counts,
    vectors.zero_branch,
    vectors.gamma_zero,
    vectors.off_behind_relu,
    vectors.gamma_sign,
    recordings.divisor,
)
OF_THE_MODEL: tuple[Callable[[StoredModel], Finding | None], ...] = (
    vectors.variance_floor,
    vectors.age,
    vectors.eps_differs,
)
OF_RECORDINGS: tuple[Callable[[StoredModel, tuple[recordings.Drift, ...]], Finding | None], ...] = (
    recordings.wrong_mode,
    recordings.apart,
    recordings.inputs_differ,
    recordings.small_batches,
)
ALONE = 3  # so many layers with the same finding are told one by one


@np.errstate(all="ignore")  # a file may hold anything, and rules say what they make of NaN
def examine(model: StoredModel) -> tuple[Finding, ...]:
    """All that is to be said of a model, first what can explain most of its output; () where nothing is.

    What more than three layers, or all, have in common is one finding, that of the layer where it weighs most.
    """
    found = [finding for rule in OF_THE_MODEL if (finding := rule(model))]
    if known := recordings.fits(model):
        found += [finding for rule in OF_RECORDINGS if (finding := rule(model, known))]
    for rule in OF_A_LAYER:
        hits = [finding for layer in model.layers if (finding := rule(model, layer))]
        found += _together([hit for hit in hits if not _follows(model, hit, found)], len(model.layers))
    if any(finding.kind == "stale" for finding in found):
        found = [finding for finding in found if finding.kind != "few_batches"]  # of the whole model
    return tuple(sorted(found, key=lambda finding: -finding.rank))


def _follows(model: StoredModel, hit: Finding, found: list[Finding]) -> bool:
    """Whether what was found in a layer is told already by its cause: one cause is one finding."""
    kinds = {finding.kind for finding in found}
    if hit.kind == "few_batches":
        return "stale" in kinds  # where what it moves is measured
    if hit.kind in ("eps_counts", "eps_large"):
        return "eps_differs" in kinds and hit.layer in {layer.name for layer in vectors.unusual_eps(model)[1]}
    return False


def _together(hits: list[Finding], layers: int) -> Iterator[Finding]:
    """The same finding of many layers as one."""
    if len(hits) <= ALONE and not 1 < len(hits) == layers:
        yield from hits
        return
    worst = max(hits, key=lambda finding: finding.rank)
    where = counted(len(hits), layers, "layer")
    listed = names([finding.layer for finding in hits if finding.layer])
    evidence = f"In {where}: {listed}. Where it weighs most, in {worst.layer}: {worst.evidence}"
    yield replace(worst, layer=None, channels=(), evidence=evidence, layers=len(hits))
