"""A connection that keeps back what the server says."""

from playwright.sync_api import Page, WebSocketRoute
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.lab import wait_until


class SlowLine:
    """A reader's connection on which what the server says can be kept back, from the next loading of the page on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.slow = False
        self.kept: list[bytes | str] = []
        page.route_web_socket("**/_stcore/stream", self.connect)

    def connect(self, socket: WebSocketRoute) -> None:
        self.socket = socket
        socket.connect_to_server().on_message(
            lambda message: self.kept.append(message) if self.slow else socket.send(message)
        )

    def wait_for_an_answer(self) -> None:
        """Until a whole run of the page has been kept back."""

        def ended() -> bool:
            kinds = [ForwardMsg.FromString(message).WhichOneof("type") for message in self.kept]
            return "script_finished" in kinds

        wait_until(self.page, ended)

    def let_through(self) -> None:
        for message in self.kept:
            self.socket.send(message)
        self.kept.clear()
