"""Several replicas of the app behind a real nginx with the configuration of deploy/."""

import contextlib
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.serving import ROOT, free_port, served, wait_until

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@contextlib.contextmanager
def two_replicas() -> Iterator[tuple[str, dict[str, int]]]:
    """Yield the URL of nginx, and the process id of each replica by its address."""
    app, secret = ROOT / "app.py", {"STREAMLIT_SERVER_COOKIE_SECRET": "one for both"}
    with (
        served(app, **secret) as one,
        served(app, **secret) as other,
        tempfile.TemporaryDirectory() as folder,
    ):
        processes = {url.removeprefix("http://"): process for url, process in (one, other)}
        with in_front_of(list(processes), Path(folder)) as url:
            yield url, processes


@contextlib.contextmanager
def in_front_of(addresses: list[str], folder: Path) -> Iterator[str]:
    """Run nginx with the configuration of deploy/, for these addresses, telling which of them has answered."""
    port = free_port()
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for name, address in zip(("app-1:8501", "app-2:8501"), addresses, strict=True):
        text = text.replace(name, address)
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};")
    text = text.replace("proxy_buffering off;", "proxy_buffering off; add_header X-Replica $upstream_addr always;")
    for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"):
        text = text.replace("access_log off;", f"access_log off;\n    {kind}_temp_path {folder}/{kind};")
    (folder / "nginx.conf").write_text(f"pid {folder}/pid;\ndaemon off;\n{text}", encoding="utf-8")
    log = (folder / "log").open("w")
    nginx = subprocess.Popen([str(NGINX), "-p", str(folder), "-c", "nginx.conf"], stderr=log)
    try:
        wait_until(lambda: nginx.poll() is not None or _answers(port))
        if nginx.poll() is not None:
            raise RuntimeError((folder / "log").read_text())
        yield f"http://127.0.0.1:{port}"
    finally:
        nginx.terminate()
        nginx.wait(timeout=20)
        log.close()


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
