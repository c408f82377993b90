"""The queue of packs in memory; it can be told to refuse."""

from collections.abc import Sequence
from typing import Any

import orjson

from command_app.ingestion.ingest import IngestUseCase
from command_app.ingestion.ports import Ingest, Reading
from common.bus import Caller
from common.domain.packs import Pack

CALLER = Caller("org-456", "user-1", "agent", "correlation-1")


class FakePackQueue:
    """`PackQueue`; `refuses` holds the numbers of the packs, of all that were sent, which do not arrive."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.refuses: set[int] = set()
        self.seen = 0

    def send(self, packs: Sequence[str]) -> Sequence[bool]:
        arrived = [self.seen + number not in self.refuses for number in range(len(packs))]
        self.seen += len(packs)
        self.bodies += [pack for pack, there in zip(packs, arrived, strict=True) if there]
        return arrived

    def packs(self) -> list[Pack]:
        return [Pack.model_validate(orjson.loads(body)) for body in self.bodies]


class Ingestion:
    """A context's use case on a queue in memory."""

    def __init__(self, reading: Reading) -> None:
        self.queue = FakePackQueue()
        self._use_case = IngestUseCase(self.queue, reading)

    def send(self, content: object, content_type: str = "application/json", encoding: str = "") -> Any:
        body = content if isinstance(content, bytes) else orjson.dumps(content)
        return self._use_case.handle(Ingest(body, content_type, encoding), CALLER)

    def entries(self) -> list[dict[str, Any]]:
        return [entry for pack in self.queue.packs() for entry in pack.entries]
