"""What the cache needs from outside."""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from common.cache.keys import result_key


@dataclass(frozen=True)
class Marks:
    """What the projector says of an organization. Without an epoch nothing may be kept or taken."""

    epoch: int | None = None
    settling: bool = False
    lag_ms: int | None = None


@dataclass(frozen=True)
class Place:
    """Where the answer to one question is kept, while one epoch of its organization lasts."""

    context: str
    organization_id: str
    epoch: int
    digest: str

    @cached_property
    def key(self) -> str:
        """Its name, in either level."""
        return result_key(self.context, self.organization_id, self.epoch, self.digest)


@dataclass(frozen=True)
class Kept:
    """An entry and the seconds it has left."""

    data: bytes
    seconds: float


class SharedCache(Protocol):
    """The projector's marks, and answers kept for all processes. Never raises: what is down knows nothing."""

    def marks(self, context: str, organization_id: str) -> Marks:
        """The organization's epoch, whether its index settles, and its lag."""

    def get(self, key: str) -> Kept | None:
        """A kept answer, until its time is over."""

    def put(self, place: Place, data: bytes, seconds: float) -> None:
        """Keep an answer, unless its epoch is over: whoever ended it may have deleted what was kept under it."""

    def seen(self, context: str, level: str) -> None:
        """Count that a question was answered from a level: `l1`, `l2` or `miss`. At the cost of no call."""

    def claim(self, key: str, seconds: float) -> bool:
        """Whether the caller is the one process to execute; so is everyone while nothing is known."""

    def release(self, key: str) -> None:
        """Give the claim back."""
