"""Mends differences through the projector's own rules: the events, their documents, the guard of versions."""

from collections.abc import Iterable, Sequence

from common.domain.documents import Document, SearchIndex, newest_of
from common.domain.instants import iso, now
from common.payments.projections import documents_of, gone
from operations_app.past import with_past
from operations_app.ports import WriteSide
from operations_app.reconciliation import Reconciliation
from operations_app.totals import Difference, Key


class Repair:
    """Writes what is missing or stale anew, and a tombstone over what is extra."""

    def __init__(self, write_side: WriteSide, index: SearchIndex, reconciliation: Reconciliation) -> None:
        self._write_side = write_side
        self._index = index
        self._reconciliation = reconciliation

    def mend(self, differences: Sequence[Difference]) -> set[Key]:
        """Write, then look at both sides again; answers the payments that agree now. Raises EngineUnavailable."""
        documents = newest_of(document for wrong in differences for document in self._documents(wrong))
        if documents:
            self._index.upsert(documents)
        keys = [wrong.key for wrong in differences]
        return set(keys) - self._reconciliation.still_differs(keys)

    def _documents(self, wrong: Difference) -> Iterable[Document]:
        events, at = self._write_side.events(wrong.key), iso(now())
        if events:
            # All of a payment's events are given: there is nothing to look up.
            return [
                document for event in with_past(events, lambda _: ()) for document in documents_of(event.written(), at)
            ]
        if wrong.found_version is None:
            return ()
        # Nothing was ever written of it: above the version shown, so that what brought it there cannot do so again.
        return gone(*wrong.key, wrong.found_version + 1, at, at)
