"""The command side's table in memory, with the real rules: versions, claims, marks, all or nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from command_app.payments.ports import Claim, Commit, Erasure, Outgoing
from command_app.payments.scrubbing import scrubbed, with_past
from common.domain.events import Event
from common.engines.table import event_sk, payment_pk
from common.errors import Conflict, FieldError, InFlight, Invalid, VersionConflict
from common.payments.state import PaymentState


@dataclass
class _Record:
    fingerprint: str
    owner: str
    result: bytes | None = None


class FakePaymentTable:
    """`ErasureStore`, `IdempotencyRecords` and `OutboxMarks` on one set of dictionaries."""

    def __init__(self) -> None:
        self._states: dict[str, PaymentState] = {}
        self._marks: dict[tuple[str, str], tuple[datetime, Sequence[tuple[str, str]]]] = {}
        self._bodies: dict[tuple[str, str], str] = {}
        self._records: dict[tuple[str, str], _Record] = {}
        self.events: list[Event] = []
        self.erasures: list[Erasure] = []

    def load(self, organization_id: str, payment_id: str) -> PaymentState | None:
        return self._states.get(payment_pk(organization_id, payment_id))

    def append(self, event: Event, claim: Claim | None, result: bytes) -> Outgoing:
        pk = payment_pk(event.organization_id, event.aggregate_id)
        there = self._states.get(pk)
        if claim:
            self._open_record(claim)
        if event.aggregate_version == 1 and there:
            raise Conflict(f"Payment {event.aggregate_id} is there already.")
        if event.aggregate_version != (there.version if there else 0) + 1:
            raise VersionConflict(f"Payment {event.aggregate_id} was changed by another call at the same time.")
        if claim:
            self._open_record(claim).result = result
        [outgoing] = self._keep([event])
        return outgoing

    def append_new(self, events: Sequence[Event]) -> tuple[Commit, Mapping[str, PaymentState]]:
        pks = {event.aggregate_id: payment_pk(event.organization_id, event.aggregate_id) for event in events}
        found = {payment_id: self._states[pk] for payment_id, pk in pks.items() if pk in self._states}
        return self._keep([event for event in events if event.aggregate_id not in found]), found

    def erase(self, event: Event, erasure: Erasure) -> Outgoing:
        pk = payment_pk(event.organization_id, event.aggregate_id)
        earlier = {key: scrubbed(body) for key, body in sorted(self._bodies.items()) if key[0] == pk}
        outgoing = self.append(with_past(event, earlier.values()), None, b"")
        self._bodies |= earlier
        self.erasures.append(erasure)
        return outgoing

    def payments_of(self, organization_id: str, user_id: str) -> Iterator[Sequence[str]]:
        mine = (each for each in self._states.values() if each.organization_id == organization_id)
        yield [payment.payment_id for payment in mine if payment.user_id == user_id]

    def claim(self, organization_id: str, key: str, fingerprint: str) -> Claim | bytes:
        record = self._records.get((organization_id, key))
        if record is None:
            claim = Claim(organization_id, key, owner=uuid4().hex)
            self._records[organization_id, key] = _Record(fingerprint, claim.owner)
            return claim
        if record.fingerprint != fingerprint:
            raise Invalid("The key is taken.", [FieldError("Idempotency-Key", "was used for another payload")])
        if record.result is None:
            raise InFlight("The first call with this Idempotency-Key is still running.", retry_after=30)
        return record.result

    def complete(self, claim: Claim, result: bytes) -> None:
        self._open_record(claim).result = result

    def release(self, claim: Claim) -> None:
        record = self._records.get((claim.organization_id, claim.key))
        if record and record.owner == claim.owner and record.result is None:
            del self._records[claim.organization_id, claim.key]

    def pending(self, before: datetime, after: datetime) -> Iterator[Sequence[Commit]]:
        for _, keys in sorted((at, keys) for at, keys in self._marks.values() if at < before or at > after):
            yield [[Outgoing(*key, self._bodies[key]) for key in keys]]

    def clear(self, sent: Sequence[Commit]) -> None:
        for first, *_ in sent:
            self._marks.pop((first.pk, first.sk), None)

    def stored(self) -> list[Event]:
        """The events as an erasure left them."""
        return [Event.model_validate_json(body) for body in self._bodies.values()]

    @property
    def unsent(self) -> int:
        return len(self._marks)

    def _keep(self, events: Sequence[Event]) -> Commit:
        pks = [payment_pk(event.organization_id, event.aggregate_id) for event in events]
        self._states |= {pk: PaymentState.model_validate(event.state) for pk, event in zip(pks, events, strict=True)}
        keys = [(pk, event_sk(event.aggregate_version)) for pk, event in zip(pks, events, strict=True)]
        self._bodies |= {key: event.to_json() for key, event in zip(keys, events, strict=True)}
        if keys:
            self._marks[keys[0]] = events[0].occurred_at, keys
        self.events += events
        return [Outgoing(*key, self._bodies[key]) for key in keys]

    def _open_record(self, claim: Claim) -> _Record:
        record = self._records.get((claim.organization_id, claim.key))
        if record is None or record.owner != claim.owner or record.result is not None:
            raise InFlight("Another call took over this Idempotency-Key.", retry_after=1)
        return record
