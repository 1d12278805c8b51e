"""A class that trains: sessions that open a page and ask for turns as browsers do; and a class that reads meanwhile."""

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench.classroom import PATIENCE_S, STREAMLIT, hold, resident_mb
from tools.serving import served


@dataclass
class Training:
    """One session: when it saw its first points and its end, in seconds from opening; how many errors it was shown."""

    first: float | None = None
    end: float | None = None
    errors: int = 0
    clocks: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def stop_clocks(self) -> None:
        """As a browser does when the whole page runs."""
        for clock in self.clocks.values():
            clock.cancel()
        self.clocks.clear()


async def ticking(
    socket: websockets.ClientConnection, page: str, query: str, script: str, fragment: str, seconds: float
) -> None:
    """Ask for a run of a fragment of a page again and again."""
    while True:
        await asyncio.sleep(seconds)
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = query
        message.rerun_script.page_script_hash = script
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = True
        await socket.send(message.SerializeToString())


async def trainee(url: str, page: str, query: str, pause: float | None = None) -> Training:
    """Open the page and stay until its training has ended; pause: seconds between two questions, if not as browsers."""
    address = f"{url.replace('http', 'ws')}/_stcore/stream"
    training, script, begin = Training(), "", time.perf_counter()
    async with websockets.connect(address, subprotocols=[STREAMLIT], max_size=None) as socket:
        opened = BackMsg()
        opened.rerun_script.page_name = page
        opened.rerun_script.query_string = query
        await socket.send(opened.SerializeToString())
        while training.end is None:
            message = ForwardMsg()
            message.ParseFromString(await asyncio.wait_for(socket.recv(decode=False), PATIENCE_S))
            kind, now = message.WhichOneof("type"), time.perf_counter() - begin
            if kind == "new_session" and not message.metadata.run.fragment_ids:
                training.stop_clocks()
            elif kind == "navigation":  # new_session names the script that runs all pages, not the page
                script = message.navigation.page_script_hash
            elif kind == "auto_rerun" and message.auto_rerun.fragment_id not in training.clocks:
                fragment, seconds = message.auto_rerun.fragment_id, pause or message.auto_rerun.interval
                training.clocks[fragment] = asyncio.create_task(ticking(socket, page, query, script, fragment, seconds))
            elif kind == "delta":
                element = message.delta.new_element
                training.errors += element.WhichOneof("type") == "exception"
                if element.WhichOneof("type") == "progress":
                    training.first = training.first or now
                    training.end = now if element.progress.text.endswith("done") else None
        training.stop_clocks()
    return training


async def watch_memory(pid: int, seen: list[float]) -> None:
    """Note the server's memory until cancelled."""
    while True:
        seen.append(resident_mb(pid))
        await asyncio.sleep(0.2)


async def train_together(url: str, pid: int, page: str, queries: list[str]) -> dict[str, float]:
    """Let a session for each query train at once; figures of all."""
    memory: list[float] = []
    watch = asyncio.create_task(watch_memory(pid, memory))
    trainings = await asyncio.gather(*[trainee(url, page, query) for query in queries])
    watch.cancel()
    return {
        "sessions": len(trainings),
        "first": max(each.first or 0 for each in trainings),
        "end": max(each.end or 0 for each in trainings),
        "errors": sum(each.errors for each in trainings),
        "memory": max(memory),
    }


def training_class(script: Path, page: str, queries: list[str]) -> dict[str, float]:
    """Seconds until the last session has seen its first points and its end, errors, and the server's most memory in MB."""
    with served(script) as (url, pid):
        asyncio.run(train_together(url, pid, page, ["" for _ in queries[:1]]))  # a server that has been up for a while
        return asyncio.run(train_together(url, pid, page, queries))


async def train_on(url: str, page: str, query: str) -> None:
    """One run after the other, each with another seed, until cancelled."""
    for seed in itertools.count(100):
        await trainee(url, page, f"{query}&tn_seed={seed}")


async def read_beside(url: str, pid: int, page: str, query: str, **load: int) -> dict[str, float]:
    """Figures of a lesson on the lab while one session trains."""
    training = asyncio.create_task(train_on(url, page, query))
    try:
        figures = await hold(url, [pid], "", more=0, **load)
        if training.done():
            training.result()  # it never ends by itself: raise what ended it
    finally:
        training.cancel()
    return figures


def readers_while_one_trains(script: Path, page: str, query: str, **load: int) -> dict[str, float]:
    """As `classroom`, on the lab, while another session trains what the query says."""
    with served(script) as (url, pid):
        return asyncio.run(read_beside(url, pid, page, query, **load))
