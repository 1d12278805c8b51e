"""What is often gotten wrong stands where students look: each mistake at the end of its chapter, all of them on the first page."""

import pytest

from tests.pages.driving import open_page
from ui.catalogue import CHAPTERS
from ui.mistakes import mistakes_about
from ui.studies.lesson import lesson


def test_the_first_page_has_all_mistakes_and_every_other_its_own():
    assert list(mistakes_about(CHAPTERS[0])) == list(lesson().mistakes)
    for chapter in CHAPTERS[1:]:
        assert {each.picture.chapter for each in mistakes_about(chapter)} <= {chapter}
    assert {each.claim for chapter in CHAPTERS[1:] for each in mistakes_about(chapter)} < {
        each.claim for each in lesson().mistakes
    }


@pytest.mark.parametrize("name", ["backward_pass", "lab"])
def test_unfolded_a_page_tells_them_with_links_to_their_pictures(name):
    chapter = next(each for each in CHAPTERS if each.name == name)
    at = open_page(chapter.script, **{f"{name}_mistakes": "true"})
    said = "".join(each.value for each in at.markdown)
    told = mistakes_about(chapter)
    assert told
    assert all(each.claim in said and each.right in said for each in told)
    queries = {link.proto.query_string for link in at.get("page_link")}
    assert {each.picture.address("").partition("?")[2] for each in told} <= queries
