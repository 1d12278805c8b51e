"""Averages as a file to load back."""

import io

import numpy as np

from bn.checkup import StoredModel


def as_file(model: StoredModel) -> bytes:
    """The names, means and variances (float32) of all layers, numbered in their order, as the bytes of an .npz file.

    The snippets of `ui.checkpoints.snippets.mending` load it, and `ui.checkpoints.reading.read_recording` reads it.
    """
    data: dict[str, object] = {"framework": model.framework or ""}
    with np.errstate(over="ignore"):
        for at, layer in enumerate(model.layers):
            data[f"{at}/name"] = layer.name
            data[f"{at}/running_mean"] = layer.running_mean.astype(np.float32)
            data[f"{at}/running_var"] = layer.running_var.astype(np.float32)
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **{key: np.asarray(value) for key, value in data.items()})
    return file.getvalue()
