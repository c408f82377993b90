"""Application logs: what the sides of this context share."""
