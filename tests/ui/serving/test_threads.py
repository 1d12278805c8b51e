"""NumPy's matrix products run on one thread once a page has asked for it."""

import subprocess
import sys
from pathlib import Path

import pytest

from ui.serving.threads import compute_on_one_thread, openblas, threads

ROOT = Path(__file__).parents[3]


def test_the_libraries_of_numpy_use_one_thread():
    if not openblas():
        pytest.skip("this NumPy brought no OpenBLAS")
    assert compute_on_one_thread()
    assert [threads(library) for library in openblas()] == [1]


def test_the_setting_is_what_does_it():
    """In a process that asks for two threads as it starts."""
    code = (
        "from ui.serving.threads import *; before = [threads(each) for each in openblas()]; compute_on_one_thread(); "
        "print(before, [threads(each) for each in openblas()])"
    )
    environment = {"OPENBLAS_NUM_THREADS": "2", "PATH": ""}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() in ("[2] [1]", "[] []")
