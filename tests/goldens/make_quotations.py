"""Writes what frameworks themselves say, where a page quotes them: quotations.json.

Run with PyTorch and Keras installed: python tests/goldens/make_quotations.py
"""

import json
from pathlib import Path

import keras
import torch


def refusal(*shape: int) -> str:
    """What PyTorch says to one value per channel in training mode."""
    try:
        torch.nn.BatchNorm1d(shape[1])(torch.zeros(shape))
    except ValueError as problem:
        return str(problem)
    raise AssertionError("PyTorch takes it")


def in_one_line(text: str) -> str:
    return " ".join(text.split()).replace("**", "")


def changes(tracked: bool) -> bool:
    """Whether an output depends on its company after model.eval()."""
    layer = torch.nn.BatchNorm1d(1, track_running_stats=tracked).eval()
    one, other = (layer(torch.tensor([[1.0], [company]]))[0] for company in (2.0, 30.0))
    return not torch.equal(one, other)


said = {
    "versions": {"torch": torch.__version__, "keras": keras.__version__},
    "refusal (1, 1)": refusal(1, 1),
    "refusal (1, 4)": refusal(1, 4),
    "SyncBatchNorm": in_one_line(torch.nn.SyncBatchNorm.__doc__),
    "BatchNormalization": in_one_line(keras.layers.BatchNormalization.__doc__),
    "company counts in eval": {"track_running_stats=True": changes(True), "track_running_stats=False": changes(False)},
}
Path(__file__).with_name("quotations.json").write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
