"""The reader's batch: read from text, kept, and taken home."""

from ui.batch.reading import BatchError, read_batch

__all__ = ["BatchError", "read_batch"]
