"""A batch of messages becomes documents: parse, newest per document, one bulk, and an answer for each message."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from common.domain.documents import Document, Result, SearchIndex, Verdict
from common.domain.events import Event, UnreadableEvent, read_event
from common.domain.model import now
from common.domain.upcasters import UPCASTERS
from common.edge.observability import count, logger, milliseconds
from common.payments.projections import documents_of
from projector_app.ports import DeadLetters, Epochs, Intake, Message, Poison, Progress


@dataclass(frozen=True)
class Candidate:
    """One of a message's documents, and the event behind it."""

    message: Message
    event: Event
    document: Document


@dataclass
class _Batch:
    """What is known of a batch so far."""

    poison: list[Poison] = field(default_factory=list)
    retry: list[Message] = field(default_factory=list)
    applied: list[Candidate] = field(default_factory=list)
    written_before: list[Candidate] = field(default_factory=list)
    skipped: int = 0


class Projector:
    """Order-free and repeatable: versions decide, so duplicates, reordering and replays change nothing."""

    def __init__(self, index: SearchIndex, dead_letters: DeadLetters, epochs: Epochs, intake: Intake) -> None:
        self._index = index
        self._dead_letters = dead_letters
        self._epochs = epochs
        self._intake = intake

    def project(self, messages: Sequence[Message]) -> Sequence[str]:
        """Write a batch; answers the ids of the messages that the queue must deliver again."""
        batch = _Batch()
        taken = self._intake.took(messages)
        at = now()
        self._write(list(_candidates(messages, batch, at)), batch)
        again = {message.message_id for message in batch.retry}
        # What comes again may be poison then, and is told then.
        poison = {each.message.message_id: each for each in batch.poison if each.message.message_id not in again}
        unkept = self._dead_letters.put(list(poison.values())) if poison else ()
        self._report(batch, list(poison.values()))
        left = {each.message_id: each for each in (*batch.retry, *(each.message for each in unkept))}
        self._intake.done(taken, list(left.values()))
        return list(left)

    def _write(self, candidates: Sequence[Candidate], batch: _Batch) -> None:
        """Bulk the newest of each document; where the index refuses one for good, its next older one has its turn."""
        while candidates:
            newest, older = _newest_per_document(candidates)
            results = self._index.upsert([candidate.document for candidate in newest.values()])
            for document_id, candidate in newest.items():
                _settle(candidate, results[document_id], older[document_id], batch)
            refused = {key for key in newest if results[key].verdict is Verdict.POISON}
            candidates = [candidate for key in refused for candidate in older[key]]

    def _report(self, batch: _Batch, poison: Sequence[Poison]) -> None:
        # A message may have several documents.
        written = list({each.message.message_id: each for each in (*batch.applied, *batch.written_before)}.values())
        progress = _progress(written, at=now())
        if progress:
            if not self._epochs.bump(progress):
                # Cached answers may show what was erased until the cache hears of it.
                batch.retry += [candidate.message for candidate in written if candidate.document.erases]
            milliseconds("ProjectionLag", max(max(each.lags_ms) for each in progress.values()))
        count("DocumentsApplied", len(batch.applied))
        count("MessagesPoisoned", len(poison))
        count("MessagesRetried", len({message.message_id for message in batch.retry}))
        count("MessagesSkipped", batch.skipped)
        for each in poison:
            logger.error("poison", extra={"message_id": each.message.message_id, "reason": each.reason})


def _candidates(messages: Sequence[Message], batch: _Batch, at: datetime) -> Iterable[Candidate]:
    for message in messages:
        try:
            event = read_event(message.body, UPCASTERS)
            documents = documents_of(event, at)
        except UnreadableEvent as error:
            batch.poison.append(Poison(message, error.detail))
            continue
        if not documents:
            # A newer writer's event: it is not for this projector, and holding it back would help nobody.
            logger.warning("unknown event type skipped", extra={"type": event.type, "event_id": event.event_id})
            batch.skipped += 1
        for document in documents:
            yield Candidate(message, event, document)


def _newest_per_document(
    candidates: Sequence[Candidate],
) -> tuple[Mapping[str, Candidate], Mapping[str, Sequence[Candidate]]]:
    """The newest candidate of each document, and the rest of its candidates."""
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[candidate.document.document_id].append(candidate)
    newest, older = {}, {}
    for document_id, group in groups.items():
        group.sort(key=lambda candidate: candidate.document.version, reverse=True)
        newest[document_id], *older[document_id] = group
    return newest, older


def _progress(written: Iterable[Candidate], at: datetime) -> Mapping[str, Progress]:
    """By organization."""
    instants: dict[str, list[datetime]] = defaultdict(list)
    erased = set()
    for candidate in written:
        instants[candidate.event.organization_id].append(candidate.event.occurred_at)
        if candidate.document.erases:
            erased.add(candidate.event.organization_id)
    return {
        organization_id: Progress(
            # A writer's clock may be ahead of ours.
            lags_ms=[max(0, round((at - each).total_seconds() * 1000)) for each in occurred],
            newest=max(occurred),
            erased=organization_id in erased,
        )
        for organization_id, occurred in instants.items()
    }


def _settle(candidate: Candidate, result: Result, older: Sequence[Candidate], batch: _Batch) -> None:
    if result.verdict is Verdict.POISON:
        batch.poison.append(Poison(candidate.message, result.reason))
    elif result.verdict is Verdict.RETRY:
        batch.retry += [each.message for each in (candidate, *older)]
    elif result.verdict is Verdict.APPLIED:
        batch.applied.append(candidate)
    elif candidate.message.redelivered:
        batch.written_before.append(candidate)
    if result.owed:
        batch.retry.append(candidate.message)
