"""Taking in the entries of applications' logs."""
