"""What the projector writes to, in memory, with the real rules: the highest version stays, whatever the order."""

from collections.abc import Mapping, Sequence

from common.domain.documents import Document, Result, Verdict
from common.payments.index import PROPERTIES
from projector_app.ports import Message, Poison, Progress, Taken


class FakeDocumentIndex:
    """The projector's `SearchIndex`.

    `busy` holds ids that answer RETRY, `refused` holds (id, version) never taken, `owed` ids that a second index lacks.
    """

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.busy: set[str] = set()
        self.owed: set[str] = set()
        self.refused: set[tuple[str, int]] = set()
        self.asked = 0

    def upsert(self, documents: Sequence[Document]) -> Sequence[Result]:
        self.asked += 1
        return [self._upsert(document) for document in documents]

    def _upsert(self, document: Document) -> Result:
        if document.document_id in self.busy:
            return Result(Verdict.RETRY, "OpenSearch answered 429 rejected_execution_exception: busy")
        if (document.document_id, document.version) in self.refused or document.source.keys() - PROPERTIES.keys():
            return Result(
                Verdict.POISON, "OpenSearch answered 400 strict_dynamic_mapping_exception: not in the mapping"
            )
        owed = document.document_id in self.owed
        there = self.documents.get(document.document_id)
        if there and there.version >= document.version:
            return Result(Verdict.STALE, owed=owed)
        self.documents[document.document_id] = document
        return Result(Verdict.APPLIED, owed=owed)


class FakeDeadLetters:
    """`DeadLetters`; `full` keeps nothing."""

    def __init__(self) -> None:
        self.kept: list[Poison] = []
        self.full = False

    def put(self, poison: Sequence[Poison]) -> Sequence[Poison]:
        if self.full:
            return poison
        self.kept += poison
        return ()


class FakeEpochs:
    """`Epochs`; counts the bumps of each organization, and those with an erasure. `down` hears nothing."""

    def __init__(self) -> None:
        self.bumps: dict[str, int] = {}
        self.erased: dict[str, int] = {}
        self.down = False

    def bump(self, progress: Mapping[str, Progress]) -> bool:
        for organization_id, each in progress.items() if not self.down else ():
            self.bumps[organization_id] = self.bumps.get(organization_id, 0) + 1
            self.erased[organization_id] = self.erased.get(organization_id, 0) + each.erased
        return not self.down


class FakeIntake:
    """`Intake`; holds the messages of batches that are not done with."""

    def __init__(self) -> None:
        self.held: dict[Taken, Sequence[Message]] = {}
        self._batches = 0

    def took(self, messages: Sequence[Message]) -> Taken | None:
        self._batches += 1
        taken = Taken(self._batches, str(self._batches))
        self.held[taken] = messages
        return taken

    def done(self, taken: Taken | None, left: Sequence[Message]) -> None:
        assert taken is not None
        del self.held[taken]
        if left:
            self.held[taken] = left
