"""Pages without a browser: opening them, reading what they show, and moving everything that can be moved."""

import json
import math
from collections.abc import Callable, Iterator
from functools import cache
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from google.protobuf.message import Message
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, app_test, local_script_runner
from streamlit.testing.v1.element_tree import Block, Element, Widget

from tests.films import at_rest

ROOT = Path(__file__).parents[2]
Node = Block | Element

# One for all sessions, as on a server; AppTest would compile the page anew for each run, which took longer than the run.
app_test.ScriptCache = local_script_runner.ScriptCache = cache(ScriptCache)


@cache
def installed_components() -> BidiComponentManager:
    """One for all sessions, as on a server; AppTest would look through all installed packages for each."""
    manager = BidiComponentManager()
    manager.discover_and_register_components(start_file_watching=False)
    return manager


def open_page(script: str = "app.py", **link: str) -> AppTest:
    """A session of its own on a page, opened through a link with these settings.

    A browser would write what is moved later back into the link; AppTest would go on asking for the old settings.
    """
    at = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    at._bidi_component_manager = installed_components()
    if script != "app.py":
        at.switch_page(script)
    at.query_params.update(link)
    at.run()
    at.query_params.clear()
    return at


def tell(at: AppTest, key: str, event: str, value: object) -> None:
    """Run the page as when the component with this key tells of an event; AppTest has no such thing."""
    states = at._tree.get_widget_states()
    state = states.widgets.add()
    state.id = _make_trigger_id(at.get_by_key(key).proto.id, "events")
    state.json_trigger_value = json.dumps([{"event": event, "value": value}])
    at._run(states)


def components(at: AppTest) -> Iterator[dict[str, Any]]:
    for element in at.get("bidi_component"):
        yield from json.loads(element.proto.json)


def charts(at: AppTest) -> dict[str, Any]:
    """The pictures of a page by their keys: Plotly's, and films as if they were, as they are at rest."""
    found = {element.key or f"chart {i}": element for i, element in enumerate(at.get("plotly_chart"))}
    return {**found, **films(at)}


def films(at: AppTest) -> dict[str, Any]:
    shown = {}
    for element in at.get("bidi_component"):
        [data] = json.loads(element.proto.json)
        if "reels" in data:
            figure, alt = at_rest(data)
            proto = SimpleNamespace(spec=json.dumps(figure), alt=alt, config="{}")
            shown[element.key] = SimpleNamespace(proto=proto, data=data)
    return shown


