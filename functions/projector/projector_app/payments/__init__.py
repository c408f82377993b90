"""The payments' own part of the projector."""
