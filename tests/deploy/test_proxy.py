"""The nginx of deploy/ in front of servers that only say who they are: what it lets through, and to whom."""

import contextlib
import http.client
import re
import socket
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import urlparse

import pytest
from streamlit.web.server.starlette.starlette_server_config import DEFAULT_WEBSOCKET_PING_INTERVAL

from tools.replicas import HOSTS, in_front_of
from tools.serving import ROOT, free_port, wait_until
from ui.catalogue import CHAPTERS

CONFIGURATION = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
SHORT = {"proxy_read_timeout 10s": "proxy_read_timeout 1s", "proxy_read_timeout 80s": "proxy_read_timeout 3s"}
UPLOAD = "/_stcore/upload_file/{}/1"
MB = 1024 * 1024


class Replica(ThreadingHTTPServer):
    """Says its address and how much it was sent; hangs on request."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__((host, port), Answer)
        self.awake = threading.Event()
        self.awake.set()


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.awake.wait()
        self.send_response(200)
        self.send_header("Content-Type", "application/javascript" if self.path.endswith(".js") else "text/plain")
        self.end_headers()
        with contextlib.suppress(BrokenPipeError):  # nginx has waited long enough
            self.wfile.write(f"{self.server.server_address[0]} {len(sent)}".encode() + b" " * 2000)

    do_PUT = do_DELETE = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def replica(host: str, port: int) -> Iterator[Replica]:
    with Replica(host, port) as server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        yield server
        server.awake.set()
        server.shutdown()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def replicas(port: int) -> Iterator[list[Replica]]:
    with contextlib.ExitStack() as opened:
        yield [opened.enter_context(replica(host, port)) for host in HOSTS]


def ask(url: str, path: str = "/", method: str = "GET", body: bytes = b"", **headers: str):
    """Status, headers and text of an answer, also of one that refuses before all was sent."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
    with contextlib.closing(connection):
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def who(url: str, **headers: str) -> tuple[str, str]:
    """Which replica answers, and the cookie that it is remembered by."""
    status, answered, text = ask(url, **headers)
    assert status == 200
    return text.decode().split()[0], answered.get("Set-Cookie", "").split(";")[0]


def test_a_reader_stays_and_moves_as_a_whole(port, replicas):
    """Who moved because a replica was silent stays where they are when it speaks again: their session is there."""
    with in_front_of(list(HOSTS), port, SHORT) as (url, _):
        home, cookie = who(url)
        assert {who(url, Cookie=cookie)[0] for _ in range(6)} == {home}
        assert {who(url)[0] for _ in range(6)} == set(HOSTS), "newcomers are spread"
        silent = replicas[HOSTS.index(home)]
        silent.awake.clear()
        other, new_cookie = who(url, Cookie=cookie)
        assert {home, other} == set(HOSTS)
        silent.awake.set()
        assert {who(url, Cookie=new_cookie)[0] for _ in range(6)} == {other}


def test_the_cookie_is_good_for_a_page_of_another_site_only_over_https(port, replicas):
    with in_front_of(list(HOSTS), port) as (url, _):
        _, plain, _ = ask(url)
        _, secure, _ = ask(url, **{"X-Forwarded-Proto": "https"})
    said = [set(re.split(r"; *", answered["Set-Cookie"].lower())[1:]) for answered in (plain, secure)]
    assert said[0] == {"path=/", "httponly", "samesite=lax"}
    assert said[1] == {"path=/", "httponly", "samesite=none", "secure", "partitioned"}


def test_a_container_that_comes_back_under_another_address_is_found(port, replicas):
    hosts = [HOSTS[0]]
    with in_front_of(hosts, port) as (url, _):
        _, cookie = who(url)
        with replica("127.0.0.3", port):
            replicas[0].shutdown()
            replicas[0].server_close()
            hosts[:] = ["127.0.0.3"]
            wait_until(lambda: ask(url, Cookie=cookie)[0] == 200)
            assert who(url, Cookie=cookie)[0] == "127.0.0.3"


def test_an_upload_may_be_as_large_as_a_file_and_all_else_is_small(port, replicas):
    with in_front_of(list(HOSTS), port) as (url, _):
        status, _, text = ask(url, UPLOAD.format("somebody"), "PUT", bytes(MB + 1000))
        assert status == 200
        assert text.decode().split()[1] == str(MB + 1000)
        assert ask(url, UPLOAD.format("somebody"), "PUT", bytes(3 * MB))[0] == 413
        assert ask(url, "/", "PUT", bytes(70_000))[0] == 413
        assert ask(url, "/", "PUT", bytes(60_000))[0] == 200


