"""The metrics' own part of the projector."""
