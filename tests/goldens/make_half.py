"""Write what PyTorch computes of half-precision inputs to half.json; run by hand where it is installed.

    python tests/goldens/make_half.py

Inputs are float16, the layer's vectors float32, as under automatic mixed precision.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from lines import text

HERE = Path(__file__).parent
RNG = np.random.default_rng(16)


def drawn(*scales: float, rows: int = 8, at: float = 0.0) -> np.ndarray:
    """A batch of half-precision numbers, a column for each scale."""
    return (at + RNG.standard_normal((rows, len(scales))) * scales).astype(np.float16)


# name: x, and where the layer is not a fresh one with eps = 1e-5
CASES: dict[str, dict[str, Any]] = {
    "running_var 1e5": {"x": [[300.0], [-20.0]], "running_var": [1e5]},
    "running_mean 1e5": {"x": [[3.0], [-2.5]], "running_mean": [1e5]},
    "both, close": {"x": [[60000.0], [65000.0]], "running_mean": [1e5], "running_var": [1e10]},
    "running_var 0, eps 1e-8": {"x": [[1e-3], [0.5], [-2e-4]], "running_var": [0.0], "eps": 1e-8},
    "running_var 1e-9, eps 1e-8": {"x": [[1e-4], [6e-5]], "running_var": [1e-9], "eps": 1e-8},
    "sigma above 256": {"x": drawn(300, 1000, 15000)},
    "large mean": {"x": drawn(30, 300, 1000, at=40000)},
    "small sigma, eps 1e-8": {"x": drawn(1e-4, 1e-3, 3e-6), "eps": 1e-8},
    "many rows": {"x": drawn(400, rows=1200, at=1000)},
    "gamma and beta": {"x": drawn(1, 500), "gamma": [3.0, -7e4], "beta": [1e5, 0.25]},
}


def run(case: dict[str, Any]) -> dict[str, Any]:
    """Both modes of one case, forward and backward."""
    x = np.array(case["x"], np.float16)
    c = x.shape[1]
    start = {"gamma": [1.0] * c, "beta": [0.0] * c, "running_mean": [0.0] * c, "running_var": [1.0] * c, "eps": 1e-5}
    start |= {name: value for name, value in case.items() if name != "x"}
    dy = RNG.standard_normal(x.shape).astype(np.float16)
    made: dict[str, Any] = {**start, "x": x, "dy": dy}
    for mode in ("train", "infer"):
        tensors = {name: torch.tensor(start[name], dtype=torch.float32) for name in start if name != "eps"}
        inputs = torch.tensor(x, requires_grad=True)
        gamma, beta = tensors["gamma"].requires_grad_(), tensors["beta"].requires_grad_()
        mean, var = tensors["running_mean"], tensors["running_var"]
        y = torch.nn.functional.batch_norm(inputs, mean, var, gamma, beta, mode == "train", 0.1, start["eps"])
        y.backward(torch.tensor(dy))
        made[mode] = {"y": y, "dx": inputs.grad, "dgamma": gamma.grad, "dbeta": beta.grad, "mean": mean, "var": var}
        made[mode] = {name: value.detach().numpy() for name, value in made[mode].items()}
        assert made[mode]["y"].dtype == made[mode]["dx"].dtype == np.float16
    return made


def main() -> None:
    """Write the file."""
    made = {"framework": "pytorch", "version": torch.__version__, "cases": {name: run(CASES[name]) for name in CASES}}
    (HERE / "half.json").write_text(text(made) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
