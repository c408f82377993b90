"""Questions about log entries."""
