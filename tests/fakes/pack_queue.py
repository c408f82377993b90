"""The queue of packs in memory; it can be told to refuse."""

from collections.abc import Sequence

import orjson

from common.domain.packs import Pack


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
