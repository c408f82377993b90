"""What the worker has beside the exports' own wiring. Apart from it, since no request loads OpenSearch's client."""

from functools import cache

from common.engines.search import connect
from query_app.payments.exports.adapters.snapshots import OpenSearchSnapshots
from query_app.payments.exports.wiring import files, jobs, messages, settings
from query_app.payments.exports.worker import Worker

_SEARCH_SECONDS = 8.0


@cache
def worker() -> Worker:
    """What the queue runs."""
    snapshots = OpenSearchSnapshots(connect(settings(), timeout_seconds=_SEARCH_SECONDS))
    return Worker(jobs(), snapshots, files(), messages())
