"""What others say in their own words; tests hold these to the programs that say them (tests/goldens/quotations.json)."""

# PyTorch, to one example of one feature in training mode.
PYTORCH_REFUSES = "Expected more than 1 value per channel when training, got input size torch.Size([1, 1])"
# PyTorch's SyncBatchNorm, and Keras's BatchNormalization with trainable = False.
SYNC_BATCH_NORM = "over all mini-batches of the same process groups"
FROZEN_IN_KERAS = "will be subsequently run in inference mode"