def spec(chart: Any) -> dict[str, Any]:
    return json.loads(chart.proto.spec, parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number that a chart can show")


# --- what is shown -----------------------------------------------------------------------------------------------

# Where a text is shown as it is, never read as Markdown or HTML.
AS_IT_IS = {
    "bidi_component": {"json", "mixed"},
    "code": {"code_text"},
    "download_button": {"url"},
    "plotly_chart": {"alt", "spec", "config"},
    "selectbox": {"options", "raw_value", "set_value"},
    "text_area": {"default", "value", "placeholder"},
    "text_input": {"default", "value", "placeholder"},
}


def marked_up(at: AppTest) -> Iterator[tuple[str, str]]:
    """Every text that may be read as Markdown or HTML, with where it stands."""
    for node in at._tree:
        if isinstance(proto := getattr(node, "proto", None), Message):
            for where, text in _texts(proto, str(node.type), AS_IT_IS.get(str(node.type), set())):
                yield where, _without_escaped_names(text) if node.type == "html" else text


def _without_escaped_names(html: str) -> str:
    """HTML without the names that are escaped in it, which a browser shows as they were typed."""
    for name in HOSTILE:
        html = html.replace(escape(name), "")
    return html


def _texts(message: Message, where: str, skipped: set[str]) -> Iterator[tuple[str, str]]:
    for field, value in message.ListFields():
        if field.name in skipped or field.name in ("id", "js_content", "css_content", "html_content"):
            continue
        if isinstance(value, str):
            yield f"{where}.{field.name}", value
        elif isinstance(value, Message):
            yield from _texts(value, f"{where}.{field.name}", skipped)
        elif hasattr(value, "__iter__") and not isinstance(value, bytes):
            for item in value:
                if isinstance(item, str):
                    yield f"{where}.{field.name}", item
                elif isinstance(item, Message):
                    yield from _texts(item, f"{where}.{field.name}", skipped)


def chart_texts(value: object) -> Iterator[str]:
    """Every text in a chart; Plotly reads tags in them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from chart_texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from chart_texts(item)


# --- what can be moved -------------------------------------------------------------------------------------------


def movable(at: AppTest) -> list[str]:
    """The identities of everything that a reader can move, top to bottom, containers that open first."""
    nodes = [node for node in at._tree if _opens(node) or isinstance(node, Widget)]
    return [identity(node) for node in sorted(nodes, key=lambda node: not _opens(node))]


def identity(node: Node) -> str:
    return f"{node.type} {node.key or getattr(node, 'label', '')}"


def _opens(node: Node) -> bool:
    return node.type in ("tab_container", "expander") and node.key is not None


def moves(at: AppTest, name: str) -> list[Callable[[], object]]:
    """Everything that can be done with it now: each end of a range, each option, each kind of text."""
    node = next((node for node in at._tree if node.type == name.split(" ", 1)[0] and identity(node) == name), None)
    if node is None or getattr(node.proto, "disabled", False):
        return []
    return [lambda value=value: _set(at, node, value) for value in _values(node)]


def _set(at: AppTest, node: Any, value: object) -> None:
    if _opens(node):
        at.session_state[node.key] = value
    elif node.type in ("button", "download_button"):
        node.click()
    else:
        node.set_value(value)


def _values(node: Any) -> list[Any]:
    match node.type:
        case "tab_container":
            return [tab.label for tab in node.children.values()]
        case "expander":
            return [False, True]
        case "slider" if isinstance(node.value, tuple | list):
            return [(node.min, node.min), (node.max, node.max), (node.min, node.max)]
        case "slider":
            return [node.min, node.max]
        case "number_input":
            return [node.min, node.max]
        case "select_slider":
            return [node.options[0], node.options[-1]]
        case "selectbox" | "radio" | "button_group":
            return list(node.options)
        case "multiselect":
            return [[], list(node.options), list(node.options)[:1]]
        case "checkbox" | "toggle":
            return [True, False]
        case "text_area" | "text_input":
            return list(TEXTS)
        case "file_uploader":
            return [(HOSTILE_FILE, text.encode(), "text/csv") for text in TEXTS] + [(HOSTILE_FILE, b"\x89PNG\0", "")]
        case "button" | "download_button":
            return [True]
    raise NotImplementedError(f"how is a {node.type} moved?")


# --- what a reader may type --------------------------------------------------------------------------------------

HOSTILE = ("<b>a</b>", "[b](//c.d)", "**e**", "$f$", ":red[g]", "`h`", "http://i.jk", "<s>l")
HOSTILE_FILE = "<i>m</i> ~~n~~.csv"
TAGS = ("<b>a</b>", "<s>l", "<i>m</i>")
TEXTS = (
    "",
    "text",
    "1,2\n3,<b>a</b>",
    "1,2\n3",
    "1,2\n3,1e308",
    "0\n0\n",
    "1e9,-1e9\n-1e9,1e-300\n",
    "\n".join([",".join(["1.25"] * 8)] * 256),
    ",".join(HOSTILE) + "\n" + "\n".join(",".join(f"{math.sin(i * 8 + j):.3f}" for j in range(8)) for i in range(5)),
)


# --- what holds at every moment ----------------------------------------------------------------------------------


def assert_in_order(at: AppTest, doing: str) -> None:
    """No exception, every chart described and of a fixed height, and nothing that was typed has become markup."""
    assert [exception.value for exception in at.exception] == [], doing
    for key, chart in charts(at).items():
        assert chart.proto.alt.strip(), f"{doing}: {key} has no description"
        assert isinstance(spec(chart)["layout"].get("height"), int), f"{doing}: {key} has no fixed height"
        assert [text for text in chart_texts(spec(chart)) if any(tag in text for tag in TAGS)] == [], doing
    for where, text in marked_up(at):
        found = [hostile for hostile in (*HOSTILE, HOSTILE_FILE) if hostile in text]
        assert found == [], f"{doing}: {where} says {text!r}"
