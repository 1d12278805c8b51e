"""500 steps of training in NumPy against the same in eager PyTorch, one thread each.

    OMP_NUM_THREADS=1 python -m bench.training

A process of its own, because NumPy reads the number of threads when it is imported.
"""

import json
import os
import subprocess
import sys
import time
from functools import partial

from bn import Network, train
from ui.studies.digits import digits

SIZES = (64, 50, 50, 10)
STEPS, BATCH_SIZE, LEARNING_RATE = 500, 64, 0.5
ROUNDS = 9


def training() -> dict[str, float] | None:
    """Microseconds for a step, the best of several rounds, and the last loss; None without PyTorch."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.training"],
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    result: dict[str, float] | None = json.loads(done.stdout)
    return result


def measure() -> dict[str, float] | None:
    """Train both from the same weights on the same batches in float32, looking at the loss at every step."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(1)
    images, labels = digits().train
    network = Network.create(SIZES)
    run = partial(train, network, images, labels, steps=STEPS, batch_size=BATCH_SIZE, learning_rate=LEARNING_RATE)
    # Drawing the batches is left out of PyTorch's time.
    batches = [(torch.tensor(step.images), torch.tensor(step.labels)) for step in run()]

    def ours() -> float:
        for step in run():
            loss = step.loss
        return loss

    def theirs() -> float:
        layers: list[torch.nn.Module] = []
        for layer in network.layers:
            inputs, outputs = layer.weights.shape
            dense = torch.nn.Linear(inputs, outputs, bias=layer.bias is not None)
            dense.weight = torch.nn.Parameter(torch.tensor(layer.weights.T.copy()))
            layers.append(dense)
            if layer.bias is None:
                layers += [torch.nn.BatchNorm1d(outputs), torch.nn.Sigmoid()]
            else:
                torch.nn.init.zeros_(dense.bias)
        model = torch.nn.Sequential(*layers)
        descent = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
        for x, y in batches:
            descent.zero_grad()
            mean = torch.nn.functional.cross_entropy(model(x), y)
            mean.backward()
            descent.step()
            loss: float = mean.item()
        return loss

    # In turn, so that a machine that slows down slows both.
    best = {ours: float("inf"), theirs: float("inf")}
    losses = {}
    for _ in range(ROUNDS):
        for function in best:
            begin = time.perf_counter()
            losses[function] = function()
            best[function] = min(best[function], (time.perf_counter() - begin) / STEPS * 1e6)
    return {
        "ours": best[ours],
        "pytorch": best[theirs],
        "our_loss": losses[ours],
        "their_loss": losses[theirs],
    }


if __name__ == "__main__":
    print(json.dumps(measure()))
