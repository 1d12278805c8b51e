"""Registers the components of assets/live: ES modules and style sheets that the browser fetches by address, and keeps.

Streamlit serves the files of components that come in installed packages; here the app names its own folder to the same
manager. That is Streamlit's own mechanism, but not a public one, so it is used in this one place, and a test looks
whether it still works. What an answer carries is then data alone.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Generic, Literal, TypeVar

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from ui.links import PROJECTOR, magnification

ROOT = Path(__file__).parent.parent.parent
LIVE = ROOT / "assets" / "live"
SHARED = ("shared", "drawing")  # modules that the components import

Data = TypeVar("Data")

_one_at_a_time = Lock()


class Component(Generic[Data]):
    """One component: assets/live/<name>.js, whose default export is `mount(...)` of a class, and <name>.css.

    Called with `key`, `data` and callbacks as Streamlit's components are. `data` reach the class's `update` as they are:
    a TypedDict here, and a typedef of the same name and fields there.
    """

    def __init__(self, name: str) -> None:
        self.name = f"{_package()}.{name}"
        self._own = name

    def __call__(self, data: Data, *, key: str, height: int | None = None, **callbacks: Callable[[], None]) -> None:
        """Show it. Data go in a list of one: in a dict, Streamlit looks at every value for a table.

        height: px that are kept free until its script has come, so that what stands beneath does not jump.
        """
        with _one_at_a_time:
            manager = get_bidi_component_manager()
            # A test gives each script a server of its own, with a manager that knows nothing yet.
            if manager.get_component_asset_root(self.name) is None:
                configs = [ComponentConfig(each.stem, "assets/live") for each in LIVE.glob("*.css")]
                manager.register_from_manifest(ComponentManifest(_package(), "1", configs), ROOT)
            html = f'<div class="{self._own}" data-part></div>'
            show = st.components.v2.component(self.name, html=html, css=f"{self._own}.css", js=f"{self._own}.js")
        kept: int | Literal["content"] = (
            "content" if height is None else round(height * magnification(st.session_state.get(PROJECTOR)))
        )
        # The defaults are said, so that what is left can only be callbacks.
        show(key=key, data=[data], default=None, width="stretch", height=kept, **callbacks)


@cache
def _package() -> str:
    """A name that changes with the files: a browser that keeps old ones never mixes them with new ones."""
    files = sorted([*LIVE.glob("*.js"), *LIVE.glob("*.css")])
    return f"live-{hashlib.sha256(b''.join(each.read_bytes() for each in files)).hexdigest()[:12]}"
