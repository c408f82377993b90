"""The queue, the event source and the projector as a discrete-event simulation."""
