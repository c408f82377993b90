"""The contract that the command side, the projector and the query side share."""
