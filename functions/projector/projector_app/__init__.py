"""The projector: events in, search documents out."""
