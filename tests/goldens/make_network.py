"""Write what PyTorch makes of small networks in ten steps of training to network.json; run by hand where it is installed.

    python tests/goldens/make_network.py

All numbers are float64.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

HERE = Path(__file__).parent
SIZES = (5, 4, 3, 3)
TRAINING = {"steps": 10, "batch_size": 8, "learning_rate": 0.3, "momentum": 0.9, "seed": 7}
NORMS = {"before": ("batch", "before"), "after": ("batch", "after"), "without": (None, "before")}

sys.path.insert(0, str(HERE.parents[1]))
from lines import text  # noqa: E402

from bn import ACTIVATIONS, Network, train  # noqa: E402

Values = dict[str, Any]


def torch_training() -> Values:
    """Ten steps of training: what `bn.train` draws as batches, and what PyTorch makes of the weights with them."""
    rng = np.random.default_rng(2018)
    images, labels = rng.standard_normal((20, SIZES[0])), rng.integers(0, SIZES[-1], 20)
    made: Values = {"sizes": list(SIZES), "training": TRAINING, "images": images, "labels": labels}
    start = Network.create(SIZES, dtype=np.float64)
    steps = list(train(start, images, labels, **TRAINING))
    made["batches"] = [{"images": step.images, "labels": step.labels} for step in steps]
    made["cases"] = {}
    for activation in ACTIVATIONS:
        for name, (norm, placement) in NORMS.items():
            network = Network.create(SIZES, activation, norm, placement, 1.5, seed=3, dtype=np.float64)
            made["cases"][f"{activation}-{name}"] = torch_trained(network, made["batches"])
    return made


def torch_trained(network: Network, batches: list[Values]) -> Values:
    """A network's parameters and PyTorch's after training, in the order weights (inputs, outputs), bias, gamma, beta."""
    activations = {"sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}
    layers, norms, learned = [], [], []
    for i, layer in enumerate(network.layers):
        inputs, outputs = layer.weights.shape
        dense = torch.nn.Linear(inputs, outputs, bias=layer.bias is not None, dtype=torch.float64)
        dense.weight.data = torch.tensor(layer.weights.T.copy())
        learned.append(dense.weight)
        if layer.bias is not None:
            dense.bias.data = torch.tensor(layer.bias)
            learned.append(dense.bias)
        layers.append(dense)
        if i == len(network.layers) - 1:
            break
        layers.append(activations[network.activation]())
        if network.norm:
            norm = torch.nn.BatchNorm1d(outputs, dtype=torch.float64)
            layers.insert(len(layers) - (network.placement == "before"), norm)
            norms.append(norm)
            learned += [norm.weight, norm.bias]
    model = torch.nn.Sequential(*layers)
    descent = torch.optim.SGD(model.parameters(), lr=TRAINING["learning_rate"], momentum=TRAINING["momentum"])
    losses = []
    for batch in batches:
        descent.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(torch.tensor(batch["images"])), torch.tensor(batch["labels"]))
        loss.backward()
        descent.step()
        losses.append(loss.item())
    values = [parameter.detach().numpy() for parameter in learned]
    return {
        "before": network.parameters,
        "after": np.concatenate([value.T.ravel() for value in values]),
        "losses": np.array(losses),
        "running_mean": [norm.running_mean.numpy() for norm in norms],
        "running_var": [norm.running_var.numpy() for norm in norms],
    }


def main() -> None:
    """Write the file."""
    lines = text({"framework": "pytorch", "version": torch.__version__, **torch_training()})
    (HERE / "network.json").write_text(lines + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
