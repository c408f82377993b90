"""Mends differences through the projector's own rules: the newest event, its document, the guard of versions."""

from collections.abc import Sequence

from common.documents import Document, SearchIndex
from common.model import now
from common.projections import PROJECTIONS, gone
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
        documents = [document for wrong in differences if (document := self._document(wrong))]
        if documents:
            self._index.upsert(documents)
        keys = [wrong.key for wrong in differences]
        return set(keys) - self._reconciliation.still_differs(keys)

    def _document(self, wrong: Difference) -> Document | None:
        event = self._write_side.newest_event(wrong.key)
        if event is not None:
            projection = PROJECTIONS.get(event.type)
            return projection(event, now()) if projection else None
        if wrong.found_version is None:
            return None
        # Nothing was ever written of it: above the version shown, so that what brought it there cannot do so again.
        return gone(*wrong.key, wrong.found_version + 1, now(), now())
