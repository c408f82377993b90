"""Questions about the service itself: is it up, and how far behind."""
