"""What the tests of the core share: the goldens."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

GOLDENS = Path(__file__).parents[1] / "goldens"


@cache
def read(framework: str) -> dict[str, Any]:
    return json.loads((GOLDENS / f"{framework}.json").read_text(encoding="utf-8"))


@pytest.fixture
def golden() -> Callable[[str], dict[str, Any]]:
    """What tests/goldens/make.py wrote, by the framework's name."""
    return read
