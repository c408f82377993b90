"""What the business speaks of: events, money, documents. Pure."""
