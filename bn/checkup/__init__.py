"""A checkup of a trained model's batch norm layers: what was stored, what is wrong with it, how two files differ, what mends it."""

from bn.checkup.compared import compare
from bn.checkup.finding import Certainty, Finding
from bn.checkup.findings import examine
from bn.checkup.recordings import Drift, fits
from bn.checkup.renewed import renewed
from bn.checkup.stored import Recorded, StoredLayer, StoredModel

__all__ = [
    "Certainty",
    "Drift",
    "Finding",
    "Recorded",
    "StoredLayer",
    "StoredModel",
    "compare",
    "examine",
    "fits",
    "renewed",
]
