"""Packs as their wire form has them, without their model: the projector's side."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from msgspec import Raw

from common.domain.canonical import Canonical, Written
from common.domain.instants import must_be_instant

if TYPE_CHECKING:
    from common.domain.packs import Pack


E = TypeVar("E", bound=Written | Raw)


class WrittenPack(Written, Generic[E]):
    """A `Pack` as it is written; its entries as a context has them, or as text, as each of them may be anything."""

    organization_id: str
    correlation_id: str
    received_at: str
    entries: list[E]

    def __post_init__(self) -> None:
        must_be_instant(self.received_at)


def _model() -> type["Pack"]:
    from common.domain.packs import Pack  # noqa: PLC0415  # see Canonical

    return Pack


written_pack: Final = Canonical(WrittenPack[Raw], _model, no="no pack")
"""A pack's wire form, read. Raises Unreadable."""


def alone(pack: WrittenPack[Raw], entries: Sequence[Raw]) -> str:
    """The wire form of a pack with some of its entries only."""
    # Writing is the model's, which few packs ever need here.
    from common.domain.packs import Pack, packed  # noqa: PLC0415

    envelope = Pack(
        organization_id=pack.organization_id, correlation_id=pack.correlation_id, received_at=pack.received_at
    )
    ((body, _),) = packed(envelope, [bytes(entry).decode() for entry in entries])
    return body
