"""An archive of NumPy arrays, opened as if somebody hostile had packed it: nothing is unpacked before its size is known."""

import io
import math
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ui.checkpoints.limits import CheckpointError, said, title

MOST_BYTES = 32 * 2**20  # of a file
MOST_UNPACKED = 64 * 2**20  # of all arrays that are read
MOST_MEMBERS = 10_000
MOST_AXES = 4
DAMAGED = "The archive is cut or damaged. Write it again with np.savez_compressed, and send it as it is."

# What zipfile says of an archive that is none, and NumPy of text that is none.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    LookupError,
    ArithmeticError,
    ValueError,
)
LONGEST_HEADER = 1_000
# What np.savez writes before numbers or text: floats, whole numbers, truth values, text; and nothing that needs more than this.
HEADER = re.compile(
    rb"\{'descr': '([<>|](?:f[248]|[iu][1248]|b1)|<U[0-9]{1,4})', 'fortran_order': (True|False), "
    rb"'shape': \(((?:[0-9]{1,18}, ?)*(?:[0-9]{1,18})?)\), \}\s*"
)

Array = npt.NDArray[np.generic]


def read_arrays(data: bytes, wanted: Callable[[str], bool]) -> dict[str, Array]:
    """The arrays of an .npz file whose names are wanted. Nothing is unpickled. Raises CheckpointError."""
    if data.count(b"PK\x01\x02") > MOST_MEMBERS:  # an entry of the list of contents each
        raise CheckpointError(f"The archive has more than {MOST_MEMBERS:,} members; save the batch norm layers alone.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [
                each for each in archive.infolist() if each.filename.endswith(".npy") and wanted(each.filename[:-4])
            ]
            if sum(each.file_size for each in members) > MOST_UNPACKED:
                raise CheckpointError(
                    f"The arrays unpack to more than {MOST_UNPACKED >> 20} MiB; record fewer batches."
                )
            return {each.filename[:-4]: _array(_unpacked(archive, each), each.filename[:-4]) for each in members}
    except CheckpointError:
        raise
    except BROKEN as error:
        raise CheckpointError(DAMAGED) from error


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or member.flag_bits & 1:
        raise CheckpointError("The archive is packed in a way that np.savez never uses, or locked with a password.")
    with archive.open(member) as file:
        return file.read(member.file_size)  # and no byte more, whatever is packed there


def _array(data: bytes, name: str) -> Array:
    """One .npy file. Its header is read first: how long the array says it is must be how long it is."""
    named = title(name)
    begin = {b"\x01\x00": 10, b"\x02\x00": 12}.get(data[6:8])
    if not data.startswith(b"\x93NUMPY") or begin is None:
        raise CheckpointError(f"The array {named} is of a kind that np.savez never writes.")
    end = begin + int.from_bytes(data[8:begin], "little")
    header = HEADER.fullmatch(data[begin:end]) if end - begin < LONGEST_HEADER else None
    if header is None:
        raise CheckpointError(f"The array {named} holds neither numbers nor text, or is damaged; it is not opened.")
    dtype, by_column = np.dtype(header[1].decode()), header[2] == b"True"
    shape = tuple(int(length) for length in header[3].split(b",") if length.strip())
    if len(shape) > MOST_AXES:
        raise CheckpointError(f"The array {named} has the shape {said(shape)}; at most {MOST_AXES} axes are read.")
    rest, count = data[end:], math.prod(shape)
    if not dtype.itemsize or count * dtype.itemsize != len(rest):
        raise CheckpointError(
            f"The array {named} says that it has the shape {said(shape)} and has another length: it is damaged."
        )
    array = np.frombuffer(rest, dtype).reshape(shape, order="F" if by_column else "C")
    if (
        dtype.kind == "U" and np.frombuffer(rest, "<u4").max(initial=0) > sys.maxunicode
    ):  # NumPy would make of it what no text is
        raise CheckpointError(DAMAGED)
    return array
