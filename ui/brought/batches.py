"""Several batches in one text: with a blank line or --- between them, each a table, or an array with three axes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from bn import FloatArray, as_rows, without_padding
from bn.arrays import read_only
from ui.batch.reading import BatchError, default_names, read_batch
from ui.brought.reading import PRINTED
from ui.numbers import counted

MAX_TEXT = 20_000
MOST_BATCHES = 24
MOST_NUMBERS = 8_192
MOST_CHANNELS = 8
CHANNELS_SECOND, CHANNELS_LAST = "(N, C, L): channels second", "(N, L, C): channels last"
AXES = {CHANNELS_SECOND: 1, CHANNELS_LAST: -1}
ALL_COUNT, ZEROS, MASK = "every row counts", "rows of zeros are left out", "the last column is a mask"


@dataclass(frozen=True, eq=False)
class Batches:
    """Batches in the order they stand in a text.

    values: each (N_t, C), read-only; names: of the C columns; notes: a sentence for what was assumed.
    three_axes: whether one of them is an array with three axes, so that it matters where its channels are.
    with_padding: as `values` before anything was left out.
    """

    values: tuple[FloatArray, ...]
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()
    three_axes: bool = False
    with_padding: tuple[FloatArray, ...] = ()


@lru_cache(maxsize=16)
def read_batches(text: str, channel_axis: int = 1, padding: str = ALL_COUNT) -> Batches | str:
    """The batches that a text holds, or what is wrong with it: which batch, what, and what to do.

    channel_axis: of arrays with three axes. padding: ALL_COUNT, ZEROS, or MASK. For all sessions, 20,000 characters each.
    """
    try:
        return _read(text, channel_axis, padding)
    except BatchError as problem:
        return str(problem)


def _read(text: str, channel_axis: int, padding: str) -> Batches:
    if len(text) > MAX_TEXT:
        raise BatchError(f"The text has {len(text):,} characters; at most {MAX_TEXT:,} are read here. Give fewer rows.")
    parts = split(text)
    if not parts:
        raise BatchError("There is no batch yet. Paste rows of numbers, and a blank line between two batches.")
    if len(parts) > MOST_BATCHES:
        raise BatchError(
            f"There are {len(parts)} batches; at most {MOST_BATCHES} are read. Give fewer, or repeat them with “Times through”."
        )
    values: list[FloatArray] = []
    notes: list[str] = []
    names: tuple[str, ...] | None = None
    three_axes = False
    for t, part in enumerate(parts):
        where = f"Batch {t}: " if len(parts) > 1 else ""
        try:
            x, its_names, its_notes = _batch(part, channel_axis)
        except BatchError as problem:
            raise BatchError(f"{where}{problem}") from problem
        three_axes = three_axes or its_names is None
        notes += [f"{where}{note}" for note in its_notes]
        names = names or its_names
        if values and x.shape[1] != values[0].shape[1]:
            raise BatchError(
                f"Batch {t} has {counted(x.shape[1], 'column')} and batch 0 has {values[0].shape[1]}. Give each the same columns."
            )
        values.append(x)
    found = Batches(tuple(values), names or default_names(values[0].shape[1]), tuple(notes), three_axes)
    return _left_out(found, padding)


def split(text: str) -> list[str]:
    """The parts of a text between blank lines or lines of ---; those inside brackets divide nothing, as NumPy prints some."""
    parts: list[list[str]] = [[]]
    depth = 0
    for line in text.splitlines():
        if depth <= 0 and re.fullmatch(r"\s*(?:-{3,}\s*)?", line):
            parts.append([])
            continue
        depth += line.count("[") - line.count("]")
        parts[-1].append(line)
    return ["\n".join(part) for part in parts if part]


def _batch(text: str, channel_axis: int) -> tuple[FloatArray, tuple[str, ...] | None, tuple[str, ...]]:
    """One batch, (N, C), its names, None of an array with three axes, and what was assumed."""
    if re.search(r"\[\s*\[\s*\[", text):
        x = _three_axes(text)
        rows = as_rows(x, channel_axis)
        if rows.shape[1] > MOST_CHANNELS:
            raise BatchError(
                f"The array has shape {x.shape} and so {rows.shape[1]} channels; at most {MOST_CHANNELS} are shown. Give some of "
                "them, or choose the other axis."
            )
        return rows, None, ()
    reading = read_batch(text)
    return reading.values, reading.names, reading.notes


def _three_axes(text: str) -> FloatArray:
    """The numbers of an array with three axes, as Python, NumPy or PyTorch print it."""
    inside = text[text.index("[") : text.rfind("]") + 1]
    if "..." in inside or "…" in inside:
        raise BatchError("The print leaves values out (“...”). Print all of them and paste that.")
    shape, numbers = _shape(inside)
    if len(shape) != 3:
        raise BatchError(f"The array has {len(shape)} axes; three fit here, such as x.reshape(N, C, -1).")
    if len(numbers) > MOST_NUMBERS:
        raise BatchError(
            f"The array has {len(numbers):,} numbers; at most {MOST_NUMBERS:,} are read. Give fewer examples."
        )
    x = np.array(numbers).reshape(shape)
    if not np.isfinite(x).all() or np.abs(x).max() > 1e9:
        raise BatchError("The array holds NaN, infinity or more than 1,000,000,000. Write other numbers there.")
    return read_only(x + 0.0)


TOKEN = re.compile(rf"(?P<open>\[)|(?P<close>\])|(?P<number>{PRINTED.pattern})|(?P<between>[\s,]+)")


def _shape(text: str) -> tuple[tuple[int, ...], list[float]]:
    """The shape of nested brackets, and the numbers in them. Raises BatchError if it is none, or for anything else."""
    numbers: list[float] = []
    open_now: list[int] = []  # how many parts each open bracket has so far
    sizes: dict[int, int] = {}  # of each depth
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise BatchError(f"The array holds “{text[at : at + 20].split()[0]}”, which is no number.")
        at = match.end()
        if match["open"]:
            open_now.append(0)
        elif match["number"]:
            numbers.append(float(match["number"]))
            open_now[-1:] = [open_now[-1] + 1] if open_now else []
        elif match["close"]:
            if not open_now:
                break
            size = open_now.pop()
            if sizes.setdefault(len(open_now), size) != size:
                raise BatchError(
                    f"The array is ragged: along axis {len(open_now)} it has {sizes[len(open_now)]} parts and {size}."
                )
            if open_now:
                open_now[-1] += 1
    shape = tuple(sizes[depth] for depth in sorted(sizes))
    if open_now or not numbers or int(np.prod(shape)) != len(numbers):
        raise BatchError("The brackets do not match. Look for one that is missing at the beginning or at the end.")
    return shape, numbers


def _left_out(found: Batches, padding: str) -> Batches:
    """The batches without their padding."""
    if padding == ALL_COUNT:
        return found
    if padding == MASK and found.three_axes:
        raise BatchError("An array with three axes has no column for a mask. Let rows of zeros be left out.")
    if padding == MASK and len(found.names) < 2:
        raise BatchError("With a mask in the last column a batch has two columns or more. Add one with 1 and 0.")
    masked = padding == MASK
    kept = []
    for t, x in enumerate(found.values):
        try:
            kept.append(without_padding(x[:, :-1], x[:, -1]) if masked else without_padding(x))
        except ValueError as problem:
            raise BatchError(f"Batch {t}: all of its rows are padding. At least one must count.") from problem
    before = tuple(read_only(x[:, :-1]) for x in found.values) if masked else found.values
    names = found.names[:-1] if masked else found.names
    return replace(found, values=tuple(kept), names=names, with_padding=before)


def rows_of(values: Sequence[FloatArray]) -> int:
    """How many rows all batches have together."""
    return sum(map(len, values))
