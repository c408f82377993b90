"""Dashboards: series that belong together, kept per organization."""
