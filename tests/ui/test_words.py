"""Text on the pages: a reader's own words are never markup, and every prose file can be read."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.catalogue import CHAPTERS
from ui.plain import plain
from ui.words import PROSE, glossary, read_prose, without_links

ROOT = PROSE.parents[1]
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
# What Streamlit's page does to text after it has read the Markdown, when a backslash no longer helps.
AFTERWARDS = {
    "link": re.compile(r"https?://|www(?=\.)", re.IGNORECASE),
    "address": re.compile(r"[-.\w+]+@[-\w]+(\.[-\w]+)+"),
    "logo": re.compile(":streamlit:"),
    "arrow": re.compile(r"(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)"),
}
MARKUP = [
    "**bold**",
    "_em_",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "`code`",
    "~~gone~~",
    "a | b",
    "[text](https://example.com)",
    "![](https://example.com/x.png)",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- -->",
    "&lt;b&gt;",
    "$x^2$",
    "$$x$$",
    r"\(x\)",
    r"\\",
    ":red[text]",
    ":material/home:",
    ":smile:",
    "first\n\n# second",
    "first\n---",
]
TEXT = st.one_of(st.text(), st.text(alphabet=string.punctuation + " \n\tax0"), st.sampled_from(MARKUP))


@given(TEXT)
def test_every_ascii_punctuation_mark_is_escaped(text):
    rest = ESCAPED.sub("", plain(text))
    assert not set(rest) & set(string.punctuation)


@given(TEXT)
def test_the_words_come_out_as_they_went_in(text):
    shown = INVISIBLE.sub("", ESCAPED.sub(r"\1", plain(text)))
    assert shown == INVISIBLE.sub("", " ".join(text.split()))


@given(TEXT)
def test_a_text_stays_on_one_line(text):
    shown = plain(text)
    assert len(shown.splitlines()) <= 1
    assert shown == shown.strip()


@given(st.text(alphabet=string.ascii_letters + string.digits + "äß漢字é", min_size=1))
def test_letters_and_digits_are_left_alone(word):
    assert plain(word) == word


@pytest.mark.parametrize(
    "text",
    [
        "http://example.com",
        "https://example.com",
        "HTTPS://EXAMPLE.COM",
        "www.example.com",
        "me@example.com",
        ":streamlit:",
        "a -> b",
        "a <- b",
        "a -- b",
        "a >= b",
        "<->",
    ],
)
def test_nothing_is_left_that_the_page_turns_into_something_else_after_reading_the_markdown(text):
    shown = ESCAPED.sub(r"\1", plain(text))
    assert [name for name, pattern in AFTERWARDS.items() if pattern.search(shown)] == []


@pytest.mark.parametrize("path", sorted(PROSE.rglob("*.md")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_prose_is_read_from_its_file(path):
    name = path.relative_to(PROSE).with_suffix("").as_posix()
    assert read_prose(name) == path.read_text(encoding="utf-8")
    assert read_prose(name).strip()
    assert not re.search(r"to be written|TODO|@@", read_prose(name))


LINK = re.compile(r"\[[^]]+\]\(#([\w-]+)\)")


def links(chapter):
    """The terms that the texts of a chapter link to."""
    texts = [*(PROSE / chapter.name).glob("*.md"), ROOT / chapter.script]
    if chapter.name == "lab":
        texts.append(ROOT / "ui/studies/remembered.py")
    return set(LINK.findall(chapter.promise + "".join(path.read_text(encoding="utf-8") for path in texts)))


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_what_a_chapter_links_to_is_explained_there(chapter):
    assert links(chapter) <= set(chapter.words)
    assert links(chapter) or not chapter.words


def test_the_glossary_has_the_words_of_every_chapter_and_no_others():
    asked = {word for chapter in CHAPTERS for word in chapter.words}
    assert asked == set(glossary()) == {term for chapter in CHAPTERS for term in links(chapter)}
    for word, meaning in glossary().values():
        assert meaning.endswith("."), word
        assert len(meaning) < 220, word


def test_without_links_a_text_says_the_same():
    assert without_links("Is it [**flat**](#flat), or [`dense`](#dense)?") == "Is it **flat**, or `dense`?"
    assert without_links("[the paper](https://arxiv.org)") == "[the paper](https://arxiv.org)"
