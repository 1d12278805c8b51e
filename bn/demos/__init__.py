"""What one chapter computes with the layer or beside it."""
