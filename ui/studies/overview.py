"""The layers of a model as one picture: channels in bins, in so few numbers that an answer carries all layers."""

import base64
import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from bn import FloatArray
from bn.arrays import read_only
from bn.checkup.finding import Certainty
from bn.checkup.findings import OF_A_LAYER, Finding
from bn.checkup.recordings import Drift
from bn.checkup.stored import StoredLayer, StoredModel
from ui.numbers import short

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"  # one for each height of a bar
ANSWER = 30_000  # characters of an answer, about
MOST_BINS, FEWEST_BINS = 28, 8
FEWEST_CHANNELS = 256  # of a layer, sent however many layers there are
NAME = 48  # characters of a layer's name in the picture
OUTER = 0.005  # of all channels beyond each end of an axis; they are drawn at its end
FINE, FINEST = 2.5, 1.2  # decades: a logarithmic axis that is shorter also has 3, or 2 and 5


# --- what is looked at -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Quantity:
    """One number of a channel: how it is called and written, what it belongs to, and whether its axis is logarithmic."""

    name: str
    symbol: str
    of: Literal["x", "y", "gain", "off"]
    log: bool


QUANTITIES = (
    Quantity("moving mean", "μ", "x", log=False),
    Quantity("moving standard deviation", "σ", "x", log=True),
    Quantity("scale", "γ", "y", log=False),
    Quantity("shift", "β", "y", log=False),
    Quantity("|γ|/√(σ² + ε)", "gain", "gain", log=True),
    Quantity("output moved by the averages", "off", "off", log=True),
)
SENT = (0, 1, 2, 3, 5)  # of them; the gain follows from others
STD = 1


def values_of(model: StoredModel, layer: StoredLayer, off: FloatArray | None = None) -> tuple[FloatArray | None, ...]:
    """The layer's channels in each quantity, each (C,); None where the file has none. off is known of recorded data."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        std = np.sqrt(layer.running_var)
        gain = np.abs(layer.gain(model.eps(layer)))
    return layer.running_mean, std, layer.gamma, layer.beta, gain, off


def off_of(model: StoredModel, fit: Drift) -> FloatArray:
    """How far each channel is off, (C,); NaN where its output is NaN, which has no distance."""
    with np.errstate(invalid="ignore"):
        silent = np.isnan(fit.layer.gain(model.eps(fit.layer)))
    return read_only(np.where(silent, np.nan, fit.off).astype(np.float32))


# --- the picture -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Axis:
    """Where a quantity is drawn: its ends, on the axis' own scale, and the values that are written there."""

    low: float
    high: float
    log: bool
    ticks: tuple[tuple[float, str], ...]  # place from 0 to 1, and what is written there

    def place(self, values: FloatArray) -> FloatArray:
        """From 0 at the lower end to 1 at the upper; what lies beyond is at the end."""
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled = np.log10(values) if self.log else values
        return np.clip((scaled - self.low) / (self.high - self.low), 0, 1)


@dataclass(frozen=True)
class Row:
    """A quantity in all layers: for each layer as many bars as there are bins, each a digit that says its width."""

    quantity: Quantity
    axis: Axis
    bars: str


@dataclass(frozen=True)
class Mark:
    """What was found in a layer: how sure the surest is, and in words."""

    layer: int
    certainty: Certainty
    words: str


@dataclass(frozen=True)
class Channels:
    """A layer's channels, or of many the most telling: which, if not all, and mean, σ, γ, β and what is off of each.

    Both are base64: unsigned 16-bit numbers, and the first three bytes of each float32, vector after vector. Where a
    variance is negative, −√|σ²| stands for σ. lacks: the symbols of what the layer does not have.
    """

    layer: int
    picked: str
    values: str
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Overview:
    """All layers from input to output."""

    identity: str
    names: tuple[str, ...]
    counts: tuple[int, ...]
    eps: tuple[float, ...]
    bins: int
    rows: tuple[Row, ...]
    marks: tuple[Mark, ...]
    first: tuple[int, int]  # the layer and channel to look at first

    @property
    def weight(self) -> int:
        """Characters, about."""
        return sum(len(row.bars) for row in self.rows) + sum(len(name) + 16 for name in self.names) + 1_000


