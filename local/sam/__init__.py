"""Runs what `sam build` makes, as Lambda runs it: the real runtime client under AWS's own emulator, or in Docker."""
