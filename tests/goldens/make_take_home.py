"""Run the code to take home in PyTorch, Keras 3 and 2, Flax and ONNX, and write what it prints to take_home.json.

    python tests/goldens/make_take_home.py

Run by hand where all five are installed; which backend Keras takes is KERAS_BACKEND's to say.
"""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
NUMBER = re.compile(r"[-+]?\d+\.?\d*(?:e[-+]?\d+)?")
PACKAGES = {"PyTorch": "torch", "Keras 3": "keras", "Keras 2": "tf_keras", "Flax": "flax", "ONNX": "onnx"}

sys.path.insert(0, str(HERE.parents[1]))
from lines import text  # noqa: E402

from tests.goldens.taken_home import SEEN, layer, traces  # noqa: E402
from ui.take_home import WRITERS  # noqa: E402


def printed(code: str) -> np.ndarray:
    """The array that the code prints."""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return np.array([float(number) for number in NUMBER.findall(re.sub(r"dtype=\S+", "", run.stdout))])


def main() -> None:
    """Write the file."""
    record = {
        name: {
            "version": version(package),
            **{mode: printed(WRITERS[name](trace, layer())) for mode, trace in traces().items()},
        }
        for name, package in PACKAGES.items()
    }
    (HERE / "take_home.json").write_text(text({"batches_seen": SEEN, **record}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
