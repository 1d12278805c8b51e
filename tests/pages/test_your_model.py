"""Your model: an example stands ready, a file becomes the picture, and everything else comes on demand."""

import base64
from urllib.parse import parse_qsl

import pytest

from tests.pages.driving import AS_IT_IS, assert_in_order, components, open_page, tell
from tests.safetensors import small
from tests.ui.live.test_checkpoint import message
from ui.checkpoints.examples import EXAMPLES
from ui.checkpoints.snippets import snippet
from ui.live.checkpoint import example

SCRIPT = "pages/your_model.py"
assert AS_IT_IS


def words(at):
    return "\n".join(each.value for each in at.markdown)


def area(at, k=0):
    return [each for each in components(at) if "answered" in each][k]


def layers(at):
    return next(each["names"] for each in components(at) if "bins" in each)


def test_an_example_stands_ready_with_its_picture_and_its_findings():
    at = open_page(SCRIPT)
    assert area(at)["name"] == ""
    assert layers(at)
    assert "What was found" in [each.value for each in at.subheader]


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_every_example_has_its_picture(name):
    at = open_page(SCRIPT, ym_example=name)
    assert_in_order(at, name)
    assert layers(at) == list(example(name).picture.names)
    rows = next(each["rows"] for each in components(at) if "bins" in each)
    brings = "**off**, by the batches recorded in this example:" in words(at)
    assert brings == (rows[-1]["symbol"] == "off")
    assert brings or "this example brings no recorded batches" in words(at)


def test_a_file_is_shown_in_place_of_the_example_and_can_be_taken_away_again():
    at = open_page(SCRIPT)
    before = layers(at)
    tell(at, "ym_file", "take", {**message(small(spoiled=2)), "number": 1})
    assert_in_order(at, "a file")
    assert layers(at) == [f"block{k}.bn" for k in range(4)]
    assert area(at)["name"] == "m.safetensors"
    assert "your file brings no recorded batches" in words(at)
    assert area(at)["answered"] == 1
    assert "block2" in words(at)
    tell(
        at, "ym_file", "take", {"name": "a.png", "bytes": 4, "head": base64.b64encode(b"\x89PNG").decode(), "number": 2}
    )
    assert layers(at) == [f"block{k}.bn" for k in range(4)], "the last good picture stays"
    assert area(at)["problem"]
    tell(at, "ym_file", "forget", True)
    assert layers(at) == before
    assert area(at)["name"] == ""


def test_another_session_sees_nothing_of_it():
    at = open_page(SCRIPT)
    tell(at, "ym_file", "take", {**message(small()), "number": 1})
    assert layers(at) != layers(open_page(SCRIPT))


@pytest.mark.parametrize(
    "bad",
    [
        None,
        3,
        "x",
        [],
        {},
        {"number": 1},
        {"name": "x", "number": "1"},
        {"name": 1, "number": 1},
        {"name": "x" * 2000, "number": 1},
    ],
)
def test_a_message_of_another_form_is_ignored(bad):
    at = open_page(SCRIPT)
    tell(at, "ym_file", "take", bad)
    assert_in_order(at, repr(bad)[:50])
    assert area(at)["answered"] == 0


def test_names_in_a_file_never_become_markup():
    hostile = {path.replace("block2", "<b>a</b> **e** $f$"): values for path, values in small(spoiled=2).items()}
    at = open_page(SCRIPT, ym_report="true", ym_two="true")
    tell(at, "ym_file", "take", {**message(hostile, name="<i>m</i> [b](//c.d)"), "number": 1})
    assert_in_order(at, "hostile names")
    tell(at, "ym_before", "take", {**message(hostile, name="<s>l"), "number": 1})
    assert_in_order(at, "hostile names before")


def test_everything_else_comes_on_demand():
    at = open_page(SCRIPT)
    assert not at.get("download_button")
    assert not at.code
    for key in ("ym_two", "ym_snippet", "ym_anew", "ym_report", "ym_reading"):
        assert_in_order(open_page(SCRIPT, **{key: "true"}), key)
    [lines] = [each.value for each in open_page(SCRIPT, ym_snippet="true").code]
    assert lines.startswith(snippet("pytorch").strip())


def test_a_second_file_is_held_against_the_first():
    at = open_page(SCRIPT, ym_two="true")
    tell(at, "ym_before", "take", {**message(small()), "number": 1})
    assert_in_order(at, "a second file")
    assert len([each for each in components(at) if "bins" in each]) == 2
    assert "Nothing differs" not in words(at)
    tell(at, "ym_file", "take", {**message(small()), "number": 2})
    assert "Nothing differs" in words(at)


def chapters(at):
    """What the findings link to: each script with its settings."""
    links = [each.proto for each in at.get("page_link")]
    return [
        (f"{each.page or 'app'}.py", dict(parse_qsl(each.query_string)))
        for each in links
        if "these numbers" in each.label
    ]


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_every_finding_leads_to_a_chapter_that_can_use_its_numbers(name):
    at = open_page(SCRIPT, ym_example=name)
    found = [finding for finding in example(name).findings if finding.query]
    assert len(chapters(at)) == len(found)
    for script, query in chapters(at):
        there = open_page(f"pages/{script}", **query)
        assert_in_order(there, script)
        assert not there.warning, query
