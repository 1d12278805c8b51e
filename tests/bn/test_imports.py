"""What the core may import, and what its public names promise."""

import ast
import inspect
import re
import sys
from pathlib import Path

import pytest

import bn

ROOT = Path(__file__).parents[2]
CORE = sorted((ROOT / "bn").rglob("*.py"))
FIGURES = sorted((ROOT / "ui" / "figures").rglob("*.py"))
ALLOWED = {"bn", "numpy", *sys.stdlib_module_names}


def imported(path):
    """The top-level packages that a module imports, anywhere in it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            names.add(node.module.split(".")[0])
    return names


def raising(path):
    """Public functions, methods and classes of a module that contain a raise: name and docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    owners = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef) or not any(isinstance(inner, ast.Raise) for inner in ast.walk(node)):
            continue
        documented = owners[node] if node.name == "__post_init__" else node
        if not documented.name.startswith("_"):
            yield documented.name, ast.get_docstring(documented) or ""


def test_the_core_is_found():
    assert {"layer.py", "standardize.py", "conventions.py"} <= {path.name for path in CORE}


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_the_core_imports_only_itself_numpy_and_the_standard_library(path):
    assert imported(path) <= ALLOWED


def test_no_figure_imports_streamlit():
    assert [path.name for path in FIGURES if "streamlit" in imported(path)] == []


@pytest.mark.parametrize("name", bn.__all__)
def test_public_functions_and_classes_have_a_docstring(name):
    value = getattr(bn, name)
    if inspect.isclass(value) or inspect.isfunction(value):
        assert len(inspect.getdoc(value) or "") > 20
        assert not (value.__doc__ or "").startswith(f"{name}(")


def test_all_lists_each_public_name_once():
    assert len(set(bn.__all__)) == len(bn.__all__)
    public = {name for name, value in vars(bn).items() if not name.startswith("_") and not inspect.ismodule(value)}
    assert public == set(bn.__all__)


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_what_raises_says_so(path):
    silent = [name for name, doc in raising(path) if not re.search(r"\bRaises?\b.*\bValueError\b", doc, re.DOTALL)]
    assert silent == []


def test_the_search_for_what_raises_finds_something():
    found = {name for path in CORE for name, _ in raising(path)}
    assert {"as_floats", "BatchNorm", "create", "train", "backward", "draw", "group_norm"} <= found
