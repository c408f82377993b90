"""Payments: decides, commits and sends."""
