"""Taking many entries at once: an answer an entry, and none of them hurts another.

Entries are no transactions, so nothing is stored on the way: what was answered as accepted is in the queue.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, TypeVar

import orjson
from pydantic import BaseModel, JsonValue, ValidationError

from command_app.ingestion.body import entries_of
from command_app.ingestion.ports import Accept, Ingest, PackQueue, Reading
from common.bus import Caller
from common.domain.instants import now
from common.domain.packs import MAX_ENTRY_BYTES, Pack, encoded, packed
from common.edge.validation import field_errors
from common.errors import EngineUnavailable, FieldError, Invalid

ModelT = TypeVar("ModelT", bound=BaseModel)

MAX_ERRORS = 10
"""Of one entry; the answer must stay smaller than what Lambda may answer."""


@dataclass(frozen=True)
class EntryResult:
    """What became of one entry; `entry` counts from 1."""

    entry: int
    entry_id: str | None
    outcome: Literal["accepted", "rejected", "failed"]
    errors: tuple[FieldError, ...] = ()

    def as_json(self) -> dict[str, JsonValue]:
        """The wire form."""
        body: dict[str, JsonValue] = {"entry": self.entry, "id": self.entry_id, "outcome": self.outcome}
        if self.errors:
            body["errors"] = [dict(error.as_dict()) for error in self.errors]
        return body


class IngestUseCase:
    """One context's `Ingest`: read the body, look at each entry, send what is good in packs."""

    def __init__(self, queue: PackQueue, reading: Reading) -> None:
        self._queue = queue
        self._reading = reading

    def handle(self, command: Ingest, caller: Caller) -> dict[str, JsonValue]:
        """What became of each entry. Raises EngineUnavailable where the queue took nothing.

        Safe to send again: an entry without an id has one that is made of its contents.
        """
        accept = self._reading.accepting(caller)
        ids = _Ids()
        results: list[EntryResult] = []
        good: list[tuple[int, str]] = []
        for number, raw in enumerate(entries_of(command, self._reading), start=1):
            try:
                entry_id, entry = _accepted(raw, accept, ids)
            except Invalid as error:
                results.append(EntryResult(number, None, "rejected", error.errors[:MAX_ERRORS]))
                continue
            results.append(EntryResult(number, entry_id, "accepted"))
            good.append((number - 1, entry))
        for place in self._unsent(good, caller):
            results[place] = EntryResult(results[place].entry, results[place].entry_id, "failed")
        return _summary(results)

    def _unsent(self, entries: Sequence[tuple[int, str]], caller: Caller) -> Sequence[int]:
        """Send; answers the places of the entries that did not arrive."""
        envelope = Pack(organization_id=caller.organization_id, correlation_id=caller.correlation_id, received_at=now())
        packs = list(packed(envelope, [entry for _, entry in entries]))
        arrived = self._queue.send([pack for pack, _ in packs])
        if packs and not any(arrived):
            raise EngineUnavailable("The queue did not take the entries.")
        return [
            entries[number][0]
            for (_, numbers), sent in zip(packs, arrived, strict=True)
            if not sent
            for number in numbers
        ]


class _Ids:
    """Ids made of contents. Equal entries of one body have each their own, and the same ones when it is repeated."""

    def __init__(self) -> None:
        self._seen: Counter[bytes] = Counter()

    def of(self, raw: object) -> str:
        content = orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)
        self._seen[content] += 1
        return sha256(b"%d:%b" % (self._seen[content], content)).hexdigest()[:32]


def validated(model: type[ModelT], raw: object) -> ModelT:
    """An entry as its model reads it. Raises Invalid naming the fields."""
    if not isinstance(raw, dict):
        raise Invalid("The entry is not usable.", [FieldError("entry", "must be a JSON object")])
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
        raise Invalid("The entry is not usable.", field_errors(wrong, whole="entry")) from None


def _accepted(raw: object, accept: Accept, ids: _Ids) -> tuple[str, str]:
    """An entry's id and how it is sent. Raises Invalid."""
    if isinstance(raw, FieldError):
        raise Invalid("The line is not usable.", [raw])
    entry = accept(raw)
    entry_id = entry.get("id") or ids.of(raw)
    text = encoded({**entry, "id": entry_id})
    if len(text.encode()) > MAX_ENTRY_BYTES:
        raise Invalid("The entry is too large.", [FieldError("entry", f"must be at most {MAX_ENTRY_BYTES} bytes")])
    return entry_id, text


def _summary(results: Sequence[EntryResult]) -> dict[str, JsonValue]:
    outcomes = Counter(result.outcome for result in results)
    return {
        "accepted": outcomes["accepted"],
        "rejected": outcomes["rejected"],
        "failed": outcomes["failed"],
        "results": [result.as_json() for result in results],
    }
