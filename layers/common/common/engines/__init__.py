"""The adapters that several functions share, and how the one table's items are called."""
