"""The reader's batch: read from text, kept, and taken home."""
