"""The layers and the batches whose code was run in every framework."""

import ast
import contextlib
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bn import CONVENTIONS, EXAMPLE, BatchNorm, FloatArray, Trace, feed, resample

MODES = ("training", "inference")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|nan|inf)")


@dataclass(frozen=True, eq=False)
class Case:
    """A batch, and the layer that it comes to."""

    x: FloatArray
    layer: BatchNorm

    def trace(self, mode: str) -> Trace:
        """What the page shows."""
        return self.layer.train(self.x)[0] if mode == "training" else self.layer.infer(self.x)


def case(x: FloatArray, seen: int = 3, convention: str = "pytorch", **changes: object) -> Case:
    """A layer after so many batches of rows of x, and x."""
    layer = replace(BatchNorm.create(x.shape[1], CONVENTIONS[convention], channel_axis=1), **changes)
    return Case(x, feed(layer, resample(x, max(seen, 1), 0).batches[:seen]).layer)


def undoing(x: FloatArray) -> Case:
    """With the gamma and beta that give x back."""
    trace = case(x).trace("training")
    return case(x, gamma=trace.std, beta=trace.mean)


def shift_scale(x: FloatArray) -> dict[str, FloatArray]:
    """A gamma and a beta for each feature."""
    count = x.shape[1]
    return {
        "gamma": np.array([1.25, -2.5, 1 / 3, 0.0])[:count],
        "beta": np.array([0.1, -0.7, 2e-3, 3.0])[:count],
    }


# Places in one town: degrees of longitude and latitude. float32 has four or five digits left for what differs.
TOWN = np.array(
    [
        [-70.9553, 42.5112],
        [-70.9541, 42.5170],
        [-70.9562, 42.5149],
        [-70.9549, 42.5133],
        [-70.9570, 42.5121],
        [-70.9536, 42.5158],
    ]
)
# 0.1 three times has a mean that is not 0.1, and so a variance that is not 0, if it is added up and divided.
CONSTANT = np.array([[0.1, 2.0], [0.1, 3.0], [0.1, 5.5]])
FAR = 1e9 + EXAMPLE[:, :2] * 2.0**-20
TINY = EXAMPLE[:, :2] * 1e-200

CASES = {
    "example": case(EXAMPLE, 20, gamma=[1.25, -2.5, 0.5, 1.0], beta=[0.1, -0.7, 3.0, 0.0]),
    "fresh": case(EXAMPLE, 0),
    "two rows": case(EXAMPLE[:2]),
    "Keras's layer": case(EXAMPLE, convention="keras", **shift_scale(EXAMPLE)),
    "one row of Keras's layer": Case(EXAMPLE[:1], case(EXAMPLE, convention="keras").layer),
    "one row": Case(EXAMPLE[:1], case(EXAMPLE).layer),
    "large, undone": undoing(1e5 * EXAMPLE),
    "longitudes": case(TOWN, 10, **shift_scale(TOWN)),
    "longitudes, Keras's layer": case(TOWN, 600, "keras"),
    "longitudes, no epsilon": case(TOWN, 200, eps=0.0),
    "longitudes, undone": undoing(TOWN),
    "far": case(FAR, 500, eps=1e-12, **shift_scale(FAR)),
    "far, undone": undoing(FAR),
    "constant": case(CONSTANT, **shift_scale(CONSTANT)),
    "constant, small epsilon": case(CONSTANT, 600, eps=1e-12),
    "constant, no epsilon": case(CONSTANT, 1, eps=0.0, decay=0.0, **shift_scale(CONSTANT)),
    "constant that has moved, no epsilon": Case(
        np.add(CONSTANT, [0.5, 0.0]), case(CONSTANT, eps=0.0, decay=None, **shift_scale(CONSTANT)).layer
    ),
    "no epsilon": case(EXAMPLE, eps=0.0),
    "tiny, no epsilon": case(TINY, eps=0.0),
    "large epsilon, large gamma": case(EXAMPLE, eps=0.1, gamma=np.full(4, 1e3)),
    "plain mean": case(EXAMPLE, 3, "paper"),
    "plain mean of none": case(EXAMPLE, 0, "paper"),
    "decay 1": case(EXAMPLE, decay=1.0),
}


def every() -> Iterator[tuple[str, str]]:
    """The names of all cases with the modes that the page has for them: one row is no batch to train PyTorch's layer on."""
    for name in CASES:
        yield from ((name, mode) for mode in MODES if (name, mode) != ("one row", "training"))


def run(code: str) -> tuple[list[float], dict[str, Any]]:
    """The numbers that code prints, and the names that it leaves."""
    left: dict[str, Any] = {}
    out = io.StringIO()
    with contextlib.redirect_stdout(out), np.printoptions():
        exec(compile(code, "take_home.py", "exec"), left)  # noqa: S102 it is what a reader does with it
    assert "..." not in out.getvalue(), "the print is abridged"
    return [float(it) for it in NUMBER.findall(re.sub(r"dtype=\S+", "", out.getvalue()))], left


def form(code: str) -> str:
    """The code without its comments and its numbers, hashed: the same as long as what was run is what is written now.

    Numbers are left out since a moving average may end in another digit on another machine.
    """
    bare = NUMBER.sub("#", ast.unparse(ast.parse(code)))
    return hashlib.sha256(bare.encode()).hexdigest()[:12]
