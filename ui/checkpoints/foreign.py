"""Files that are not opened here: what each is, told by its first bytes, and the two lines that turn it into one that is."""

import re
from dataclasses import dataclass

HEAD = 4_096  # bytes that are enough to tell


@dataclass(frozen=True)
class Foreign:
    """What a file is, why it is not opened, and the code that makes of it one that can be dropped here."""

    what: str
    why: str
    lines: str


PICKLE = "Opening a pickle can run any code that somebody has put into it, so it is never opened here."
TORCH = (
    'import torch, safetensors.torch; w = torch.load("{name}", "cpu", weights_only=True)\n'
    'safetensors.torch.save_file({{k: v.clone() for k, v in w.get("state_dict", w).items()}}, "{stem}.safetensors")'
)
KERAS = 'import keras; model = keras.saving.load_model("{name}")\nrecord(model)  # the snippet for Keras above'
KERAS_WHY = "It holds the whole model, weights and all; its batch norm layers are enough."
ONNX = (
    'import numpy, onnx; graph = onnx.load("{name}").graph; w = {{t.name: onnx.numpy_helper.to_array(t) for t in graph.initializer}}\n'
    'numpy.savez("batch_norm.npz", **{{f"{{n.input[0]}}/{{k}}": w[v] for n in graph.node if n.op_type == "BatchNormalization" '
    'for k, v in zip(("gamma", "beta", "mean", "var"), n.input[1:])}})'
)
CKPT = (
    'import numpy, tensorflow as tf; file = tf.train.load_checkpoint("{stem}")\n'
    'numpy.savez("batch_norm.npz", **{{k.removesuffix("/.ATTRIBUTES/VARIABLE_VALUE"): file.get_tensor(k) '
    'for k in file.get_variable_to_shape_map() if "OPTIMIZER" not in k and "Adam" not in k}})'
)
GGUF = (
    'import numpy; from gguf import GGUFReader; tensors = GGUFReader("{name}").tensors\n'
    'numpy.savez("batch_norm.npz", **{{t.name: t.data for t in tensors if t.name.endswith(("running_mean", "running_var", "weight", "bias")) '
    "and t.data.ndim == 1}})"
)
CHECKPOINT = re.compile(
    r"\.(?:ckpt(?:-\d+)?(?:\.(?:index|meta|data-\d+-of-\d+))?|index|data-\d+-of-\d+)$|^checkpoint$", re.IGNORECASE
)


def recognize(head: bytes, name: str) -> Foreign | None:
    """What a file with these first bytes and this name is; None for one that is read here, and for an unknown one."""
    head = head[:HEAD]
    if head.startswith(b"PK\x03\x04"):
        return _archive(head, name)
    if head.startswith(b"\x80") and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return _said("a PyTorch checkpoint of the old kind, or another pickle", PICKLE, TORCH, name)
    if head.startswith(b"\x89HDF\r\n\x1a\n"):
        return _said("an HDF5 file, as Keras saves models (.h5)", KERAS_WHY, KERAS, name)
    if head.startswith(b"GGUF"):
        why = "Language models, which it is made for, have no batch norm, and its numbers are mostly quantized."
        return _said("a GGUF file", why, GGUF, name)
    if _is_onnx(head, name):
        why = "It holds the whole model. Exporters often fold batch norm into the weights before it; then there is none left."
        return _said("an ONNX model", why, ONNX, name)
    if CHECKPOINT.search(name):
        why = "Its tensors are spread over several files; TensorFlow puts them together."
        return _said("a TensorFlow checkpoint", why, CKPT, name)
    return None


def _archive(head: bytes, name: str) -> Foreign | None:
    """What a zip archive is, by the name of its first member."""
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    if first.endswith(b".npy"):
        return None
    if (
        first.endswith((b"data.pkl", b"/version", b"/byteorder", b".format_version", b"/.data/serialization_id"))
        or b"/data.pkl" in head
    ):
        return _said("a PyTorch checkpoint (.pt, .pth), a pickle in a zip archive", PICKLE, TORCH, name)
    if first in (b"metadata.json", b"config.json", b"model.weights.h5"):
        return _said("a Keras model (.keras)", KERAS_WHY, KERAS, name)
    if name.lower().endswith((".pt", ".pth", ".ckpt", ".bin")):
        return _said("a PyTorch checkpoint (.pt, .pth), a pickle in a zip archive", PICKLE, TORCH, name)
    return None


def _is_onnx(head: bytes, name: str) -> bool:
    """Protocol buffers have no first bytes of their own: ONNX begins with its version (field 1) and who wrote it (field 2)."""
    if len(head) < 3 or head[0] != 0x08 or not 1 <= head[1] <= 0x40:
        return False
    return name.lower().endswith(".onnx") or (head[2] == 0x12 and head[4 : 4 + head[3]].isascii() and len(head) > 8)


def _said(what: str, why: str, lines: str, name: str) -> Foreign:
    """The lines with the file's name in them, as far as it can stand in a string."""
    safe = re.sub(r"[^\w. ()+-]", "_", name.replace("\\", "/").rpartition("/")[2])[:100] or "model"
    stem = re.sub(r"\.(?:index|meta|data-\d+-of-\d+)$", "", safe) if lines is CKPT else safe.rpartition(".")[0] or safe
    return Foreign(what, why, lines.format(name=safe, stem=stem))
