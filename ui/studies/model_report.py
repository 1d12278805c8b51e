"""The checkup as files to attach to an issue: findings as Markdown, layers as CSV."""

import csv
import io
from collections.abc import Iterator

import numpy as np

from bn import FloatArray
from bn.checkup.finding import number
from ui.studies.checkup import SIGNS, Checkup, verdict
from ui.studies.overview import values_of

QUANTILES = (0.0, 0.5, 1.0)
SYMBOLS = ("moving mean", "moving std", "gamma", "beta", "abs gain", "output off")  # in the order of `values_of`
RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes what begins so for a formula


def as_markdown(checkup: Checkup) -> str:
    """Findings in their order, each with evidence and what to do, and one line for each layer."""
    return "\n".join([*_head(checkup), *_findings(checkup), *_layers(checkup)]) + "\n"


def _head(checkup: Checkup) -> Iterator[str]:
    yield f"# Batch norm checkup of {_code(checkup.model.source)}"
    yield ""
    words = verdict(checkup)
    yield _text(words[0].upper() + words[1:])


def _findings(checkup: Checkup) -> Iterator[str]:
    for place, it in enumerate(checkup.findings, start=1):
        yield ""
        yield f"## {place}. {_text(it.title)}"
        yield ""
        if it.layer is not None:
            yield f"- Where: {_code(it.layer)}"
        yield f"- How sure: {SIGNS[it.certainty]} {it.certainty}"
        yield f"- Evidence: {_text(it.evidence)}"
        yield f"- What to do: {_text(it.todo)}"


def _layers(checkup: Checkup) -> Iterator[str]:
    yield ""
    yield "## Layers"
    yield ""
    yield "Of each quantity the smallest, the median and the largest."
    yield ""
    yield "| # | layer | channels | ε | " + " | ".join(SYMBOLS) + " |"
    yield "|--:|:--|--:|--:|" + ":--|" * len(SYMBOLS)
    for place, layer in enumerate(checkup.model.layers, start=1):
        eps = number(layer.eps) if layer.eps is not None else f"{number(checkup.model.eps(layer))} assumed"
        spreads = " | ".join(_spread(values) for values in values_of(checkup.model, layer, checkup.off.get(layer.name)))
        yield f"| {place} | {_code(layer.name)} | {layer.channels} | {eps} | {spreads} |"


def _spread(values: FloatArray | None) -> str:
    if values is None:
        return "none"
    return ", ".join(number(each) for each in _quantiles(values))


def _quantiles(values: FloatArray) -> list[float]:
    finite = values[np.isfinite(values)]
    return np.quantile(finite, QUANTILES).tolist() if len(finite) else [float("nan")] * len(QUANTILES)


def as_csv(checkup: Checkup) -> str:
    """One row for each layer: its size, ε, batches, and of each quantity the smallest, the median and the largest."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    columns = [f"{symbol} {which}" for symbol in SYMBOLS for which in ("min", "median", "max")]
    table.writerow(["layer", "channels", "eps", "decay", "batches tracked", *columns, "findings"])
    for layer in checkup.model.layers:
        each = values_of(checkup.model, layer, checkup.off.get(layer.name))
        numbers = [value for values in each for value in ([""] * 3 if values is None else _quantiles(values))]
        found = dict.fromkeys(it.title for it in checkup.findings if it.layer == layer.name)
        known = [_blank(value) for value in (layer.eps, layer.decay, layer.batches_tracked)]
        table.writerow([_cell(layer.name), layer.channels, *known, *numbers, _cell("; ".join(found))])
    return out.getvalue()


def _blank(value: float | None) -> str:
    return "" if value is None else f"{value!r}"


def _cell(text: str) -> str:
    one_line = " ".join(text.split())
    return f"'{one_line}" if one_line.startswith(RISKY) else one_line


def _code(name: str) -> str:
    """A name from a file as code, which no renderer takes for markup."""
    return f"`{' '.join(name.split()).replace('`', 'ˋ').replace('|', '¦') or 'the layer'}`"


def _text(words: str) -> str:
    """Words that may quote a name from a file, escaped for Markdown."""
    one_line = " ".join(words.split())
    return "".join(f"\\{each}" if each in "\\`*_{}[]<>#|~$@" else each for each in one_line)
