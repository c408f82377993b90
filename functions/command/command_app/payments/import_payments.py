"""Importing many payments that were completed elsewhere: an answer a line, and no line hurts another."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

import orjson
from pydantic import JsonValue, ValidationError
from pydantic.alias_generators import to_camel

from command_app.payments.commands import ImportedPayment, ImportPayments
from command_app.payments.outbox import Outbox
from command_app.payments.payment import Trail, imported
from command_app.payments.ports import MAX_NEW, CommandContext, IdempotencyRecords, PaymentStore
from command_app.payments.retry import after_lost_race
from command_app.payments.use_cases import Outcome
from common.batches import batches
from common.domain.events import Event
from common.edge.validation import field_errors
from common.errors import FieldError
from common.payments.state import PERSONAL, PaymentState

PARALLEL_COMMITS = 4
_PERSONAL = frozenset(map(to_camel, PERSONAL))

MAX_ERRORS = 10
"""Of one line; the answer must stay smaller than what Lambda may answer."""


@dataclass(frozen=True)
class LineResult:
    """What became of one line; `line` counts from 1."""

    line: int
    payment_id: str | None
    outcome: Literal["accepted", "duplicate", "rejected"]
    errors: tuple[FieldError, ...] = ()

    def as_json(self) -> dict[str, JsonValue]:
        """The wire form."""
        body: dict[str, JsonValue] = {"line": self.line, "paymentId": self.payment_id, "outcome": self.outcome}
        if self.errors:
            body["errors"] = [dict(error.as_dict()) for error in self.errors]
        return body


class ImportUseCase:
    """`ImportPayments`: read each line, commit in packs, send, and say what became of each line.

    Lines are read while the packs before them are on their way.
    """

    def __init__(self, store: PaymentStore, outbox: Outbox, records: IdempotencyRecords) -> None:
        self._store = store
        self._outbox = outbox
        self._records = records

    def handle(self, command: ImportPayments, context: CommandContext) -> Outcome:
        """Safe to send again: what was accepted before is answered as a duplicate."""
        lines = _Lines(command.lines, context)
        found: dict[str, PaymentState] = {}
        with ThreadPoolExecutor(PARALLEL_COMMITS) as pool:
            for there in pool.map(self._commit, batches(lines.events(), MAX_NEW)):
                found.update(there)
        outcome = _summary(lines.results(found))
        if context.claim:
            self._records.complete(context.claim, outcome.to_json())
        return outcome

    def _commit(self, events: Sequence[Event]) -> Mapping[str, PaymentState]:
        """Commit and send a pack; answers the states of those that were there already, by payment id."""
        # Retried here and not by the bus: a retry of the whole import would take its own first try for duplicates.
        committed, found = after_lost_race(self._store.append_new, events)
        if committed:
            self._outbox.publish(committed)
        return found


class _Lines:
    """The lines of one import, and what is known of each after they were read."""

    def __init__(self, lines: Sequence[bytes], caller: CommandContext) -> None:
        self._lines = lines
        self._caller = caller
        self._unusable: list[LineResult] = []
        self._events: dict[str, tuple[int, Event]] = {}
        self._repeated: list[tuple[int, Event]] = []

    def events(self) -> Iterator[Event]:
        """Read line by line; the first event of each payment."""
        trail = Trail(self._caller.correlation_id, self._caller.correlation_id)
        for number, text in enumerate(self._lines, start=1):
            read = _read(number, text)
            if isinstance(read, LineResult):
                self._unusable.append(read)
                continue
            event = imported(read, self._caller, trail)
            if read.payment_id in self._events:
                self._repeated.append((number, event))
            else:
                self._events[read.payment_id] = number, event
                yield event

    def results(self, found: Mapping[str, PaymentState]) -> Sequence[LineResult]:
        """An answer a line, in their order; `found` has the payments that were there before, by id."""
        results = list(self._unusable)
        for payment_id, (number, event) in self._events.items():
            there = found.get(payment_id)
            results.append(_found(number, event, there) if there else LineResult(number, payment_id, "accepted"))
        for number, event in self._repeated:
            _, first = self._events[event.aggregate_id]
            there = found.get(event.aggregate_id) or PaymentState.model_validate(first.state)
            results.append(_found(number, event, there))
        return sorted(results, key=attrgetter("line"))


def _read(number: int, text: bytes) -> ImportedPayment | LineResult:
    try:
        raw = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return LineResult(number, None, "rejected", (FieldError("line", f"must be a JSON object: {error}"),))
    try:
        return ImportedPayment.model_validate(raw)
    except ValidationError as error:
        named = raw.get("paymentId") if isinstance(raw, dict) else None
        payment_id = named if isinstance(named, str) and len(named) <= 128 else None
        wrong = error.errors(include_url=False, include_input=False)[:MAX_ERRORS]
        return LineResult(number, payment_id, "rejected", tuple(field_errors(wrong)))


def _found(number: int, event: Event, there: PaymentState) -> LineResult:
    """A line whose payment is there: the same one again, or another under the same id.

    Of an erased payment only the money and its day can be told apart. A deleted one is none of the caller's any more.
    """
    mine = PaymentState.model_validate(event.state)
    if there.deleted:
        return LineResult(number, mine.payment_id, "rejected", (FieldError("paymentId", "was deleted"),))
    differing = [
        FieldError(name, "differs from the payment that has this paymentId already")
        for name, ours, theirs in (
            ("amount", mine.amount, there.amount),
            ("currency", mine.currency, there.currency),
            ("userId", mine.user_id, there.user_id),
            ("description", mine.description, there.description),
            ("metadata", mine.metadata, there.metadata),
            ("processedAt", mine.processed_at, there.processed_at),
        )
        if ours != theirs and not (there.erased_at and name in _PERSONAL)
    ]
    return LineResult(number, mine.payment_id, "rejected" if differing else "duplicate", tuple(differing))


def _summary(results: Sequence[LineResult]) -> Outcome:
    outcomes = [result.outcome for result in results]
    return Outcome(
        {
            "accepted": outcomes.count("accepted"),
            "duplicates": outcomes.count("duplicate"),
            "rejected": outcomes.count("rejected"),
            "results": [result.as_json() for result in results],
        }
    )
