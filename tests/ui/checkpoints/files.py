"""Recordings as files, whole and broken."""

import base64
import io
import json

import numpy as np

from tests.bn.checkup.models import layer, model


def arrays(layers=2, channels=5, batches=3):
    """What a snippet would save."""
    rng = np.random.default_rng(0)
    data = {"framework": np.array("pytorch")}
    for at in range(layers):
        data |= {
            f"{at}/name": np.array(f"layer{at}.bn"),
            f"{at}/weight": 1 + 0.1 * rng.standard_normal(channels),
            f"{at}/bias": rng.standard_normal(channels),
            f"{at}/running_mean": rng.standard_normal(channels),
            f"{at}/running_var": rng.random(channels),
            f"{at}/num_batches_tracked": np.array(7.0),
            f"{at}/eps": np.array(1e-5),
            f"{at}/decay": np.array(0.9),
            f"{at}/rows": np.array(64),
            f"{at}/evaluation": rng.random((batches, 4, channels)).astype(np.float32),
            f"{at}/training": rng.random((batches, 4, channels)).astype(np.float32),
        }
    return data


def npz(data):
    file = io.BytesIO()
    np.savez_compressed(file, **data)
    return file.getvalue()


def as_json(data):
    """The same recording as JSON."""
    layers = {}
    for key, value in data.items():
        number, _, field = key.partition("/")
        if field:
            layers.setdefault(number, {})[field] = value.tolist()
    return json.dumps({"framework": "pytorch", "layers": list(layers.values())}).encode()


def tensor(values, dtype="F32"):
    """A tensor as the browser sends it."""
    values = np.asarray(values)
    if dtype == "BF16":
        data = (values.astype("<f4").view("<u4") >> 16).astype("<u2")
    else:
        data = values.astype({"F16": "<f2", "F32": "<f4", "F64": "<f8", "I64": "<i8", "I32": "<i4"}[dtype])
    return {"dtype": dtype, "data": base64.b64encode(data.tobytes()).decode()}


def message(of=None, dtype="F32"):
    """What the browser sends of a .safetensors file with these layers."""
    of = of or model(*(layer(f"layer{at}.bn", at, 8) for at in (10, 2, 1)))
    layers = []
    for each in of.layers:
        vectors = {
            "running_mean": each.running_mean,
            "running_var": each.running_var,
            "weight": each.gamma,
            "bias": each.beta,
        }
        sent = {key: tensor(values, dtype) for key, values in vectors.items() if values is not None}
        if each.batches_tracked is not None:
            sent["num_batches_tracked"] = tensor([each.batches_tracked], "I64")
        layers.append({"name": each.name, "vectors": sent})
    return {"name": "model.safetensors", "bytes": 1_000, "tensors": 20, "layers": layers}
