"""Write what PyTorch makes of a linear layer and its batch norm to folding.json; run by hand where it is installed.

python tests/goldens/make_folding.py
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from lines import text
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

HERE = Path(__file__).parent


def folded(linear: torch.nn.Module, norm: torch.nn.Module, fuse: Any, x: torch.Tensor) -> dict[str, Any]:
    """What went in, and what PyTorch's own folding gives."""
    for name, tensor in (*linear.named_parameters(), *norm.named_parameters(), *norm.named_buffers()):
        if tensor.is_floating_point():
            torch.manual_seed(len(name))
            tensor.data = torch.randn_like(tensor).abs() + 0.1 if "var" in name else torch.randn_like(tensor)
    both = torch.nn.Sequential(linear, norm).eval()
    one = fuse(linear.eval(), norm.eval())
    with torch.no_grad():
        arrays = {
            "weight": linear.weight,
            "bias": linear.bias,
            "gamma": norm.weight,
            "beta": norm.bias,
            "running_mean": norm.running_mean,
            "running_var": norm.running_var,
            "x": x,
            "y": both(x),
            "folded_weight": one.weight,
            "folded_bias": one.bias,
        }
        return {name: np.asarray(value.detach()) for name, value in arrays.items()} | {"eps": norm.eps}


def main() -> None:
    """Write the file."""
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    dense = folded(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), fuse_linear_bn_eval, torch.randn(5, 3))
    convolution = folded(torch.nn.Conv2d(1, 3, 2), torch.nn.BatchNorm2d(3), fuse_conv_bn_eval, torch.randn(2, 1, 4, 3))
    record = {"framework": "pytorch", "version": torch.__version__, "dense": dense, "convolution": convolution}
    (HERE / "folding.json").write_text(text(record) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
