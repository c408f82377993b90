"""How grave a log entry is, from the least to the most."""

from typing import Literal, get_args

Level = Literal["trace", "debug", "info", "warn", "error", "fatal"]
LEVELS: tuple[Level, ...] = get_args(Level)
