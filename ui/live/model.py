"""The layers of a model from input to output as one picture, in which a channel is a line."""

from collections.abc import Callable
from typing import Literal, TypedDict

from bn.checkup.finding import Certainty
from ui.live.component import Component
from ui.live.messages import told
from ui.numbers import counted
from ui.studies.checkup import Checkup
from ui.studies.overview import channels


class RowShown(TypedDict):
    """A quantity in all layers: its name and symbol, its axis, and for each layer its bars, a digit for the width of each."""

    name: str
    symbol: str
    of: Literal["x", "y", "gain", "off"]
    low: float
    high: float
    log: bool
    ticks: list[tuple[float, str]]
    bars: str


class MarkShown(TypedDict):
    """What was found in a layer."""

    layer: int
    certainty: Certainty
    words: str


class ChannelsShown(TypedDict):
    """A layer's channels: which, if not all, and moving mean, moving standard deviation, γ, β of each, and what is off; packed.

    lacks: the symbols of what the layer does not have.
    """

    layer: int
    picked: str
    values: str
    lacks: list[str]


class Data(TypedDict):
    """What the script is given.

    id      of the model: channels that came before belong to it still
    about   what the picture shows, in words
    bins    how many bars a layer has in each row
    first   the layer and channel to look at first
    """

    id: str
    about: str
    names: list[str]
    counts: list[int]
    eps: list[float]
    bins: int
    rows: list[RowShown]
    marks: list[MarkShown]
    channels: list[ChannelsShown]
    first: tuple[int, int]


_component = Component[Data]("model")
HEIGHT = 540  # px, about


def show_model(checkup: Checkup, *, key: str, on_ask: Callable[[], None] = lambda: None) -> None:
    """Show a model; its script asks for the channels of a layer that were not sent yet."""
    layers = len(checkup.model.layers)
    asked = told(key, "ask")
    match asked:
        case [str(identity), int(layer)] if identity == checkup.picture.identity and 0 <= layer < layers:
            _component(data(checkup, layer), key=key, height=HEIGHT, on_ask_change=on_ask)
        case _:
            _component(data(checkup, None), key=key, height=HEIGHT, on_ask_change=on_ask)


def data(checkup: Checkup, asked: int | None) -> Data:
    """What is sent, with the channels of the layer that was asked for."""
    shown = checkup.picture
    return {
        "id": shown.identity,
        "about": describe(checkup),
        "names": list(shown.names),
        "counts": list(shown.counts),
        "eps": list(shown.eps),
        "bins": shown.bins,
        "rows": [
            {
                "name": row.quantity.name,
                "symbol": row.quantity.symbol,
                "of": row.quantity.of,
                "low": row.axis.low,
                "high": row.axis.high,
                "log": row.axis.log,
                "ticks": [(round(place, 4), words) for place, words in row.axis.ticks],
                "bars": row.bars,
            }
            for row in shown.rows
        ],
        "marks": [{"layer": it.layer, "certainty": it.certainty, "words": it.words} for it in shown.marks],
        "channels": [
            {"layer": it.layer, "picked": it.picked, "values": it.values, "lacks": list(it.lacks)}
            for it in channels(checkup.model, checkup.off, shown, asked)
        ],
        "first": shown.first,
    }


def describe(checkup: Checkup) -> str:
    """What the picture shows, in words."""
    shown = checkup.picture
    layers, all_channels = len(shown.names), sum(shown.counts)
    marked = f"{len(shown.marks)} of them marked" if shown.marks else "none of them marked"
    names = ", ".join(row.quantity.name for row in shown.rows)
    return f"{counted(layers, 'batch norm layer')} from input to output, {marked}, with {counted(all_channels, 'channel')}: {names}."
