"""What an operator is told of the two sides: the latest reconciliation, and a rebuild that is under way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from common.domain.instants import iso
from operations_app.ports import Indices, Positions


@dataclass(frozen=True)
class Reconciled:
    """What a reconciliation found: payments compared, differences, and when."""

    at: datetime
    payments: int
    differences: int


class Findings(Protocol):
    """Where the latest reconciliation is kept. Raises EngineUnavailable."""

    def keep(self, found: Reconciled) -> None:
        """In place of the one before."""

    def latest(self) -> Reconciled | None:
        """None before the first one."""


@dataclass(frozen=True)
class Overview:
    """`GET /v1/operations`."""

    findings: Findings
    indices: Indices
    positions: Positions

    def report(self) -> Mapping[str, Any]:
        """Raises EngineUnavailable. No count of payments: they are of all organizations."""
        found = self.findings.latest()
        return {
            "reconciliation": found and {"at": iso(found.at), "differences": found.differences},
            "rebuild": self._rebuild(),
        }

    def _rebuild(self) -> Mapping[str, Any]:
        roles = self.indices.roles()
        kept = self.positions.load(roles.rebuild).values() if roles.rebuild else ()
        segments = self.positions.segments(roles.rebuild) if roles.rebuild else None
        return {
            "serving": roles.live,
            "building": roles.rebuild,
            "previous": roles.previous,
            "segments": segments or 0,
            "segmentsDone": sum(position.done for position in kept),
        }
