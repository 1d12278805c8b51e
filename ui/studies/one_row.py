"""One value for each feature: what the layer makes of it in training, and who refuses."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bn import CONVENTIONS, BatchNorm, Convention
from ui.numbers import fixed, whole
from ui.studies.quotations import PYTORCH_REFUSES

PATIENT = CONVENTIONS["onnx"]  # has PyTorch's ε, and trains on one row
_PYTORCH, _KERAS = CONVENTIONS["pytorch"], CONVENTIONS["keras"]
WHO_REFUSES = f"**{_KERAS.name}** computes that; **{_PYTORCH.name}** refuses: “{PYTORCH_REFUSES}”."


def refusal(convention: Convention) -> str:
    """That a convention does not train on one row, and what would come of it."""
    return f"{convention.name} refuses to train on one row, which would become 0 whatever it is."


def table_of_singles(values: Sequence[float], beta: float) -> str:
    """What a dense layer of one feature makes in training of examples that come one by one, as a table."""
    layer = replace(BatchNorm.create(1, PATIENT, channel_axis=1), beta=np.array([beta]))
    lines = []
    for value in values:
        trace, _ = layer.train(np.array([[value]]))
        lines.append(
            f"| {whole(value)} | {fixed(float(trace.x_hat[0, 0]), 1)} | **{fixed(float(trace.y[0, 0]), 1)}** |"
        )
    return "\n".join(["| x | x̂ | y |", "|--:|--:|--:|", *lines])


def say_refusal(convention: Convention, training: bool, shown: int, learned: int) -> str:
    """What a convention that does not train on one row makes of the rows that are shown and learned from; empty where it need not."""
    words = []
    if training and not convention.takes(shown):
        words.append(f"{refusal(convention)} Shown is **inference**, where it is a batch like any other.")
    if not convention.takes(learned):
        words.append(
            "Batches of one row teach the layer nothing, so its moving mean is still 0 and its moving variance 1; rows to "
            "learn from can be given in the panel at the side."
        )
    return " ".join(words)
