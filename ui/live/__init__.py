"""The Python half of what moves under the hand: one module for each component of assets/live."""
