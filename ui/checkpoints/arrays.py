"""An archive of NumPy arrays, opened as if somebody hostile had packed it: nothing is unpacked before its size is known."""

import io
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
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        RuntimeError,
        NotImplementedError,
        UnicodeError,
    ) as error:
        raise CheckpointError(DAMAGED) from error
    except (IndexError, KeyError, OverflowError, ValueError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(DAMAGED) from error


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or member.flag_bits & 1:
        raise CheckpointError("The archive is packed in a way that np.savez never uses, or locked with a password.")
    with archive.open(member) as file:
        return file.read(member.file_size)  # and no byte more, whatever is packed there


def _array(data: bytes, name: str) -> Array:
    """One .npy file. Its header is read first: how long the array says it is must be how long it is."""
    file, named = io.BytesIO(data), title(name)
    version = np.lib.format.read_magic(file)
    if version not in ((1, 0), (2, 0)):
        raise CheckpointError(f"The array {named} is of a kind that np.savez never writes.")
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, by_column, dtype = read(file)
    if dtype.kind not in "fiubU":
        raise CheckpointError(f"The array {named} holds neither numbers nor text, and is not opened.")
    if len(shape) > MOST_AXES or any(length < 0 for length in shape):
        raise CheckpointError(f"The array {named} has the shape {said(shape)}; at most {MOST_AXES} axes are read.")
    rest, count = data[file.tell() :], int(np.prod([int(length) for length in shape], dtype=object)) if shape else 1
    if not dtype.itemsize or count * dtype.itemsize != len(rest):
        raise CheckpointError(
            f"The array {named} says that it has the shape {said(shape)} and has another length: it is damaged."
        )
    return np.frombuffer(rest, dtype).reshape(shape, order="F" if by_column else "C")
