"""What stands in quotation marks is what the programs say; and what is said of them was tried with them."""

import json
from pathlib import Path

from ui.studies.quotations import FROZEN_IN_KERAS, PYTORCH_REFUSES, SYNC_BATCH_NORM

SAID = json.loads((Path(__file__).parents[2] / "goldens" / "quotations.json").read_text(encoding="utf-8"))


def test_quotations_are_word_for_word():
    assert SAID["refusal (1, 1)"] == PYTORCH_REFUSES
    assert SYNC_BATCH_NORM in SAID["SyncBatchNorm"]
    assert FROZEN_IN_KERAS in SAID["BatchNormalization"]


def test_keras_synchronizes_on_tensorflow_only():
    assert "synchronized: Only applicable with the TensorFlow backend" in SAID["BatchNormalization"]


def test_pytorch_without_tracked_averages_uses_the_batch_in_eval_too():
    assert SAID["company counts in eval"] == {"track_running_stats=True": False, "track_running_stats=False": True}
