"""What a symbol or a word means, beside the word, on hover, focus and tap: what links to a term of the glossary shows it."""

from collections.abc import Mapping
from typing import TypedDict

from ui.live.component import Component


class Data(TypedDict):
    """What the script is given: what each term means, by the address of its links."""

    meanings: dict[str, str]


_component = Component[Data]("terms")


def explain_terms(meanings: Mapping[str, str], *, key: str) -> None:
    """Explain what the texts of the page link to."""
    _component({"meanings": {f"#{term}": meaning for term, meaning in meanings.items()}}, key=key)
