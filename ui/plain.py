"""A reader's own words, which are never markup."""

import re

WORD_JOINER = "\u2060"


def plain(text: str) -> str:
    """Escape a reader's own words for Markdown, so that they are shown as typed and never become markup.

    After reading the Markdown, Streamlit still turns addresses into links, and signs such as -> and :streamlit: into
    pictures; an invisible joiner between their characters keeps them text.
    """
    one_line = " ".join(text.split())
    apart = re.sub(r"(?<=\S)(?=[-:.@/<>=~])|(?<=[-:.@/<>=~])(?=\S)", WORD_JOINER, one_line)
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", apart)
