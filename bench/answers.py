"""What one answer costs the line: what the server sends after a key on a page's main slider."""

from pathlib import Path

from playwright.sync_api import Browser, WebSocket

from bench.latency import WATCH, settle
from tools.serving import DRAWN, served


def answer(browser: Browser, script: Path, path: str, slider: str) -> dict[str, int]:
    """`bytes` and `messages` of the answer to an arrow key on the slider, of a page that has settled."""
    sizes: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: sizes.append(len(payload)))

    with served(script) as (url, _):
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("websocket", listen)
        page.goto(url + path)
        page.wait_for_function(DRAWN)
        thumb = page.locator(f".st-key-{slider} input[type=range]").first
        thumb.focus()
        settle(page)
        before = len(sizes)
        page.keyboard.press("ArrowRight")
        settle(page)
        context.close()
    return {"bytes": sum(sizes[before:]), "messages": len(sizes) - before}
