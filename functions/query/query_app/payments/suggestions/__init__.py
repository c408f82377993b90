"""Completions of what somebody types."""
