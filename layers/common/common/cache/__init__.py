"""The shared cache: the connection to it, and how its keys are called."""
