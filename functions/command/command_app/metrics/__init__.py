"""Taking in the points of metrics."""
