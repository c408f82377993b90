"""The query language of `q`: text -> typed tree -> OpenSearch clauses. Each context declares its own fields."""
