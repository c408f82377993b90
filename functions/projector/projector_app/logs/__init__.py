"""The logs' own part of the projector."""
