"""Train the example of your_model and record its batch norm layers: `python -m tools.example_model`, where PyTorch is installed.

A small residual network on the digits, with the last γ of each branch initialized to 0, and its recordings with nothing
wrong, with pixels from 0 to 16 in place of 0 to 1, with batches of two, with stale averages, and with averages that were
never updated.
"""

import runpy
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from bn.checkup import StoredModel
from ui.checkpoints.examples import FILE, STATES, packed
from ui.checkpoints.reading import read_recording
from ui.studies.digits import digits

ROOT = Path(__file__).parents[1]
EPOCHS, SIZE, BATCHES, STALE = 12, 64, 4, 8
FEW, SOME = 2, 6  # images in a small batch, and how many of these


class Branch(nn.Module):  # type: ignore[misc]  # PyTorch is not installed where types are checked
    """Two convolutions beside a shortcut; the last γ starts at 0, so the branch starts switched off."""

    def __init__(self, channels: int, wider: int) -> None:
        super().__init__()
        stride = wider // channels
        self.conv1 = nn.Conv2d(channels, wider, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(wider)
        self.conv2 = nn.Conv2d(wider, wider, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(wider)
        nn.init.zeros_(self.bn2.weight)
        self.shortcut = nn.Sequential()
        if stride > 1:
            self.shortcut = nn.Sequential(nn.Conv2d(channels, wider, 1, stride, bias=False), nn.BatchNorm2d(wider))

    def forward(self, x: Any) -> Any:
        """Add the branch to the shortcut."""
        branch = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(branch + self.shortcut(x))


def untrained() -> Any:
    """The network as it starts."""
    torch.manual_seed(0)
    stem = (nn.Conv2d(1, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU())
    head = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))
    return nn.Sequential(*stem, Branch(16, 16), Branch(16, 32), Branch(32, 32), *head)


def trained() -> tuple[Any, Any, Any]:
    """The network after training, and the images and labels that were held out."""
    split = digits()
    images, test = (torch.tensor(part.images.reshape(-1, 1, 8, 8)) for part in split)
    labels = torch.tensor(split.train.labels)
    model = untrained()
    optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(images)).split(SIZE):
            loss = nn.functional.cross_entropy(model(images[rows]), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
    return model, images, (test, torch.tensor(split.test.labels))


def with_averages_anew(model: Any, batches: Any) -> None:
    """Let the averages start again and see these batches alone."""
    for layer in model.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.reset_running_stats()
    model.train()
    with torch.no_grad():
        for x in batches:
            model(x)


def recorded(model: Any, batches: Any) -> StoredModel:
    """What the snippet that the page shows makes of a model and some batches."""
    record: Callable[..., None] = runpy.run_path(str(ROOT / "assets" / "snippets" / "pytorch.py"))["record"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "batch_norm.npz")
        record(model, *batches, file=path)
        return read_recording(path.read_bytes(), "example")


def main() -> None:
    """Train, and write what the layers hold and saw in each state."""
    torch.set_num_threads(1)
    model, images, (test, labels) = trained()
    batches = list(test[: SIZE * BATCHES].split(SIZE))
    states = {}
    for state in STATES:
        if state == "stale":
            with_averages_anew(model, images[: STALE * SIZE].split(SIZE))
        if state == "never updated":
            with_averages_anew(model, ())
        fed = {"moved data": [16 * x for x in batches], "small batches": list(test[: FEW * SOME].split(FEW))}
        states[state] = recorded(model, fed.get(state, batches))
        model.eval()
        right = (model(fed.get(state, [test])[0]).argmax(1) == labels[: len(fed.get(state, [test])[0])]).float().mean()
        print(f"{state}: {right:.1%} right in evaluation mode")
    FILE.write_bytes(packed(states))
    print(f"{FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
