"""What readers bring with them: a layer as it is stored, what they got out of it, batches in the order they came."""
