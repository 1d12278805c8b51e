"""Files with batch norm layers in them: read, recognized, written; and the models that stand ready."""

from ui.checkpoints.reading import CheckpointError

__all__ = ["CheckpointError"]
