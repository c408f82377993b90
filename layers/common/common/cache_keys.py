"""Names of the shared cache's keys. The braces put all keys of one organization into one slot of a cluster.

The projector writes `epoch` (INCR, after each bulk that changed something of the organization), `settling` (exists for
one refresh interval after that), `lag` (milliseconds, the latest), and for operators `lags` (a list of the latest
`LAGS_KEPT`, newest first) and `projected` (the instant of the newest event of the latest batch), both also over all
organizations together. Queries write their results under the epoch.
"""

import time

LAGS_KEPT = 1_000


def epoch_key(context: str, organization_id: str) -> str:
    """An integer that only grows; a result kept under an older one is never read again."""
    return f"{_slot(context, organization_id)}:epoch"


def settling_key(context: str, organization_id: str) -> str:
    """Exists while the index may not show the latest write yet."""
    return f"{_slot(context, organization_id)}:settling"


def lag_key(context: str, organization_id: str) -> str:
    """Milliseconds from an event to its document, as last seen."""
    return f"{_slot(context, organization_id)}:lag"


def lags_key(context: str, organization_id: str | None) -> str:
    """The latest lags in milliseconds, an event each; of all organizations for None."""
    return f"{_slot(context, organization_id)}:lags"


def projected_key(context: str, organization_id: str | None) -> str:
    """When the newest event that was projected lately occurred, as ISO text; of all organizations for None."""
    return f"{_slot(context, organization_id)}:projected"


def result_key(context: str, organization_id: str, epoch: int, digest: str) -> str:
    """Where the result of one canonical query is kept."""
    return f"{_slot(context, organization_id)}:{epoch}:{digest}"


def first_epoch() -> int:
    """Where to start when there is no epoch (SET NX): the clock, so that a lost counter never repeats an old value."""
    return time.time_ns() // 1_000_000


def _slot(context: str, organization_id: str | None) -> str:
    return f"{{{context}}}" if organization_id is None else f"{{{context}:{organization_id}}}"
