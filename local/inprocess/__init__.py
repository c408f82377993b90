"""Runs the functions of template.yaml in this process, on the events and contexts that AWS gives them."""
