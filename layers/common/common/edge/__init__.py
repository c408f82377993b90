"""What stands between a function and its callers: HTTP, logs, metrics, traces."""
