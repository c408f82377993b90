"""The query function over fakes."""

from dataclasses import dataclass

import pytest

from common.bus import QueryBus
from common.edge.middleware import counting, logging, tracing
from common.settings import Settings
from query_app import wiring
from query_app.cache.memory import MemoryCache
from query_app.cache.middleware import CachedAnswers
from query_app.cursors import Cursors
from query_app.payments import use_cases
from query_app.payments import wiring as payments
from query_app.query import QueryContext
from query_app.visibility import ReadYourWrites
from tests.fakes.cache import FakeSharedCache
from tests.fakes.event_history import FakeEventHistory
from tests.fakes.search_index import FakeSearchIndex

CURSOR_KEY = "a secret of the tests, long enough"


@dataclass(frozen=True)
class World:
    """What stands behind the query function."""

    index: FakeSearchIndex
    history: FakeEventHistory
    shared: FakeSharedCache


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    found = World(FakeSearchIndex(), FakeEventHistory(), FakeSharedCache())
    reads_own_writes = ReadYourWrites(found.index, patience_seconds=0.1, pause_seconds=0.01)
    cached = CachedAnswers(MemoryCache(), found.shared, ttl_seconds=300, refresh_interval_seconds=1)
    cursors = Cursors(CURSOR_KEY)
    bus: QueryBus[QueryContext] = QueryBus([logging, tracing, counting, reads_own_writes, cached])
    use_cases.register(bus, found.index, found.history, cursors)
    monkeypatch.setattr(wiring, "cursors", lambda: cursors)
    monkeypatch.setattr(payments, "bus", lambda: bus)
    monkeypatch.setattr(wiring, "settings", Settings)
    return found
