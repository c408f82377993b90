"""Runs template.yaml on this machine; no domain code."""