def overview(model: StoredModel, findings: Sequence[Finding], fits: Sequence[Drift] = ()) -> Overview:
    """What the picture of a model shows, channels in bins; fits: how its layers fit recorded data."""
    off = {fit.layer.name: off_of(model, fit) for fit in fits}
    each = [values_of(model, layer, off.get(layer.name)) for layer in model.layers]
    fine = FEWEST_BINS + math.isqrt(max(layer.channels for layer in model.layers))  # few channels fill few bins
    bins = max(FEWEST_BINS, min(MOST_BINS, fine, 9_000 // (len(QUANTITIES) * len(each))))
    rows = tuple(row for k, it in enumerate(QUANTITIES) if (row := _row(it, [values[k] for values in each], bins)))
    return Overview(
        _identity(model),
        tuple(shortened(layer.name) for layer in model.layers),
        tuple(layer.channels for layer in model.layers),
        tuple(model.eps(layer) for layer in model.layers),
        bins,
        rows,
        tuple(_marks(model, findings, fits)),
        _first(model, findings, fits),
    )


def shortened(name: str, most: int = NAME) -> str:
    """A name whose middle is left out where it is long; one without a name is the layer."""
    one_line = " ".join(name.split()) or "the layer"
    return one_line if len(one_line) <= most else f"{one_line[: most // 2]}…{one_line[1 - most + most // 2 :]}"


def _identity(model: StoredModel) -> str:
    content = hashlib.sha256(model.source.encode("utf-8", "replace"))
    for layer in model.layers:
        for vector in (layer.running_mean, layer.running_var, layer.gamma, layer.beta):
            content.update(b"-" if vector is None else np.ascontiguousarray(vector).tobytes())
    return content.hexdigest()[:16]


def _row(quantity: Quantity, vectors: Sequence[FloatArray | None], bins: int) -> Row | None:
    """None of a quantity that no layer has."""
    there = [vector for vector in vectors if vector is not None]
    if not there:
        return None
    values = np.concatenate(there)
    axis = axis_of(values, log=quantity.log)
    layers = np.repeat(np.arange(len(vectors)), [0 if vector is None else len(vector) for vector in vectors])
    return Row(quantity, axis, _bars(axis.place(values), layers, (len(vectors), bins)))


def _bars(place: FloatArray, layers: npt.NDArray[np.int64], shape: tuple[int, int]) -> str:
    """How many channels of each layer lie in each bin, as the square root, so that a few are seen beside many."""
    known = np.isfinite(place)
    at = layers[known] * shape[1] + np.minimum((place[known] * shape[1]).astype(np.int64), shape[1] - 1)
    counts = np.bincount(at, minlength=shape[0] * shape[1]).reshape(shape)
    share = np.sqrt(counts / np.maximum(1, counts.max(axis=1, keepdims=True)))
    widths = np.ceil((len(DIGITS) - 1) * share).astype(np.intp)
    digits: bytes = np.frombuffer(DIGITS.encode("ascii"), np.uint8)[widths.ravel()].tobytes()
    return digits.decode("ascii")


def axis_of(values: FloatArray, *, log: bool) -> Axis:
    """An axis for all these, so that a few far away do not press the others together."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = np.log10(values[values > 0]) if log else values
    usable = scaled[np.isfinite(scaled)]
    low, high = np.quantile(usable, [OUTER, 1 - OUTER]).tolist() if len(usable) else (-1.0, 1.0)
    if not log:
        low, high = min(low, 0.0), max(high, 0.0)  # zero is always there
    least = 1.0 if log or low == high else 1e-3 * max(abs(low), abs(high))
    room = max(high - low, least)
    middle = (low + high) / 2
    low, high = middle - 0.55 * room, middle + 0.55 * room
    return Axis(low, high, log, tuple(_ticks(low, high, log=log)))


def _ticks(low: float, high: float, *, log: bool) -> Iterator[tuple[float, str]]:
    if log:
        decades = range(math.floor(low), math.ceil(high) + 1, max(1, math.ceil((high - low) / 3)))
        finer = (1,) if high - low > FINE else (1, 3) if high - low > FINEST else (1, 2, 5)
        for value in (each * 10.0**power for power in decades for each in finer):
            if low <= math.log10(value) <= high:
                yield (math.log10(value) - low) / (high - low), _short(value)
        return
    rough = (high - low) / 4
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * each for each in (1, 2, 5, 10) if unit * each >= rough)
    for k in range(math.ceil(low / step), math.floor(high / step) + 1):
        yield (k * step - low) / (high - low), _short(round(k * step, 12))


def _short(value: float) -> str:
    return short(value, 6)


SUREST: Sequence[Certainty] = ("proof", "strong sign", "possible")


def _marks(model: StoredModel, findings: Sequence[Finding], fits: Sequence[Drift]) -> Iterator[Mark]:
    found: dict[str, list[tuple[Certainty, str]]] = {}
    several = any(it.layer is None for it in findings)
    for it in (*findings, *(findings_of_layers(model) if several else ())):
        if it.layer is not None:
            found.setdefault(it.layer, []).append((it.certainty, it.title))
    if several:
        for fit in fits:
            if fit.parts:
                found.setdefault(fit.layer.name, [("strong sign", "Its averages are not those of the data")])
    for k, layer in enumerate(model.layers):
        if own := found.get(layer.name):
            surest = min((certainty for certainty, _ in own), key=SUREST.index)
            yield Mark(k, surest, "; ".join(dict.fromkeys(title for _, title in own)))


def findings_of_layers(model: StoredModel) -> Iterator[Finding]:
    """What was found in each layer by itself; what many have in common stands in the list but once."""
    for layer in model.layers:
        yield from (finding for rule in OF_A_LAYER if (finding := rule(model, layer)))


def _first(model: StoredModel, findings: Sequence[Finding], fits: Sequence[Drift]) -> tuple[int, int]:
    """Where the first finding is, or training and evaluation part first; of a whole layer the channel in the middle."""
    places = {layer.name: k for k, layer in enumerate(model.layers)}
    if findings and not findings[0].channels:
        for fit in fits:
            if fit.parts and findings[0].layer in (None, fit.layer.name):
                return places[fit.layer.name], int(fit.off.argmax())
    for finding in findings:
        if finding.layer in places:
            k = places[finding.layer]
            return k, finding.channels[0] if finding.channels else _middle(model.layers[k])
    return 0, _middle(model.layers[0])


def _middle(layer: StoredLayer) -> int:
    return int(np.argsort(layer.running_mean, kind="stable")[layer.channels // 2])


# --- channels ----------------------------------------------------------------------------------------------------


def channels(model: StoredModel, off: Mapping[str, FloatArray], shown: Overview, asked: int | None) -> list[Channels]:
    """The channels of all layers where they are few, else of the layer that was asked for; off by the layer's name."""
    room = max(FEWEST_CHANNELS, (ANSWER - shown.weight) // (23 if off else 19))  # a channel has 14 or 17 bytes
    if sum(shown.counts) <= room:
        return [_channels(model, off, k, room) for k in range(len(model.layers))]
    layer = shown.first[0] if asked is None else asked
    return [_channels(model, off, layer, room)]


def _channels(model: StoredModel, off: Mapping[str, FloatArray], k: int, room: int) -> Channels:
    layer = model.layers[k]
    each = values_of(model, layer, off.get(layer.name))
    sent = SENT if off else SENT[:-1]
    vectors = [signed_root(layer.running_var) if at == STD else each[at] for at in sent]
    picked = _telling(vectors, layer.channels, room)
    numbers = "" if len(picked) == layer.channels else _base64(picked.astype("<u2").tobytes())
    missing = np.full(len(picked), np.nan)
    with np.errstate(over="ignore"):
        kept = [missing if vector is None else vector[picked] for vector in vectors]
        values = np.concatenate(kept).astype("<f4")
    lacks = tuple(QUANTITIES[at].symbol for at, vector in zip(sent, vectors, strict=True) if vector is None)
    return Channels(k, numbers, _base64(rounded_bytes(values)), lacks)


def signed_root(var: FloatArray) -> FloatArray:
    """σ = √σ², and −√|σ²| where σ² < 0: there is no root, and it can still be told why and what σ² + ε is."""
    return np.asarray(np.copysign(np.sqrt(np.abs(var)), var))


def rounded_bytes(values: FloatArray) -> bytes:
    """The upper three bytes of each float32, rounded: four digits and more."""
    bits = values.view("<u4").astype(np.uint64)
    finite = np.isfinite(values)
    bits = np.where(finite, np.minimum(bits + 0x80, np.where(bits >> 31, 0xFF7FFFFF, 0x7F7FFFFF)), bits)
    return np.ascontiguousarray(bits.astype("<u4").view(np.uint8).reshape(-1, 4)[:, 1:]).tobytes()


def _telling(vectors: Sequence[FloatArray | None], count: int, room: int) -> npt.NDArray[np.int64]:
    """All channels where there is room; else those furthest out in each quantity, and others evenly between."""
    if count <= room:
        return np.arange(count)
    outer = [np.argsort(vector, kind="stable") for vector in vectors if vector is not None]
    ends = np.unique(np.concatenate([np.r_[order[:16], order[-16:]] for order in outer]))
    even = np.linspace(0, count - 1, room - len(ends)).astype(np.int64)
    return np.union1d(ends, even).astype(np.int64)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
