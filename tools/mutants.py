"""Try each fault of tools/mutants.toml in a copy of the project and say which no test sees: `python -m tools.mutants`.

`python -m tools.mutants bn/layer.py assets/live` tries those of these files and folders alone.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import NamedTuple

from tools.serving import ROOT

LIST = Path(__file__).with_suffix(".toml")
LONGEST = 900  # seconds; a fault that hangs is seen
LEFT_BEHIND = shutil.ignore_patterns(".git", ".venv", "node_modules", "__pycache__", ".*_cache", ".hypothesis")
# Without bytecode: a file that changes twice in a second and keeps its size would be taken for the one before.
PYTEST = [sys.executable, "-B", "-m", "pytest", "-x", "-p", "no:cacheprovider", "-o", "addopts=--import-mode=importlib"]
WITHOUT_PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # which take longer to load than most of these tests to run


class Fault(NamedTuple):
    """In `file`, the text `was` becomes another; `test` is tried before the file's own."""

    file: str
    was: str
    becomes: str
    test: str | None = None

    def __str__(self) -> str:
        was, becomes = (" ".join(text.split()) or "nothing" for text in (self.was, self.becomes))
        return f"{self.file}: {was}  ->  {becomes}"


def listed() -> list[Fault]:
    """All faults, in the order of the list."""
    files = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return [Fault(file, *fault) for file, faults in files.items() for fault in faults]


def seeded(fault: Fault, root: Path = ROOT) -> str:
    """The text of the file with the fault in it. Raises ValueError if what it changes does not stand there once."""
    text = (root / fault.file).read_text(encoding="utf-8")
    if text.count(fault.was) != 1:
        raise ValueError(f"stands there {text.count(fault.was)} times: {fault}")
    return text.replace(fault.was, fault.becomes)


def commands(fault: Fault) -> list[list[str]]:
    """What tests the file, the nearest first: the test that the list names, the file's own, those of its room."""
    file = Path(fault.file)
    if file.suffix == ".js":
        tests = [["node", "--test", f"tests/live/{file.stem}.test.js"], ["node", "--test", "tests/live/"]]
    else:
        own = Path("tests", file).with_name(f"test_{file.name}")
        tests = [[*PYTEST, str(each)] for each in (own, Path("tests", file.parts[0])) if (ROOT / each).exists()]
    return [[*PYTEST, fault.test], *tests] if fault.test else tests


def outcome(command: list[str], where: Path) -> int:
    """0: all is well; 1: a test is red, or hangs; more: no test ran, as where a file cannot be loaded."""
    try:
        environment = os.environ | WITHOUT_PLUGINS
        return subprocess.run(command, cwd=where, env=environment, capture_output=True, timeout=LONGEST).returncode
    except subprocess.TimeoutExpired:
        return 1


def tried(fault: Fault, copy: Path) -> str:
    """What becomes of a fault in a copy of the project: "killed" by a test, or what is wrong with it."""
    file = copy / fault.file
    whole = file.read_text(encoding="utf-8")
    try:
        file.write_text(seeded(fault, copy), encoding="utf-8")
        if file.suffix == ".js" and outcome(["node", fault.file], copy):
            return "CANNOT BE LOADED"
        first = next(filter(None, (outcome(command, copy) for command in commands(fault))), 0)
        return {0: "SURVIVED", 1: "killed"}.get(first, "CANNOT BE LOADED")
    finally:
        file.write_text(whole, encoding="utf-8")


def main(names: list[str]) -> int:
    """Try the faults of these files and folders, all without names; 1 if one survives or no longer stands there."""
    faults = [fault for fault in listed() if not names or fault.file.startswith(tuple(names))]
    for fault in faults:
        seeded(fault)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "project")
        shutil.copytree(ROOT, copy, ignore=LEFT_BEHIND)
        near_and_all = [command for fault in faults for command in (commands(fault)[0], commands(fault)[-1])]
        for command in {" ".join(command): command for command in near_and_all}.values():
            if outcome(command, copy):
                print(f"Red without a fault: {' '.join(command)}")
                return 1
        killed = 0
        for fault in faults:
            verdict = tried(fault, copy)
            killed += verdict == "killed"
            print(f"{verdict}  {fault}", flush=True)
    print(f"{len(faults)} faults, {killed} killed.")
    return killed < len(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
