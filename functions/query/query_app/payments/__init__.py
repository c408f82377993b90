"""Payments: one folder a question, and what the questions share."""
