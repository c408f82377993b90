"""How long an organization keeps its entries."""

import time
from datetime import date
from functools import lru_cache

from pydantic import JsonValue

from command_app.logs.commands import ChangeLogSettings, ReadLogSettings
from command_app.logs.ports import RetentionStore
from common.bus import Caller
from common.domain.instants import now
from common.logs.retention import REMEMBERED, Retention


class LogSettings:
    """The commands on the settings, and what an ingestion goes by."""

    def __init__(self, store: RetentionStore) -> None:
        self._store = store
        self._remembered = lru_cache(maxsize=1_024)(lambda organization_id, _period: store.load(organization_id))

    def retention_of(self, organization_id: str) -> Retention:
        """As it was at most REMEMBERED ago; changes are for a time after that."""
        return self._remembered(organization_id, time.monotonic() // REMEMBERED.total_seconds())

    def read(self, _: ReadLogSettings, caller: Caller) -> dict[str, JsonValue]:
        """As they are."""
        return _told(self._store.load(caller.organization_id), now().date())

    def change(self, command: ChangeLogSettings, caller: Caller) -> dict[str, JsonValue]:
        """From the next day on. Raises VersionConflict."""
        before, at = self._store.load(caller.organization_id), now()
        after = before.changed(command.retention_days, at)
        self._store.save(caller.organization_id, before, after)
        return _told(after, at.date())


def _told(retention: Retention, today: date) -> dict[str, JsonValue]:
    return {
        "retentionDays": retention.days_of(today),
        "changes": [
            {"since": rule.since.isoformat(), "retentionDays": rule.days}
            for rule in retention.rules
            if rule.since > today
        ],
    }
