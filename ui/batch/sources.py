"""Where batches come from: the example, a draw, or the reader; and what the moving averages make of them.

Not in app.py, which runs anew for every change: what is cached here is shared by all sessions.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from bn import EXAMPLE, BatchNorm, Convention, Feature, FloatArray, History, draw, feed, resample
from ui.batch.reading import OwnBatch, default_names

EXAMPLE_BATCH = OwnBatch(EXAMPLE, default_names(EXAMPLE.shape[1]))


@dataclass(frozen=True)
class Drawn:
    """A batch that is drawn from named distributions, one for each feature."""

    features: tuple[Feature, ...]
    batch_size: int
    seed: int


Origin = Drawn | OwnBatch


def num_features(source: Origin) -> int:
    """How many columns the batches of a source have."""
    return len(source.features) if isinstance(source, Drawn) else len(source.names)


def num_rows(source: Origin) -> int:
    """How many rows the batches of a source have."""
    return source.batch_size if isinstance(source, Drawn) else len(source.values)


def first_batch(source: Origin) -> OwnBatch:
    """The batch that is shown."""
    if isinstance(source, OwnBatch):
        return source
    values = draw(source.features, source.batch_size, 1, source.seed).batches[0]
    return OwnBatch(values, default_names(len(source.features)))


def moving_averages(source: Origin, layer: BatchNorm, seen: int) -> tuple[History, FloatArray, FloatArray]:
    """The history of a fresh layer after `seen` batches, the shown one first, and the source's true mean and variance.

    A batch that was given, not drawn, stands for its own distribution: further batches are rows of it, drawn with
    replacement. A layer whose convention does not train on batches of one row learns nothing from them.
    """
    seen = seen if layer.convention.takes(num_rows(source)) else 0
    constants = (layer.convention, layer.eps, layer.decay, seen)
    if isinstance(source, Drawn):
        return _history(source, None, *constants)
    return _history(source.values.tobytes(), source.values.shape, *constants)


@lru_cache(maxsize=64)
def _history(
    source: Drawn | bytes,
    shape: tuple[int, int] | None,
    convention: Convention,
    eps: float,
    decay: float | None,
    seen: int,
) -> tuple[History, FloatArray, FloatArray]:
    """Shared by all sessions: a function of its arguments alone, with read-only arrays of at most half a megabyte."""
    if isinstance(source, Drawn):
        stream = draw(source.features, source.batch_size, max(seen, 1), source.seed)
    else:
        stream = resample(np.frombuffer(source).reshape(shape), max(seen, 1), seed=0)
    layer = BatchNorm.create(stream.batches.shape[2], convention, channel_axis=1)
    history = feed(replace(layer, eps=eps, decay=decay), stream.batches[:seen])
    return history, stream.mean, stream.var
