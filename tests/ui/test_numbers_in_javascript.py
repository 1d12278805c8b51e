"""The writers of assets/live/shared.js and of ui/numbers.py write the same."""

import base64
import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ui.numbers import exact, fixed, shortest

SHARED = Path(__file__).parents[2] / "assets" / "live" / "shared.js"
DIGITS = (1, 2, 3, 6)
WRITE = f"""
import {{ readFileSync }} from "node:fs";
import {{ exact, fixed, shortest }} from "{SHARED.as_uri()}";
const bytes = Uint8Array.from(atob(readFileSync(0, "utf8")), (c) => c.charCodeAt(0));
const numbers = [...new Float64Array(bytes.buffer)];
console.log(JSON.stringify(numbers.map((v) => [shortest(v), exact(v), ...{list(DIGITS)}.map((digits) => fixed(v, digits))])));
"""


def numbers() -> np.ndarray:
    """10,000: edges, halves, tiny and huge ones, negative zero, and random ones of every size."""
    rng = np.random.default_rng(0)
    edges = [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, sys.float_info.max, 1e-12, 1e6, 999999.9995, 1e15, 1e16]
    powers = 10.0 ** np.arange(-20, 21)
    near = np.concatenate([powers, np.nextafter(powers, 0), np.nextafter(powers, np.inf)])
    halves = (2 * rng.integers(0, 10**6, 2000) + 1) / 2.0 ** rng.integers(1, 14, 2000)
    decimals = np.round(rng.uniform(-1000, 1000, 2000), 4)
    sizes = rng.standard_normal(5000) * 10.0 ** rng.integers(-30, 30, 5000)
    some = np.concatenate([edges, near, halves, decimals, sizes, rng.standard_normal(1000)])
    both = np.concatenate([some, -some])
    return both[rng.permutation(len(both))][: 10_000 - len(edges)].tolist() + edges


def test_javascript_and_python_write_ten_thousand_numbers_alike():
    node = shutil.which("node")
    if node is None:
        if os.environ.get("CI"):
            pytest.fail("no Node on this machine: the writers were not compared")
        pytest.skip("no Node on this machine: the writers were not compared")
    values = np.array(numbers())
    assert len(values) == 10_000
    command = [node, "--input-type=module", "--eval", WRITE]
    text = base64.b64encode(values.tobytes()).decode()
    run = subprocess.run(command, input=text, capture_output=True, text=True, check=True, timeout=60)
    written = json.loads(run.stdout)
    differing = [
        (value, ours, theirs)
        for value, theirs in zip(values.tolist(), written, strict=True)
        if (ours := [shortest(value), exact(value), *(fixed(value, digits) for digits in DIGITS)]) != theirs
    ]
    assert differing == []
