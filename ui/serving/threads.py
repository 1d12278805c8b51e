"""Matrix products on one thread: networks this small train several times slower on two, which wait for one another."""

import ctypes
from functools import cache
from pathlib import Path

import numpy as np

PREFIXES, SUFFIXES = ("scipy_openblas", "openblas"), ("64_", "")


@cache
def compute_on_one_thread() -> bool:
    """Tell the OpenBLAS that came with NumPy to use one thread; False where NumPy brought another library or none.

    The environment variable for it is read when NumPy is loaded, and Streamlit does that before any page runs.
    """
    done = [_set_one(library) for library in openblas()]
    return bool(done) and all(done)


def openblas() -> tuple[ctypes.CDLL, ...]:
    """The OpenBLAS libraries that NumPy's wheel brought along, which are loaded already."""
    package = Path(np.__file__).parent
    folders = (package.with_name("numpy.libs"), package / ".dylibs")
    return tuple(ctypes.CDLL(str(file)) for folder in folders for file in sorted(folder.glob("*openblas*")))


def threads(library: ctypes.CDLL) -> int | None:
    """How many threads a library uses; None if it does not say."""
    found = _function(library, "get_num_threads")
    return None if found is None else int(found())


def _set_one(library: ctypes.CDLL) -> bool:
    found = _function(library, "set_num_threads")
    if found is not None:
        found(1)
    return found is not None


def _function(library: ctypes.CDLL, name: str) -> "ctypes._NamedFuncPointer | None":
    names = [f"{prefix}_{name}{suffix}" for prefix in PREFIXES for suffix in SUFFIXES]
    return next((getattr(library, each) for each in names if hasattr(library, each)), None)
