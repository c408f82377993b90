"""A page of the payments that match."""
