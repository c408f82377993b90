"""Searches of any size as a file: a job in the background, and a link when it is done."""
