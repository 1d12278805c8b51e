"""What a finding links to: the settings of another page, which has to take them as they are."""

import pytest

from bn.checkup import chapters
from tests.pages.driving import open_page
from ui.catalogue import CHAPTERS

SCRIPTS = {chapter.name: chapter.script for chapter in CHAPTERS}
LINKS = {
    "averages after eight batches": chapters.averaging(0.9, 8),
    "stale averages": chapters.stale(8),
    "data that moved": chapters.moved(-1.25),
    "training mode left on": chapters.wrong_mode(),
    "a momentum": chapters.typed(0.99),
    "dropout": chapters.dropout(),
    "small batches": chapters.small_batches(33),
    "a tiny variance": chapters.two_values(1.6e-8**0.5, 1e-3),
    "a variance of zero": chapters.two_values(0.0, 1e-5),
    "a channel behind a ReLU": chapters.stretched(0.3, -12.0),
    "other conventions": chapters.conventions(),
    "a residual branch": chapters.residual(),
}


@pytest.mark.parametrize("name", LINKS)
def test_a_page_takes_the_settings_of_a_finding(name):
    chapter, query = LINKS[name]
    at = open_page(SCRIPTS[chapter], **query)
    assert not at.exception
    said = " ".join(element.value for kind in ("warning", "info", "caption", "markdown") for element in at.get(kind))
    assert "is not a setting of this picture" not in said
    assert "is shown instead" not in said
