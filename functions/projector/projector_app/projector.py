"""A batch of messages becomes documents: parse, newest per document, one bulk, and an answer for each message."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from common.domain.documents import APPLIED, Document, Result, SearchIndex, Verdict
from common.domain.instants import now
from common.edge.observability import count, logger, milliseconds
from common.errors import Unreadable
from projector_app.ports import DeadLetters, Epochs, Intake, Message, Poison, Progress, Read, Told


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """One of a message's documents, and all that the message tells."""

    message: Message
    told: Told
    document: Document


_MILLISECOND = timedelta(milliseconds=1)


@dataclass
class _Batch:
    """What is known of a batch so far."""

    unreadable: list[Poison] = field(default_factory=list)
    refused: list[tuple[Candidate, str]] = field(default_factory=list)
    """Never taken by the index, with its reason."""
    retry: list[Message] = field(default_factory=list)
    applied: list[Candidate] = field(default_factory=list)
    written_before: list[Candidate] = field(default_factory=list)
    skipped: int = 0


class Projector:
    """Order-free and repeatable: versions decide, so duplicates, reordering and replays change nothing."""

    def __init__(
        self, read: Read, index: SearchIndex, dead_letters: DeadLetters, epochs: Epochs, intake: Intake
    ) -> None:
        self._read = read
        self._index = index
        self._dead_letters = dead_letters
        self._epochs = epochs
        self._intake = intake

    def project(self, messages: Sequence[Message]) -> Sequence[str]:
        """Write a batch; answers the ids of the messages that the queue must deliver again."""
        batch = _Batch()
        taken = self._intake.took(messages)
        self._write(self._candidates(messages, batch, at=now()), batch)
        again = {message.message_id for message in batch.retry}
        # What comes again may be poison then, and is told then.
        letters = (*batch.unreadable, *_letters(batch.refused))
        poison = [each for each in letters if each.message.message_id not in again]
        unkept = self._dead_letters.put(poison) if poison else ()
        self._report(batch, poison)
        left = {each.message_id: each for each in (*batch.retry, *(each.message for each in unkept))}
        self._intake.done(taken, list(left.values()))
        return list(left)

    def _candidates(self, messages: Sequence[Message], batch: _Batch, at: datetime) -> Sequence[Candidate]:
        candidates: list[Candidate] = []
        for message in messages:
            try:
                told = self._read(message.body, at)
            except Unreadable as error:
                batch.unreadable.append(Poison(message, error.detail))
                continue
            for document in told.documents:
                candidates.append(Candidate(message, told, document))  # noqa: PERF401  # mostly one
            if told.unreadable:
                batch.unreadable += [Poison(replace(message, body=part.body), part.reason) for part in told.unreadable]
            elif not told.documents:
                batch.skipped += 1
        return candidates

    def _write(self, candidates: Sequence[Candidate], batch: _Batch) -> None:
        """Bulk the newest of each document; where the index refuses one for good, its next older one has its turn."""
        while candidates:
            newest, older = _newest_per_document(candidates)
            results = self._index.upsert([candidate.document for candidate in newest])
            if results.count(APPLIED) == len(newest):
                # Nearly always.
                batch.applied += newest
                return
            candidates = []
            for candidate, result in zip(newest, results, strict=True):
                rest = older.get(candidate.document.document_id, ())
                _settle(candidate, result, rest, batch)
                if result.verdict is Verdict.POISON:
                    candidates += rest

    def _report(self, batch: _Batch, poison: Sequence[Poison]) -> None:
        # A message may have several documents.
        written = list({id(each.told): each for each in (*batch.applied, *batch.written_before)}.values())
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


def _newest_per_document(
    candidates: Sequence[Candidate],
) -> tuple[Collection[Candidate], Mapping[str, Sequence[Candidate]]]:
    """The newest candidate of each document, and the rest of its candidates by the document's id."""
    if len({candidate.document.document_id for candidate in candidates}) == len(candidates):
        return candidates, {}
    newest: dict[str, Candidate] = {}
    older: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in sorted(candidates, key=lambda candidate: candidate.document.version, reverse=True):
        document_id = candidate.document.document_id
        if newest.setdefault(document_id, candidate) is not candidate:
            older[document_id].append(candidate)
    return newest.values(), older


def _progress(written: Iterable[Candidate], at: datetime) -> Mapping[str, Progress]:
    """By organization."""
    instants: dict[str, list[datetime]] = defaultdict(list)
    erased = set()
    for candidate in written:
        instants[candidate.told.organization_id].append(candidate.told.occurred_at)
        if candidate.document.erases:
            erased.add(candidate.told.organization_id)
    return {
        organization_id: Progress(
            # A writer's clock may be ahead of ours.
            lags_ms=[max(0, (at - each) // _MILLISECOND) for each in occurred],
            newest=max(occurred),
            erased=organization_id in erased,
        )
        for organization_id, occurred in instants.items()
    }


def _settle(candidate: Candidate, result: Result, older: Sequence[Candidate], batch: _Batch) -> None:
    if result.verdict is Verdict.POISON:
        batch.refused.append((candidate, result.reason))
    elif result.verdict is Verdict.RETRY:
        batch.retry += [each.message for each in (candidate, *older)]
    elif result.verdict is Verdict.APPLIED:
        batch.applied.append(candidate)
    elif candidate.message.redelivered:
        batch.written_before.append(candidate)
    if result.owed:
        batch.retry.append(candidate.message)


def _letters(refused: Iterable[tuple[Candidate, str]]) -> Iterator[Poison]:
    """One a message, of those of its documents that were refused where it can be cut so."""
    by_message: dict[str, list[tuple[Candidate, str]]] = defaultdict(list)
    for candidate, reason in refused:
        by_message[candidate.message.message_id].append((candidate, reason))
    for group in by_message.values():
        first, reason = group[0]
        cut = first.told.cut
        body = cut([candidate.document for candidate, _ in group]) if cut else first.message.body
        yield Poison(replace(first.message, body=body), reason)
