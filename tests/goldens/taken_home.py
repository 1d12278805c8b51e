"""The layer and the batch whose code was run in every framework."""

from dataclasses import replace

from bn import EXAMPLE, BatchNorm, Trace, feed, resample

SEEN = 20


def layer() -> BatchNorm:
    """Four features after some batches, with a scale and a shift of their own."""
    fresh = replace(BatchNorm.create(4, channel_axis=1), gamma=[1.25, -2.5, 0.5, 1.0], beta=[0.1, -0.7, 3.0, 0.0])
    return feed(fresh, resample(EXAMPLE, SEEN, 0).batches).layer


def traces() -> dict[str, Trace]:
    """What the page shows in each mode."""
    return {"training": layer().train(EXAMPLE)[0], "inference": layer().infer(EXAMPLE)}
