"""Many readers at once: sessions that speak Streamlit's protocol to a server on this machine and move sliders."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tools.serving import served

PATIENCE_S = 120
STREAMLIT = websockets.Subprotocol("streamlit")


@dataclass
class Lesson:
    """What all sessions share: how long they think between two moves, when to stop, and what they saw."""

    think: float
    over: bool = False
    waits: list[float] = field(default_factory=list)
    errors: int = 0


@dataclass
class Slider:
    """A slider as the server describes it, and the value that this session has given it."""

    low: float
    high: float
    step: float
    fragment: str
    value: float | None = None


async def until_finished(
    socket: websockets.ClientConnection, sliders: dict[str, Slider], lesson: Lesson, clocks: set[str] | None = None
) -> None:
    """Read messages to the end of the script's run; note sliders, errors and fragments with a clock on the way."""
    while True:
        message = ForwardMsg()
        message.ParseFromString(await asyncio.wait_for(socket.recv(decode=False), PATIENCE_S))
        kind = message.WhichOneof("type")
        if kind == "script_finished":
            return
        if kind == "auto_rerun" and clocks is not None:
            clocks.add(message.auto_rerun.fragment_id)
        if kind != "delta":
            continue
        element = message.delta.new_element
        lesson.errors += element.WhichOneof("type") == "exception"
        if element.WhichOneof("type") == "slider":
            seen, old = element.slider, sliders.get(element.slider.id)
            value = old.value if old else None
            sliders[seen.id] = Slider(seen.min, seen.max, seen.step, message.delta.fragment_id, value)


def moved(sliders: dict[str, Slider], page: str) -> bytes:
    """The message of a browser in which a random slider was just moved to a random place."""
    slider = random.choice(list(sliders.values()))  # noqa: S311
    steps = round((slider.high - slider.low) / slider.step)
    slider.value = slider.low + random.randint(0, steps) * slider.step  # noqa: S311
    message = BackMsg()
    message.rerun_script.page_name = page
    message.rerun_script.fragment_id = slider.fragment
    for key, each in sliders.items():
        if each.value is not None:
            state = message.rerun_script.widget_states.widgets.add()
            state.id = key
            state.double_array_value.data.append(each.value)
    sent: bytes = message.SerializeToString()
    return sent


async def thinks(lesson: Lesson) -> bool:
    """Think, unless the lesson is over; whether it goes on then."""
    if not lesson.over:
        await asyncio.sleep(random.expovariate(1 / lesson.think))
    return not lesson.over


async def reader(url: str, page: str, lesson: Lesson) -> None:
    """One session: open the page, then think and move a slider until the lesson is over."""
    address = f"{url.replace('http', 'ws')}/_stcore/stream"
    async with websockets.connect(address, subprotocols=[STREAMLIT], max_size=None) as socket:
        sliders: dict[str, Slider] = {}
        opened = BackMsg()
        opened.rerun_script.page_name = page
        await socket.send(opened.SerializeToString())
        await until_finished(socket, sliders, lesson)
        while await thinks(lesson):
            if not sliders:
                continue
            begin = time.perf_counter()
            await socket.send(moved(sliders, page))
            await until_finished(socket, sliders, lesson)
            lesson.waits.append(time.perf_counter() - begin)


def resident_mb(pid: int) -> float:
    """The memory of a process, from Linux's own account of it."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


async def hold(
    url: str, pids: list[int], page: str, *, sessions: int, seconds: float, think: float, more: int
) -> dict[str, float]:
    """Hold the lesson, note its figures, then hurry the same sessions through `more` further reruns."""
    first = Lesson(think, over=True)
    await asyncio.gather(*[reader(url, page, first) for _ in pids])  # a server that has been up for a while
    before = sum(map(resident_mb, pids))
    today = Lesson(think)
    async with asyncio.TaskGroup() as group:
        for _ in range(sessions):
            group.create_task(reader(url, page, today))
        await asyncio.sleep(seconds)
        waits, memory = sorted(today.waits), sum(map(resident_mb, pids))
        today.think = think / 5
        while len(today.waits) < len(waits) + more:
            await asyncio.sleep(0.5)
        today.over = True
    figures = {"errors": today.errors, "memory": memory, "a_session": (memory - before) / sessions}
    if waits:
        figures |= {"p50": 1e3 * waits[len(waits) // 2], "p95": 1e3 * waits[int(0.95 * len(waits))]}
    return figures | {"memory_later": sum(map(resident_mb, pids))}


def lesson(
    url: str, pids: list[int], page: str, *, sessions: int, seconds: float, think: float, more: int = 0
) -> dict[str, float]:
    """Figures of a lesson on one page of servers that run.

    p50 and p95 in milliseconds from sending a value to the end of its run, missing where there is nothing to move; in MB
    the memory of the servers after the lesson, of each session, and of the servers after `more` further reruns.
    """
    return asyncio.run(hold(url, pids, page, sessions=sessions, seconds=seconds, think=think, more=more))


def classroom(
    script: Path, page: str, *, sessions: int, seconds: float, think: float, more: int = 0
) -> dict[str, float]:
    """Figures of a lesson on one page of one fresh server."""
    with served(script) as (url, pid):
        return lesson(url, [pid], page, sessions=sessions, seconds=seconds, think=think, more=more)
