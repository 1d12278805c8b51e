"""A file with batch norm layers as a reader has it: what it is, and what is in it."""

from ui.checkpoints.foreign import Foreign, recognize
from ui.checkpoints.limits import CheckpointError
from ui.checkpoints.recording import read_recording
from ui.checkpoints.vectors import read_vectors

__all__ = ["CheckpointError", "Foreign", "read_recording", "read_vectors", "recognize"]
