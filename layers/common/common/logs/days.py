"""How long log entries may be kept."""

from typing import Literal, get_args

Days = Literal[7, 30, 90, 365]
CLASSES: tuple[Days, ...] = get_args(Days)
