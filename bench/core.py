"""The layer's forward and backward pass in NumPy against PyTorch, one thread each."""

import timeit

import numpy as np

from bn import BatchNorm

SHAPE = (64, 50)
CALLS = 2_000
ROUNDS = 7


def core() -> dict[str, float] | None:
    """Microseconds for forward and backward at (64, 50) in float32, the best of several rounds; None without PyTorch."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    x, dy = (rng.standard_normal(SHAPE).astype(np.float32) for _ in range(2))
    layer = BatchNorm.create(SHAPE[1])
    x_torch = torch.tensor(x, requires_grad=True)
    dy_torch = torch.tensor(dy)
    layer_torch = torch.nn.BatchNorm1d(SHAPE[1])

    def ours() -> None:
        trace, _ = layer.train(x)
        trace.backward(dy)

    def theirs() -> None:
        y = layer_torch(x_torch)
        torch.autograd.grad(y, [x_torch, layer_torch.weight, layer_torch.bias], dy_torch)

    # In turn, so that a machine that slows down slows both.
    best = {ours: float("inf"), theirs: float("inf")}
    for _ in range(ROUNDS):
        for function in best:
            best[function] = min(best[function], timeit.timeit(function, number=CALLS) / CALLS * 1e6)
    return {"ours": best[ours], "pytorch": best[theirs]}
