"""The faults of `make mutants`: each can still be made, and no module of the core and no live part is without one."""

import ast

import pytest

from tools.mutants import ROOT, Fault, commands, listed, seeded

FAULTS = listed()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.file)
def test_what_a_fault_changes_stands_in_its_file_once(fault):
    assert fault.was != fault.becomes
    assert seeded(fault) != (ROOT / fault.file).read_text(encoding="utf-8")


def test_every_file_of_the_core_and_every_live_part_has_faults():
    files = {*ROOT.glob("bn/**/*.py"), *ROOT.glob("assets/live/*.js")}
    named = {str(path.relative_to(ROOT)) for path in files if path.name != "__init__.py"}
    assert named <= {fault.file for fault in FAULTS}


def test_no_fault_is_listed_twice():
    assert len({(fault.file, fault.was, fault.becomes) for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.test], ids=lambda fault: fault.file)
def test_the_test_that_is_named_is_there(fault):
    path, _, names = fault.test.partition("::")
    written = ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
    assert set(filter(None, names.split("::"))) <= {getattr(node, "name", "") for node in written}


def test_the_nearest_tests_come_first_and_all_of_the_room_last():
    near, own, room = (command[-1] for command in commands(Fault("bn/layer.py", "a", "b", "tests/bn/test_half.py")))
    assert (near, own, room) == ("tests/bn/test_half.py", "tests/bn/test_layer.py", "tests/bn")
    assert [command[-1] for command in commands(Fault("bn/arrays.py", "a", "b"))] == ["tests/bn"], (
        "without one of its own"
    )
    assert [command[0] for command in commands(Fault("assets/live/walk.js", "a", "b"))] == ["node", "node"]


def test_a_text_that_stands_there_twice_or_not_at_all_is_refused(tmp_path):
    (tmp_path / "file.py").write_text("a = 1\nb = 1\n")
    assert seeded(Fault("file.py", "a = 1", "a = 2"), tmp_path) == "a = 2\nb = 1\n"
    for was, times in ((" = 1", 2), ("c", 0)):
        with pytest.raises(ValueError, match=f"stands there {times} times: file.py"):
            seeded(Fault("file.py", was, "x"), tmp_path)
