"""Run the code to take home in PyTorch, Keras 3 (each backend), Keras 2, Flax and ONNX, and write what it prints to take_home.json.

    python tests/goldens/make_take_home.py

Run by hand where all of them are installed. Each framework gets a process of its own, since a backend of Keras is
chosen once and for all.
"""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
# The name of a run: the convention, the packages, and the environment.
RUNS = {
    "PyTorch": ("pytorch", ["torch"], {}),
    "Keras on JAX": ("keras", ["keras", "jax"], {"KERAS_BACKEND": "jax"}),
    "Keras on PyTorch": ("keras", ["keras", "torch"], {"KERAS_BACKEND": "torch"}),
    "Keras on TensorFlow": ("keras", ["keras", "tensorflow"], {"KERAS_BACKEND": "tensorflow"}),
    "Keras 2": ("keras2", ["tf_keras"], {}),
    "Flax": ("flax", ["flax", "jax"], {}),
    "ONNX": ("onnx", ["onnx"], {}),
}
# The moving averages that a batch of training leaves behind, in what the code left behind.
AFTER: dict[str, Callable[[dict], tuple]] = {
    "pytorch": lambda left: (left["layer"].running_mean, left["layer"].running_var),
    "keras": lambda left: (left["layer"].moving_mean.numpy(), left["layer"].moving_variance.numpy()),
    "keras2": lambda left: (left["layer"].moving_mean.numpy(), left["layer"].moving_variance.numpy()),
    "flax": lambda left: (left["layer"].mean[...], left["layer"].var[...]),
    "onnx": lambda left: (left["mean_after"], left["var_after"]),
}

sys.path.insert(0, str(HERE.parents[1]))
from lines import text  # noqa: E402

from bn import CONVENTIONS  # noqa: E402
from tests.goldens.taken_home import CASES, every, form, run  # noqa: E402
from ui.batch.take_home import WRITERS  # noqa: E402


def outcome(convention: str, name: str, mode: str) -> dict[str, object]:
    """What the code prints, and the moving averages that it leaves; or what it raises."""
    case = CASES[name]
    code = WRITERS[CONVENTIONS[convention].name](case.trace(mode), case.layer).text
    try:
        y, left = run(code)
    except Exception as problem:  # whatever it is, it is what a reader sees
        return {"form": form(code), "raises": f"{type(problem).__name__}: {problem}"}
    found: dict[str, object] = {"form": form(code), "y": y}
    if mode == "training":
        mean, var = (np.asarray(each, dtype=np.float64) for each in AFTER[convention](left))
        found |= {"mean": (mean + np.asarray(left.get("origin", 0.0))).tolist(), "var": var.tolist()}
    return found


def all_outcomes(convention: str) -> dict[str, dict[str, object]]:
    """The outcomes of every case in one framework."""
    found: dict[str, dict[str, object]] = {name: {} for name in CASES}
    for name, mode in every():
        found[name][mode] = outcome(convention, name, mode)
    return found


def in_its_own_process(convention: str, environment: dict[str, str]) -> dict[str, dict[str, object]]:
    """The same, by this script."""
    done = subprocess.run(
        [sys.executable, __file__, convention],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Write the file; with the name of a convention, print its outcomes."""
    if len(sys.argv) > 1:
        print(json.dumps(all_outcomes(sys.argv[1])))  # noqa: T201
        return
    record = {}
    for name, (convention, packages, environment) in RUNS.items():
        if all(importlib.util.find_spec(package) for package in packages):
            versions = {package: version(package) for package in packages}
            record[name] = {"versions": versions, "convention": convention} | in_its_own_process(
                convention, environment
            )
    (HERE / "take_home.json").write_text(text(in_rows(record)) + "\n", encoding="utf-8")


def in_rows(record: object) -> object:
    """The same with every list of numbers as an array, which is written in one line."""
    if isinstance(record, dict):
        return {key: in_rows(value) for key, value in record.items()}
    return np.array(record) if isinstance(record, list) else record


if __name__ == "__main__":
    main()
