"""Names of the shared cache's keys. The braces put all keys of one organization into one slot of a cluster.

The projector writes `epoch` (INCR, after each bulk that changed something of the organization), `settling` (exists for
one refresh interval after that), `lag` (milliseconds, the latest), and for operators `lags` (a list, newest first, of
texts that have the lags of up to `LAGS_TOGETHER` events each; the latest `LAGS_KEPT` events count) and `projected` (the
instant of the newest event of the latest batch), both also over all organizations together. Queries write their results
under the epoch, and the keys of these into `kept` (a sorted set by expiry), where an erasure finds them. They count in
`answers:{hour}` (a hash) how many answers came from `l1`, `l2` and `miss`, and in `asked:{window}` how much an
organization asked for.

How old the queue is, all organizations together: `queue:taken` (a sorted set of the batches that are not done with, by
the instant they were taken), `queue:reached` (when the oldest message of the latest batch was sent) and `queue:empty`
(when the queue was last seen empty), in milliseconds since 1970.
"""

import time

LAGS_KEPT, LAGS_TOGETHER = 1_000, 20
HELD_SECONDS = 240
"""What was taken and not done with is back in the queue by then: the queue's visibility timeout and a minute."""


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
    """The latest lags in milliseconds, with spaces between them; of all organizations for None."""
    return f"{_slot(context, organization_id)}:lags"


def projected_key(context: str, organization_id: str | None) -> str:
    """When the newest event that was projected lately occurred, as ISO text; of all organizations for None."""
    return f"{_slot(context, organization_id)}:projected"


def result_key(context: str, organization_id: str, epoch: int, digest: str) -> str:
    """Where the result of one canonical query is kept."""
    return f"{results_of(context, organization_id)}{epoch}:{digest}"


def results_of(context: str, organization_id: str) -> str:
    """What the names of all an organization's results begin with."""
    return f"{_slot(context, organization_id)}:"


def kept_key(context: str, organization_id: str) -> str:
    """The keys of the organization's results that are kept, of all epochs."""
    return f"{_slot(context, organization_id)}:kept"


def taken_key(context: str) -> str:
    """Batches not done with; a member is `{when its oldest message was sent}:{anything}`."""
    return f"{_slot(context, None)}:queue:taken"


def reached_key(context: str) -> str:
    """When the oldest message of the latest batch was sent, deliveries again left out."""
    return f"{_slot(context, None)}:queue:reached"


def empty_key(context: str) -> str:
    """When the queue was last seen empty."""
    return f"{_slot(context, None)}:queue:empty"


def answers_key(context: str, hour: int) -> str:
    """How many answers came from which level within one hour, all organizations together."""
    return f"{_slot(context, None)}:answers:{hour}"


def asked_key(context: str, organization_id: str, window: int) -> str:
    """How much an organization asked for within one window of its allowance."""
    return f"{_slot(context, organization_id)}:asked:{window}"


def hour_of(seconds: float) -> int:
    """The hours since 1970."""
    return int(seconds // 3600)


def first_epoch() -> int:
    """Where to start when there is no epoch (SET NX): the clock, so that a lost counter never repeats an old value."""
    return time.time_ns() // 1_000_000


def _slot(context: str, organization_id: str | None) -> str:
    return f"{{{context}}}" if organization_id is None else f"{{{context}:{organization_id}}}"
