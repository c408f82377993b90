"""The command side: decides, commits and sends."""
