"""The two-level cache: this process's memory before the shared Redis, in front of every query that may be kept."""
