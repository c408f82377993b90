"""Counts and sums."""
