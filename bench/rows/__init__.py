"""One module a measured row or a few that stand on the same."""
