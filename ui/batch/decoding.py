"""From the bytes of a file to text: which encoding they are in, and what is no text at all."""

import re

NO_TEXT = "The file is not text. Export the sheet as CSV (UTF-8) and upload that; nothing was changed."
BINARY = "The file holds binary data. Export the sheet as CSV (UTF-8); nothing was changed."
# What a file begins with that is something else, and what that is.
KNOWN = {
    b"PK\x03\x04": "an Excel workbook or another zip archive, which is binary data",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook, which is binary data",
    b"%PDF": "a PDF, which is not text",
    b"\x89PNG": "a picture, which is not text",
    b"\xff\xd8\xff": "a picture, which is not text",
    b"\x1f\x8b": "a gzip archive, which is binary data",
}
MARKS = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
CONTROLS = re.compile(r"[\x01-\x08\x0e-\x19\x1b\x7f-\x84\x86-\x9f]")


class DecodingError(ValueError):
    """Why bytes are no text, as a sentence."""


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text, and a note where its encoding was guessed: UTF-8, UTF-16 with and without a mark, Windows-1252.

    Raises DecodingError for what is no text.
    """
    for start, what in KNOWN.items():
        if data.startswith(start):
            raise DecodingError(f"The file is {what}. Export the sheet as CSV (UTF-8); nothing was changed.")
    notes: tuple[str, ...] = ()
    marked = next((encoding for mark, encoding in MARKS.items() if data.startswith(mark)), None)
    encoding = marked or _utf_16_without_a_mark(data) or "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8-sig":
            raise DecodingError(NO_TEXT) from error
        text = data.decode("cp1252", "replace")
        notes = ("The file is not UTF-8 and is read as Windows-1252. If names look wrong, save it as UTF-8.",)
        if CONTROLS.search(text) or "\ufffd" in text:
            raise DecodingError(BINARY if "\0" in text else NO_TEXT) from error
    if "\0" in text:
        raise DecodingError(BINARY)
    return text.removesuffix("\x1a"), notes


def _utf_16_without_a_mark(data: bytes) -> str | None:
    """Digits and separators in UTF-16 have a zero for every other byte, and for no other."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    half = len(data) // 2
    if not half or len(data) % 2:
        return None
    if even == 0 and odd > 0.6 * half:
        return "utf-16-le"
    if odd == 0 and even > 0.6 * half:
        return "utf-16-be"
    return None
