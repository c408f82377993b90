"""Searches that are kept by name, and alerts: saved searches that tell of new payments."""
