"""A metric over time."""
