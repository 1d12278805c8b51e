"""How the goldens are written: JSON that a person can compare line by line."""

import json

import numpy as np


def text(value: object, indent: str = "") -> str:
    """JSON with one line for each batch or vector."""
    if isinstance(value, np.ndarray):
        return json.dumps(value.astype(np.float64).tolist())
    inner = indent + " "
    if isinstance(value, dict):
        lines = [f"{inner}{json.dumps(key)}: {text(entry, inner)}" for key, entry in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + text(entry, inner) for entry in value) + f"\n{indent}]"
    return json.dumps(value)
