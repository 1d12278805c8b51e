"""What readers bring beside their rows: a layer as it is stored, and batches in the order they came."""
