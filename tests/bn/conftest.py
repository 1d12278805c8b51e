"""What the tests of the core share: goldens, and hypothesis without chance or clock."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

GOLDENS = Path(__file__).parents[1] / "goldens"

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


@cache
def read(framework: str) -> dict[str, Any]:
    return json.loads((GOLDENS / f"{framework}.json").read_text(encoding="utf-8"))


@pytest.fixture
def golden() -> Callable[[str], dict[str, Any]]:
    """What tests/goldens/make.py wrote, by the framework's name."""
    return read
