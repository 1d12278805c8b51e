"""The code that records a model's batch norm layers where the model is, and the code that loads renewed averages back."""

from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "assets" / "snippets"
FRAMEWORKS = ("pytorch", "keras", "flax")
USES = {
    "pytorch": "record(model, *batches)  # tensors, as many images each as in training; or none: record(model)",
    "keras": "record(model, *batches)  # arrays, as many images each as in training; or none: record(model)",
    "flax": "record(model, *batches)  # arrays, as many images each as in training; or none: record(model)",
}


@lru_cache(maxsize=len(FRAMEWORKS))
def snippet(framework: str) -> str:
    """At most 25 lines that write batch_norm.npz, for one of FRAMEWORKS. Raises KeyError for another."""
    return _text(framework, FOLDER)


@lru_cache(maxsize=len(FRAMEWORKS))
def mending(framework: str) -> str:
    """At most 25 lines that load renewed.npz, or recompute layer by layer, for one of FRAMEWORKS. Raises KeyError for another."""
    return _text(framework, FOLDER / "mend")


def use(framework: str) -> str:
    """The line that calls the snippet."""
    return USES[framework]


def _text(framework: str, folder: Path) -> str:
    if framework not in FRAMEWORKS:
        raise KeyError(framework)
    return (folder / f"{framework}.py").read_text(encoding="utf-8")
