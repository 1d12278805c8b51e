"""deploy/requirements.lock: what the image installs agrees with requirements.txt, to the byte."""

import re
from importlib import metadata

import pytest
from packaging.requirements import Requirement

from tools.serving import ROOT

LOCK = (ROOT / "deploy" / "requirements.lock").read_text(encoding="utf-8")
PINNED = dict(re.findall(r"^([\w.-]+)==([\w.]+) \\$", LOCK, re.MULTILINE))
WANTED = dict(
    line.split("==") for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines() if line.strip()
)
IMAGE = {"python_version": "3.13", "python_full_version": "3.13.0", "sys_platform": "linux", "extra": ""}


def test_what_is_required_is_locked_in_that_version():
    assert WANTED.items() <= PINNED.items(), "make lock"


@pytest.mark.parametrize("name", WANTED)
def test_what_that_requires_is_locked_in_a_version_that_will_do(name):
    for text in metadata.requires(name) or []:
        required = Requirement(text)
        if required.marker is None or required.marker.evaluate(IMAGE):
            assert required.specifier.contains(PINNED[required.name.lower()]), f"{name} needs {required}: make lock"


def test_everything_has_a_checksum():
    entries = re.split(r"^(?=\w)", LOCK, flags=re.MULTILINE)[1:]
    assert [entry.split("==")[0] for entry in entries] == list(PINNED)
    for entry in entries:
        assert re.fullmatch(r"[\w.-]+==[\w.]+( \\\n    --hash=sha256:[0-9a-f]{64})+\s*", entry)
