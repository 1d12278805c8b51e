"""What others wait while one session does its worst: on 127.0.0.1, for some seconds, at most a thousand messages a second."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench.classroom import PATIENCE_S, STREAMLIT, Lesson, until_finished
from bench.training_class import trainee
from tools.serving import served

READERS, THINK_S = 5, 0.5
ROWS, COLUMNS = 12, 16_384  # a sheet of which three columns are filled
Attack = Callable[[str], Awaitable[None]]


@asynccontextmanager
async def opened(url: str, page: str = "", query: str = "") -> AsyncIterator[websockets.ClientConnection]:
    """A session that has asked for a page."""
    address = f"{url.replace('http', 'ws')}/_stcore/stream"
    async with websockets.connect(address, subprotocols=[STREAMLIT], max_size=None, max_queue=None) as socket:
        await socket.send(run_of(page, query))
        yield socket


def run_of(page: str, query: str = "") -> bytes:
    """The message that asks for a run of a whole page."""
    message = BackMsg()
    message.rerun_script.page_name = page
    message.rerun_script.query_string = query
    sent: bytes = message.SerializeToString()
    return sent


async def polite(url: str, lesson: Lesson) -> None:
    """Open the lab and run all of it again now and then, noting how long that takes."""
    async with opened(url) as socket:
        await until_finished(socket, {}, lesson)
        while True:
            await asyncio.sleep(THINK_S)
            begin = time.perf_counter()
            await socket.send(run_of(""))
            await until_finished(socket, {}, lesson)
            lesson.waits.append(time.perf_counter() - begin)
            if lesson.over:
                return


async def flood(url: str) -> None:
    """Ask for run after run, a thousand a second, whatever is answered."""
    async with opened(url) as socket:
        listening = asyncio.create_task(listen(socket))
        try:
            while True:
                for _ in range(10):
                    await socket.send(run_of(""))
                await asyncio.sleep(0.01)
        finally:
            listening.cancel()


async def listen(socket: websockets.ClientConnection) -> None:
    """Take what is sent, so that the server need not keep it."""
    with suppress(websockets.ConnectionClosed):
        while True:
            await socket.recv(decode=False)


async def paste_wide_sheets(url: str) -> None:
    """Paste a sheet with thousands of empty columns, another each time, as soon as the one before is read."""
    async with opened(url, query="source=Your+own") as socket:
        area = await text_area(socket)
        k = 0
        while True:
            k += 1
            message = BackMsg.FromString(run_of("", "source=Your+own"))
            state = message.rerun_script.widget_states.widgets.add()
            state.id = area
            state.string_value = "\n".join(f"{k}\t{row}\t7" + "\t" * (COLUMNS - 3) for row in range(ROWS))
            await socket.send(message.SerializeToString())
            await until_finished(socket, {}, Lesson(0))


async def text_area(socket: websockets.ClientConnection) -> str:
    """The identity of the first text area of the page that was asked for."""
    found = ""
    while True:
        message = ForwardMsg.FromString(await asyncio.wait_for(socket.recv(decode=False), PATIENCE_S))
        if message.WhichOneof("type") == "script_finished":
            return found
        if message.WhichOneof("type") == "delta" and message.delta.new_element.WhichOneof("type") == "text_area":
            found = found or message.delta.new_element.text_area.id


ATTACKS: dict[str, Attack] = {"a flood of reruns": flood, "wide sheets": paste_wide_sheets}


async def wait_beside(url: str, attack: Attack | None, seconds: float) -> float:
    """The 95th percentile of what polite readers wait for the lab while an attack goes on, in ms."""
    lesson = Lesson(THINK_S)
    attacker = asyncio.ensure_future(attack(url)) if attack else None
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(READERS):
                group.create_task(polite(url, lesson))
            await asyncio.sleep(seconds)
            lesson.over = True
        if attacker and attacker.done():
            attacker.result()  # it never ends by itself: raise what ended it
    finally:
        if attacker:
            attacker.cancel()
    waits = sorted(lesson.waits)
    return 1e3 * waits[int(0.95 * len(waits))]


def besieged(script: Path, attack: str, seconds: float) -> tuple[float, float]:
    """What polite readers wait before an attack and meanwhile: 95th percentiles in ms."""
    with served(script) as (url, _):
        asyncio.run(wait_beside(url, None, 1.0))  # a server that has been up for a while
        before = asyncio.run(wait_beside(url, None, seconds))
        return before, asyncio.run(wait_beside(url, ATTACKS[attack], seconds))


async def train_beside(url: str, page: str, query: str, seed: int, greedy: bool) -> float:
    """Seconds of an honest run with this seed, beside a session that trains what the query says and asks without pause."""
    other = asyncio.create_task(trainee(url, page, query, pause=0.002)) if greedy else None
    try:
        await asyncio.sleep(2.0)  # it is at it
        return (await trainee(url, page, f"tn_seed={seed}")).end or float("nan")
    finally:
        if other:
            other.cancel()


def outpaced(script: Path, page: str, query: str) -> tuple[float, float]:
    """Seconds of an honest run alone, and beside one who asks without pause."""
    with served(script) as (url, _):
        asyncio.run(train_beside(url, page, query, 100, greedy=False))  # a server that has been up for a while
        alone = asyncio.run(train_beside(url, page, query, 101, greedy=False))
        return alone, asyncio.run(train_beside(url, page, query, 102, greedy=True))
