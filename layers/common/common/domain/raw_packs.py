"""Packs as their wire form has them, without their model: the projector's side."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Raw

from common.domain.canonical import Canonical, Written, must_be_instants

if TYPE_CHECKING:
    from common.domain.packs import Pack


class WrittenPack(Written):
    """A `Pack` as it is written; its entries as text, as each of them may be anything."""

    organization_id: str
    correlation_id: str
    received_at: str
    entries: list[Raw]

    def __post_init__(self) -> None:
        must_be_instants(self.received_at)


def _model() -> type["Pack"]:
    from common.domain.packs import Pack  # noqa: PLC0415  # see Canonical

    return Pack


written_pack: Final = Canonical(WrittenPack, _model, no="no pack")
"""A pack's wire form, read. Raises Unreadable."""


def alone(pack: WrittenPack, entries: Sequence[Raw]) -> str:
    """The wire form of a pack with some of its entries only."""
    # Writing is the model's, which few packs ever need here.
    from common.domain.packs import Pack, packed  # noqa: PLC0415

    envelope = Pack(
        organization_id=pack.organization_id, correlation_id=pack.correlation_id, received_at=pack.received_at
    )
    ((body, _),) = packed(envelope, [bytes(entry).decode() for entry in entries])
    return body
