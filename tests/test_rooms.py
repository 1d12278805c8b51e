"""The rooms of the project: imports go one way between them, and what is at the top of a room can be read in one sitting."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BN = ("bn", "bn.networks", "bn.demos", "bn.checkup")
UI = ("ui.serving", "ui.figures", "ui.studies", "ui.checkpoints", "ui.batch", "ui.live", "ui")
ROOMS = (*BN, *UI, "pages")  # each may import those before it
LEAVES = {"ui.numbers", "ui.plain", "ui.links", "ui.catalogue"}  # and of the top of ui/ these
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for folder in ("bn", "ui", "pages")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path.name != "__init__.py"
}
EACH = pytest.mark.parametrize("name", MODULES)


def room(name):
    return name.rpartition(".")[0]


def imported(name):
    """The modules of the project that one imports; what comes from the face of `bn` or of a room is that."""
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            inside = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (each if each in MODULES else node.module for each in inside)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_every_room_is_known():
    assert {room(name) for name in MODULES} == set(ROOMS)


@EACH
def test_imports_go_one_way(name):
    for each in imported(name):
        if not each.startswith(("bn", "ui", "pages")) or each in LEAVES:
            continue
        assert name not in LEAVES or each == "bn", f"{name} imports {each}"
        own = room(name)
        if each == "bn":  # the face of the core, which knows all of it
            assert own not in BN, f"{name} imports its own face"
        else:
            assert ROOMS.index(room(each)) <= ROOMS.index(own), f"{name} imports {each}"


@EACH
def test_no_computation_and_no_picture_needs_streamlit(name):
    if room(name) in (*BN, "ui.figures", "ui.studies", "ui.checkpoints"):
        assert not {"streamlit", "plotly", "pandas"} & {each.split(".")[0] for each in imported(name)}


@pytest.mark.parametrize(("top", "most"), [("bn", 14), ("ui", 12)])
def test_the_top_of_a_package_can_be_read_in_one_sitting(top, most):
    assert len(list((ROOT / top).glob("*.py"))) <= most


HIDDEN_KEY = re.compile(r'state(?:\[|\.(?:get|pop|setdefault)\()f?"(_\w*)')
PAGES = ["app", *(name for name in MODULES if room(name) == "pages")]


def hidden_keys(name):
    """What a module keeps in a session besides its widgets."""
    return set(HIDDEN_KEY.findall(Path(ROOT, *name.split(".")).with_suffix(".py").read_text(encoding="utf-8")))


def test_what_a_session_keeps_is_known_to_one_module():
    keeping = [(key, name) for name in (*MODULES, "app") for key in hidden_keys(name)]
    assert len(keeping) == len(dict(keeping)), keeping
    assert not [name for _, name in keeping if name in PAGES]
