"""Messages that no browser sends, to a real server: out of order, of other pages and sessions, for what is gone, mutilated.

What Streamlit's own widgets are sent is of their type, since they check no types; components are sent anything.
"""

import asyncio
import contextlib
import json
import random
import urllib.request
from typing import Any

import pytest
import websockets
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.apart import run_apart
from tests.fuzz.conftest import AMOUNT
from tests.fuzz.hostile import VALUES, some_text, some_value
from tools.serving import ROOT, served
from ui.catalogue import CHAPTERS

ATTACKERS = 3
MESSAGES = 60 * AMOUNT  # of each
MOST_MESSAGES = 10_000  # that are read for one run of a page
OWN_VALUE = "8128.496"
PAGES = ["" if chapter.script == "app.py" else chapter.name for chapter in CHAPTERS]
CELLS = (0, 1, -1, 3, 10**6, 2**70, 10**400, 1.5, None, "0", "x", [], {}, True)


class Session:
    """A session that remembers every widget and fragment it was ever told of, and all that it was sent."""

    def __init__(self, socket):
        self.socket = socket
        self.widgets: dict[str, tuple[str, Any]] = {}
        self.fragments: list[str] = [""]
        self.received: list[bytes] = []
        self.errors: list[str] = []
        self.pages: dict[str, str] = {}  # the hash of each, without which what components tell is dropped

    async def send(self, message):
        await self.socket.send(message if isinstance(message, bytes | str) else message.SerializeToString())

    async def open(self, page="", query=""):
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = query
        await self.send(message)

    async def listen(self, until="script_finished", patience=30.0):
        """Read until the end of a run, or until nothing has come for a while."""
        for _ in range(MOST_MESSAGES):
            try:
                raw = await asyncio.wait_for(self.socket.recv(decode=False), patience)
            except TimeoutError:
                return
            self.received.append(raw)
            message = ForwardMsg()
            message.ParseFromString(raw)
            if message.WhichOneof("type") == until:
                return
            if message.WhichOneof("type") == "delta":
                self.take(message.delta)
            if message.WhichOneof("type") == "navigation":
                self.pages = {
                    "" if page.is_default else page.url_pathname: page.page_script_hash
                    for page in message.navigation.app_pages
                }

    def take(self, delta):
        if delta.fragment_id and delta.fragment_id not in self.fragments:
            self.fragments.append(delta.fragment_id)
        kind = delta.new_element.WhichOneof("type")
        if kind == "exception":
            self.errors.append(str(delta.new_element.exception))
        elif kind and (identity := getattr(getattr(delta.new_element, kind), "id", "")):
            self.widgets[identity] = (kind, getattr(delta.new_element, kind))


def connected(url):
    return websockets.connect(f"{url.replace('http', 'ws')}/_stcore/stream", subprotocols=["streamlit"], max_size=None)


def disorder(chance, sessions, me):
    """One message of an attacker: a run of any page with widgets and fragments that any session was ever told of."""
    anyone = chance.choice(sessions)
    message = BackMsg()
    if chance.random() < 0.1:
        kind = chance.choice(("stop_script", "clear_cache", "load_git_info", "app_heartbeat"))
        setattr(message, kind, True)
        return message
    if chance.random() < 0.1:
        raw = me.received[-1] if me.received else b"x"
        return chance.choice((b"", b"\x00", chance.randbytes(50), raw[:100], "text", raw))
    run = message.rerun_script
    run.page_name = chance.choice((*PAGES, some_text(chance)))
    run.query_string = "&".join(
        f"{some_text(chance, 9)}={some_value(chance)[:300]}" for _ in range(chance.randint(0, 3))
    )
    run.fragment_id = chance.choice((*anyone.fragments, "0" * 32))
    run.page_script_hash = chance.choice(("", "0" * 32, *[anyone.pages.get(run.page_name, "")] * 4))
    run.is_auto_rerun = chance.random() < 0.2
    for identity in chance.sample(list(anyone.widgets), k=min(len(anyone.widgets), chance.randint(0, 4))):
        kind, element = anyone.widgets[identity]
        if kind in FILLED:
            state = run.widget_states.widgets.add()
            state.id = _make_trigger_id(identity, "events") if kind == "bidi_component" else identity
            FILLED[kind](chance, state, element)
    return message


