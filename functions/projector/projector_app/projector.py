"""A batch of messages becomes documents: parse, newest per document, one bulk, and an answer for each message."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from common.domain.documents import APPLIED, Document, Result, SearchIndex, Verdict
from common.domain.instants import iso, now
from common.edge.observability import count, logger, milliseconds
from common.errors import Unreadable
from projector_app.ports import DeadLetters, Epochs, Intake, Message, Poison, Progress, Read, Told


class Heard(msgspec.Struct, frozen=True, gc=False):
    """A message, and all that it tells."""

    message: Message
    told: Told


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """One of the documents that a message tells."""

    heard: Heard
    document: Document


_MILLISECOND = timedelta(milliseconds=1)


@dataclass
class _Batch:
    """What is known of a batch so far."""

    unreadable: list[Poison] = field(default_factory=list)
    refused: list[tuple[Candidate, str]] = field(default_factory=list)
    """Never taken by the index, with its reason."""
    retry: list[Message] = field(default_factory=list)
    written: list[Heard] = field(default_factory=list)
    """What has news for readers, or had news that an earlier delivery may not have told them; each once."""
    applied: int = 0
    """Documents."""
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
        if heard := self._heard(messages, batch, at=iso(now())):
            self._write(heard, batch)
        again = {message.message_id for message in batch.retry}
        # What comes again may be poison then, and is told then.
        letters = (*batch.unreadable, *_letters(batch.refused))
        poison = [each for each in letters if each.message.message_id not in again]
        unkept = self._dead_letters.put(poison) if poison else ()
        self._report(batch, poison)
        left = {each.message_id: each for each in (*batch.retry, *(each.message for each in unkept))}
        self._intake.done(taken, list(left.values()))
        return list(left)

    def _heard(self, messages: Sequence[Message], batch: _Batch, at: str) -> Sequence[Heard]:
        heard: list[Heard] = []
        for message in messages:
            try:
                told = self._read(message.body, at)
            except Unreadable as error:
                batch.unreadable.append(Poison(message, error.detail))
                continue
            if told.documents:
                heard.append(Heard(message, told))
            elif not told.unreadable:
                batch.skipped += 1
            batch.unreadable += [Poison(replace(message, body=part.body), part.reason) for part in told.unreadable]
        return heard

    def _write(self, heard: Sequence[Heard], batch: _Batch) -> None:
        """Bulk the newest of each document; where the index refuses one for good, its next older one has its turn."""
        documents = [document for each in heard for document in each.told.documents]
        if len({document.document_id for document in documents}) < len(documents):
            self._write_newest_first(heard, batch)
            return
        # Nearly always, as is what follows.
        results = self._index.upsert(documents)
        if results.count(APPLIED) == len(documents):
            batch.written += heard
            batch.applied += len(documents)
        else:
            _settle(_candidates(heard), results, {}, batch)

    def _write_newest_first(self, heard: Sequence[Heard], batch: _Batch) -> None:
        candidates = _candidates(heard)
        while candidates:
            newest, older = _newest_per_document(candidates)
            results = self._index.upsert([candidate.document for candidate in newest])
            candidates = _settle(newest, results, older, batch)

    def _report(self, batch: _Batch, poison: Sequence[Poison]) -> None:
        progress = _progress([each.told for each in batch.written], at=now())
        if progress:
            if not self._epochs.bump(progress):
                # Cached answers may show what was erased until the cache hears of it.
                batch.retry += [each.message for each in batch.written if each.told.erases]
            milliseconds("ProjectionLag", max(max(each.lags_ms) for each in progress.values()))
        count("DocumentsApplied", batch.applied)
        count("MessagesPoisoned", len(poison))
        count("MessagesRetried", len({message.message_id for message in batch.retry}))
        count("MessagesSkipped", batch.skipped)
        for each in poison:
            logger.error("poison", extra={"message_id": each.message.message_id, "reason": each.reason})


def _candidates(heard: Iterable[Heard]) -> Sequence[Candidate]:
    return [Candidate(each, document) for each in heard for document in each.told.documents]


def _newest_per_document(
    candidates: Sequence[Candidate],
) -> tuple[Sequence[Candidate], Mapping[str, Sequence[Candidate]]]:
    """The newest candidate of each document, and the rest of its candidates by the document's id."""
    newest: dict[str, Candidate] = {}
    older: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in sorted(candidates, key=lambda candidate: candidate.document.version, reverse=True):
        document_id = candidate.document.document_id
        if newest.setdefault(document_id, candidate) is not candidate:
            older[document_id].append(candidate)
    return list(newest.values()), older


def _progress(written: Sequence[Told], at: datetime) -> Mapping[str, Progress]:
    """By organization."""
    instants: dict[str, list[datetime]] = defaultdict(list)
    for told in written:
        instants[told.organization_id].append(told.occurred_at)
    erased = {told.organization_id for told in written if told.erases}
    return {
        organization_id: Progress(
            # A writer's clock may be ahead of ours.
            lags_ms=[(at - each) // _MILLISECOND if each < at else 0 for each in occurred],
            newest=max(occurred),
            erased=organization_id in erased,
        )
        for organization_id, occurred in instants.items()
    }


def _settle(
    newest: Sequence[Candidate], results: Sequence[Result], older: Mapping[str, Sequence[Candidate]], batch: _Batch
) -> Sequence[Candidate]:
    """Note what became of each; answers the older ones of what the index will never take."""
    in_turn: list[Candidate] = []
    written = {id(each): each for each in batch.written}
    for candidate, result in zip(newest, results, strict=True):
        rest = older.get(candidate.document.document_id, ())
        message = candidate.heard.message
        if result.verdict is Verdict.POISON:
            batch.refused.append((candidate, result.reason))
            in_turn += rest
        elif result.verdict is Verdict.RETRY:
            batch.retry += [each.heard.message for each in (candidate, *rest)]
        elif result.verdict is Verdict.APPLIED or message.redelivered:
            batch.applied += result.verdict is Verdict.APPLIED
            written[id(candidate.heard)] = candidate.heard
        if result.owed:
            batch.retry.append(message)
    batch.written = list(written.values())
    return in_turn


def _letters(refused: Iterable[tuple[Candidate, str]]) -> Iterator[Poison]:
    """One a message, of those of its documents that were refused where it can be cut so."""
    by_message: dict[str, list[tuple[Candidate, str]]] = defaultdict(list)
    for candidate, reason in refused:
        by_message[candidate.heard.message.message_id].append((candidate, reason))
    for group in by_message.values():
        first, reason = group[0]
        message, cut = first.heard.message, first.heard.told.cut
        body = cut([candidate.document for candidate, _ in group]) if cut else message.body
        yield Poison(replace(message, body=body), reason)
