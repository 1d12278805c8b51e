"""Every module of figures, found by itself: pure functions with a description and a test module of their own."""

import ast
import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import ui.figures
from ui.figures.style import Figure

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
MODULES = sorted(module.name for module in pkgutil.walk_packages(ui.figures.__path__))
VOCABULARY = ("marks", "panels", "reels", "style")  # what figures are said in
FIGURES = [name for name in MODULES if name not in VOCABULARY]
EACH = pytest.mark.parametrize("name", FIGURES)


def load(name):
    return importlib.import_module(f"ui.figures.{name}")


def test_figures_are_found():
    assert "averages" in FIGURES
    assert set(VOCABULARY) <= set(MODULES)


@EACH
def test_every_figure_has_a_test_module(name):
    assert (HERE / f"test_{name}.py").is_file()


@EACH
def test_what_is_drawn_can_be_described_from_the_same_data(name):
    draw, describe = (inspect.signature(getattr(load(name), function)) for function in ("draw", "describe"))
    assert draw.parameters == describe.parameters
    assert draw.return_annotation == Figure
    assert describe.return_annotation is str


@EACH
def test_drawing_and_describing_say_what_they_do(name):
    module = load(name)
    for thing in (module, module.draw, module.describe):
        assert inspect.getdoc(thing)


@EACH
def test_a_figure_has_a_fixed_height(name):
    assert isinstance(load(name).HEIGHT, int)


def test_no_figure_needs_streamlit_or_plotly():
    imports = "; ".join(f"import ui.figures.{name}" for name in MODULES)
    code = f"{imports}; import sys; print(*sorted({{'streamlit', 'plotly', 'pandas'}} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


@pytest.mark.parametrize("name", MODULES)
def test_figures_hold_no_state_and_no_randomness(name):
    """Neither chance nor clock nor file: what is drawn follows from the arguments."""
    tree = list(ast.walk(ast.parse(inspect.getsource(load(name)))))
    used = {getattr(node, "attr", getattr(node, "id", "")) for node in tree}
    brought = {alias.name for node in tree if isinstance(node, ast.Import) for alias in node.names}
    assert not {"random", "default_rng", "open", "read_text"} & used
    assert not {"random", "time", "datetime", "pathlib"} & brought
    assert not any(isinstance(node, ast.Global | ast.Nonlocal) for node in tree)
