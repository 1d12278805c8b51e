"""Files in the format of safetensors: eight bytes with the length of a JSON header, the header, the tensors one after the other."""

import json
import struct
from collections.abc import Iterator, Mapping

import numpy as np

DTYPES = {"float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64", "int8": "I8"}


def as_safetensors(tensors: Mapping[str, np.ndarray], *, bfloat: bool = False) -> bytes:
    """The bytes of such a file; bfloat: float32 loses its lower half."""
    header, parts, at = {}, [], 0
    for name, values in tensors.items():
        short = bfloat and values.dtype == np.float32
        part = (values.view("<u4") >> 16).astype("<u2").tobytes() if short else values.tobytes()
        header[name] = {
            "dtype": "BF16" if short else DTYPES[values.dtype.name],
            "shape": list(values.shape),
            "data_offsets": [at, at + len(part)],
        }
        parts.append(part)
        at += len(part)
    return with_header(json.dumps(header).encode(), b"".join(parts))


def with_header(header: bytes, data: bytes = b"", length: int | None = None) -> bytes:
    """A file with this header, whose length may be another than is said."""
    return struct.pack("<Q", len(header) if length is None else length) + header + data


def batch_norm(name: str, channels: int, rng: np.random.Generator, tracked: int = 1_000) -> dict[str, np.ndarray]:
    """The five vectors of a layer that was trained."""
    vectors = {
        "weight": rng.normal(1, 0.2, channels),
        "bias": rng.normal(0, 0.2, channels),
        "running_mean": rng.normal(0, 0.5, channels),
        "running_var": np.exp(rng.normal(-1, 0.7, channels)),
    }
    return {
        **{f"{name}.{kind}": values.astype(np.float32) for kind, values in vectors.items()},
        f"{name}.num_batches_tracked": np.array(tracked),
    }


def small(layers: int = 4, channels: int = 16, *, spoiled: int | None = None) -> dict[str, np.ndarray]:
    """A small network's tensors; spoiled: a layer whose averages were never updated."""
    rng = np.random.default_rng(0)
    found = {}
    for k in range(layers):
        found[f"block{k}.conv.weight"] = rng.normal(0, 0.1, (channels, 3, 3)).astype(np.float32)
        found |= batch_norm(f"block{k}.bn", channels, rng)
        if k == spoiled:
            found[f"block{k}.bn.running_mean"] = np.zeros(channels, np.float32)
            found[f"block{k}.bn.running_var"] = np.ones(channels, np.float32)
            found[f"block{k}.bn.num_batches_tracked"] = np.array(0)
    return found


def resnet50() -> Iterator[tuple[str, int, int]]:
    """The layers of ResNet-50: batch norm's name, its channels, and the weights of the convolution in front of it."""
    yield "bn1", 64, 64 * 3 * 49
    given = 64
    for stage, (blocks, width) in enumerate([(3, 64), (4, 128), (6, 256), (3, 512)], start=1):
        for block in range(blocks):
            name = f"layer{stage}.{block}"
            yield f"{name}.bn1", width, width * given
            yield f"{name}.bn2", width, width * width * 9
            yield f"{name}.bn3", 4 * width, 4 * width * width
            if not block:
                yield f"{name}.downsample.1", 4 * width, 4 * width * given
            given = 4 * width


def as_large_as_resnet50() -> dict[str, np.ndarray]:
    """100 MB: 53 layers, 26,560 channels."""
    rng = np.random.default_rng(0)
    found = {}
    for name, channels, weights in resnet50():
        found[f"{name}.before.weight"] = np.zeros((channels, weights // channels), np.float32)
        found |= batch_norm(name, channels, rng)
    found["fc.weight"] = np.zeros((1000, 2048), np.float32)
    return found
