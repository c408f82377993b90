"""A saved search, and its alert. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from common.bus import ADMIN, Caller

Context = Literal["payments", "logs"]
"""What a search looks for."""

MAX_OWN = 100
"""Saved searches of a user."""
MAX_ALERTS = 50
"""Alerts of an organization."""
CLAIM_LIFE = timedelta(days=90)
"""How long a payment that was told of is not told of again; what last changed before that is no news."""
OVERLAP = timedelta(minutes=5)
"""How far back an alert looks again: a document shows later than its `indexedAt` says."""


@dataclass(frozen=True)
class Threshold:
    """How many entries within how long are worth a message."""

    count: int
    window_minutes: int

    @property
    def window(self) -> timedelta:
        """How long."""
        return timedelta(minutes=self.window_minutes)


@dataclass(frozen=True)
class SavedSearch:
    """What a user kept under a name. Instants are UTC texts; `query` is the criteria of its context.

    An alert of payments tells of each, one of logs has a threshold.
    """

    organization_id: str
    search_id: str
    owner_id: str
    name: str
    query: dict[str, Any]
    shared: bool
    alert: bool
    version: int
    created_at: str
    updated_at: str
    context: Context = "payments"
    threshold: Threshold | None = None

    def readable_by(self, caller: Caller) -> bool:
        """Whether the caller, of this organization, may know of it."""
        return self.shared or self.owner_id == caller.user_id

    def changeable_by(self, caller: Caller) -> bool:
        """Whether a caller who may know of it may change it."""
        return self.owner_id == caller.user_id or caller.role == ADMIN


@dataclass(frozen=True)
class Alert:
    """How far an alert has looked: everything that was indexed up to `through` is told of, since it was switched on."""

    organization_id: str
    search_id: str
    since: str
    through: str
    last_run_at: str | None = None
    last_count: int | None = None


@dataclass(frozen=True)
class Reached:
    """So many entries came between two instants, as many as the threshold asks for or more."""

    count: int
    since: str
    until: str


@dataclass(frozen=True)
class Match:
    """A payment that an alert may have to tell of."""

    payment_id: str
    version: int
    indexed_at: str