def test_one_session_cannot_upload_without_end_and_others_do_not_notice(port, replicas):
    with in_front_of(list(HOSTS), port) as (url, _):
        path = UPLOAD.format("forger")
        statuses = [ask(url, path, "PUT", b"x")[0] for _ in range(20)]
        assert statuses[:7] == [200] * 7
        assert statuses.count(429) >= 12  # one more may have become free meanwhile
        assert ask(url, path, "DELETE")[0] == 200
        assert ask(url, UPLOAD.format("somebody"), "PUT", b"x")[0] == 200


def test_all_together_cannot_have_more_uploads_under_way_than_there_is_room_for(port, replicas):
    with in_front_of(list(HOSTS), port) as (url, _), contextlib.ExitStack() as opened:
        address = urlparse(url)
        for k in range(64):
            begun = opened.enter_context(socket.create_connection((address.hostname, address.port), timeout=20))
            head = f"PUT {UPLOAD.format(f'slow-{k}')} HTTP/1.1\r\nHost: lab\r\nContent-Length: 9\r\n\r\n"
            begun.sendall(f"{head}x".encode())
        others = (UPLOAD.format(f"other-{k}") for k in count())  # none of which has uploaded too often
        wait_until(lambda: ask(url, next(others), "PUT", b"x")[0] == 429)
        assert ask(url, "/")[0] == 200


def test_scripts_are_compressed_and_every_answer_says_what_a_page_may_load(port, replicas):
    with in_front_of(list(HOSTS), port) as (url, _):
        _, answered, text = ask(url, "/static/js/index.js", **{"Accept-Encoding": "gzip"})
        assert answered["Content-Encoding"] == "gzip"
        assert len(text) < 200
        for path in ("/", "/static/js/index.js", "/_stcore/stream", UPLOAD.format("somebody")):
            policy = ask(url, path)[1]["Content-Security-Policy"]
            assert {each.split()[0]: each.split()[1:] for each in policy.split(";")} == {
                "default-src": ["'self'"],
                "script-src": ["'self'", "blob:", "'unsafe-inline'"],
                "style-src": ["'self'", "'unsafe-inline'"],
                "img-src": ["'self'", "data:", "blob:"],
                "font-src": ["'self'", "data:"],
                "connect-src": ["'self'"],
                "worker-src": ["'self'", "blob:"],
                "object-src": ["'none'"],
                "base-uri": ["'self'"],
                "form-action": ["'self'"],
            }


def test_silence_is_borne_for_as_long_as_it_must_be_and_no_longer():
    """The numbers of the file itself; the tests above shorten them."""
    of_server, *locations = re.split(r"location ", CONFIGURATION)
    silence = {each.split("{")[0].strip(): re.findall(r"proxy_read_timeout (\d+)s;", each) for each in locations}
    assert re.findall(r"proxy_read_timeout (\d+)s;", of_server) == ["10"]
    assert silence == {"= /preview.png": [], "/": [], "= /_stcore/stream": ["80"], "/_stcore/upload_file/": []}
    assert 75 <= 2.5 * DEFAULT_WEBSOCKET_PING_INTERVAL <= 80


def test_uploads_are_allowed_what_streamlit_allows():
    streamlit = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    (allowed,) = re.findall(r"client_max_body_size (\d+)m;", CONFIGURATION)
    assert int(allowed) == streamlit["server"]["maxUploadSize"] + 1  # what is around the file in the request


# --- previews of links --------------------------------------------------------------------------------------------


def test_who_makes_a_preview_gets_the_title_of_the_page_and_a_picture(replicas, port):
    picture = ROOT / "assets" / "lab.png"
    with in_front_of(list(HOSTS), port, {"/etc/nginx/preview.png": str(picture)}) as (url, _):
        for chapter in CHAPTERS:
            status, headers, text = ask(url, f"{chapter.url}?a=1", **{"User-Agent": "Slackbot-LinkExpanding 1.0"})
            assert status == 200
            assert headers["Content-Type"] == "text/html; charset=utf-8"
            assert f'property="og:title" content="{chapter.title}"' in text.decode()
        found = re.search(r'og:image" content="([^"]+)"', text.decode())
        assert found[1] == f"{url}/preview.png"
        assert ask(url, "/preview.png")[2] == picture.read_bytes()
        assert ask(url, "/", **{"User-Agent": "Mozilla/5.0"})[2].startswith(HOSTS[0].encode()[:6])
