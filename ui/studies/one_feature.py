"""One feature on its way back through the layer: what the chapter on the backward pass is about."""

from dataclasses import dataclass, replace

import numpy as np

from bn import CONVENTIONS, BatchNorm, FloatArray, Graph, layer_graph

LIKE_PYTORCH = CONVENTIONS["paper"]  # averages as PyTorch does, and trains on one row


@dataclass(frozen=True, eq=False)
class Problem:
    """One feature of the batch, the gradient that arrives at its outputs, and the layer's settings for it."""

    x: FloatArray  # (N,)
    dy: FloatArray  # (N,)
    gamma: float
    eps: float
    row: int

    def graph(self, dy: FloatArray) -> Graph:
        """The layer's graph for this feature, with this gradient arriving."""
        return layer_graph(self.x, dy, gamma=self.gamma, eps=self.eps)

    def compact(self) -> FloatArray:
        """The gradient dL/dx, (N,), by the one formula that the layer itself uses."""
        layer = replace(BatchNorm.create(1, LIKE_PYTORCH, channel_axis=1), gamma=np.array([self.gamma]), eps=self.eps)
        return layer.train(self.x[:, None])[0].backward(self.dy[:, None]).x[:, 0]
