"""One value for each feature: what the layer makes of it in training, and who refuses."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bn import CONVENTIONS, BatchNorm, Convention
from ui.numbers import fixed
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
        lines.append(f"| {value:,.0f} | {fixed(float(trace.x_hat[0, 0]), 1)} | **{fixed(float(trace.y[0, 0]), 1)}** |")
    return "\n".join(["| x | x̂ | y |", "|--:|--:|--:|", *lines])
