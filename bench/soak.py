"""Half an hour of random use of all pages by 50 sessions: `make soak`. Memory must stay flat and the log free of errors."""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg

from bench.classroom import STREAMLIT, Lesson, Slider, moved, resident_mb, until_finished
from tools.serving import ROOT, served
from ui.catalogue import CHAPTERS

PAGES = ["" if chapter.script == "app.py" else chapter.name for chapter in CHAPTERS]
THINK_S = 2.0
STAY = 20  # moves on one page, on average
GO_HOME = 0.2  # how likely a reader who leaves a page leaves altogether
SAMPLE_S = 5.0
SILENCE_S = 20.0
FLAT = 0.10


@dataclass
class Soak(Lesson):
    """A lesson that also counts what the server did not answer."""

    unanswered: int = 0


async def wander(url: str, lesson: Soak) -> None:
    """Readers one after the other: each opens pages and moves things on them, until the lesson is over."""
    address = f"{url.replace('http', 'ws')}/_stcore/stream"
    while not lesson.over:
        # Nobody reads while a reader thinks; with a bounded queue the connection would then miss its pings.
        async with websockets.connect(address, subprotocols=[STREAMLIT], max_size=None, max_queue=None) as socket:
            at_home = False
            while not (at_home or lesson.over):
                await stay(socket, random.choice(PAGES), lesson)  # noqa: S311
                at_home = random.random() < GO_HOME  # noqa: S311


async def stay(socket: websockets.ClientConnection, page: str, lesson: Soak) -> None:
    """Open a page, move its sliders, and let its clocks tick, as they do while something is trained.

    Streamlit does not answer for a part of a page that is gone, such as a run that another setting ended. A browser
    knows that it is gone; here the reader goes on to another page, where an answer must come.
    """
    sliders: dict[str, Slider] = {}
    clocks: set[str] = set()
    opened = BackMsg()
    opened.rerun_script.page_name = page
    await socket.send(opened.SerializeToString())
    await until_finished(socket, sliders, lesson, clocks)
    while not lesson.over and random.random() > 1 / STAY:  # noqa: S311
        await asyncio.sleep(random.expovariate(1 / lesson.think))
        begin = time.perf_counter()
        if clocks and (random.random() < 0.5 or not sliders):  # noqa: S311
            await socket.send(tick(page, clocks.pop()))
        elif sliders:
            await socket.send(moved(sliders, page))
        else:
            continue
        try:
            async with asyncio.timeout(SILENCE_S):
                await until_finished(socket, sliders, lesson, clocks)
        except TimeoutError:
            lesson.unanswered += 1
            return
        lesson.waits.append(time.perf_counter() - begin)


def tick(page: str, fragment: str) -> bytes:
    """The message of a browser whose clock asks for a run of a fragment."""
    message = BackMsg()
    message.rerun_script.page_name = page
    message.rerun_script.fragment_id = fragment
    message.rerun_script.is_auto_rerun = True
    sent: bytes = message.SerializeToString()
    return sent


async def soak(url: str, pid: int, sessions: int, minutes: float) -> tuple[Soak, list[float]]:
    """Let the sessions wander for so long; what they saw, and the server's memory in MB from time to time."""
    lesson, memory = Soak(THINK_S), []
    async with asyncio.TaskGroup() as group:
        for _ in range(sessions):
            group.create_task(wander(url, lesson))
        end = time.monotonic() + 60 * minutes
        while time.monotonic() < end:
            await asyncio.sleep(SAMPLE_S)
            memory.append(resident_mb(pid))
            if len(memory) % 24 == 0:
                print(f"{len(lesson.waits):7,} moves, {memory[-1]:.0f} MB, {lesson.errors} errors", flush=True)
        lesson.over = True
    return lesson, memory


def main() -> None:
    """Print what came of it; leave with 1 if memory grew or anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--sessions", type=int, default=50)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with served(ROOT / "app.py", log) as (url, pid):
            lesson, memory = asyncio.run(soak(url, pid, asked.sessions, asked.minutes))
        failures = log.read_text(encoding="utf-8").count("Traceback")
    third = len(memory) // 3
    middle, late = statistics.median(memory[third : 2 * third]), statistics.median(memory[2 * third :])
    waits = sorted(lesson.waits)
    print(
        f"{asked.sessions} sessions, {asked.minutes:g} minutes, {len(waits):,} moves: p50 {1e3 * waits[len(waits) // 2]:.0f} ms, "
        f"p95 {1e3 * waits[int(0.95 * len(waits))]:.0f} ms; {lesson.errors} errors shown, {failures} in the log; "
        f"{lesson.unanswered} messages for what was gone\n"
        f"memory: {middle:.0f} MB in the middle third, {late:.0f} MB in the last, ratio {late / middle:.3f}, "
        f"largest {max(memory):.0f} MB"
    )
    if lesson.errors or failures or late > (1 + FLAT) * middle:
        sys.exit("memory is not flat, or something went wrong")


if __name__ == "__main__":
    main()
