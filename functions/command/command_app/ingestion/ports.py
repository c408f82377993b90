"""What an ingestion needs of its context and of the world."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from command_app.ingestion.otlp import OtlpShape
from common.bus import Caller

Accept = Callable[[object], dict[str, Any]]
"""Read one entry, of JSON of any shape, and answer it as its projector takes it, with its `id` if the caller gave one.

Raises Invalid naming the fields.
"""


@dataclass(frozen=True)
class Ingest:
    """A body with entries, as it came. Each context has a command of its own, which is one of these."""

    content: bytes
    content_type: str = "application/json"
    content_encoding: str = ""


@dataclass(frozen=True)
class Reading:
    """How a context reads its entries."""

    otlp: OtlpShape
    accepting: Callable[[Caller], Accept]
    """What is asked once for a call, since it may depend on the organization."""


class PackQueue(Protocol):
    """The queue of the context's projector."""

    def send(self, packs: Sequence[str]) -> Sequence[bool]:
        """Send each pack; answers which of them arrived."""
