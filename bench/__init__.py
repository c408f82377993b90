"""Measurements on the real engines; nothing else imports them."""
