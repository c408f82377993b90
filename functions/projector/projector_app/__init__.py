"""The projector: messages in, search documents out. What a context adds stands in its own folder."""
