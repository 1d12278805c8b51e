"""A checkup of a trained model's batch norm layers: what was stored, what is wrong with it, how two files differ, what mends it."""

from bn.checkup.finding import Certainty, Finding
from bn.checkup.findings import examine
from bn.checkup.stored import Recorded, StoredLayer, StoredModel

__all__ = ["Certainty", "Finding", "Recorded", "StoredLayer", "StoredModel", "examine"]
