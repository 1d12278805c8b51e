"""Held-out digits as they were drawn, each with what the networks take it for."""

import base64
import struct
import zlib
from collections.abc import Sequence
from functools import lru_cache
from html import escape

from bn import FloatArray
from ui.figures.style import Twin
from ui.studies.digits import CLASSES, SIZE, digits, one_of_each


def guesses(twins: Sequence[tuple[Twin, tuple[int, ...]]]) -> str:
    """A held-out digit of each class, and the guesses of each twin, right or wrong: a list in HTML."""
    labels = digits().test.labels[list(one_of_each())].tolist()
    cards = "".join(_card(i, label, [(twin, guess[i]) for twin, guess in twins]) for i, label in enumerate(labels))
    return f'<div class="bn-digits" role="list">{cards}</div>'


def _card(i: int, label: int, guessed: Sequence[tuple[Twin, int]]) -> str:
    lines = "".join(
        f'<div class="bn-guess"><span class="bn-twin" style="border-bottom: 2px {"dashed" if twin.dash else "solid"} '
        f'{twin.color}">{escape(twin.short)}</span> <b>{guess}</b> {"✓" if guess == label else "✗"}</div>'
        for twin, guess in guessed
    )
    return f'<div class="bn-digit" role="listitem"><img src="{_picture(i)}" alt="A drawn {label}">{lines}</div>'


@lru_cache(maxsize=CLASSES)
def _picture(i: int) -> str:
    image = digits().test.images[one_of_each()[i]].reshape(SIZE, SIZE)
    return f"data:image/png;base64,{base64.b64encode(png(image)).decode()}"


def png(gray: FloatArray) -> bytes:
    """An image (H, W) from 0, white, to 1, black, as an 8-bit gray PNG (ISO/IEC 15948)."""
    height, width = gray.shape
    rows = (255 - gray * 255).round().astype("u1")
    raw = b"".join(b"\0" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(raw, 9)) + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