def fill_component(chance, state, element):
    event = chance.choice(("choose", "change", "edit", "take", "ask", "forget", "nonsense"))
    cell = [chance.choice(CELLS) for _ in range(chance.randint(0, 4))]
    value = chance.choice(
        (
            *(cell, [["x", *cell]], [["gamma", *cell]], [["x", 0, 0, *cell[:1]]], [cell, cell], None, "x", 3, {"a": 1}),
            {
                "name": "x.npz",
                "number": 1,
                chance.choice(("file", "head", "layers", "x")): chance.choice(("UEsDBA==", "x", cell, 3)),
            },
        )
    )
    state.json_trigger_value = json.dumps([{"event": event, "value": value}])


def fill_slider(chance, state, element):
    state.double_array_value.data.append(chance.uniform(element.min, element.max))


def fill_number(chance, state, element):
    state.double_value = chance.randint(int(element.min), int(element.max))


def fill_text(chance, state, element):
    state.string_value = chance.choice([value for value in VALUES if "\ud7ff" not in value])


def fill_button(chance, state, element):
    state.trigger_value = True


def fill_checkbox(chance, state, element):
    state.bool_value = chance.random() < 0.5


FILLED = {
    "bidi_component": fill_component,
    "slider": fill_slider,
    "number_input": fill_number,
    "text_area": fill_text,
    "text_input": fill_text,
    "button": fill_button,
    "checkbox": fill_checkbox,
}


async def attack(url, chance, sessions, me):
    """Send disorder, through a new connection whenever the server has had enough of the old one."""
    sent = 0
    while sent < MESSAGES:
        sent += 1  # opening a page counts, so that a server that shuts every door is given up
        async with connected(url) as me.socket:
            with contextlib.suppress(websockets.ConnectionClosed):
                await me.open(chance.choice(PAGES))
                await me.listen()
                while sent < MESSAGES:
                    sent += 1
                    await me.send(disorder(chance, sessions, me))
                    if chance.random() < 0.5:
                        await me.listen(patience=0.2)
                await me.listen(until="never", patience=1.0)


async def visit(url):
    """Open each page and let each part of it rerun by itself; what went wrong, by page."""
    wrong = {}
    for page in PAGES:
        async with connected(url) as socket:
            visitor = Session(socket)
            await visitor.open(page)
            await visitor.listen()
            for part in visitor.fragments[1:]:
                message = BackMsg()
                message.rerun_script.page_name = page
                message.rerun_script.page_script_hash = visitor.pages[page]
                message.rerun_script.fragment_id = part
                await visitor.send(message)
                await visitor.listen()
        if visitor.errors:
            wrong[page] = visitor.errors
    return wrong


async def besiege(url):
    """A reader with a batch of his own, and attackers; the attackers, and what the reader sees before and after."""
    chance = random.Random(0)  # noqa: S311 (nobody's secret)
    query = f"source=Your+own&batch={OWN_VALUE}%2C1%0A2%2C3%0A"
    async with connected(url) as socket:
        reader = Session(socket)
        await reader.open(query=query)
        await reader.listen()
        attackers = [Session(None) for _ in range(ATTACKERS)]
        # What attackers may know of others: identities of widgets and fragments, which are the same for everybody.
        await asyncio.gather(*[attack(url, chance, [reader, *attackers], each) for each in attackers])
        before = len(reader.received)
        await reader.open(query=query)
        await reader.listen()
    return reader, attackers, reader.received[before:]


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory):
    log = tmp_path_factory.mktemp("server") / "log"
    with served(ROOT / "app.py", log) as (url, _):
        wrong = run_apart(visit(url))
        siege = run_apart(besiege(url))
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:  # noqa: S310
            healthy = answer.status == 200
    return *siege, healthy, wrong, log.read_text()


def test_every_part_of_every_page_reruns_by_itself(aftermath):
    *_, wrong, said = aftermath
    assert not wrong, said


def test_messages_in_disorder_break_nothing_and_reveal_nothing(aftermath, tried):
    reader, attackers, after, healthy, _, said = aftermath
    assert healthy
    for each in attackers:
        assert each.errors == [], said
        assert each.received, "an attacker was not answered at all"
        assert not any(OWN_VALUE.encode() in raw for raw in each.received), "one session saw another's batch"
    assert reader.errors == [], said
    assert any(OWN_VALUE.encode() in raw for raw in after), "the reader's own picture is gone"
    tried("messages in disorder", ATTACKERS * MESSAGES)
