"""The faults of `make mutants`: each can still be made, and no module of the core and no live part is without one."""

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
    assert named == {fault.file for fault in FAULTS}


def test_no_fault_is_listed_twice():
    assert len({(fault.file, fault.was, fault.becomes) for fault in FAULTS}) == len(FAULTS)


def test_the_tests_that_are_named_are_there():
    for fault in FAULTS:
        for command in commands(fault):
            assert (ROOT / command[-1].partition("::")[0]).exists(), fault


def test_a_text_that_stands_there_twice_or_not_at_all_is_refused(tmp_path):
    (tmp_path / "file.py").write_text("a = 1\nb = 1\n")
    assert seeded(Fault("file.py", "a = 1", "a = 2"), tmp_path) == "a = 2\nb = 1\n"
    for was, times in ((" = 1", 2), ("c", 0)):
        with pytest.raises(ValueError, match=f"stands there {times} times: file.py"):
            seeded(Fault("file.py", was, "x"), tmp_path)
