"""Keeping searches, and finding them again."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from pydantic.alias_generators import to_camel
from uuid6 import uuid7

from common.bus import Caller
from common.domain.instants import iso, now
from common.errors import FieldError, Forbidden, Invalid, NotFound
from query_app.kept import changed
from query_app.logs.criteria import LogCriteria
from query_app.payments.criteria import SearchCriteria
from query_app.saved.ports import SavedSearches
from query_app.saved.search import Context, SavedSearch, Threshold


@dataclass(frozen=True)
class Wanted:
    """What is to be kept."""

    name: str
    context: Context
    criteria: SearchCriteria | LogCriteria
    shared: bool
    alert: bool
    threshold: Threshold | None = None


@dataclass(frozen=True)
class SaveSearch:
    """Keep a new search."""

    wanted: Wanted


@dataclass(frozen=True)
class ReplaceSearch:
    """Keep another one in its place; `version` is the one decided upon, if any."""

    search_id: str
    wanted: Wanted
    version: int | None = None


@dataclass(frozen=True)
class DeleteSearch:
    """Forget one."""

    search_id: str
    version: int | None = None


@dataclass(frozen=True)
class GetSearch:
    """One."""

    search_id: str


@dataclass(frozen=True)
class ListSearches:
    """The caller's own and the shared ones."""


@dataclass(frozen=True)
class SavedSearchUseCases:
    """The handlers of these five."""

    searches: SavedSearches
    clock: Callable[[], datetime] = now

    def save(self, command: SaveSearch, caller: Caller) -> dict[str, Any]:
        """A new one of the caller's. Raises Invalid, Conflict, TooMany."""
        at = iso(self.clock())
        search = SavedSearch(
            organization_id=caller.organization_id,
            search_id=str(uuid7()),
            owner_id=caller.user_id,
            version=1,
            created_at=at,
            updated_at=at,
            **_kept(command.wanted),
        )
        self.searches.add(search)
        return self._shown(search)

    def replace(self, command: ReplaceSearch, caller: Caller) -> dict[str, Any]:
        """Its next version. Raises NotFound, Forbidden, PreconditionFailed, and as `save` does."""
        kept = _kept(command.wanted)

        def change(before: SavedSearch) -> SavedSearch:
            after = replace(before, version=before.version + 1, updated_at=iso(self.clock()), **kept)
            self.searches.replace(before, after)
            return after

        return self._shown(self._changed(command.search_id, command.version, caller, change))

    def delete(self, command: DeleteSearch, caller: Caller) -> dict[str, Any]:
        """What it was. Raises NotFound, Forbidden, PreconditionFailed."""

        def change(before: SavedSearch) -> SavedSearch:
            self.searches.remove(before)
            return before

        return self._shown(self._changed(command.search_id, command.version, caller, change))

    def get(self, query: GetSearch, caller: Caller) -> dict[str, Any]:
        """Raises NotFound, for what the caller may not know of too."""
        return self._shown(self._readable(query.search_id, caller))

    def listed(self, _: ListSearches, caller: Caller) -> dict[str, Any]:
        """By name."""
        found = self.searches.readable(caller.organization_id, caller.user_id)
        shown = [self._shown(search) for search in sorted(found, key=lambda each: (each.name, each.search_id))]
        return {"searches": shown}

    def _changed(
        self, search_id: str, version: int | None, caller: Caller, change: Callable[[SavedSearch], SavedSearch]
    ) -> SavedSearch:
        def read() -> SavedSearch:
            search = self._readable(search_id, caller)
            if not search.changeable_by(caller):
                raise Forbidden("Only its owner and an admin may change a shared search.")
            return search

        return changed("search", read, version, change)

    def _readable(self, search_id: str, caller: Caller) -> SavedSearch:
        search = self.searches.get(caller.organization_id, search_id)
        if search is None or not search.readable_by(caller):
            raise NotFound(f"Search not found: {search_id}")
        return search

    def _shown(self, search: SavedSearch) -> dict[str, Any]:
        alert = self.searches.alert_of(search.organization_id, search.search_id) if search.alert else None
        shown = {to_camel(name): value for name, value in asdict(search).items() if name != "organization_id"}
        threshold = search.threshold
        return {
            **shown,
            "threshold": threshold and {"count": threshold.count, "windowMinutes": threshold.window_minutes},
            "lastRunAt": alert.last_run_at if alert else None,
            "lastCount": alert.last_count if alert else None,
        }


def _kept(wanted: Wanted) -> dict[str, Any]:
    """Raises Invalid for what is no search or no alert, and says so here rather than when it is used."""
    needed = wanted.alert and wanted.context == "logs"
    if needed != (wanted.threshold is not None):
        advice = "is needed by an alert of logs" if needed else "is for alerts of logs only: leave it out"
        raise Invalid("The alert is not usable.", [FieldError("threshold", advice)])
    wanted.criteria.query()
    return {
        "name": wanted.name,
        "query": wanted.criteria.as_json(),
        "shared": wanted.shared,
        "alert": wanted.alert,
        "context": wanted.context,
        "threshold": wanted.threshold,
    }
