"""The checkup of one model: what was found, its picture, and the verdict in words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bn import FloatArray
from bn.checkup.finding import Certainty
from bn.checkup.findings import Finding, examine
from bn.checkup.recordings import fits
from bn.checkup.renewed import renewed
from bn.checkup.stored import StoredModel
from ui.numbers import counted
from ui.studies.overview import Overview, off_of, overview


@dataclass(frozen=True, eq=False)
class Checkup:
    """A model without what was recorded, what was found in it, and its picture.

    off      how far each layer's averages put its channels off, by its name, where data were recorded
    renewed  the model with statistics of the recorded data, if there are any
    """

    model: StoredModel
    findings: tuple[Finding, ...]
    picture: Overview
    off: Mapping[str, FloatArray]
    renewed: StoredModel | None


def check(model: StoredModel) -> Checkup:
    """Examine a model; what its snippet recorded is let go, so that a session holds little."""
    findings, known = examine(model), fits(model)
    off = {fit.layer.name: off_of(model, fit) for fit in known}
    new = without_recorded(renewed(model)) if known else None
    return Checkup(without_recorded(model), findings, overview(model, findings, known), off, new)


def without_recorded(model: StoredModel) -> StoredModel:
    """The stored numbers alone."""
    return replace(model, layers=tuple(replace(layer, recorded=None) for layer in model.layers))


# --- in words ----------------------------------------------------------------------------------------------------


SIGNS: Mapping[Certainty, str] = {"proof": "▲", "strong sign": "◆", "possible": "○"}


def verdict(checkup: Checkup) -> str:
    """The whole in two sentences."""
    layers, count = len(checkup.model.layers), sum(layer.channels for layer in checkup.model.layers)
    size = f"{counted(layers, 'layer')} with {counted(count, 'channel')}"
    sure = [it for it in checkup.findings if it.certainty != "possible"]
    maybe = len(checkup.findings) - len(sure)
    worth = f"{'one thing is' if maybe == 1 else f'{maybe} things are'} worth a look, but may be as they should"
    if not checkup.findings:
        return f"nothing wrong found in {size}. Averages, variances, γ and β are as a training run leaves them."
    if not sure:
        return f"nothing wrong found in {size}; {worth}."
    things = "one thing" if len(sure) == 1 else f"{len(sure)} things"
    first = sure[0]
    where = f"{place_of(first)}, " if first.layer is not None or first.layers > 1 else ""
    more = f" {worth[0].upper()}{worth[1:]}." if maybe else ""
    return f"{things} wrong in {size}. First: {first.title} ({where}{first.certainty}).{more}"


def about_off(checkup: Checkup, example: bool) -> str:
    """What the last row is and how a file can know it; where there is none, why."""
    whose = "this example" if example else "your file"
    if not checkup.off:
        how = "its fault shows without." if example else "the lines under **A small file that says more** record some."
        return (
            f"No row says how far outputs are **off**: {whose} brings no recorded batches, and averages alone do not tell what "
            f"data come in; {how}"
        )
    layers, known = len(checkup.model.layers), len(checkup.off)
    some = "" if known == layers else f", of {known} of its {layers} layers"
    return f"**off**, by the batches recorded in {whose}{some}: from the output with their own mean and variance, in its σ."


def place_of(finding: Finding) -> str:
    """Where it was found."""
    if finding.layer is not None:
        return f"layer {finding.layer}"  # whose name may be a number
    return f"{finding.layers} layers" if finding.layers > 1 else "the whole model"
