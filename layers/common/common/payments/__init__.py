"""The payment as both sides see it: its state, its events' documents, its index."""
