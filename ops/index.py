"""`python -m ops index`: create the search index, or check that what runs is what the code expects."""

from common.index_admin import ensure_index, index_problems
from common.search import connect
from ops.target import settings_of

TIMEOUT_SECONDS = 30


def create(stack: str | None) -> int:
    """Create the first index behind its aliases, unless it is there."""
    settings = settings_of(stack)
    created = ensure_index(connect(settings, TIMEOUT_SECONDS), settings.refresh_interval_ms)
    print("created" if created else "there already")
    return 0


def check(stack: str | None) -> int:
    """Say what differs, a line each."""
    problems = index_problems(connect(settings_of(stack), TIMEOUT_SECONDS))
    print("\n".join(problems) or "as the code expects")
    return 1 if problems else 0
