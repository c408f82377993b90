"""The query side: HTTP queries, their use cases, the search index and the two-level cache."""
