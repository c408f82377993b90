"""Where things are, and where a run leaves its own."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
"""Built functions and layers; worth keeping between runs."""
LOCAL = ROOT / ".local"
"""Logs, and the note of a running `make up`."""
ENGINES = ROOT / ".engines"
"""The downloaded real engines."""
INVOICES = ROOT / "data" / "online-retail-invoices.csv"
