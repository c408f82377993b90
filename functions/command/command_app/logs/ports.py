"""What the logs' commands need of the world."""

from typing import Protocol

from common.logs.retention import Retention


class RetentionStore(Protocol):
    """How long organizations keep their entries. Raises EngineUnavailable."""

    def load(self, organization_id: str) -> Retention:
        """As it was last saved, read consistently; without rules where it never was."""

    def save(self, organization_id: str, before: Retention, after: Retention) -> None:
        """Replace what was loaded. Raises VersionConflict when it is no longer that."""
